"""Dialogs that add, change, order and remove wanted shots."""

from typing import NoReturn

import streamlit as st

from core.domain.collections import Collection
from core.domain.shots import MAX_WANTED, WantedShot
from ui.access import require_actor
from ui.components.collection_state import close, finish
from ui.context import services
from ui.errors import expected_errors

MAX_NAME_CHARS = 80


@st.dialog("Add a wanted shot", icon=":material/add_a_photo:", on_dismiss=close)
def add_shot(collection: Collection) -> None:
    """Ask for a name and how many approved pictures each product should have."""
    actor = require_actor()
    with expected_errors():
        entry = _entry("shot.add", "Add shot")
        if entry:
            services().shots.add(actor, collection.id, *entry)
            finish("The shot is wanted of every product here.")


@st.dialog("Wanted shot", icon=":material/photo_camera:", on_dismiss=close)
def edit_shot(collection: Collection, shot_id: int) -> None:
    """Change a shot's name, number and place, or remove it."""
    actor = require_actor()
    with expected_errors():
        shots = services().shots.shots(actor, collection.id)
        ids = [shot.id for shot in shots]
        shot = next((one for one in shots if one.id == shot_id), None)
        if shot is None:
            st.text("This shot is not wanted any more.")
            return
        entry = _entry("shot.edit", "Save", shot)
        if entry:
            services().shots.rename(actor, shot_id, *entry)
            finish("Saved.")
        at = ids.index(shot_id)
        with st.container(horizontal=True, vertical_alignment="center"):
            if _move("Move left", "chevron_left", "left", is_possible=at > 0):
                services().shots.order(actor, collection.id, _swapped(ids, at, at - 1))
                st.rerun()
            if _move("Move right", "chevron_right", "right", is_possible=at < len(ids) - 1):
                services().shots.order(actor, collection.id, _swapped(ids, at, at + 1))
                st.rerun()
            st.space("stretch")
            if st.button("Settings", icon=":material/tune:", type="tertiary", key="shot.settings"):
                _show_settings(collection)
            with st.popover("Remove", icon=":material/delete:", type="tertiary"):
                st.text("Its pictures stay in the gallery.")
                is_sure = st.button("Remove this shot", type="primary", key="shot.remove")
        if is_sure:
            services().shots.remove(actor, shot_id)
            finish("The shot is removed. Its pictures are in the gallery.")


def _show_settings(collection: Collection) -> NoReturn:
    close()
    query = {"id": str(collection.id), "part": "Settings"}
    st.switch_page("pages/collection.py", query_params=query)


def _move(label: str, icon: str, name: str, *, is_possible: bool) -> bool:
    return st.button(
        label, icon=f":material/{icon}:", type="tertiary", key=f"shot.{name}",
        disabled=not is_possible,
    )  # fmt: skip


def _swapped(ids: list[int], one: int, other: int) -> list[int]:
    ids[one], ids[other] = ids[other], ids[one]
    return ids


def _entry(key: str, button: str, shot: WantedShot | None = None) -> tuple[str, int] | None:
    """Return the name and the number once they are sent, else None."""
    with st.form(key, border=False):
        name = st.text_input(
            "Name", shot.name if shot else "", key=f"{key}.name", max_chars=MAX_NAME_CHARS,
            placeholder="Front on white",
        )  # fmt: skip
        wanted = st.number_input(
            "Approved pictures of each product", 1, MAX_WANTED, shot.wanted if shot else 1,
            key=f"{key}.wanted",
        )  # fmt: skip
        is_sent = st.form_submit_button(button, type="primary", width="stretch", key=f"{key}.send")
    return (name, int(wanted)) if is_sent else None
