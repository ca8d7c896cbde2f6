"""What is asked before a tool works on many pictures, and which of them it would not change."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from core.domain.assets import AssetSummary
from core.domain.image_tools import (
    RATIOS,
    Adjust,
    Background,
    BackgroundKind,
    Crop,
    CutOut,
    Packshot,
    ToolStep,
    Upscale,
    UpscaleMethod,
    ratio_of,
)
from ui.components.editor_options import (
    CHANNELS,
    MAX_UPSCALED_MEGAPIXELS,
    MAX_UPSCALED_SIDE_PX,
    METHODS,
)
from ui.components.editor_state import EditorState
from ui.state import state_of

KEY = "image_tools"

_ALIKE = 0.002
_MEGA = 1_000_000
_BEHIND = {
    BackgroundKind.TRANSPARENT: "Nothing", BackgroundKind.WHITE: "White",
    BackgroundKind.COLOUR: "A colour",
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What is to be done: the steps, and of which pictures it would make nothing new, and why."""

    steps: tuple[ToolStep, ...] = ()
    skips: Callable[[AssetSummary], str] = lambda _asset: ""


def split(pictures: Sequence[AssetSummary], wanted: Wanted) -> tuple[list[int], dict[str, int]]:
    """Return the ids that are worked on, and of the others how many are left out for a reason."""
    ids: list[int] = []
    left_out: dict[str, int] = {}
    for picture in pictures:
        if reason := wanted.skips(picture):
            left_out[reason] = left_out.get(reason, 0) + 1
        else:
            ids.append(picture.ref.id)
    return ids, left_out


def ask_tool() -> Wanted:
    """Draw the tools and what the chosen one needs to know."""
    tool = st.segmented_control(
        "Tool", list(_TOOLS), default="Remove background", required=True, key=f"{KEY}.tool",
        label_visibility="collapsed",
    )  # fmt: skip
    return _TOOLS[tool]()


def _ask_cutout() -> Wanted:
    st.caption("Epox finds each product on this machine and makes the rest transparent.")
    behind = st.segmented_control(
        "Behind the product", list(_BEHIND), default=BackgroundKind.TRANSPARENT, required=True,
        format_func=_BEHIND.__getitem__, key=f"{KEY}.behind",
    )  # fmt: skip
    if behind is BackgroundKind.TRANSPARENT:
        return Wanted((CutOut(),))
    if behind is BackgroundKind.WHITE:
        return Wanted((CutOut(), Background(BackgroundKind.WHITE)))
    colour = st.color_picker("Colour", "#f2efe9", key=f"{KEY}.colour")
    return Wanted((CutOut(), Background(BackgroundKind.COLOUR, colour=colour)))


def _ask_packshot() -> Wanted:
    st.caption("Each product alone, in the middle of pure white, as marketplaces ask for it.")
    name = st.selectbox(
        "For", list(CHANNELS), format_func=lambda name: CHANNELS[name].words, key=f"{KEY}.channel"
    )
    channel = CHANNELS[name]
    left, right = st.columns(2)
    fill = left.slider("Product fills, in percent", 10, 100, channel.fill, key=f"{KEY}.fill.{name}")
    shadow = right.slider("Shadow under it", 0, 100, channel.shadow, key=f"{KEY}.shadow.{name}")
    return Wanted((Packshot(fill, channel.canvas_px, channel.ratio, shadow=shadow),))


def _ask_upscale() -> Wanted:
    st.caption("Adds pixels on this machine. Edges stay sharp; nothing is invented.")
    factor = st.segmented_control(
        "Enlarge", [2, 4], default=2, required=True, format_func=lambda by: f"\u00d7{by}",
        key=f"{KEY}.factor",
    )  # fmt: skip
    method = st.radio(
        "How", list(METHODS), format_func=METHODS.__getitem__, key=f"{KEY}.method",
        horizontal=True,
    )  # fmt: skip

    def too_large(picture: AssetSummary) -> str:
        size = picture.ref.width_px * factor, picture.ref.height_px * factor
        is_fine = max(size) <= MAX_UPSCALED_SIDE_PX
        is_fine = is_fine and size[0] * size[1] <= MAX_UPSCALED_MEGAPIXELS * _MEGA
        return (
            ""
            if is_fine
            else f"too large: at most {MAX_UPSCALED_MEGAPIXELS} megapixels can come of it"
        )

    return Wanted((Upscale(factor, UpscaleMethod(method)),), too_large)


def _ask_crop() -> Wanted:
    st.caption("Keeps the largest part of this ratio in the middle of each picture.")
    ratio = st.pills("Ratio", RATIOS, default="1:1", required=True, key=f"{KEY}.ratio")
    wanted = ratio_of(ratio) or 1.0

    def has_it(picture: AssetSummary) -> str:
        own = picture.ref.width_px / picture.ref.height_px
        return f"already {ratio}" if abs(own / wanted - 1) <= _ALIKE else ""

    return Wanted((Crop(ratio=ratio),), has_it)


def _ask_adjust() -> Wanted:
    copied = state_of(EditorState).copied
    if not copied:
        st.info(
            "Nothing is copied yet. Open a picture in the editor, adjust it and choose Copy.",
            icon=":material/content_copy:",
        )
        return Wanted()
    words = ", ".join(f"{name} {value:+g}" for name, value in copied.items())
    st.markdown(f"Pastes what was copied in the editor: {words}.")
    return Wanted((Adjust(**copied),))


_TOOLS: Mapping[str, Callable[[], Wanted]] = {
    "Remove background": _ask_cutout,
    "Packshot": _ask_packshot,
    "Upscale": _ask_upscale,
    "Crop": _ask_crop,
    "Adjustments": _ask_adjust,
}
