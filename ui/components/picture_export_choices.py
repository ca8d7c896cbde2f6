"""The choices of an export of pictures: how they leave, how they are called, what lies beside."""

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from core.domain.naming import HOLES, MAX_RULE_CHARS
from core.domain.picture_exports import (
    MAX_ADDRESS_CHARS,
    MAX_LIMIT_KB,
    MAX_QUALITY,
    MAX_SIDE_PX,
    MIN_LIMIT_KB,
    MIN_QUALITY,
    MIN_SIDE_PX,
    ExportOptions,
    PictureFacts,
    PictureFormat,
    Sidecar,
)
from core.errors import InvalidInputError
from ui.components.picture_export_words import FORMAT_NOTES, FORMATS, SIDECARS
from ui.context import services
from ui.format import escape_markdown
from ui.state import state_of

KEY = "picture_export"


@dataclass
class ExportChoicesState:
    """What the fields show: those that a format has none of keep it until they come back."""

    kept: dict[str, Any] = field(default_factory=dict)


def set_choices(options: ExportOptions) -> None:
    """Let the fields show these options; before they are drawn, or in a callback."""
    fields: dict[str, Any] = {
        "format": options.file_format,
        "longest": options.longest_px or None,
        "quality": options.quality,
        "max_kb": options.max_kb or None,
        "background": options.background,
        "rule": options.rule,
        "sidecars": list(options.sidecars),
        "address": options.image_address,
    }
    state_of(ExportChoicesState).kept = fields
    for name, value in fields.items():
        st.session_state[f"{KEY}.{name}"] = value


def ask_choices(first: PictureFacts | None) -> ExportOptions | None:
    """Draw the fields and return the options, None while they cannot be meant.

    `first` is the picture that shows how files would be called.
    """
    query = _ask_format()
    query["rule"] = _ask_rule()
    under_rule = st.empty()
    query |= _ask_sidecars()
    try:
        options = ExportOptions(**query)  # type: ignore[arg-type] # asked for by their names
        name = services().picture_exports.example(options.rule, first, options)
    except InvalidInputError as error:
        under_rule.error(escape_markdown(error.user_message), icon=":material/error:")
        return None
    under_rule.caption(f"For example {escape_markdown(name)}")
    return options


def _ask_format() -> dict[str, object]:
    chosen = st.segmented_control(
        "Format", list(FORMATS), format_func=FORMATS.__getitem__, required=True, width="stretch",
        key=_field("format"),
    )  # fmt: skip
    file_format = PictureFormat(chosen or PictureFormat.ORIGINAL)
    st.caption(FORMAT_NOTES[file_format])
    found: dict[str, object] = {"file_format": file_format}
    if file_format.keeps_pixels:
        return found
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        found["longest_px"] = int(
            st.number_input(
                "Longest side, px", MIN_SIDE_PX, MAX_SIDE_PX, None, step=1,
                placeholder="As it is", help="Nothing is ever enlarged.", key=_field("longest"),
            )
            or 0
        )  # fmt: skip
        if file_format.is_lossy:
            found["max_kb"] = int(
                st.number_input(
                    "At most, kB a file", MIN_LIMIT_KB, MAX_LIMIT_KB, None, step=1,
                    placeholder="No limit", key=_field("max_kb"),
                    help="The quality is lowered just as far as it takes.",
                )
                or 0
            )  # fmt: skip
        if file_format is PictureFormat.JPEG:
            found["background"] = st.color_picker(
                "Behind what is transparent", key=_field("background")
            )
    if file_format.is_lossy:
        found["quality"] = st.slider("Quality", MIN_QUALITY, MAX_QUALITY, key=_field("quality"))
    return found


def _ask_rule() -> str:
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        box = st.container(width="stretch")
        chosen = st.menu_button(
            "Insert", list(HOLES), format_func=lambda hole: f"{{{hole}}} :gray[{HOLES[hole]}]",
            icon=":material/data_object:", key=f"{KEY}.insert",
        )  # fmt: skip
    if chosen is not None:
        rule = str(st.session_state.get(f"{KEY}.rule", ""))
        joined = f"{rule}{'' if not rule or rule[-1] in '_-/ .' else '_'}{{{chosen}}}"
        st.session_state[f"{KEY}.rule"] = joined[:MAX_RULE_CHARS]
    return box.text_input(
        "File names", max_chars=MAX_RULE_CHARS, key=_field("rule"),
        help="What stands in braces is filled in; a slash makes a folder.",
    )  # fmt: skip


def _ask_sidecars() -> dict[str, object]:
    chosen = st.pills(
        "Beside the pictures", list(SIDECARS), format_func=SIDECARS.__getitem__,
        selection_mode="multi", key=_field("sidecars"),
    )  # fmt: skip
    found: dict[str, object] = {"sidecars": tuple(s for s in Sidecar if s in set(chosen))}
    if Sidecar.SHOPIFY in chosen:
        address = st.text_input(
            "Where the shop finds the pictures", max_chars=MAX_ADDRESS_CHARS,
            placeholder="https://cdn.example.com/pictures/", key=_field("address"),
            help="Stands before each file's name in the table. Leave it empty to put in file "
            "names alone.",
        ).strip()  # fmt: skip
        # Few people end it with a slash, and without one no address would be right.
        is_open = address and not address.endswith("/") and len(address) < MAX_ADDRESS_CHARS
        found["image_address"] = f"{address}/" if is_open else address
    return found


def _field(name: str) -> str:
    """Return the key of a field, which shows what it showed when it was last drawn."""
    key, kept = f"{KEY}.{name}", state_of(ExportChoicesState).kept
    if key in st.session_state:
        kept[name] = st.session_state[key]
    elif name in kept:
        st.session_state[key] = kept[name]
    return key
