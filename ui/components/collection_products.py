"""A collection's products, and what can be done with those that are ticked."""

import streamlit as st

from core.domain.accounts import Actor
from core.domain.collections import Collection, Place
from ui.components.collection_words import filter_words
from ui.components.counted import counted, show_total
from ui.components.empty import empty_state
from ui.components.notices import announce
from ui.components.paging import current_cursor, keyset_page
from ui.components.product_grid import show_product_grid
from ui.components.product_picker import add_to
from ui.components.selection import clear, selected
from ui.components.studio_batch import open_studio_with
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown

_PLACES = {
    Place.FIRST: "To the front", Place.UP: "One forward",
    Place.DOWN: "One back", Place.LAST: "To the end",
}  # fmt: skip


def show_collection_products(actor: Actor, collection: Collection) -> None:
    """Draw the products in order; ticked ones can be moved within it and taken out."""
    key = f"collection.{collection.id}"
    after = current_cursor(key="page", filters=collection.id)
    page = services().collections.products(actor, collection.id, after=after)
    if collection.filter is not None:
        words = " · ".join(filter_words(collection.filter)) or "every product in use"
        st.caption(f":material/filter_list: Holds what matches now: {escape_markdown(words)}")
    if selected(key):
        _show_actions(actor, collection, key)
    if page.items:
        show_product_grid(page.items, key=key)
        show_total(page, "product")
    elif after is None:
        _show_empty(actor, collection)
    keyset_page(page, key="page")


def _show_actions(actor: Actor, collection: Collection, key: str) -> None:
    with (
        st.container(horizontal=True, vertical_alignment="center", key=f"{key}.toolbar"),
        expected_errors(),
    ):
        st.button(
            f"{len(selected(key)):,} selected", icon=":material/close:", key=f"{key}.clear",
            help="Clear the selection", on_click=clear, args=(key,),
        )  # fmt: skip
        if not actor.role.may_edit:
            return
        if st.button(
            "Generate pictures", icon=":material/auto_awesome:", type="tertiary",
            key="collection.generate.ticked",
        ):  # fmt: skip
            open_studio_with(selected(key))
        if not collection.is_smart:
            _show_order(actor, collection, key)


def _show_order(actor: Actor, collection: Collection, key: str) -> None:
    ids = tuple(selected(key))
    place = st.menu_button(
        "Move", list(_PLACES), format_func=_PLACES.__getitem__, type="tertiary",
        icon=":material/swap_vert:", key="collection.move",
    )  # fmt: skip
    if place is not None:
        services().collections.move(actor, collection.id, ids, place)
        st.rerun()
    if st.button(
        "Remove from collection", icon=":material/bookmark_remove:", type="tertiary",
        key="collection.remove",
    ):  # fmt: skip
        count = services().collections.remove_products(actor, collection.id, ids)
        clear(key)
        announce(f"{counted(count, 'product')} taken out. The catalogue still has them.")
        st.rerun()


def _show_empty(actor: Actor, collection: Collection) -> None:
    if collection.is_smart:
        empty_state(
            "filter_list_off", "Nothing matches now",
            "Products appear here as soon as they match the filter. Edit it under “More”.",
        )  # fmt: skip
        return
    row = empty_state(
        "inventory_2", "Nothing in here yet", "Choose products of the catalogue to begin."
    )
    if actor.role.may_edit and row.button(
        "Add products", icon=":material/add:", key="collection.first"
    ):
        add_to(collection)
