"""One import, step by step: its file, its columns, what it would change, what it changed."""

import streamlit as st

from core.domain.imports import ImportKind, ImportStatus
from ui.access import require_actor
from ui.components.header import page_header, show_way_back
from ui.components.import_columns import show_columns
from ui.components.import_lines import show_lines
from ui.components.import_progress import show_progress
from ui.components.import_removal import offer_deletion
from ui.components.import_steps import show_check, show_end, show_new, show_steps
from ui.components.import_upload import show_upload
from ui.components.missing import found
from ui.context import services
from ui.format import size_bytes, when

actor = require_actor()

if "id" not in st.query_params:
    with page_header("New import", "Bring in products from a table, or photos for products."):
        show_way_back("Imports", "pages/imports.py")
    if not actor.role.may_edit:
        st.info("Your role in this workspace may look at imports, but not begin one.")
        st.stop()
    show_upload(actor)
    st.stop()

# Read
item = found(services().imports.get, actor, "import", back="pages/imports.py")
is_table = item.kind is ImportKind.PRODUCTS
may_choose = is_table and item.may_check and actor.role.may_edit
at_columns = may_choose and (
    item.status is ImportStatus.NEW or st.query_params.get("step") == "columns"
)

# Draw
facts = (size_bytes(item.size_bytes), item.created_by or "", when(item.created_at))
with page_header(item.file_name, " · ".join(fact for fact in facts if fact)):
    show_way_back("Imports", "pages/imports.py")
show_steps(item, at_columns=at_columns)
if item.is_busy:
    show_progress(item.id)
elif at_columns:
    show_columns(actor, item)
elif item.status is ImportStatus.CHECKED:
    show_check(actor, item)
    show_lines(actor, item)
elif item.status is ImportStatus.NEW:
    show_new(actor, item)
else:
    show_end(actor, item)
    show_lines(actor, item)
if item.may_delete and actor.role.may_edit:
    offer_deletion(item)
