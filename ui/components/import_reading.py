"""How a file of products is read, where it is not read right by itself."""

from dataclasses import replace

import streamlit as st

from core.domain.accounts import Actor
from core.domain.imports import DELIMITERS, ENCODINGS, Import, ImportOptions, Reading
from ui.components.import_words import DELIMITERS as DELIMITER_WORDS
from ui.components.import_words import encoding_label
from ui.context import services
from ui.errors import expected_errors

_UNREADABLE = "\ufffd"
_WIDTH_PX = 760


def choose_reading(actor: Actor, item: Import) -> tuple[Reading, ImportOptions] | None:
    """Return the beginning of the file as the person wants it read, and the options that say so.

    None when it is no table like this; then the reason is shown beside the choice.
    """
    reading = services().imports.reading(actor, item.id)
    if not reading.delimiter:
        return reading, item.options
    with st.expander(
        "Does the table look wrong?", icon=":material/troubleshoot:",
        expanded=_looks_wrong(reading), width=_WIDTH_PX,
    ):  # fmt: skip
        options = _choose(reading, item)
        with expected_errors():
            return services().imports.reading(actor, item.id, options), options
    return None


def reading_key(item: Import, options: ImportOptions) -> str:
    """Return what widgets' keys begin with: other columns are chosen when it is read otherwise."""
    parts = [options.encoding, *(str(ord(char)) for char in options.delimiter)]
    return ".".join(("import", str(item.id), *filter(None, parts)))


def _looks_wrong(reading: Reading) -> bool:
    texts = (*reading.headers, *(cell for row in reading.sample for cell in row))
    return len(reading.headers) == 1 or any(_UNREADABLE in text for text in texts)


def _choose(reading: Reading, item: Import) -> ImportOptions:
    encoding, delimiter = reading.found
    st.markdown("Strange letters come of the wrong encoding, joined columns of the wrong mark.")
    with st.container(horizontal=True, gap="small"):
        chosen_encoding = st.selectbox(
            "Letters are written in", _with_found(ENCODINGS, item.options.encoding),
            format_func=lambda name: (
                encoding_label(name) if name else f"As found: {encoding_label(encoding)}"
            ),
            key=f"import.{item.id}.encoding", width=300,
        )  # fmt: skip
        chosen_delimiter = st.selectbox(
            "Columns are parted by", _with_found(DELIMITERS, item.options.delimiter),
            format_func=lambda mark: (
                _mark(mark).capitalize() if mark else f"As found: {_mark(delimiter)}"
            ),
            key=f"import.{item.id}.delimiter", width=240,
        )  # fmt: skip
    return replace(item.options, encoding=chosen_encoding, delimiter=chosen_delimiter)


def _with_found(known: tuple[str, ...], first: str) -> list[str]:
    """Return the choices, that of before first: a list begins with its default."""
    return sorted(("", *known), key=lambda choice: choice != first)


def _mark(delimiter: str) -> str:
    return DELIMITER_WORDS.get(delimiter, delimiter)
