"""Dialogs that make, change and fill collections."""

from collections.abc import Collection as Many

import streamlit as st

from core.domain.accounts import Actor
from core.domain.collections import Collection, CollectionFilter
from core.domain.products import ProductFilter
from ui.access import require_actor
from ui.components.collection_filter import pick_filter
from ui.components.collection_state import close, finish
from ui.components.counted import counted
from ui.components.notices import announce
from ui.components.product_deeds import Deed, note_deed
from ui.components.selection import clear
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown

MAX_NAME_CHARS = 120
MAX_AT_ONCE = 500
"""So many products are added in one call."""

BY_HAND, BY_FILTER = "Choose products by hand", "Let a filter decide"


@st.dialog("New collection", icon=":material/bookmark_add:")
def create_collection() -> None:
    """Ask for a name and what decides on the products, and open the collection that was made."""
    actor = require_actor()
    with expected_errors():
        kind = st.segmented_control(
            "What is in it", (BY_HAND, BY_FILTER), default=BY_HAND, required=True, width="stretch",
            key="collections.create.kind",
        )  # fmt: skip
        wanted = pick_filter(actor, key="collections.create") if kind == BY_FILTER else None
        entry = _entry("collections.create", "Create collection")
        if entry:
            _open(_made(actor, *entry, wanted))


@st.dialog("New collection by filter", icon=":material/bookmark_add:")
def save_as_collection(wanted: ProductFilter) -> None:
    """Ask for a name for what a list of products is narrowed to, and open the new collection."""
    actor = require_actor()
    with expected_errors():
        st.markdown(
            ":gray[It holds whatever matches these filters, also what is added later. "
            "You can freeze it at any time.]"
        )
        entry = _entry("collections.save", "Create collection")
        if entry:
            _open(_made(actor, *entry, wanted))


@st.dialog("Edit collection", icon=":material/edit:", on_dismiss=close)
def edit_collection(collection: Collection) -> None:
    """Change the name, the description, and of a smart collection the filter."""
    actor = require_actor()
    with expected_errors():
        wanted = None
        if collection.filter is not None:
            wanted = pick_filter(actor, key="collection.edit", begin=collection.filter)
        entry = _entry("collection.edit", "Save", collection.name, collection.description)
        if entry:
            services().collections.rename(actor, collection.id, *entry)
            if wanted is not None and wanted != collection.filter:
                services().collections.set_filter(actor, collection.id, wanted)
            finish("Saved.")


@st.dialog("Add to collection", icon=":material/bookmark_add:")
def add_to_collection(product_ids: Many[int], list_key: str = "") -> None:
    """Put the products into a collection that exists, or into a new one.

    If they are the ticked ones of a list, it unticks them and tells of the collection.
    """
    actor = require_actor()
    text = st.text_input(
        "Find a collection", type="search", live=True, key="add_to.text",
        placeholder="Search collections", label_visibility="collapsed",
    )  # fmt: skip
    with expected_errors():
        # Of smart ones the filter decides what is in them.
        page = services().collections.search(actor, text, CollectionFilter(is_smart=False), limit=8)
        for item in page.items:
            label = f"{escape_markdown(item.name)} :small[:gray[{item.count_label}]]"
            if st.button(
                label, key=f"add_to.{item.id}", width="stretch", icon=":material/bookmark:"
            ):
                _add(actor, item.id, item.name, product_ids, list_key)
        if not page.items:
            st.caption("No collection is called like that." if text else "No collection yet.")
        st.divider()
        entry = _entry(
            "add_to.create", "Create and add", label="New collection", has_description=False
        )
        if entry:
            made = services().collections.create(actor, *entry)
            _add(actor, made.id, made.name, product_ids, list_key)


def _made(actor: Actor, name: str, description: str, wanted: ProductFilter | None) -> Collection:
    if wanted is None:
        return services().collections.create(actor, name, description)
    return services().collections.create_from_filter(actor, name, wanted, description)


def _open(collection: Collection) -> None:
    st.switch_page("pages/collection.py", query_params={"id": str(collection.id)})


def _add(
    actor: Actor, collection_id: int, name: str, product_ids: Many[int], list_key: str
) -> None:
    ids = tuple(product_ids)
    added = sum(
        services().collections.add_products(actor, collection_id, ids[start : start + MAX_AT_ONCE])
        for start in range(0, len(ids), MAX_AT_ONCE)
    )
    shown = escape_markdown(name)
    said = f"{counted(added, 'product')} added to {shown}." if added else f"Already in {shown}."
    if added and (rest := len(ids) - added):
        said += f" {counted(rest, 'product')} {'was' if rest == 1 else 'were'} in it already."
    if list_key:
        clear(list_key)
        note_deed(Deed(said, collection_id=collection_id))
    else:
        announce(said)
    st.rerun()


def _entry(
    key: str,
    button: str,
    name: str = "",
    description: str = "",
    *,
    label: str = "Name",
    has_description: bool = True,
) -> tuple[str, str] | None:
    """Return the name and the description once they are sent, else None."""
    with st.form(key, border=False):
        name = st.text_input(label, name, key=f"{key}.name", max_chars=MAX_NAME_CHARS)
        if has_description:
            description = st.text_area(
                "Description", description, key=f"{key}.description", height=96
            )
        is_sent = st.form_submit_button(button, type="primary", width="stretch", key=f"{key}.send")
    return (name, description) if is_sent else None
