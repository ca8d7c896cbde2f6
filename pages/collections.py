"""All collections of the workspace, by the photos of what is in them."""

import streamlit as st

from ui.access import require_actor
from ui.components.collection_bar import collection_bar
from ui.components.collection_dialogs import create_collection
from ui.components.collection_removal import restore_collection
from ui.components.counted import show_total
from ui.components.covers import show_covers
from ui.components.empty import empty_state
from ui.components.header import page_header
from ui.components.paging import current_cursor, keyset_page
from ui.context import services

actor = require_actor()
actions = page_header("Collections", "Sets of products that belong together.")
if actor.role.may_edit and actions.button(
    "New collection", icon=":material/add:", type="primary", key="collections.new"
):
    create_collection()

# Read
listing = collection_bar()
page = services().collections.search(
    actor, listing.text, listing.wanted, after=current_cursor(key="page", filters=listing), limit=24
)

# Draw
opened = show_covers(page.items, key="collections.covers") if page.items else None
if opened is not None and listing.view != "Trash":
    st.switch_page("pages/collection.py", query_params={"id": str(opened)})
if opened is not None and actor.role.may_edit:
    restore_collection(next(item for item in page.items if item.id == opened))
if not page.items and listing.is_narrowed:
    empty_state("search_off", "No collection matches", "Try fewer or other words, or any status.")
elif not page.items and listing.view == "Trash":
    empty_state("delete", "Nothing in the trash", "Deleted collections can be restored from here.")
elif not page.items and listing.view == "Archived":
    empty_state("archive", "Nothing archived", "Archive what is done, to keep the list short.")
elif not page.items:
    row = empty_state(
        "collections_bookmark",
        "No collections yet",
        "A collection keeps products together, such as a season or a room.",
    )
    if actor.role.may_edit and row.button(
        "New collection", icon=":material/add:", key="collections.first"
    ):
        create_collection()
show_total(page, "collection")
keyset_page(page, key="page")
