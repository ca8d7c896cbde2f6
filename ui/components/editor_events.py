"""What the editor's events do: each is something a person did in the browser."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from core.domain.accounts import Actor
from core.domain.image_tools import Adjust, step_from_json
from core.errors import InvalidInputError
from ui.components.editor_edits import ROLE_WORDS, quote_of, submit_edit
from ui.components.editor_picks import begin_pick
from ui.components.editor_state import EditorState, tell
from ui.components.editor_work import begin_save, cancel_work
from ui.context import services
from ui.state import state_of

Event = Mapping[str, Any]
_COMPARED = 2


def react(actor: Actor, asset_id: int, event: Event) -> int | None:
    """Do what the event asks for; return the id of the version to open, if another one is wanted.

    Raises an `EpoxError` with the sentence for a refusal. What is no event does nothing.
    """
    deed = _DEEDS.get(str(event.get("kind")))
    return None if deed is None else deed(actor, asset_id, event)


def _save(actor: Actor, asset_id: int, event: Event) -> None:
    begin_save(actor, asset_id, event)


def _cancel(actor: Actor, asset_id: int, _event: Event) -> None:
    cancel_work(actor, asset_id)


def _open(actor: Actor, _asset_id: int, event: Event) -> int:
    return services().assets.get(actor, _whole(event.get("id"))).id


def _rename(actor: Actor, asset_id: int, event: Event) -> None:
    services().assets.set_title(actor, asset_id, str(event.get("title", "")))
    tell("The name is saved.")


def _compare(actor: Actor, _asset_id: int, event: Event) -> None:
    ids = [_whole(each) for each in _listed(event.get("ids"))][:_COMPARED]
    found = services().assets.summaries(actor, ids)
    chosen = ",".join(str(each.ref.id) for each in found)
    st.switch_page("pages/compare.py", query_params={"ids": chosen})


def _pick(_actor: Actor, asset_id: int, event: Event) -> None:
    target = event.get("target")
    if target in ("background", "reference"):
        begin_pick(asset_id, target)


def _unpick(_actor: Actor, asset_id: int, event: Event) -> None:
    references = state_of(EditorState).references
    shown = references.get(asset_id, [])
    references[asset_id] = [each for each in shown if each.asset_id != event.get("id")]


def _role(_actor: Actor, asset_id: int, event: Event) -> None:
    role = next((each for each in ROLE_WORDS if each.value == event.get("role")), None)
    if role is None:
        return
    references = state_of(EditorState).references
    references[asset_id] = [
        replace(each, role=role) if each.asset_id == event.get("id") else each
        for each in references.get(asset_id, [])
    ]


def _copied(_actor: Actor, _asset_id: int, event: Event) -> None:
    adjust = event.get("adjust")
    step = step_from_json({"tool": Adjust.tool, **(adjust if isinstance(adjust, dict) else {})})
    if isinstance(step, Adjust):
        state_of(EditorState).copied = {name: value for name, value in vars(step).items() if value}


def _quote(actor: Actor, asset_id: int, event: Event) -> None:
    state_of(EditorState).quote = quote_of(actor, asset_id, event)


def _edit(actor: Actor, asset_id: int, event: Event) -> None:
    submit_edit(actor, asset_id, event)


_DEEDS: Mapping[str, Callable[[Actor, int, Event], int | None]] = {
    "save": _save,
    "cancel": _cancel,
    "open": _open,
    "rename": _rename,
    "compare": _compare,
    "pick": _pick,
    "unpick": _unpick,
    "role": _role,
    "copied": _copied,
    "quote": _quote,
    "edit": _edit,
}


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else []


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidInputError(user_message="This version cannot be found.")
    return value
