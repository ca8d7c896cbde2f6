"""The studio sessions of a person: found again, named, copied, put into the trash."""

from dataclasses import dataclass

import streamlit as st

from core.domain.accounts import Actor
from core.domain.studio_sessions import MAX_SESSION_NAME_CHARS, StudioSession, StudioSessionSummary
from ui.access import require_actor
from ui.components.empty import empty_state
from ui.components.notices import announce
from ui.components.studio_dialogs import close_dialog, is_open, open_dialog
from ui.components.studio_session import begin_anew, hold_session
from ui.context import services
from ui.errors import expected_errors
from ui.format import ago, escape_markdown
from ui.state import state_of

_SHOWN = 12


@dataclass
class SessionNames:
    """How often a session was renamed in this tab."""

    renamed: int = 0


def show_session_buttons(actor: Actor, session: StudioSession) -> None:
    """Draw, in the studio's head, the way to the other sessions and to a new one."""
    if st.button("Sessions", icon=":material/history:", key="studio.sessions"):
        open_dialog("sessions")
    if actor.role.may_edit and st.button("New", icon=":material/add:", key="studio.new"):
        begin_anew()
    if is_open("sessions"):
        choose_session(session.id)


@st.dialog(
    "Your studio sessions", width="medium", icon=":material/history:", on_dismiss=close_dialog
)
def choose_session(current_id: int) -> None:
    """Let the person go on with another session, or tidy up."""
    actor = require_actor()
    with expected_errors():
        text = st.text_input(
            "Search", type="search", placeholder="Search by name", live=True,
            label_visibility="collapsed", key="studio.sessions.text",
        )  # fmt: skip
        page = services().studio_sessions.list(actor, text, limit=_SHOWN)
        if not page.items:
            empty_state(
                "history", "Nothing found" if text else "No sessions yet",
                "Try fewer or other words." if text
                else "What you set in the studio is kept here by itself.",
            )  # fmt: skip
        for session in page.items:
            _show(actor, session, is_current=session.id == current_id)
        if page.next is not None:
            st.caption(f"The {len(page.items)} newest. Search to find the others.")


def _show(actor: Actor, session: StudioSessionSummary, *, is_current: bool) -> None:
    key = f"studio.sessions.{session.id}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key):
        name = escape_markdown(session.name)
        here = " · this one" if is_current else ""
        st.markdown(
            f"**{name}**  \n:small[:gray[{escape_markdown(ago(session.updated_at) + here)}]]",
            width="stretch",
        )
        if st.button("Go on", key=f"{key}.open", disabled=is_current):
            _open(services().studio_sessions.get(actor, session.id))
        if not actor.role.may_edit:
            return
        # Another key is another popover: it is closed.
        names = state_of(SessionNames)
        popover = st.popover(
            "", icon=":material/edit:", type="tertiary", key=f"{key}.rename.{names.renamed}"
        )
        with popover, st.form(f"{key}.form", border=False):
            new = st.text_input(
                "Name", session.name, max_chars=MAX_SESSION_NAME_CHARS, key=f"{key}.name"
            )
            if st.form_submit_button("Rename", key=f"{key}.rename.go"):
                names.renamed += 1
                if new != session.name:
                    services().studio_sessions.rename(actor, session.id, new)
                    if is_current:
                        hold_session(services().studio_sessions.get(actor, session.id))
                st.rerun()
        if st.button("", icon=":material/content_copy:", type="tertiary", key=f"{key}.copy",
                     help="Duplicate"):  # fmt: skip
            _open(services().studio_sessions.duplicate(actor, session.id))
        if st.button("", icon=":material/delete:", type="tertiary", key=f"{key}.trash",
                     help="Put it into the trash"):  # fmt: skip
            services().studio_sessions.trash(actor, [session.id])
            if is_current:
                close_dialog()
                announce("The session is in the trash.")
                begin_anew()
            st.rerun()


def _open(session: StudioSession) -> None:
    close_dialog()
    hold_session(session)
    st.query_params.clear()
    st.query_params["session"] = str(session.id)
    st.rerun()
