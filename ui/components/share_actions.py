"""Ending a share link, and letting it live longer."""

from dataclasses import dataclass

import streamlit as st

from core.domain.share_links import DEFAULT_DAYS, MAX_DAYS, MIN_DAYS
from ui.access import require_actor
from ui.components.counted import counted
from ui.components.notices import announce
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown
from ui.state import state_of


@dataclass
class ShareQuestionState:
    """What is asked about which link; "" is nothing."""

    action: str = ""
    link_id: int = 0


def ask_about(action: str, link_id: int) -> None:
    """Ask about a link, "revoke" or "extend", when the script runs again."""
    state = state_of(ShareQuestionState)
    state.action, state.link_id = action, link_id


def show_question() -> None:
    """Show the question that waits, until it is answered or closed; for the page."""
    state = state_of(ShareQuestionState)
    if state.action == "revoke":
        _revoke(state.link_id)
    elif state.action == "extend":
        _extend(state.link_id)


def _close() -> None:
    ask_about("", 0)


def _finish(sentence: str) -> None:
    _close()
    announce(sentence)
    st.rerun()


@st.dialog("Revoke this link?", icon=":material/link_off:", on_dismiss=_close)
def _revoke(link_id: int) -> None:
    actor = require_actor()
    with expected_errors():
        link = services().share_links.get(actor, link_id)
        st.markdown(
            f"**{escape_markdown(link.title)}** stops working at once, for everybody who has the "
            "address. What guests said is kept. A revoked link cannot come back."
        )
        if st.button(
            "Revoke", type="primary", icon=":material/link_off:", key="shares.revoke.sure",
            width="stretch",
        ):  # fmt: skip
            services().share_links.revoke(actor, link_id)
            _finish("The link is revoked.")


@st.dialog("Extend this link", icon=":material/update:", on_dismiss=_close)
def _extend(link_id: int) -> None:
    actor = require_actor()
    with expected_errors():
        link = services().share_links.get(actor, link_id)
        with st.form("shares.extend", border=False):
            st.markdown(
                f"**{escape_markdown(link.title)}** keeps its address, also if it has expired."
            )
            days = st.number_input(
                "Days from now", MIN_DAYS, MAX_DAYS, DEFAULT_DAYS, key="shares.extend.days"
            )
            is_sent = st.form_submit_button(
                "Extend", type="primary", width="stretch", key="shares.extend.send"
            )
        if is_sent:
            services().share_links.extend(actor, link_id, int(days))
            _finish(f"The link works for {counted(int(days), 'day')} from now.")
