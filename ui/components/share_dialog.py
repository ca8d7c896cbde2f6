"""Sharing chosen pictures by a link, from wherever pictures are chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import streamlit as st

from core.domain.accounts import Actor
from core.domain.share_links import (
    DEFAULT_DAYS,
    MAX_DAYS,
    MAX_MESSAGE_CHARS,
    MAX_TITLE_CHARS,
    MIN_DAYS,
    ShareRights,
)
from ui.access import require_actor
from ui.components.counted import counted
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown, exact
from ui.state import state_of


@dataclass
class ShareState:
    """The address that was just made; it is known to nobody else and kept no longer than shown."""

    address: str = ""
    facts: str = ""


def share_dialog(actor: Actor, ids: Sequence[int]) -> None:
    """Ask how the pictures are to be shared, make the link, and show its address once."""
    del actor  # the dialog asks for itself who is there
    _forget()
    _share(tuple(ids))


def share_address(token: str) -> str:
    """Return the whole address of a link, on the host that this browser came by."""
    url = urlsplit(st.context.url or "")
    origin = f"{url.scheme}://{url.netloc}" if url.scheme and url.netloc else ""
    return f"{origin}/s/{token}"


def _forget() -> None:
    state = state_of(ShareState)
    state.address = state.facts = ""


@st.dialog("Share pictures", icon=":material/link:", on_dismiss=_forget)
def _share(ids: tuple[int, ...]) -> None:
    actor = require_actor()
    state = state_of(ShareState)
    with expected_errors():
        if not state.address:
            place = st.empty()
            with place.container():
                _ask(actor, ids, state)
            if not state.address:
                return
            place.empty()
        _show_address(state)


def _ask(actor: Actor, ids: tuple[int, ...], state: ShareState) -> None:
    with st.form("share.form", border=False):
        st.markdown(
            f"{counted(len(ids), 'picture')} for people without an account. "
            "Whoever has the address can see them until the link ends."
        )
        title = st.text_input(
            "Title", key="share.title", max_chars=MAX_TITLE_CHARS,
            placeholder="Autumn look book, first round (optional)",
        )  # fmt: skip
        message = st.text_area(
            "Message", key="share.message", max_chars=MAX_MESSAGE_CHARS, height=96,
            placeholder="What you would like to know (optional)",
        )  # fmt: skip
        days = st.number_input(
            "Days until it ends", MIN_DAYS, MAX_DAYS, DEFAULT_DAYS, key="share.days"
        )
        st.caption("Guests may")
        rights = ShareRights(
            may_comment=st.checkbox("Comment", value=True, key="share.comment"),
            may_review=st.checkbox("Approve, reject, ask for an edit", key="share.review"),
            may_download=st.checkbox("Download the originals", key="share.download"),
        )
        is_sent = st.form_submit_button(
            "Create link", type="primary", icon=":material/link:", width="stretch",
            key="share.send",
        )  # fmt: skip
    if is_sent:
        link, token = services().share_links.create(
            actor, ids, title=title, message=message, days=int(days), rights=rights
        )
        count = counted(link.picture_count, "picture")
        state.facts = f"{link.title} · {count} · works until {exact(link.expires_at)}"
        state.address = share_address(token)


def _show_address(state: ShareState) -> None:
    st.markdown(f":gray[{escape_markdown(state.facts)}]")
    st.code(state.address, language=None, wrap_lines=True)
    st.warning(
        "Copy the address now: it is shown this once and kept nowhere. "
        "Whoever has it can see these pictures.",
        icon=":material/content_copy:",
    )
    if st.button("All shared links", icon=":material/list:", key="share.all", width="stretch"):
        _forget()
        st.switch_page("pages/shares.py", query_params={})
