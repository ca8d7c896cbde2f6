"""One collection: its products, its name, its end."""

import streamlit as st

from ui.access import require_actor
from ui.components.collection_dialogs import delete_collection, edit_collection
from ui.components.collection_products import show_collection_products
from ui.components.counted import counted
from ui.components.header import page_header, show_way_back
from ui.components.missing import found
from ui.components.product_picker import add_to
from ui.components.studio_batch import open_studio_with_collection
from ui.context import services

actor = require_actor()

# Read
collection = found(services().collections.get, actor, "collection", back="pages/collections.py")

# Draw
with page_header(collection.name, counted(collection.product_count, "product")):
    show_way_back("Collections", "pages/collections.py")
    if actor.role.may_edit:
        if st.button("Edit", icon=":material/edit:", type="tertiary", key="collection.edit"):
            edit_collection(collection)
        if st.button("Delete", icon=":material/delete:", type="tertiary", key="collection.delete"):
            delete_collection(collection)
        if st.button("Add products", icon=":material/add:", key="collection.add"):
            add_to(collection)
        if collection.product_count and st.button(
            "Generate pictures",
            icon=":material/auto_awesome:",
            type="primary",
            key="collection.generate",
        ):
            open_studio_with_collection(collection.id)
if collection.description:
    st.text(collection.description)
show_collection_products(actor, collection)
