"""A person's own name, password and sessions."""

import re

import streamlit as st

from core.domain.accounts import (
    MAX_PASSWORD_CHARS,
    MIN_PASSWORD_CHARS,
    Actor,
    Session,
)
from ui.components.notices import announce
from ui.context import services
from ui.errors import expected_errors
from ui.format import ago, escape_markdown, exact

# The first that fits counts: browsers name their forefathers too.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Android", "Android"), ("iPhone|iPad", "iOS"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


def show_name_form(actor: Actor) -> None:
    """Let the person change their name."""
    with st.form("settings.name", border=True):
        st.subheader("Profile", anchor=False)
        name = st.text_input("Name", actor.name, max_chars=80, key="settings.name.value")
        st.text_input("E-mail", actor.email, disabled=True, key="settings.email")
        is_sent = st.form_submit_button("Save name", key="settings.name.save")
    with expected_errors():
        if is_sent:
            services().accounts.rename(actor, name)
            announce("Your name is saved.")
            st.rerun()


def show_password_form(actor: Actor) -> None:
    """Let the person change their password; every other session ends."""
    with st.form("settings.password", border=True, clear_on_submit=True):
        st.subheader("Password", anchor=False)
        old = _password("Current password", "old", "current-password")
        new = _password("New password", "new", "new-password")
        again = _password("New password again", "again", "new-password")
        st.caption(f"At least {MIN_PASSWORD_CHARS} characters. You stay signed in only here.")
        is_sent = st.form_submit_button("Change password", key="settings.password.save")
    with expected_errors():
        if is_sent and new != again:
            st.error("The two new passwords differ.", icon=":material/error:")
        elif is_sent:
            services().accounts.change_password(actor, old=old, new=new)
            st.success(
                "Your password is changed. All other sessions have ended.", icon=":material/check:"
            )


def show_sessions(actor: Actor) -> None:
    """List where the person is signed in, with a way to end each."""
    sessions = services().accounts.sessions(actor)
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader("Signed in", anchor=False, width="content")
            st.space("stretch")
            if len(sessions) > 1 and st.button(
                "Sign out everywhere else", icon=":material/devices_off:", key="settings.others"
            ):
                with expected_errors():
                    services().accounts.revoke_other_sessions(actor)
                    announce("All other sessions have ended.")
                    st.rerun()
        for session in sessions:
            _show_session(actor, session)


def browser_label(user_agent: str) -> str:
    """Return "Firefox on Linux" for what a browser says of itself, or its own first words."""
    browser = _first(_BROWSERS, user_agent)
    system = _first(_SYSTEMS, user_agent)
    if not browser:
        return user_agent[:40] or "Unknown browser"
    return f"{browser} on {system}" if system else browser


def _first(names: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for pattern, name in names if re.search(pattern, text)), "")


def _show_session(actor: Actor, session: Session) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"session.{session.id}"):
        with st.container(gap=None, width="stretch"):
            st.markdown(f"**{escape_markdown(browser_label(session.browser))}**")
            since = f"{session.address} · since {exact(session.created_at)}"
            st.caption(escape_markdown(f"{since} · seen {ago(session.seen_at)}"))
        if session.id == actor.session_id:
            st.badge("This browser", color="green")
        elif st.button("Sign out", key=f"settings.revoke.{session.id}", type="tertiary"):
            with expected_errors():
                services().accounts.revoke_session(actor, session.id)
                st.rerun()


def _password(label: str, name: str, autocomplete: str) -> str:
    return st.text_input(
        label, type="password", key=f"settings.password.{name}", autocomplete=autocomplete,
        max_chars=MAX_PASSWORD_CHARS,
    )  # fmt: skip
