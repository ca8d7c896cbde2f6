"""The catalogue: find products, add some, collect them, throw them away and bring them back."""

from functools import partial

import streamlit as st

from ui.access import require_actor
from ui.components.counted import show_total
from ui.components.header import page_header
from ui.components.paging import current_cursor, keyset_page
from ui.components.product_actions import show_product_actions
from ui.components.product_dialogs import add_product
from ui.components.product_empty import show_no_products
from ui.components.product_grid import show_product_grid
from ui.components.product_table import show_product_table
from ui.components.product_toolbar import clear_filters, product_toolbar
from ui.context import services

actor = require_actor()
is_trash = st.query_params.get("show") == "trash"
key = "products.trash" if is_trash else "products"

# Draw
if is_trash:
    header = page_header("Trash", "Products that were deleted. Their pictures stay.")
    if header.button(
        "Back to products",
        icon=":material/arrow_back:",
        key="products.back",
        on_click=clear_filters,
    ):
        # {} and not None: None is refused while a filter is in the address.
        st.switch_page("pages/products.py", query_params={})
else:
    header = page_header("Products", "Everything you make pictures of.")
    if header.button(
        "Trash",
        icon=":material/delete:",
        type="tertiary",
        key="products.trash",
        on_click=clear_filters,
    ):
        st.switch_page("pages/products.py", query_params={"show": "trash"})
    if actor.role.may_edit and header.button(
        "Add product", icon=":material/add:", type="primary", key="products.new"
    ):
        add_product()

# Read
filters = product_toolbar(
    key,
    services().products.categories(actor),
    partial(show_product_actions, actor, key, in_trash=is_trash),
)
after = current_cursor(key="page", filters=(is_trash, filters))
page = services().products.search(
    actor, filters.text, category=filters.category, trashed=is_trash, after=after
)

# Draw
if not page.items:
    show_no_products(actor, filters, in_trash=is_trash)
elif filters.view == "Table":
    show_product_table(page.items, key=key)
else:
    show_product_grid(page.items, key=key)
show_total(page, "product")
keyset_page(page, key="page")
