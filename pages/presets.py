"""Presets: sets of settings to begin from, the workspace's own and those that ship with Epox."""

import streamlit as st

from ui.access import require_actor
from ui.components.header import page_header
from ui.components.preset_list import preset_bar, show_presets, show_undo

actor = require_actor()
actions = page_header("Presets", "Settings to begin from, and what came of them.")
if actor.role.may_edit and actions.button(
    "New preset", icon=":material/add:", type="primary", key="presets.new"
):
    st.switch_page("pages/preset.py", query_params={"new": "1"})

show_undo(actor)
listing = preset_bar()
show_presets(actor, listing)
