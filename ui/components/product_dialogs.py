"""Dialogs that add a product and change one."""

from dataclasses import dataclass, field
from typing import NoReturn

import streamlit as st

from core.domain.accounts import Actor
from core.domain.products import Product
from core.errors import ConflictError
from ui.access import require_actor
from ui.components.counted import counted
from ui.components.facts import show_facts
from ui.components.notices import announce
from ui.components.photo_upload import add_photos
from ui.components.product_filters import listing_in_address
from ui.components.product_form import Known, ProductEntry, product_fields
from ui.components.product_words import product_facts
from ui.components.uploads import photo_uploader
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown
from ui.state import state_of

_UPLOAD = "products.upload"


@dataclass
class EditState:
    """By product, the version that somebody else made while it was edited here, and its words."""

    theirs: dict[int, tuple[int, str]] = field(default_factory=dict)


@st.dialog("Add product", width="medium", icon=":material/add_box:")
def add_product() -> None:
    """Ask for the facts and photos of a new product, then open its page."""
    show_add_product()


def show_add_product() -> None:
    """Draw the form of a new product; whatever is refused, nothing typed is lost."""
    actor = require_actor()
    with expected_errors(), st.form("products.add", border=False, enter_to_submit=False):
        entry = product_fields("products.add", _known(actor))
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
            added = f"Added with {counted(kept, 'photo')}." if kept else "Added."
            announce(f"{added} {entry.price_as_read}".strip())
            open_product(product.id)
        # Photos could not be kept at all: the product is there, and its page takes them later.
        st.page_link(
            "pages/product.py",
            label="Open the product",
            icon=":material/arrow_forward:",
            query_params={"id": str(product.id)},
        )


def begin_edit(product: Product) -> None:
    """Open the form of a product's facts as they are now."""
    state_of(EditState).theirs.pop(product.id, None)
    edit_product(product)


@st.dialog("Edit product", width="medium", icon=":material/edit:")
def edit_product(product: Product) -> None:
    """Change the facts of a product."""
    show_edit_product(product)


def show_edit_product(product: Product) -> None:
    """Draw the form of the product's facts, as they were when it was opened.

    Where somebody else changed them meanwhile, it says what, and what was typed stays.
    """
    actor = require_actor()
    key = f"product.edit.{product.id}"
    with expected_errors(), st.form(key, border=False, enter_to_submit=False):
        entry = product_fields(key, _known(actor), product)
        is_sent = st.form_submit_button(
            "Save", type="primary", width="stretch", key="product.edit.send"
        )
    with expected_errors():
        if is_sent:
            _save(actor, product, entry, product.version)
    _show_theirs(actor, product, entry)


def open_product(product_id: int) -> NoReturn:
    """Go to a product's page; from a list of products, its order goes along."""
    listing = listing_in_address().query()
    st.switch_page("pages/product.py", query_params={**listing, "id": str(product_id)})


def _known(actor: Actor) -> Known:
    products = services().products
    return Known(products.categories(actor), products.tags(actor))


def _save(actor: Actor, product: Product, entry: ProductEntry, version: int) -> None:
    try:
        services().products.update(actor, product.id, entry.draft(), version=version)
    except ConflictError as error:
        now = services().products.get(actor, product.id)
        if now.version == version:
            raise  # about the SKU
        state_of(EditState).theirs[product.id] = (now.version, error.user_message)
        return
    state_of(EditState).theirs.pop(product.id, None)
    announce(f"Saved. {entry.price_as_read}".strip())
    st.rerun()


def _show_theirs(actor: Actor, product: Product, entry: ProductEntry) -> None:
    """Show what somebody else changed while this form was open, and let the person decide."""
    version, said = state_of(EditState).theirs.get(product.id, (0, ""))
    if not version:
        return
    with expected_errors(), st.container(border=True, key="product.edit.theirs"):
        st.markdown(f":material/group: **{escape_markdown(said)}** What you typed is kept.")
        old, now = product_facts(product), product_facts(services().products.get(actor, product.id))
        changed = [(name, now[name] or "nothing") for name in now if now[name] != old[name]]
        if changed:
            st.caption("It is now:")
            show_facts(changed)
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button("Discard mine", type="tertiary", key="product.edit.discard"):
                state_of(EditState).theirs.pop(product.id, None)
                st.rerun()
            if st.button("Save mine over it", key="product.edit.overwrite"):
                _save(actor, product, entry, version)
                st.rerun(scope="fragment")
