"""What can be done with things in the trash."""

from collections.abc import Callable, Sequence

import streamlit as st

from core.domain.accounts import Actor
from core.domain.trash import TrashKind
from ui.access import require_actor
from ui.components.counted import counted
from ui.components.notices import announce
from ui.components.product_toolbar import show_selected
from ui.components.selection import clear, selected
from ui.components.trash_list import selection_key
from ui.context import services
from ui.errors import expected_errors


def show_trash_actions(actor: Actor, kind: TrashKind) -> None:
    """Draw the buttons for what is ticked, and do what they say."""
    key = selection_key(kind)
    ids = tuple(sorted(selected(key)))
    if not ids or not actor.role.may_edit:
        return
    with st.container(horizontal=True, vertical_alignment="center"), expected_errors():
        show_selected(key)
        if st.button("Restore", icon=":material/restore_from_trash:", key="trash.restore"):
            count = _restorer(kind)(actor, ids)
            clear(key)
            announce(f"{counted(count, _noun(kind))} restored.")
            st.rerun()
        if st.button(
            "Delete for good", icon=":material/delete_forever:", type="tertiary",
            key="trash.delete",
        ):  # fmt: skip
            confirm_delete(kind, ids)


def show_empty_button(actor: Actor, kind: TrashKind, count: int) -> None:
    """Draw the button that deletes for good all of a kind."""
    if (
        count
        and actor.role.may_edit
        and st.button(
            f"Empty {kind}", icon=":material/delete_sweep:", type="tertiary", key="trash.empty"
        )
    ):
        confirm_empty(kind)


@st.dialog("Delete for good?", icon=":material/delete_forever:")
def confirm_delete(kind: TrashKind, ids: Sequence[int]) -> None:
    """Ask, and delete what is ticked."""
    actor = require_actor()
    with expected_errors():
        st.write(f"{counted(len(ids), _noun(kind))} {_what_goes(kind)} This cannot be undone.")
        if st.button("Delete for good", type="primary", key="trash.delete.yes", width="stretch"):
            count = services().trash.delete_for_good(actor, kind, ids)
            clear(selection_key(kind))
            announce(f"{counted(count, _noun(kind))} deleted for good.")
            st.rerun()


@st.dialog("Empty the trash?", icon=":material/delete_sweep:")
def confirm_empty(kind: TrashKind) -> None:
    """Ask, and let a worker delete all of a kind."""
    actor = require_actor()
    with expected_errors():
        st.write(f"All {kind} in the trash {_what_goes(kind)} This cannot be undone.")
        if st.button("Empty the trash", type="primary", key="trash.empty.yes", width="stretch"):
            services().trash.empty(actor, kind)
            clear(selection_key(kind))
            announce("The trash is being emptied. This may take a moment.")
            st.rerun()


def _restorer(kind: TrashKind) -> Callable[[Actor, Sequence[int]], int]:
    return {
        TrashKind.PRODUCTS: services().products.restore,
        TrashKind.PICTURES: services().assets.restore,
        TrashKind.COLLECTIONS: services().collections.restore,
        TrashKind.PRESETS: services().presets.restore,
        TrashKind.SESSIONS: services().studio_sessions.restore,
    }[kind]


def _noun(kind: TrashKind) -> str:
    return str(kind).removesuffix("s")


def _what_goes(kind: TrashKind) -> str:
    return {
        TrashKind.PRODUCTS: "will go with all their photos. Pictures that were made of them stay.",
        TrashKind.PICTURES: "will go with all their files. What they cost stays in the books.",
        TrashKind.COLLECTIONS: "will go. Their products and pictures stay.",
        TrashKind.PRESETS: "will go with all their versions. Pictures made with them stay.",
        TrashKind.SESSIONS: "will go. Pictures made in them stay.",
    }[kind]
