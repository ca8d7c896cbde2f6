"""For administrators: how this server is and what it works on, and its people."""

import streamlit as st

from ui.access import require_admin
from ui.components.header import page_header
from ui.components.paging import current_cursor, keyset_page
from ui.components.people import show_person
from ui.components.system import show_parts, show_system
from ui.context import services

actor = require_admin()
header = page_header("Admin", "Server and people.")
view = header.segmented_control(
    "View", ("System", "People"), default="System", required=True, key="show",
    label_visibility="collapsed", bind="query-params",
)  # fmt: skip

# Draw
if view == "System":
    show_parts(services().health.check())
    show_system()
else:
    text = st.text_input(
        "Search", type="search", placeholder="Search people", key="q", live=True, width=280,
        label_visibility="collapsed", bind="query-params",
    )  # fmt: skip
    users = services().accounts.users(
        actor, text=text, after=current_cursor(key="after", filters=text), limit=20
    )

    with st.container(border=True):
        st.subheader(f"People · {users.total_label}", anchor=False)
        for user in users.items:
            show_person(actor, user)
        if not users.items:
            st.caption("Nobody is called like that.")
        keyset_page(users, key="after")
