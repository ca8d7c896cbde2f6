"""All imports of the workspace: what came in, what came of it, and what can be taken back."""

import streamlit as st

from ui.access import require_actor
from ui.components.counted import show_total
from ui.components.empty import empty_state
from ui.components.header import page_header, show_way_back
from ui.components.import_list import show_imports
from ui.components.paging import current_cursor, keyset_page

actor = require_actor()

# Draw
with page_header("Imports", "Tables of products and photos that were brought in."):
    show_way_back("Products", "pages/products.py")
    if actor.role.may_edit and st.button(
        "New import", icon=":material/upload:", type="primary", key="imports.new"
    ):
        st.switch_page("pages/import.py", query_params={})

page = show_imports(current_cursor(key="after"))
if not page.items:
    row = empty_state(
        "upload_file",
        "Nothing was imported yet",
        "Bring in a table of products from a shop or a spreadsheet, or many photos at once.",
    )
    if actor.role.may_edit and row.button(
        "Import products", icon=":material/upload:", key="imports.first"
    ):
        st.switch_page("pages/import.py", query_params={})
show_total(page, "import")
keyset_page(page, key="after")
