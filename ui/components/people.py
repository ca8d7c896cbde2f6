"""The people of this server, for administrators."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from core.domain.accounts import Actor, User
from ui.components.notices import announce
from ui.context import services
from ui.errors import expected_errors
from ui.format import ago, escape_markdown, exact


def show_person(actor: Actor, user: User) -> None:
    """Draw who it is and when they were here, with a menu of what an administrator may do."""
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"person.{user.id}"
    ):
        with st.container(gap=None, width="stretch"):
            st.markdown(f"**{escape_markdown(user.name)}**{_badges(actor, user)}")
            st.caption(escape_markdown(_summary(user)))
        if user.id == actor.user_id:
            return
        changes = _changes(actor, user)
        chosen = st.menu_button(
            "Change", list(changes), type="tertiary",
            key=f"admin.person.{user.id}",
        )  # fmt: skip
    with expected_errors():
        if chosen is not None:
            changes[chosen]()
            announce(f"{escape_markdown(user.name)}: saved.")
            st.rerun()


def _changes(actor: Actor, user: User) -> dict[str, Callable[[], None]]:
    accounts = services().accounts
    return {
        "Enable account" if user.is_disabled else "Disable account": partial(
            accounts.set_disabled, actor, user.id, is_disabled=not user.is_disabled
        ),
        "Remove as administrator" if user.is_admin else "Make administrator": partial(
            accounts.set_admin, actor, user.id, is_admin=not user.is_admin
        ),
    }


def _badges(actor: Actor, user: User) -> str:
    badges = ((user.id == actor.user_id, "green", "You"), (user.is_admin, "blue", "Administrator"),
              (user.is_disabled, "red", "Disabled"))  # fmt: skip
    return "".join(f" :{color}-badge[{label}]" for shown, color, label in badges if shown)


def _summary(user: User) -> str:
    seen = f"seen {ago(user.seen_at)}" if user.seen_at else "never signed in"
    return f"{user.email} · {user.workspace_name} · since {exact(user.created_at)} · {seen}"
