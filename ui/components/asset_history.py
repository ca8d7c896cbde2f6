"""What people did to a picture, in plain words."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from core.domain.accounts import Actor
from core.domain.history import AuditEvent
from core.domain.reviews import ReviewState
from ui.components.counted import counted
from ui.components.review_words import SIGNS, reason_label
from ui.context import services
from ui.format import escape_markdown, when
from ui.state import state_of

_ACTIONS: Mapping[str, str] = {
    "pin": "Pinned", "unpin": "Pin taken off", "trash": "Moved to the trash",
    "restore": "Restored from the trash", "comment": "Commented",
    "edit_comment": "Comment changed", "delete_comment": "Comment deleted",
    "keep": "Kept as inspiration", "title": "Title changed", "describe": "Alt text changed",
    "tag": "Tags changed", "move": "Moved to another product",
    "override_check": "Photo check overruled", "set_top": "Put on top of its stack",
    "unstack": "Taken out of its stack", "cover": "Made the cover of a collection",
}  # fmt: skip
_FIELDS: Mapping[str, str] = {
    "note": "Note", "title": "Title", "alt_text": "Alt text", "tags": "Tags", "rating": "Stars",
}  # fmt: skip
_STATES = frozenset(ReviewState)
_MAX_CHARS = 160
_PAGE = 12


@dataclass
class HistoryState:
    """How many lines are shown, of which picture."""

    asset_id: int = 0
    shown: int = _PAGE


def show_asset_history(actor: Actor, asset_id: int) -> None:
    """Draw the latest deeds, once the person asks for them."""
    history = st.expander(
        "History", icon=":material/history:", on_change="rerun", key="asset.history"
    )
    if not history.open:
        return
    state = state_of(HistoryState)
    if state.asset_id != asset_id:
        state.asset_id, state.shown = asset_id, _PAGE
    with history:
        page = services().lineage.history(actor, asset_id, limit=state.shown)
        if not page.items:
            st.caption("Nothing was done to it since it is here.")
        for event in page.items:
            _show(event)
        if page.next is not None:
            st.button("Show more", key="asset.history.more", type="tertiary", on_click=_show_more)


def event_line(event: AuditEvent) -> str:
    """Return what was done, in a few words."""
    if event.action == "review":
        return _review_line(event)
    if event.action == "rate":
        _, stars = event.changes.get("rating", (0, 0))
        return f"{counted(stars, 'star')} given" if stars else "Stars taken away"
    return _ACTIONS.get(event.action, event.action.replace("_", " ").capitalize())


def change_lines(event: AuditEvent) -> list[str]:
    """Return a line for each text that was changed, with what it was and what it is."""
    return [
        f"{_FIELDS[name]}: {_value(before)} \u2192 {_value(after)}"
        for name, (before, after) in event.changes.items()
        if name in _FIELDS and event.action != "rate"
    ]


def _review_line(event: AuditEvent) -> str:
    _, state = event.changes.get("state", ("", ""))
    _, reason = event.changes.get("reason", ("", ""))
    why = reason_label(str(reason or "")).lower()
    if state not in _STATES:
        return f"Reason given: {why}" if why else "Note changed"
    if state == ReviewState.UNREVIEWED:
        return "Put back to review"
    said = SIGNS[ReviewState(state)].label
    return f"{said} for its {why}" if why else said


def _show(event: AuditEvent) -> None:
    guest = event.detail.get("guest")
    who = event.who or (f"{guest} (guest)" if isinstance(guest, str) else "")
    by = f"by {escape_markdown(who)} · " if who else ""
    with st.container(gap=None):
        st.markdown(f"**{escape_markdown(event_line(event))}** :gray[{by}{when(event.at)}]")
        for line in change_lines(event):
            st.text(line)


def _show_more() -> None:
    state_of(HistoryState).shown += _PAGE


def _value(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value or "")
    text = " ".join(text.split())
    if not text:
        return "nothing"
    return text if len(text) <= _MAX_CHARS else f"{text[:_MAX_CHARS]} …"
