"""A preset that ships with Epox, before the workspace has a copy of it."""

import streamlit as st

from core.domain.accounts import Actor
from ui.components.empty import empty_state
from ui.components.header import page_header, show_way_back
from ui.components.notices import announce
from ui.components.preset_dialogs import open_preset, start_in_studio
from ui.components.setting_tiles import show_setting_tiles
from ui.context import services
from ui.errors import expected_errors


def show_starter(actor: Actor, slug: str) -> None:
    """Draw the starter with the ways to begin from it, or say that there is none."""
    starter = next((each for each in services().presets.starters() if each.slug == slug), None)
    if starter is None:
        row = empty_state("search_off", "This preset could not be found", "The link is not right.")
        row.page_link("pages/presets.py", label="Find a preset", icon=":material/arrow_back:")
        return
    with page_header(starter.name, "Ships with Epox"), expected_errors():
        show_way_back("Presets", "pages/presets.py")
        if actor.role.may_edit:
            _show_buttons(actor, slug)
    st.text(starter.description)
    with st.container(border=True, key="preset.settings"):
        st.subheader("Settings", anchor=False)
        show_setting_tiles(starter.layer, key="preset.tiles")


def _show_buttons(actor: Actor, slug: str) -> None:
    if st.button("Copy and change it", icon=":material/content_copy:", key="starter.copy"):
        copy = services().presets.use_starter(actor, slug)
        announce("This copy is shared in the workspace: change it as you like.")
        open_preset(copy.id)
    if st.button(
        "Start in the studio", icon=":material/auto_awesome:", type="primary",
        key="starter.start", shortcut="g",
    ):  # fmt: skip
        start_in_studio(services().presets.use_starter(actor, slug).id)
