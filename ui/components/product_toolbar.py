"""The bar above the catalogue: what is shown of it, sorted by what, and how."""

from dataclasses import replace
from typing import get_args

import streamlit as st

from core.domain.accounts import Actor
from core.domain.products import ProductSort
from ui.components.product_filter_panel import filter_panel
from ui.components.product_filters import (
    Listing,
    View,
    listing_in_address,
    search_field,
    seed,
    show_listing,
    tell_address,
)
from ui.components.saved_views import ViewsOf, saved_views
from ui.components.selection import clear, selected

SORTS = {
    ProductSort.UPDATED: "Last changed",
    ProductSort.CREATED: "Newest",
    ProductSort.NAME: "Name",
    ProductSort.SKU: "SKU",
    ProductSort.PRICE_LOW: "Lowest price",
    ProductSort.PRICE_HIGH: "Highest price",
}

_VIEWS: dict[View, str] = {
    "Grid": ":material/grid_view: Grid",
    "Table": ":material/table_rows: Table",
}
_SAVED = ViewsOf("products", "pages/products.py", "Chairs to photograph")
_SORT = "products.sort"
_VIEW = "products.view"


def product_toolbar(actor: Actor) -> Listing:
    """Draw the bar and return what it says, which is what the address says."""
    tell_address()
    listing = listing_in_address()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        search_field(listing)
        filter_panel(actor, listing)
        saved_views(actor, _SAVED, listing.query(), is_as_usual=listing.is_as_usual)
        st.space("stretch")
        st.selectbox(
            "Sort by", list(SORTS), format_func=SORTS.__getitem__, key=seed(_SORT, listing.sort),
            label_visibility="collapsed", width=136, on_change=_sort,
        )  # fmt: skip
        st.segmented_control(
            "View", get_args(View), format_func=_VIEWS.__getitem__, required=True,
            key=seed(_VIEW, listing.view), label_visibility="collapsed", on_change=_view,
        )  # fmt: skip
    return listing


def show_selected(key: str) -> None:
    """Draw how many are ticked, as a button that unticks them."""
    st.button(
        f"{len(selected(key)):,} selected", icon=":material/close:", key=f"{key}.clear",
        help="Clear the selection", on_click=clear, args=(key,),
    )  # fmt: skip


def sort_by(sort: ProductSort) -> None:
    """Sort the list by this from its first page on."""
    show_listing(replace(listing_in_address(), sort=sort))


def _sort() -> None:
    sort_by(st.session_state[_SORT])


def _view() -> None:
    show_listing(replace(listing_in_address(), view=st.session_state[_VIEW]))
