"""Who is asking: the first line of each page, fragment and dialog."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NoReturn

import streamlit as st

from core.domain.accounts import Actor
from core.errors import SignInRequiredError
from ui.components.navigate import go_to_sign_in, go_to_url
from ui.context import services
from ui.state import state_of

_SESSION_ID = re.compile(r"[0-9]{1,18}")


@dataclass
class SessionState:
    """The session in which this browser tab was opened, and who the frame let in for this run."""

    session: str = ""
    let_in: Actor | None = None


def require_actor() -> Actor:
    """Return who is signed in, or send the browser to sign in and stop the script.

    The database is asked at each run, so a session that was revoked ends at its next click.
    """
    seen = state_of(SessionState)
    if seen.let_in is not None:
        return seen.let_in
    if not seen.session:
        # Asking Streamlit costs a millisecond; a socket stays with the session it was opened in.
        session = st.user.get("session")
        seen.session = session if isinstance(session, str) else ""
    if not _SESSION_ID.fullmatch(seen.session):
        end_session()
    try:
        return services().accounts.actor_for_session(int(seen.session))
    except SignInRequiredError:
        end_session()


@contextmanager
def letting_in(actor: Actor) -> Iterator[None]:
    """Spare the page that the frame runs a second question; fragments ask for themselves."""
    seen = state_of(SessionState)
    seen.let_in = actor
    try:
        yield
    finally:
        seen.let_in = None


def require_admin() -> Actor:
    """Return the administrator who is signed in, or show a refusal and stop the script."""
    actor = require_actor()
    if not actor.is_admin:
        st.error("Only administrators can open this page.", icon=":material/lock:")
        st.stop()
    return actor


def end_session() -> NoReturn:
    """Say that the session has ended, send the browser to sign in and stop the script."""
    st.info(SignInRequiredError.user_message, icon=":material/lock_clock:")
    go_to_sign_in()
    st.stop()


def sign_out(actor: Actor) -> NoReturn:
    """End the session in every tab, send the browser to the sign-in page and stop the script."""
    services().accounts.sign_out(actor)
    go_to_url("/login")
    st.stop()
