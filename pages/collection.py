"""A collection: its products, and the shots that are wanted of each."""

import streamlit as st

from ui.access import require_actor
from ui.components.collection_menu import MENU_DIALOGS, show_collection_buttons
from ui.components.collection_products import show_collection_products
from ui.components.collection_state import show_dialog
from ui.components.collection_words import facts_of
from ui.components.default_panels import show_collection_defaults
from ui.components.header import page_header, show_way_back
from ui.components.missing import found
from ui.components.shot_section import SHOT_DIALOGS, show_shots
from ui.context import services

actor = require_actor()

# Read
collection = found(services().collections.get, actor, "collection", back="pages/collections.py")

# Draw
head = st.container()
if collection.description:
    st.text(collection.description)
part = st.segmented_control(
    "Show", ("Products", "Shots", "Settings"), default="Products", required=True, key="part",
    label_visibility="collapsed", bind="query-params",
)  # fmt: skip
with head, page_header(collection.name, facts_of(collection, names_status=not actor.role.may_edit)):
    show_way_back("Collections", "pages/collections.py")
    show_collection_buttons(actor, collection, is_main=part == "Products")
show_dialog(collection, {**MENU_DIALOGS, **SHOT_DIALOGS})
if part == "Shots":
    show_shots(actor, collection)
elif part == "Settings":
    show_collection_defaults(actor, collection)
else:
    show_collection_products(actor, collection)
