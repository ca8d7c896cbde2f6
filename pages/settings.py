"""A person's own account: name, password, where they are signed in."""

import streamlit as st

from ui.access import require_actor, sign_out
from ui.components.account_forms import show_name_form, show_password_form, show_sessions
from ui.components.header import page_header
from ui.components.own_approval import show_own_approval

actor = require_actor()
actions = page_header("Settings", "Your account, and the rules of your workspace.")

# Call
if actions.button("Sign out", icon=":material/logout:", key="settings.sign_out"):
    sign_out(actor)

# Draw
with st.grid(2, min_column_width=300, gap="small") as columns:
    with columns.cell():
        show_name_form(actor)
        show_sessions(actor)
    with columns.cell():
        show_password_form(actor)
        show_own_approval(actor)
