"""The workspace at a glance: what waits, what there is, what is being made, what came last."""

import streamlit as st

from ui.access import require_actor
from ui.components.attention import show_attention
from ui.components.budget import show_spent
from ui.components.counts import show_count
from ui.components.empty import empty_state
from ui.components.first_steps import show_first_steps
from ui.components.header import page_header
from ui.components.jobs import show_jobs, watch_jobs
from ui.components.mention_panel import show_mentions
from ui.components.pictures import show_pictures
from ui.components.product_dialogs import add_product
from ui.components.tour import show_tour, show_welcome, wants_tour
from ui.context import services

actor = require_actor()
actions = page_header("Dashboard", actor.workspace_name)

# Read
board = services().dashboard.get(actor)
figures = board.figures

# Draw
is_new = wants_tour(actor, board)
if not figures.products:
    if is_new:
        show_welcome(actor)
        show_tour(actor, board)
    else:
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

if is_new:
    show_tour(actor, board)
show_attention(figures)
show_mentions(actor)

with st.grid(5, min_column_width=150):
    show_count("Products", f"{figures.products:,}", "pages/products.py", "All products")
    show_count("Collections", f"{figures.collections:,}", "pages/collections.py", "Collections")
    show_count("Pictures", f"{figures.pictures:,}", "pages/gallery.py", "Gallery")
    show_count("Approved", f"{figures.approved:,}", "pages/gallery.py", "Approved pictures",
               query={"review": "approved"})  # fmt: skip
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
