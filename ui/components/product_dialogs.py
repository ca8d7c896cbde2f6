"""Dialogs that add a product and change one."""

from typing import NoReturn

import streamlit as st

from core.domain.products import Product
from ui.access import require_actor
from ui.components.counted import counted
from ui.components.notices import announce
from ui.components.photo_upload import add_photos
from ui.components.product_form import product_fields
from ui.components.uploads import photo_uploader
from ui.context import services
from ui.errors import expected_errors

_UPLOAD = "products.upload"


@st.dialog("Add product", width="medium", icon=":material/add_box:")
def add_product() -> None:
    """Ask for the facts and photos of a new product, then open its page."""
    show_add_product()


def show_add_product() -> None:
    """Draw the form of a new product; whatever is refused, nothing typed is lost."""
    actor = require_actor()
    with expected_errors(), st.form("products.add", border=False, enter_to_submit=False):
        categories = services().products.categories(actor)
        entry = product_fields("products.add", categories)
        files = photo_uploader("Drop photos here", key=_UPLOAD)
        is_sent = st.form_submit_button(
            "Add product", type="primary", width="stretch", key="products.add.send"
        )
    if not is_sent:
        return
    with expected_errors():
        product = services().products.create(actor, entry.draft())
        with expected_errors():
            kept = add_photos(actor, product.id, files, key=_UPLOAD) if files else 0
            announce(f"Added with {counted(kept, 'photo')}." if kept else "Added.")
            open_product(product.id)
        # Photos could not be kept at all: the product is there, and its page takes them later.
        st.page_link(
            "pages/product.py",
            label="Open the product",
            icon=":material/arrow_forward:",
            query_params={"id": str(product.id)},
        )


@st.dialog("Edit product", width="medium", icon=":material/edit:")
def edit_product(product: Product) -> None:
    """Change the facts of a product."""
    show_edit_product(product)


def show_edit_product(product: Product) -> None:
    """Draw the form of the product's facts."""
    actor = require_actor()
    key = f"product.edit.{product.id}"
    with expected_errors(), st.form(key, border=False, enter_to_submit=False):
        entry = product_fields(key, services().products.categories(actor), product)
        is_sent = st.form_submit_button(
            "Save", type="primary", width="stretch", key="product.edit.send"
        )
    with expected_errors():
        if is_sent:
            services().products.update(actor, product.id, entry.draft())
            announce("Saved.")
            st.rerun()


def open_product(product_id: int) -> NoReturn:
    """Go to a product's page."""
    st.switch_page("pages/product.py", query_params={"id": str(product_id)})
