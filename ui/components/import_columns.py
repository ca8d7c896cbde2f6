"""The second step of an import of products: which column is which field."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from core.domain.accounts import Actor
from core.domain.imports import (
    FileShape,
    Import,
    ImportField,
    ImportOptions,
    Mapped,
    Reading,
)
from ui.components.counted import counted
from ui.components.import_reading import choose_reading, reading_key
from ui.components.import_words import DELIMITERS, FIELDS, SHAPES, UNITS, encoding_label
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown

_CHOICES = ("", *(field.value for field in FIELDS))
_UNITS = tuple(UNITS)
_WIDTH_PX = 760
_EXAMPLES = 3
_EXAMPLE_CHARS = 60
_SIZES = (ImportField.WIDTH_CM, ImportField.DEPTH_CM, ImportField.HEIGHT_CM)


def show_columns(actor: Actor, item: Import) -> None:
    """Show what the file's columns are taken for, let that be changed, and check the file."""
    facts = st.container()
    how = choose_reading(actor, item)
    if how is None:
        return
    reading, options = how
    key = reading_key(item, options)
    with facts:
        _show_facts(reading)
    with st.form(f"{key}.columns", width=_WIDTH_PX):
        chosen = _choose_fields(reading, reading.mapping, key)
        options = _choose_options(options, reading.mapping, key)
        complaint = st.container()  # above the button: below it nobody would look
        is_sent = st.form_submit_button(
            "Check the file", icon=":material/fact_check:", type="primary", key="import.check"
        )
    with complaint, expected_errors():
        if is_sent:
            services().imports.check(actor, item.id, chosen, options)
            st.switch_page("pages/import.py", query_params={"id": str(item.id)})


def _show_facts(reading: Reading) -> None:
    parts = [SHAPES[reading.shape]] if reading.shape is not FileShape.PLAIN else []
    if reading.delimiter:
        delimiter = DELIMITERS.get(reading.delimiter, reading.delimiter)
        parts.append(f"Read as {encoding_label(reading.encoding)}, columns parted by {delimiter}.")
    if reading.is_remembered:
        parts.append("The columns are as you chose them the last time.")
    if parts:
        st.info(escape_markdown(" ".join(parts)), icon=":material/table:")
    if ImportField.SKU not in reading.mapping.values():
        sentence = "No column looks like the SKU. Please choose one: it tells products apart."
        st.warning(sentence, icon=":material/info:")
    for note in reading.notes:
        st.warning(escape_markdown(note), icon=":material/info:")


def _choose_fields(reading: Reading, mapping: Mapped, key: str) -> dict[int, ImportField]:
    columns = range(len(reading.headers))
    known = [column for column in columns if column in mapping]
    others = [column for column in columns if column not in mapping]
    st.markdown("**Which column is what?**")
    chosen = [(column, _choose(reading, column, mapping.get(column), key)) for column in known]
    if others:
        is_needed = ImportField.SKU not in mapping.values()
        with st.expander(f"{counted(len(others), 'column')} not imported", expanded=is_needed):
            chosen += [(column, _choose(reading, column, None, key)) for column in others]
    return {column: field for column, field in sorted(chosen) if field is not None}


def _choose(
    reading: Reading, column: int, field: ImportField | None, key: str
) -> ImportField | None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(gap=None, width="stretch"):
            header = reading.headers[column].strip() or f"Column {column + 1}"
            st.markdown(escape_markdown(header))
            st.caption(escape_markdown(_examples(reading.sample, column)))
        chosen = st.selectbox(
            f"What is in {header}?", _CHOICES, key=f"{key}.column.{column}", width=220,
            index=0 if field is None else _CHOICES.index(field.value),
            format_func=_choice_label, label_visibility="collapsed",
        )  # fmt: skip
    return ImportField(chosen) if chosen else None


def _choice_label(choice: str) -> str:
    return FIELDS[ImportField(choice)] if choice else "Not imported"


def _examples(sample: Sequence[Sequence[str]], column: int) -> str:
    values = (" ".join(row[column].split()) for row in sample if column < len(row))
    unique = list(dict.fromkeys(value for value in values if value))[:_EXAMPLES]
    shown = (v if len(v) <= _EXAMPLE_CHARS else f"{v[:_EXAMPLE_CHARS]} ..." for v in unique)
    return " · ".join(shown) or "no value in the first lines"


def _choose_options(options: ImportOptions, mapping: Mapped, key: str) -> ImportOptions:
    st.markdown("**What may the file do?**")
    with st.container(gap="xsmall"):
        creates = st.checkbox(
            "Add products whose SKU is new", options.creates, key=f"{key}.creates"
        )
        changes = st.checkbox(
            "Change products whose SKU is there", options.changes, key=f"{key}.changes"
        )
        clears = st.checkbox(
            "Empty cells empty what is stored", options.clears, key=f"{key}.clears",
            help="Otherwise an empty cell leaves a product as it is.",
        )  # fmt: skip
        fetches = options.fetches_photos
        if ImportField.PHOTO_URLS in mapping.values():
            fetches = st.checkbox(
                "Fetch the photos from their addresses", fetches, key=f"{key}.fetches"
            )
    unit = options.length_unit
    if set(_SIZES) & set(mapping.values()):
        unit = st.selectbox(
            "Widths, depths and heights are in", _UNITS, width=220, key=f"{key}.unit",
            index=_UNITS.index(unit), format_func=UNITS.__getitem__,
            help="Where neither the column's name nor the cell says it",
        )  # fmt: skip
    return replace(
        options, creates=creates, changes=changes, clears=clears, fetches_photos=fetches,
        length_unit=unit,
    )  # fmt: skip
