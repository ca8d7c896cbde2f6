"""Edit a picture: each saved edit is a new version, and nothing is ever overwritten."""

import streamlit as st

from ui.access import require_actor
from ui.components.editor import show_editor
from ui.components.editor_tree import version_words
from ui.components.header import page_header, show_way_back
from ui.components.missing import found
from ui.context import services
from ui.navigation import open_asset

actor = require_actor()

# Read
asset = found(services().assets.get, actor, "picture", back="pages/gallery.py")

# Draw
with page_header(asset.title or asset.product_name or asset.label, version_words(asset)):
    show_way_back("Gallery", "pages/gallery.py")
    if st.button("Details", icon=":material/info:", key="editor.details"):
        open_asset(asset.id)
if asset.trashed_at is not None:
    st.warning("This picture is in the trash. Restore it to edit it.", icon=":material/delete:")
show_editor(asset.id)
