"""Which dialog of a collection's page is open: it stays so while the page draws itself anew."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from core.domain.collections import Collection
from ui.components.notices import announce
from ui.state import state_of


@dataclass
class CollectionDialogState:
    """The open dialog, the collection, and where it is about them a shot and a product."""

    action: str = ""
    collection_id: int = 0
    shot_id: int = 0
    product_id: int = 0


Dialog = Callable[[Collection, CollectionDialogState], None]


def ask(action: str, collection: Collection, *, shot_id: int = 0, product_id: int = 0) -> None:
    """Open a dialog by drawing the page anew: a part that refreshes itself would close it."""
    state = state_of(CollectionDialogState)
    state.action, state.collection_id = action, collection.id
    state.shot_id, state.product_id = shot_id, product_id
    st.rerun()


def show_dialog(collection: Collection, dialogs: Mapping[str, Dialog]) -> None:
    """Show the dialog that is open on this collection's page, until it is closed."""
    state = state_of(CollectionDialogState)
    if state.collection_id != collection.id or state.action not in dialogs:
        close()
        return
    dialogs[state.action](collection, state)


def close() -> None:
    """Show no dialog any more."""
    state = state_of(CollectionDialogState)
    state.action, state.collection_id, state.shot_id, state.product_id = "", 0, 0, 0


def finish(sentence: str) -> None:
    """Close the dialog, say what was done and draw the page anew."""
    close()
    announce(sentence)
    st.rerun()
