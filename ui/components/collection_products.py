"""A collection's products, and what can be done with those that are ticked."""

import streamlit as st

from core.domain.accounts import Actor
from core.domain.collections import Collection
from ui.components.counted import counted
from ui.components.empty import empty_state
from ui.components.notices import announce
from ui.components.paging import current_cursor, keyset_page
from ui.components.product_grid import show_product_grid
from ui.components.product_picker import add_to
from ui.components.product_toolbar import show_selected
from ui.components.selection import clear, selected
from ui.components.studio_batch import open_studio_with
from ui.context import services
from ui.errors import expected_errors


def show_collection_products(actor: Actor, collection: Collection) -> None:
    """Draw the products in order; ticked ones can be taken out."""
    key = f"collection.{collection.id}"
    after = current_cursor(key="page", filters=collection.id)
    page = services().collections.products(actor, collection.id, after=after)
    if selected(key):
        _show_actions(actor, collection, key)
    if page.items:
        show_product_grid(page.items, key=key)
    elif after is None:
        _show_empty(actor, collection)
    keyset_page(page, key="page")


def _show_actions(actor: Actor, collection: Collection, key: str) -> None:
    with (
        st.container(horizontal=True, vertical_alignment="center", key=f"{key}.toolbar"),
        expected_errors(),
    ):
        show_selected(key)
        if actor.role.may_edit and st.button(
            "Generate pictures", icon=":material/auto_awesome:", type="tertiary",
            key="collection.generate.ticked",
        ):  # fmt: skip
            open_studio_with(selected(key))
        if st.button(
            "Remove from collection", icon=":material/bookmark_remove:", type="tertiary",
            key="collection.remove",
        ):  # fmt: skip
            count = services().collections.remove_products(
                actor, collection.id, tuple(selected(key))
            )
            clear(key)
            announce(f"{counted(count, 'product')} taken out. The catalogue still has them.")
            st.rerun()


def _show_empty(actor: Actor, collection: Collection) -> None:
    row = empty_state(
        "inventory_2", "Nothing in here yet", "Choose products of the catalogue to begin."
    )
    if actor.role.may_edit and row.button(
        "Add products", icon=":material/add:", key="collection.first"
    ):
        add_to(collection)
