"""Products as a table; who may edit types into its cells."""

from collections.abc import Collection, Sequence
from typing import Any

import streamlit as st

from core.domain.accounts import Actor
from core.domain.paging import Cursor
from core.domain.products import ProductSort, ProductSummary
from ui.components.browser_code import component
from ui.components.product_cells import (
    answered_tokens,
    discard_cell,
    joined,
    keep_cells,
    refused_cells,
    typed_cells,
)
from ui.components.product_dialogs import open_product
from ui.components.product_filters import Listing
from ui.components.product_rows import steady_rows
from ui.components.product_toolbar import sort_by
from ui.components.selection import select, selected
from ui.context import services
from ui.errors import expected_errors
from ui.format import ago, escape_markdown

_table = component("product_table")

_SORTS = {
    "name": ProductSort.NAME,
    "sku": ProductSort.SKU,
    "updated": ProductSort.UPDATED,
}
_MAX_ELSEWHERE = 5
_ASCENDING = (ProductSort.NAME, ProductSort.SKU, ProductSort.PRICE_LOW)


def show_product_table(
    actor: Actor,
    products: Sequence[ProductSummary],
    listing: Listing,
    *,
    key: str,
    after: Cursor | None = None,
) -> None:
    """Draw the products as rows and do what was done to them: ticked, opened, sorted, edited."""
    is_editable = actor.role.may_edit
    with expected_errors():
        is_fresh = f"{key}.table" not in st.session_state
        products = steady_rows(actor, products, (listing, after), is_fresh=is_fresh)
        _show_refused_elsewhere({product.id for product in products})
        # A list, because for a mapping Streamlit would import pandas to look for data frames.
        data = [
            _columns(actor, listing.sort, is_editable=is_editable),
            [_row(product) for product in products],
            sorted(str(product_id) for product_id in selected(key)),
            {"selectable": True, "editable": is_editable, "label": "Products"},
            _refused(products),
            answered_tokens(),
        ]
        result = _table(
            key=f"{key}.table", data=data, on_event_change=_nothing, on_edits_change=_nothing
        )
        if is_editable:
            st.caption(
                "Click a cell and type, or click it again to change it: Enter goes on below, Tab "
                "to the right, Esc takes it back. Cells copied from a spreadsheet can be pasted "
                "into the cell that is chosen."
            )
        if is_editable and keep_cells(actor, typed_cells(result.get("edits"))):
            st.rerun()
        _react(result.get("event"), products, key)


def _nothing() -> None:
    """Make Streamlit know the event; the page reacts to the returned value."""


def _react(event: object, products: Sequence[ProductSummary], key: str) -> None:
    here = {str(product.id): product.id for product in products}
    match event:
        case ["ticks", [*ids]]:
            ticked = {here[one] for one in ids if one in here}
            select(key, (selected(key) - set(here.values())) | ticked)
        case ["open", str(product_id)] if product_id in here:
            open_product(here[product_id])
        case ["sort", str(sort)]:
            sort_by(ProductSort.of(sort))
        case ["discard", str(product_id), str(field)] if product_id in here:
            discard_cell(here[product_id], field)
        case _:
            return
    st.rerun()


def _columns(actor: Actor, sort: ProductSort, *, is_editable: bool) -> list[dict[str, Any]]:
    categories = services().products.categories(actor) if is_editable else ()
    price = ProductSort.PRICE_HIGH if sort is ProductSort.PRICE_LOW else ProductSort.PRICE_LOW
    return [
        _column("name", "Name", "name", sort, max_chars=200),
        _column("sku", "SKU", "code", sort, max_chars=80),
        _column("category", "Category", "category", sort, max_chars=120, choices=categories),
        _column("price", "Price", "number", sort, max_chars=20, by=price),
        _column("tags", "Tags", "list", sort, max_chars=1300, hint="oak, new"),
        _column("materials", "Materials", "list", sort, max_chars=1300, hint="oak, wool"),
        _column("photos", "Photos", "number", sort),
        _column("approved", "Approved", "number", sort),
        _column("updated", "Changed", "moment", sort),
    ]


def _column(  # noqa: PLR0913 - what a column is made of
    field: str,
    label: str,
    kind: str,
    sort: ProductSort,
    *,
    max_chars: int = 0,
    hint: str = "",
    choices: Sequence[str] = (),
    by: ProductSort | None = None,
) -> dict[str, Any]:
    by = by or _SORTS.get(field)
    is_sorted = sort is by or (field == "price" and sort.value.startswith("price"))
    order = ("ascending" if sort in _ASCENDING else "descending") if is_sorted else ""
    edit = {"max_chars": max_chars, "hint": hint, "choices": list(choices)}
    return {
        "id": field,
        "label": label,
        "kind": kind,
        "sort": by.value if by else "",
        "order": order,
        "edit": edit if max_chars else None,
    }


def _row(product: ProductSummary) -> dict[str, Any]:
    price = product.price
    return {
        "id": str(product.id),
        "version": product.version,
        "name": product.name,
        "href": f"/product?id={product.id}",
        "src": product.photo.url("w160") if product.photo else "",
        "sign": "Archived" if product.archived else "",
        "is_quiet": product.archived,
        "cells": {
            "name": product.name,
            "sku": product.sku,
            "category": product.category,
            "price": "" if price is None else f"{price:.2f}",
            "tags": joined(product.tags),
            "materials": joined(product.materials),
            "photos": str(product.photo_count),
            "approved": str(product.approved_count),
            "updated": ago(product.updated_at),
        },
        "shown": {} if price is None else {"price": f"{price:,.2f}"},
    }


def _refused(products: Sequence[ProductSummary]) -> list[list[str]]:
    here = {product.id for product in products}
    return [
        [str(product_id), field, refusal.text, refusal.sentence]
        for (product_id, field), refusal in refused_cells().items()
        if product_id in here
    ]


def _show_refused_elsewhere(here: Collection[int]) -> None:
    """Draw what was refused in rows that are not shown any more: nothing typed gets lost."""
    elsewhere = [place for place in refused_cells() if place[0] not in here][:_MAX_ELSEWHERE]
    for product_id, field in elsewhere:
        refusal = refused_cells()[product_id, field]
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"Not kept: :red[{escape_markdown(refusal.text)}] as the {field} of another "
                f"product. {escape_markdown(refusal.sentence)}",
                width="stretch",
            )
            if st.button("Open", key=f"products.refused.{product_id}.{field}.open"):
                open_product(product_id)
            st.button(
                "Discard", key=f"products.refused.{product_id}.{field}", type="tertiary",
                on_click=discard_cell, args=(product_id, field),
            )  # fmt: skip
