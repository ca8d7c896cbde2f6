"""Products as cards."""

from collections.abc import Sequence

import streamlit as st

from core.domain.products import ProductSummary
from ui.components.grid import GridItem, show_grid
from ui.components.product_dialogs import open_product
from ui.components.selection import selected, toggle


def product_card(product: ProductSummary) -> GridItem:
    """Return the card of a product: its primary photo, its name, its SKU and its price."""
    price = "" if product.price is None else f" · {product.price:,.2f}"
    archived = "Archived · " if product.archived else ""
    return GridItem(
        id=str(product.id),
        title=product.name,
        subtitle=f"{archived}{product.sku}{price}",
        src=product.photo.url("w320") if product.photo else "",
        note="" if product.photo else "No photo yet",
        badge=str(product.photo_count) if product.photo_count > 1 else "",
        badge_label=f"{product.photo_count} photos" if product.photo_count > 1 else "",
    )


def show_product_grid(products: Sequence[ProductSummary], *, key: str) -> None:
    """Draw the products as cards: a tick selects, a click opens the product."""
    event = show_grid(
        [product_card(product) for product in products],
        key=f"{key}.grid",
        selected=frozenset(str(product_id) for product_id in selected(key)),
        selectable=True,
    )
    if event is None:
        return
    if event.kind == "select":
        toggle(key, int(event.id))
        st.rerun()
    open_product(int(event.id))
