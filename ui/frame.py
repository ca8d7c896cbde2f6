"""What surrounds every page: the window, the sidebar, the error boundary."""

from pathlib import Path

import streamlit as st

from core.domain.accounts import Actor
from ui.access import letting_in, require_actor, sign_out
from ui.components.notices import show_notices
from ui.components.sheet import show_sheet
from ui.components.shortcuts import show_shortcuts
from ui.components.standing import show_standing_notices
from ui.errors import error_boundary
from ui.format import escape_markdown
from ui.navigation import pages_for

_ASSETS = Path(__file__).parents[1] / "web" / "assets"
_ICON = str(_ASSETS / "icon.svg")
_SHORTCUTS = "Keyboard shortcuts"


def main() -> None:
    """Run the page that the address names, for whoever is signed in."""
    st.set_page_config(page_title="Epox", page_icon=_ICON, layout="wide", initial_sidebar_state=256)
    with error_boundary():
        actor = require_actor()
        st.logo(str(_ASSETS / "logo.svg"), size="large", icon_image=_ICON)
        page = st.navigation(pages_for(actor), expanded=True)
        _show_user(actor)
        show_sheet()
        show_notices()
        show_standing_notices(actor, here=page.url_path)
        with letting_in(actor):
            page.run()
        show_notices()


def _show_user(actor: Actor) -> None:
    with (
        st.sidebar.container(height="stretch", vertical_alignment="bottom", gap=None),
        st.container(horizontal=True, vertical_alignment="center", gap="xsmall", wrap=False),
    ):
        name, workspace = escape_markdown(actor.name), escape_markdown(actor.workspace_name)
        st.markdown(f"**{name}**  \n:small[:gray[{workspace}]]", width="stretch")
        choice = st.menu_button(
            "Menu", ["Settings", _SHORTCUTS, "Sign out"], type="tertiary", help="Your account",
            key="frame.user",
        )  # fmt: skip
    if choice == "Settings":
        st.switch_page("pages/settings.py", query_params={})
    if choice == _SHORTCUTS:
        show_shortcuts()
    if choice == "Sign out":
        sign_out(actor)
