"""For administrators: the people of this server, and how its parts are."""

import streamlit as st

from ui.access import require_admin
from ui.components.header import page_header
from ui.components.paging import current_cursor, keyset_page
from ui.components.people import show_person
from ui.components.system import show_health, show_models
from ui.context import services

actor = require_admin()
page_header("Admin", "People, and how this server is.")

# Read
text = st.text_input(
    "Search", type="search", placeholder="Search people", key="q", live=True, width=280,
    label_visibility="collapsed", bind="query-params",
)  # fmt: skip
users = services().accounts.users(
    actor, text=text, after=current_cursor(key="after", filters=text), limit=20
)

# Draw
with st.grid(3, min_column_width=280) as columns:
    with columns.cell(column_span=2), st.container(border=True):
        st.subheader(f"People · {users.total_label}", anchor=False)
        for user in users.items:
            show_person(actor, user)
        if not users.items:
            st.caption("Nobody is called like that.")
        keyset_page(users, key="after")
    with columns.cell():
        show_health(services().health.check())
        show_models(services().generation.models())
