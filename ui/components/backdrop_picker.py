"""Choosing what stands behind the product."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import streamlit as st

from core.domain.accounts import Actor
from core.domain.assets import Origin
from core.domain.generation import ROOMS, BackdropKind
from ui.components.thumbs import Thumb, pick_thumb
from ui.components.uploads import photo_uploader, taken
from ui.context import services
from ui.errors import expected_errors
from ui.state import state_of

_KINDS: Mapping[BackdropKind, str] = {
    "room": "Room", "plain": "Plain", "gradient": "Gradient", "picture": "Picture",
}  # fmt: skip
_OWN = "own"
_COLOURS = {
    "#ffffff": "White", "#f4f1ec": "Linen", "#e5ded3": "Sand", "#d9e0d4": "Sage",
    "#d6e0e8": "Mist", "#efd9d3": "Blush", "#8c8f94": "Stone", "#24262b": "Graphite",
}  # fmt: skip
_GRADIENTS = {
    "#ffffff,#e2e2e8": "Cloud", "#f7efe5,#d9c3a5": "Dune", "#eef3ea,#b9c9b0": "Meadow",
    "#eaf2f8,#a9c1d6": "Sky", "#fbe9e4,#d8a79b": "Rose", "#3a3d45,#15161a": "Night",
}  # fmt: skip
_PICTURES = 12


@dataclass
class BackdropState:
    """What was chosen of each kind, so that a look at another kind loses nothing."""

    room: str = ROOMS[0].name
    plain: str = "#f4f1ec"
    own_plain: str = "#c7b8ea"
    gradient: str = "#f7efe5,#d9c3a5"
    own_gradient: str = "#ffffff,#c7b8ea"
    picture: str = ""
    uploads: int = 0


def pick_backdrop(actor: Actor) -> tuple[BackdropKind, str]:
    """Draw the choices and return the kind and the value of what is chosen.

    The value may be "" where a picture is still to be chosen: `Backdrop` then says so.
    """
    kind = st.segmented_control(
        "Backdrop", get_args(BackdropKind), default="room", required=True, width="stretch",
        format_func=lambda kind: _KINDS[kind], key="studio.backdrop", persist_state="session",
    )  # fmt: skip
    state = state_of(BackdropState)
    if kind == "plain":
        state.plain, state.own_plain = _pick_colours(
            "plain", _COLOURS, (state.plain, state.own_plain), ("Colour",)
        )
        return "plain", state.own_plain if state.plain == _OWN else state.plain
    if kind == "gradient":
        state.gradient, state.own_gradient = _pick_colours(
            "gradient", _GRADIENTS, (state.gradient, state.own_gradient), ("Top", "Bottom")
        )
        return "gradient", state.own_gradient if state.gradient == _OWN else state.gradient
    if kind == "picture":
        state.picture = _pick_picture(actor, state)
        return "picture", state.picture
    state.room = _pick_room(state.room)
    return "room", state.room


def _pick_room(chosen: str) -> str:
    rooms = [
        Thumb(room.name, room.label, f"/assets/rooms/{room.name}.webp")
        for room in services().generation.rooms()
    ]
    return pick_thumb(
        "Room", rooms, key="studio.room", chosen=chosen, shows_labels=True, shape="wide"
    )


def _pick_colours(
    kind: str, presets: Mapping[str, str], chosen: tuple[str, str], labels: Sequence[str]
) -> tuple[str, str]:
    """Return the chosen preset (or `own`) and the person's own colours."""
    preset, own = chosen
    thumbs = [Thumb(colours, name, fill=_fill(colours)) for colours, name in presets.items()]
    preset = pick_thumb(
        "Colours", [*thumbs, Thumb(_OWN, "Own colours", fill=_fill(own))],
        key=f"studio.{kind}", chosen=preset, width_px=44,
    )  # fmt: skip
    if preset == _OWN:
        with st.container(horizontal=True):
            own = ",".join(
                st.color_picker(label, colour, key=f"studio.{kind}.{label.lower()}")
                for label, colour in zip(labels, own.split(","), strict=True)
            )
    return preset, own


def _fill(colours: str) -> str:
    parts = colours.split(",")
    return f"linear-gradient({parts[0]}, {parts[-1]})"


def _pick_picture(actor: Actor, state: BackdropState) -> str:
    _take_upload(actor, state)
    text = st.text_input(
        "Search your uploads", type="search", live=True, key="studio.pictures.text",
        placeholder="Search your uploads", label_visibility="collapsed",
    )  # fmt: skip
    page = services().assets.search(actor, text, origin=Origin.UPLOADED, limit=_PICTURES)
    if not page.items:
        st.caption("Nothing found." if text else "Upload a picture to put behind the product.")
        return state.picture
    thumbs = [Thumb(str(a.ref.id), a.label, a.ref.url("w160")) for a in page.items]
    # A new upload is chosen at once, so the earlier choice under this key must not count.
    return pick_thumb(
        "Picture", thumbs, key=f"studio.pictures.{state.uploads}", chosen=state.picture, width_px=58
    )


def _take_upload(actor: Actor, state: BackdropState) -> None:
    files = photo_uploader("Drop a picture here", key="studio.backdrop.file")
    if not files:
        return
    with expected_errors():
        for upload in taken(files, key="studio.backdrop.file"):
            state.picture = str(services().assets.upload(actor, upload).id)
            state.uploads += 1
        st.rerun()
