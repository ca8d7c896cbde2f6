"""The parts of a product's page around its photos and pictures."""

from collections.abc import Mapping
from typing import NoReturn

import streamlit as st

from core.domain.accounts import Actor
from core.domain.products import Product
from ui.components.collection_dialogs import add_to_collection
from ui.components.facts import show_facts
from ui.components.notices import announce
from ui.components.product_dialogs import begin_edit, open_product
from ui.components.product_filters import Listing
from ui.components.product_words import SOURCES, product_facts
from ui.context import services
from ui.errors import expected_errors
from ui.format import ago, escape_markdown
from ui.navigation import open_studio

_MENU: Mapping[str, str] = {
    "duplicate": ":material/content_copy: Duplicate",
    "archive": ":material/archive: Archive",
    "unarchive": ":material/unarchive: Take out of the archive",
    "trash": ":material/delete: Delete",
}


def show_product_ways(actor: Actor, product: Product, listing: Listing) -> None:
    """Draw the ways back to the list and to the products beside this one in its order."""
    if st.button("Products", icon=":material/arrow_back:", type="tertiary", key="header.back"):
        st.switch_page("pages/products.py", query_params=listing.query())
    before, after = services().products.neighbours(actor, product.id, listing.wanted, listing.sort)
    for way, icon, neighbour, letter in (
        ("Previous", "chevron_left", before, "k"),
        ("Next", "chevron_right", after, "j"),
    ):
        is_clicked = st.button(
            way, icon=f":material/{icon}:", type="tertiary", key=f"product.{way.lower()}",
            shortcut=letter, disabled=neighbour is None, help=f"{way} product of the list",
        )  # fmt: skip
        if is_clicked and neighbour is not None:
            st.switch_page(
                "pages/product.py", query_params={**listing.query(), "id": str(neighbour)}
            )


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
                announce("The product is back.")
                st.rerun()
            return
        archive = "archive" if product.archived_at is None else "unarchive"
        chosen = st.menu_button(
            "More", ("duplicate", archive, "trash"), format_func=_MENU.__getitem__,
            key="product.more",
        )  # fmt: skip
        if st.button(
            "Generate pictures", icon=":material/auto_awesome:", type="primary",
            key="product.generate", shortcut="g",
        ):  # fmt: skip
            open_studio(product.id)
        if chosen is not None:
            _do(actor, product, chosen)


def show_product_standing(actor: Actor, product: Product) -> None:
    """Say on top of the page that the product is in the trash or archived, with the way out."""
    with expected_errors():
        if product.trashed_at is not None:
            st.warning(
                "This product is in the trash. Restore it to work with it.",
                icon=":material/delete:",
            )
        elif product.archived_at is not None:
            with st.container(
                border=True, horizontal=True, vertical_alignment="center", key="product.archived"
            ):
                st.markdown(":material/archive: This product is archived: lists leave it out.")
                if actor.role.may_edit and st.button("Take it out", key="product.unarchive"):
                    _do(actor, product, "unarchive")


def show_product_facts(actor: Actor, product: Product) -> None:
    """Draw what is known about the product, with a way to change it."""
    with st.container(border=True, key="product.facts"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader("Facts", anchor=False, width="content")
            st.space("stretch")
            if _may_change(actor, product) and st.button(
                "Edit", icon=":material/edit:", type="tertiary", key="product.edit"
            ):
                begin_edit(product)
        added_by, changed_by = _authors(actor, product)
        entered = product_facts(product)
        del entered["Name"]
        description = entered.pop("Description")
        show_facts((
            *entered.items(),
            ("Source", SOURCES[product.source]),
            ("Added", f"{ago(product.created_at)}{added_by}"),
            ("Changed", f"{ago(product.updated_at)}{changed_by}"),
        ))  # fmt: skip
        if description:
            st.text(description)


def show_product_collections(actor: Actor, product: Product) -> None:
    """Draw the collections that hold the product, with a way to add it to another one."""
    with st.container(border=True, key="product.collections"):
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


def _do(actor: Actor, product: Product, action: str) -> NoReturn:
    products = services().products
    if action == "duplicate":
        copy = products.duplicate(actor, product.id)
        announce("This is the copy. Its SKU is new; change what differs.")
        open_product(copy.id)
    if action == "archive":
        products.archive(actor, [product.id])
        announce("Archived. Lists leave it out; its pictures stay.")
    elif action == "unarchive":
        products.unarchive(actor, [product.id])
        announce("Taken out of the archive.")
    else:
        products.trash(actor, [product.id])
        announce("The product is in the trash.")
    st.rerun()


def _authors(actor: Actor, product: Product) -> tuple[str, str]:
    """Return " by ..." for who added the product and for who changed it last, or "" each.

    Of a product with a long history only the latest is looked up: all of it is in its panel.
    """
    page = services().products.history(actor, product.id)
    if not page.items:
        return "", ""
    first = page.items[-1].who if page.next is None else ""
    latest = page.items[0].who
    return f" by {first}" if first else "", f" by {latest}" if latest else ""


def _may_change(actor: Actor, product: Product) -> bool:
    return actor.role.may_edit and product.trashed_at is None
