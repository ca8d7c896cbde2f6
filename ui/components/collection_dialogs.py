"""Dialogs that make, change and fill collections."""

from collections.abc import Collection as Many

import streamlit as st

from core.domain.accounts import Actor
from core.domain.collections import Collection
from ui.access import require_actor
from ui.components.counted import counted
from ui.components.notices import announce
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown

MAX_NAME_CHARS = 200


@st.dialog("New collection", icon=":material/bookmark_add:")
def create_collection() -> None:
    """Ask for a name and open the collection that was made."""
    actor = require_actor()
    entry = _entry("collections.create", "Create collection")
    with expected_errors():
        if entry:
            made = services().collections.create(actor, *entry)
            st.switch_page("pages/collection.py", query_params={"id": str(made.id)})


@st.dialog("Edit collection", icon=":material/edit:")
def edit_collection(collection: Collection) -> None:
    """Change the name and the description."""
    actor = require_actor()
    entry = _entry("collection.edit", "Save", collection.name, collection.description)
    with expected_errors():
        if entry:
            services().collections.rename(actor, collection.id, *entry)
            announce("Saved.")
            st.rerun()


@st.dialog("Delete collection", icon=":material/delete:")
def delete_collection(collection: Collection) -> None:
    """Ask once more, then delete the collection; its products stay."""
    actor = require_actor()
    st.text(f"“{collection.name}” will be deleted. Its products and their pictures stay.")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Keep it", key="collection.delete.cancel"):
            st.rerun()
        is_sure = st.button("Delete collection", type="primary", key="collection.delete.confirm")
    with expected_errors():
        if is_sure:
            services().collections.delete(actor, collection.id)
            st.switch_page("pages/collections.py", query_params={})


@st.dialog("Add to collection", icon=":material/bookmark_add:")
def add_to_collection(product_ids: Many[int]) -> None:
    """Put the products into a collection that exists, or into a new one."""
    actor = require_actor()
    text = st.text_input(
        "Find a collection", type="search", live=True, key="add_to.text",
        placeholder="Search collections", label_visibility="collapsed",
    )  # fmt: skip
    with expected_errors():
        page = services().collections.search(actor, text, limit=8)
        for item in page.items:
            label = f"{escape_markdown(item.name)} :small[:gray[{item.product_count}]]"
            if st.button(
                label, key=f"add_to.{item.id}", width="stretch", icon=":material/bookmark:"
            ):
                _add(actor, item.id, item.name, product_ids)
        if not page.items:
            st.caption("No collection is called like that." if text else "No collection yet.")
        st.divider()
        entry = _entry(
            "add_to.create", "Create and add", label="New collection", has_description=False
        )
        if entry:
            made = services().collections.create(actor, *entry)
            _add(actor, made.id, made.name, product_ids)


def _add(actor: Actor, collection_id: int, name: str, product_ids: Many[int]) -> None:
    added = services().collections.add_products(actor, collection_id, tuple(product_ids))
    shown = escape_markdown(name)
    announce(f"{counted(added, 'product')} added to {shown}." if added else f"Already in {shown}.")
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
