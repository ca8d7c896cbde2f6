"""Inspiration from an address on the web, of hosts that the operator allows."""

import streamlit as st

from core.domain.accounts import Actor
from ui.components.inspiration_picks import OnPick, hand_over
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown


def show_address(actor: Actor, *, key: str, on_pick: OnPick) -> None:
    """Ask for the address of a picture, fetch it and choose it."""
    with st.form(key, border=False):
        address = st.text_input(
            "Address of a picture", key=f"{key}.text", placeholder="https://cdn.example.com/oak.jpg"
        )
        is_sent = st.form_submit_button(
            "Fetch picture", type="primary", icon=":material/download:", key=f"{key}.send"
        )
    with expected_errors():
        if is_sent:
            with st.spinner("Fetching the picture ..."):
                asset = services().inspiration.from_address(actor, address)
            hand_over(asset.id, on_pick)
    st.caption(_allowed())


def _allowed() -> str:
    hosts = services().inspiration.hosts
    who = "An administrator can allow other hosts with EPOX\\_IMAGE\\_HOSTS."
    if not hosts:
        return f"No host is allowed so far. {who}"
    return f"Pictures are fetched from {', '.join(map(escape_markdown, hosts))} only. {who}"
