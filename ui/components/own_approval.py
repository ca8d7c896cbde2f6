"""The workspace's rule on who approves what."""

import streamlit as st

from core.domain.accounts import Actor, Role
from ui.components.notices import announce
from ui.context import services
from ui.errors import expected_errors

_WORDS = (
    "Nobody approves a picture that they made themselves: another person has to. "
    "What was approved before stays approved. Guests may approve through a share link; of what its "
    "sender made, that is kept with the link alone."
)


def show_own_approval(actor: Actor) -> None:
    """Show the rule; an owner may switch it."""
    forbids = services().reviews.forbids_own_approval(actor)
    with st.container(border=True, key="settings.workspace"):
        st.subheader("Approval", anchor=False)
        is_wanted = st.toggle(
            "Four eyes: no one approves their own pictures", forbids,
            key="settings.own_approval", disabled=actor.role is not Role.OWNER,
        )  # fmt: skip
        st.caption(_WORDS)
        if actor.role is not Role.OWNER:
            st.caption("Only an owner of the workspace can change this.")
    with expected_errors():
        if is_wanted != forbids:
            services().reviews.set_forbids_own_approval(actor, forbids=is_wanted)
            announce("Somebody else has to approve now." if is_wanted else "The rule is off.")
            st.rerun()
