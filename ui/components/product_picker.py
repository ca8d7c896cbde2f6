"""Finding products by text, to choose one or several of them."""

from collections.abc import Collection as Many
from dataclasses import replace

import streamlit as st

from core.domain.accounts import Actor
from core.domain.collections import Collection
from core.domain.paging import Page
from core.domain.products import ProductFilter, ProductSummary
from ui.access import require_actor
from ui.components.counted import counted, show_total
from ui.components.empty import empty_state
from ui.components.grid import GridEvent, GridItem, show_grid
from ui.components.notices import announce
from ui.components.paging import current_cursor, keyset_page
from ui.components.product_grid import product_card
from ui.components.selection import clear, selected, toggle
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown
from ui.navigation import open_studio

_SHOWN_IN_DIALOG = 24
_HELD = "In it"


def choose_studio_product(actor: Actor) -> None:
    """Draw the catalogue to begin with a product of it; a click opens the studio with that one."""
    text = _search("studio.find")
    after = current_cursor(key="page", filters=text)
    page = services().products.search(actor, ProductFilter(text=text), after=after)
    if page.items:
        _open_clicked(page, "studio.products")
        show_total(page, "product")
        keyset_page(page, key="page")
    elif text:
        empty_state("search_off", "No product matches", "Try fewer or other words.")
    else:
        row = empty_state("inventory_2", "No products yet", "Pictures are made of a product.")
        row.page_link("pages/products.py", label="Add a product", icon=":material/add:")


@st.dialog("Choose a product", width="large", icon=":material/inventory_2:")
def change_studio_product() -> None:
    """Let the person go on in the studio with another product."""
    actor = require_actor()
    with expected_errors():
        text = _search("studio.change")
        page = services().products.search(actor, ProductFilter(text=text), limit=_SHOWN_IN_DIALOG)
        event = _show(page, "studio.change.products")
        if event is not None:
            # The session stays: only its product is another one.
            st.query_params["product"] = event.id
            st.rerun()
        _show_rest(page)


@st.dialog("Add products", width="large", icon=":material/inventory_2:")
def add_to(collection: Collection) -> None:
    """Let the person tick products and put them into the collection."""
    show_add_to(collection)


def show_add_to(collection: Collection) -> None:
    """Draw the search, the products to tick, and the button that adds them."""
    actor = require_actor()
    key = f"collection.add.{collection.id}"
    with expected_errors():
        text = _search(f"{key}.text")
        page = services().products.search(actor, ProductFilter(text=text), limit=_SHOWN_IN_DIALOG)
        held = _held(actor, collection, text)
        event = _show(page, key, held, selectable=True)
        if event is not None:
            # What is in it already cannot be added: its tick goes off again.
            if int(event.id) not in held:
                toggle(key, int(event.id))
            st.rerun(scope="fragment")
        _show_rest(page)
        if any(product.id in held for product in page.items):
            st.caption(f"Products marked “{_HELD}” are in this collection already.")
        count = len(selected(key))
        label = f"Add {counted(count, 'product')}" if count else "Tick products to add them"
        if st.button(label, type="primary", width="stretch", disabled=not count, key=f"{key}.go"):
            added = services().collections.add_products(actor, collection.id, tuple(selected(key)))
            clear(key)
            announce(f"{counted(added, 'product')} added to {escape_markdown(collection.name)}.")
            st.rerun()


def _search(key: str) -> str:
    return st.text_input(
        "Search", type="search", key=key, live=True, label_visibility="collapsed",
        placeholder="Search products by name, SKU, tag, material, colour",
    )  # fmt: skip


def _held(actor: Actor, collection: Collection, text: str) -> set[int]:
    """Return those of the products that are listed for the text which the collection holds."""
    # In the same order: of the first products of all, none comes later among those it holds.
    wanted = ProductFilter(text=text, collection_id=collection.id)
    found = services().products.search(actor, wanted, limit=_SHOWN_IN_DIALOG)
    return {product.id for product in found.items}


def _card(product: ProductSummary, held: Many[int]) -> GridItem:
    card = product_card(product)
    if product.id not in held:
        return card
    label = "Already in this collection"
    return replace(card, badge=_HELD, badge_label=label, badge_tone="green")


def _show(
    page: Page[ProductSummary],
    key: str,
    held: Many[int] = (),
    *,
    selectable: bool = False,
) -> GridEvent | None:
    return show_grid(
        [_card(product, held) for product in page.items],
        key=f"{key}.grid",
        selected=frozenset(str(product_id) for product_id in selected(key)),
        selectable=selectable,
    )


def _open_clicked(page: Page[ProductSummary], key: str) -> None:
    event = _show(page, key)
    if event is not None:
        open_studio(int(event.id))


def _show_rest(page: Page[ProductSummary]) -> None:
    if not page.items:
        st.caption("No product matches.")
    elif page.next is not None:
        st.caption(f"The first {len(page.items)} of {page.total_label}. Search to find the others.")
