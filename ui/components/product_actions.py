"""What can be done with the products that are ticked."""

import streamlit as st

from core.domain.accounts import Actor
from ui.components.collection_dialogs import add_to_collection
from ui.components.counted import counted
from ui.components.notices import announce
from ui.components.selection import clear, selected
from ui.components.studio_batch import open_studio_with
from ui.context import services
from ui.errors import expected_errors


def show_product_actions(actor: Actor, key: str, *, in_trash: bool) -> None:
    """Draw the buttons for the ticked products of a list and do what they say."""
    ids = tuple(selected(key))
    with expected_errors():
        if in_trash:
            if _action("Restore", "restore_from_trash"):
                count = services().products.restore(actor, ids)
                _finish(key, f"{counted(count, 'product')} restored.")
            return
        if actor.role.may_edit and _action("Generate pictures", "auto_awesome"):
            open_studio_with(ids)
        if _action("Add to collection", "bookmark_add"):
            add_to_collection(ids)
        if _action("Delete", "delete"):
            count = services().products.trash(actor, ids)
            _finish(key, f"{counted(count, 'product')} moved to the trash.")


def _action(label: str, icon: str) -> bool:
    key = f"products.{icon}"
    return st.button(label, icon=f":material/{icon}:", type="tertiary", key=key)


def _finish(key: str, sentence: str) -> None:
    clear(key)
    announce(sentence)
    st.rerun()
