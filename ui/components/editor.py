"""The editor of one picture: the component, and what its events do."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import streamlit as st

from core.domain.accounts import Actor
from core.domain.assets import Asset
from core.errors import EpoxError
from ui.access import require_actor
from ui.components.editor_events import react
from ui.components.editor_figures import measured
from ui.components.editor_options import offered_by_editor
from ui.components.editor_picks import forget_pick, show_pick
from ui.components.editor_state import EditorState, Shown, tell
from ui.components.editor_tree import versions_of
from ui.components.editor_work import Progress, take_ended, work_of
from ui.context import services
from ui.errors import error_boundary
from ui.state import state_of

EDITOR = "editor.canvas"

_POLL_S = 1.0
_HERE = Path(__file__).parent
_SCRIPTS = (
    "layer_form_base", "editor_base", "editor_steps", "editor_frames", "editor_stage",
    "editor_crop", "editor_mask", "editor_panels", "editor_tools", "editor_prompt",
    "editor_versions", "editor_hands", "editor_deeds", "editor",
)  # fmt: skip
_LOOKS = ("editor", "editor_panels")
_editor = st.components.v2.component(
    "epox_editor",
    js="\n".join((_HERE / f"{part}.js").read_text(encoding="utf-8") for part in _SCRIPTS),
    css="\n".join((_HERE / f"{part}.css").read_text(encoding="utf-8") for part in _LOOKS),
)


def show_editor(asset_id: int) -> None:
    """Draw the editor of a picture; it keeps itself current while something is being made."""
    is_working = asset_id in state_of(EditorState).work

    def show() -> None:
        with error_boundary():
            _show(require_actor(), asset_id, is_polled=is_working)

    st.fragment(show, run_every=_POLL_S if is_working else None, key="editor.fragment")()


def _show(actor: Actor, asset_id: int, *, is_polled: bool) -> None:
    event = st.session_state.get(EDITOR, {}).get("ask")
    if isinstance(event, Mapping):
        _take(actor, asset_id, event)
    work = work_of(actor, asset_id)
    if work is not None and work.progress is None:
        take_ended(work, asset_id)
        if work.made_id is not None:
            open_version(work.made_id)
    progress = None if work is None else work.progress
    asset = services().assets.get(actor, asset_id)
    _editor(key=EDITOR, data=_data(actor, asset, progress), on_ask_change=_nothing)
    picking = state_of(EditorState).picking
    if picking is not None and picking[0] == asset_id:
        show_pick(actor)
    if is_polled != (progress is not None):
        # Drawn before: how often this runs is decided by the page around it.
        st.rerun()


def _take(actor: Actor, asset_id: int, event: Mapping[str, Any]) -> None:
    """Do what the browser asked for, once; a refusal is told where it was asked."""
    state = state_of(EditorState)
    number = str(event.get("number", ""))
    if number == state.heard or event.get("asset") != asset_id:
        return
    state.heard = number
    try:
        opened = react(actor, asset_id, event)
    except EpoxError as error:
        tell(error.user_message, is_bad=True)
        return
    if opened is not None:
        forget_pick()
        open_version(opened)


def open_version(asset_id: int) -> None:
    """Show another version in the editor, as an address that can be shared."""
    st.query_params["id"] = str(asset_id)
    st.rerun()


def _nothing() -> None:
    """Make Streamlit know the event; the fragment reads it when it runs."""


def _data(actor: Actor, asset: Asset, progress: Progress | None) -> list[str]:
    """Return texts, because for a mapping Streamlit would import pandas to look for tables."""
    state = state_of(EditorState)
    live = {
        "mayEdit": actor.role.may_edit and asset.trashed_at is None,
        "tree": [_line(asdict(version)) for version in versions_of(actor, asset.id)],
        "progress": None if progress is None else asdict(progress),
        "references": _references(actor, state.references.get(asset.id, [])),
        "quote": state.quote,
        "said": state.said.to_json(),
    }
    return [offered_by_editor(actor), json.dumps(_picture(asset)), json.dumps(live)]


def _line(version: dict[str, Any]) -> dict[str, Any]:
    return {**version, "gone": version["is_gone"]}


def _picture(asset: Asset) -> dict[str, Any]:
    return {
        "id": asset.id,
        "key": asset.sha256[:16],
        "size": [asset.width_px, asset.height_px],
        "thumb": asset.ref.url("w160"),
        "large": asset.ref.url("w1600"),
        "original": asset.ref.url("original"),
        "label": asset.product_name or asset.label,
        "title": asset.title,
        "mime": asset.mime_type,
        "figures": measured(asset),
    }


def _references(actor: Actor, shown: list[Shown]) -> list[list[Any]]:
    """Return what is shown to the model; what is not here any more is left out."""
    roles = {each.asset_id: each.role.value for each in shown}
    found = services().assets.summaries(actor, list(roles)) if roles else ()
    return [
        [each.ref.id, each.ref.url("w160"), each.product_name or each.label, roles[each.ref.id]]
        for each in found
    ]
