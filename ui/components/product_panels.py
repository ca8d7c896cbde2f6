"""The parts of a product's page beside its photos."""

import streamlit as st

from core.domain.accounts import Actor
from core.domain.generation import Dimensions
from core.domain.products import Product
from ui.components.collection_dialogs import add_to_collection
from ui.components.facts import show_facts
from ui.components.notices import announce
from ui.components.product_dialogs import edit_product
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown, when
from ui.navigation import open_studio


def show_product_buttons(actor: Actor, product: Product) -> None:
    """Draw what can be done with the whole product."""
    if not actor.role.may_edit:
        return
    with expected_errors():
        if product.trashed_at is not None:
            if st.button(
                "Restore",
                icon=":material/restore_from_trash:",
                type="primary",
                key="product.restore",
            ):
                services().products.restore(actor, [product.id])
                st.rerun()
            return
        if st.button("Delete", icon=":material/delete:", type="tertiary", key="product.trash"):
            services().products.trash(actor, [product.id])
            announce("The product is in the trash.")
            st.rerun()
        if st.button(
            "Generate pictures", icon=":material/auto_awesome:", type="primary",
            key="product.generate",
        ):  # fmt: skip
            open_studio(product.id)


def show_product_facts(actor: Actor, product: Product) -> None:
    """Draw what is known about the product, with a way to change it."""
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader("Facts", anchor=False, width="content")
            st.space("stretch")
            if _may_change(actor, product) and st.button(
                "Edit", icon=":material/edit:", type="tertiary", key="product.edit"
            ):
                edit_product(product)
        show_facts((
            ("SKU", product.sku),
            ("Category", product.category),
            ("Price", "" if product.price is None else f"{product.price:,.2f}"),
            ("Size", _size(product.dimensions)),
            ("Tags", ", ".join(product.tags)),
            ("Description", product.description),
            ("Changed", when(product.updated_at)),
        ))  # fmt: skip


def show_product_collections(actor: Actor, product: Product) -> None:
    """Draw the collections that hold the product, with a way to add it to another one."""
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader("Collections", anchor=False, width="content")
            st.space("stretch")
            if _may_change(actor, product) and st.button(
                "Add", icon=":material/bookmark_add:", type="tertiary", key="product.collect"
            ):
                add_to_collection((product.id,))
        holders = services().collections.of_product(actor, product.id)
        if not holders:
            st.caption("In no collection yet.")
        for holder in holders:
            st.page_link(
                "pages/collection.py", label=escape_markdown(holder.name),
                icon=":material/bookmark:", query_params={"id": str(holder.id)},
            )  # fmt: skip


def _size(size: Dimensions | None) -> str:
    if size is None:
        return ""
    return f"{size.width_cm:g} cm wide, {size.depth_cm:g} cm deep, {size.height_cm:g} cm high"


def _may_change(actor: Actor, product: Product) -> bool:
    return actor.role.may_edit and product.trashed_at is None
