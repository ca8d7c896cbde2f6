"""Putting the products of a collection into order by dragging them."""

from collections.abc import Sequence

import streamlit as st

from core.domain.collections import Collection
from core.domain.products import ProductSummary
from ui.access import require_actor
from ui.components.browser_code import component
from ui.components.collection_state import close, finish
from ui.context import services
from ui.errors import expected_errors

SHOWN = 200
"""So many products are arranged at a time; those after them keep their places."""

_cards = component("collection_order")


@st.dialog("Arrange products", width="large", icon=":material/drag_indicator:", on_dismiss=close)
def arrange_products(collection: Collection) -> None:
    """Let the person drag the first products into another order, and keep it."""
    actor = require_actor()
    with expected_errors():
        page = services().collections.products(actor, collection.id, limit=SHOWN)
        st.caption("Drag a product to its place, or move the one in focus with the arrow keys.")
        ids = _drag(page.items, key=f"collection.order.{collection.id}")
        if page.next is not None:
            st.caption(f"These are the first {SHOWN}. Those after them keep their places.")
        if st.button("Save this order", type="primary", width="stretch", key="collection.order.go"):
            services().collections.order_products(actor, collection.id, ids)
            finish("The order is kept.")


def _drag(products: Sequence[ProductSummary], *, key: str) -> tuple[int, ...]:
    """Draw the products as cards that can be moved, and return their ids in the order they have."""
    # A list, because for a mapping Streamlit would import pandas to look for data frames.
    data = [
        {
            "id": str(product.id),
            "title": product.name,
            "src": product.photo.url("w160") if product.photo else "",
        }
        for product in products
    ]
    known = {str(product.id): product.id for product in products}
    # What was dragged counts for these products in this order only: others are drawn anew.
    key = f"{key}.{hash(tuple(known.values()))}"
    order = _cards(key=key, data=data, on_order_change=_nothing).get("order")
    if isinstance(order, list) and len(order) == len(known) and set(order) == known.keys():
        return tuple(known[one] for one in order)
    return tuple(known.values())


def _nothing() -> None:
    """Make Streamlit know the state; the dialog reads the returned value."""
