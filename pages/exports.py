"""Exports of pictures: what is being made, what can be downloaded, for how long."""

import streamlit as st

from ui.access import require_actor
from ui.components.counted import show_total
from ui.components.empty import empty_state
from ui.components.header import page_header, show_way_back
from ui.components.paging import current_cursor, keyset_page
from ui.components.picture_export_list import show_exports

actor = require_actor()

# Draw
with page_header("Exports", "Pictures as ZIP files. Each is kept for a week."):
    show_way_back("Gallery", "pages/gallery.py")

page = show_exports(current_cursor(key="after"))
if not page.items:
    row = empty_state(
        "folder_zip",
        "Nothing was exported yet",
        "Choose pictures in the gallery, then “Export”: here they are when they are ready.",
    )
    if row.button("Open the gallery", icon=":material/photo_library:", key="exports.gallery"):
        st.switch_page("pages/gallery.py", query_params={})
show_total(page, "export")
keyset_page(page, key="after")
