"""The workspace at a glance: what there is, what is being made, what came last."""

import streamlit as st

from ui.access import require_actor
from ui.components.budget import show_spent
from ui.components.counts import show_count
from ui.components.empty import empty_state
from ui.components.first_steps import show_first_steps
from ui.components.header import page_header
from ui.components.jobs import show_jobs, watch_jobs
from ui.components.pictures import show_pictures
from ui.components.product_dialogs import add_product
from ui.context import services

actor = require_actor()
actions = page_header("Dashboard", actor.workspace_name)

# Read
board = services().dashboard.get(actor)

# Draw
if board.product_count == 0:
    show_first_steps(actor)
    st.stop()

if actor.role.may_edit and actions.button(
    "Add product", icon=":material/add:", key="dashboard.add"
):
    add_product()
if actor.role.may_edit and actions.button(
    "Open studio", icon=":material/auto_awesome:", type="primary", key="dashboard.studio"
):
    st.switch_page("pages/studio.py", query_params={})

with st.grid(5, min_column_width=150):
    show_count("Products", f"{board.product_count:,}", "pages/products.py", "All products")
    show_count(
        "Without a photo",
        f"{board.products_without_photo:,}",
        "pages/products.py",
        "Add photos" if board.products_without_photo else "All have one",
    )
    show_count("Collections", f"{board.collection_count:,}", "pages/collections.py", "Collections")
    show_count("Pictures", f"{board.picture_count:,}", "pages/gallery.py", "Gallery")
    show_spent(board.budget)

watch_jobs(show_jobs, key="dashboard.jobs")

st.subheader("Recent pictures", anchor=False)
if board.recent:
    show_pictures(board.recent, key="dashboard")
else:
    row = empty_state(
        "photo_library", "No pictures yet", "Choose a product and a backdrop in the studio."
    )
    if row.button("Open studio", icon=":material/auto_awesome:", key="dashboard.first"):
        st.switch_page("pages/studio.py", query_params={})
