"""What stands on top of every page until it is over: a stopped model, no budget, a pause."""

import streamlit as st

from core.domain.accounts import Actor
from core.domain.queueing import StandingNotice
from ui.components.notices import announce
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown


def show_standing_notices(actor: Actor, *, here: str) -> None:
    """Draw what keeps pictures from being made, with what this person can do about it.

    `here` is the address of the page below: no button leads to where one is.
    """
    for place, notice in enumerate(services().notices.standing(actor)):
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small",
            key=f"standing.{notice.kind}.{place}",
        ):  # fmt: skip
            _show(actor, notice, place, here)


def _show(actor: Actor, notice: StandingNotice, place: int, here: str) -> None:
    text, words = escape_markdown(notice.text), st.container()
    if notice.level == "error":
        words.error(text, icon=":material/block:")
    elif notice.level == "warning":
        words.warning(text, icon=":material/account_balance_wallet:")
    else:
        words.info(text, icon=":material/pause_circle:")
    if notice.kind in ("stopped_model", "paused_model"):
        if actor.is_admin and here != "admin" and st.button(
            "Open Admin", icon=":material/shield_person:", key=f"standing.admin.{place}"
        ):  # fmt: skip
            st.switch_page("pages/admin.py", query_params={"show": "System"})
    elif notice.kind == "budget":
        if here != "usage" and st.button(
            "Open Usage", icon=":material/receipt_long:", key="standing.usage"
        ):
            st.switch_page("pages/usage.py", query_params={})
    elif actor.role.may_edit and st.button(
        "Resume", icon=":material/play_arrow:", type="primary", key="standing.resume"
    ):
        with expected_errors():
            services().job_control.resume_all(actor)
            announce("Making pictures goes on.")
            st.rerun()
