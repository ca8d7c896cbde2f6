"""What can be done with the products that are ticked, below whatever part of the list is seen."""

from dataclasses import dataclass
from functools import partial
from typing import Literal

import streamlit as st

from core.domain.accounts import Actor
from core.domain.paging import Page
from core.domain.plans import MAX_PLAN_PRODUCTS
from core.domain.products import ProductChange, ProductFilter, ProductSummary
from core.services.access import MAX_IDS
from ui.components.analysis_run import look_at_products
from ui.components.bulk_edit import change_all, edit_selected
from ui.components.collection_dialogs import add_to_collection
from ui.components.counted import counted
from ui.components.export_menu import export_address
from ui.components.navigate import go_to_url
from ui.components.product_deeds import (
    Deed,
    in_parts,
    last_deed,
    note_deed,
    show_deed,
    show_way_back,
)
from ui.components.product_filters import Listing
from ui.components.product_toolbar import show_selected
from ui.components.selection import add_all, clear, selected
from ui.components.studio_batch import open_studio_with
from ui.context import services
from ui.errors import expected_errors
from ui.state import state_of

_MAX_IDS_IN_ADDRESS = 1_000


@dataclass
class ProductActionState:
    """What was ticked as "all that match"."""

    matching: frozenset[int] = frozenset()
    wanted: ProductFilter | None = None


def show_product_actions(
    actor: Actor, page: Page[ProductSummary], listing: Listing, *, key: str
) -> None:
    """Draw the buttons for the ticked products of the list and do what they say."""
    ids = tuple(sorted(selected(key)))
    deed = last_deed()
    if not ids and deed is None:
        return
    with (
        st.bottom,
        st.container(horizontal=True, vertical_alignment="center", gap="small"),
        expected_errors(),
    ):
        if not ids:
            if deed is not None:
                show_deed(actor, deed, key=key)
            return
        show_selected(key)
        _show_select_all(actor, ids, page, listing, key)
        if actor.role.may_edit:
            _show_ways_on(ids, key)
            if deed is not None and deed.way_back == "cells":
                show_way_back(actor, deed, key=key, label="Undo edit")
        _show_more(actor, ids, listing, key)


def _show_select_all(
    actor: Actor, ids: tuple[int, ...], page: Page[ProductSummary], listing: Listing, key: str
) -> None:
    here = [product.id for product in page.items]
    if page.total > len(ids) and not page.is_similar:
        is_too_many = page.total > MAX_IDS
        if st.button(
            f"Select the first {MAX_IDS}" if is_too_many else f"Select all {page.total:,}",
            icon=":material/select_all:", type="tertiary", key="products.select_all",
            help="Everything that matches, on all pages",
        ):  # fmt: skip
            _select_matching(actor, listing.wanted, key)
    elif not set(here) <= set(ids):
        st.button(
            "Select this page", icon=":material/select_all:", type="tertiary",
            key="products.select_page", on_click=add_all, args=(key, here),
        )  # fmt: skip


def _select_matching(actor: Actor, wanted: ProductFilter, key: str) -> None:
    ids = services().products.ids(actor, wanted, limit=MAX_IDS)
    add_all(key, ids)
    state = state_of(ProductActionState)
    state.matching, state.wanted = frozenset(ids), wanted
    st.rerun()


def _show_ways_on(ids: tuple[int, ...], key: str) -> None:
    is_too_many = len(ids) > MAX_PLAN_PRODUCTS
    if st.button(
        "Generate", icon=":material/auto_awesome:", key="products.auto_awesome", type="primary",
        shortcut="G", disabled=is_too_many, help=f"Up to {MAX_PLAN_PRODUCTS} products at a time",
    ):  # fmt: skip
        open_studio_with(ids)
    if st.button(
        "Add to collection", icon=":material/bookmark_add:", type="tertiary",
        key="products.bookmark_add",
    ):  # fmt: skip
        add_to_collection(ids, key)
    if st.button(
        "Edit", icon=":material/edit_note:", type="tertiary", key="products.edit", shortcut="E",
        help="Category, tags, materials, colours",
    ):  # fmt: skip
        edit_selected(key)


def _show_more(actor: Actor, ids: tuple[int, ...], listing: Listing, key: str) -> None:
    options: list[str] = []
    if actor.role.may_edit:
        options += ["Look at photos"]
        options += ["Archive"] if listing.wanted.archived is not True else []
        options += ["Unarchive"] if listing.wanted.archived is not False else []
        options.append("Delete")
    query = _exported(ids, listing)
    options += _EXPORTS if query is not None else ()
    choice = st.menu_button("More", options, type="tertiary", key="products.more")
    if choice in _EXPORTS:
        go_to_url(export_address(query or {}, _EXPORTS[choice]))
    elif choice is not None:
        _DEEDS[choice](actor, key, ids, listing)


def _archive(actor: Actor, key: str, ids: tuple[int, ...], listing: Listing) -> None:
    count = change_all(actor, ids, ProductChange(archived=True))
    _tell(key, f"{counted(count, 'product')} archived.", "unarchive", ids, listing)


def _unarchive(actor: Actor, key: str, ids: tuple[int, ...], listing: Listing) -> None:
    count = change_all(actor, ids, ProductChange(archived=False))
    _tell(key, f"{counted(count, 'product')} back from the archive.", "archive", ids, listing)


def _delete(actor: Actor, key: str, ids: tuple[int, ...], listing: Listing) -> None:
    in_parts(ids, lambda part: services().products.trash(actor, part))
    sentence = f"{counted(len(ids), 'product')} moved to the trash."
    _tell(key, sentence, "restore", ids, listing)


def _exported(ids: tuple[int, ...], listing: Listing) -> dict[str, str] | None:
    state = state_of(ProductActionState)
    if frozenset(ids) == state.matching and state.wanted == listing.wanted:
        # The address would be too long with thousands of ids in it.
        return listing.query()
    is_short = len(ids) <= _MAX_IDS_IN_ADDRESS
    return {"ids": ",".join(map(str, ids))} if is_short else None


def _tell(
    key: str,
    sentence: str,
    way_back: Literal["restore", "archive", "unarchive"],
    ids: tuple[int, ...],
    listing: Listing,
) -> None:
    clear(key)
    # Where both are listed nobody knows any more which were in the archive before.
    is_mixed = way_back != "restore" and listing.wanted.archived is None
    note_deed(Deed(sentence) if is_mixed else Deed(sentence, way_back, ids))
    st.rerun()


def _look(actor: Actor, key: str, ids: tuple[int, ...], listing: Listing) -> None:
    del actor, listing
    look_at_products(ids, on_begun=partial(clear, key))


_DEEDS = {"Look at photos": _look, "Archive": _archive, "Unarchive": _unarchive, "Delete": _delete}
_EXPORTS = {"Export CSV": "csv", "Export Excel": "xlsx", "Export JSON": "json"}
