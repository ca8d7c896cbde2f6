"""Choosing a picture in the editor, to stand behind the product or to be shown to the model."""

import streamlit as st

from core.domain.accounts import Actor
from ui.access import require_actor
from ui.components.editor_state import EditorState, Shown, Target, tell
from ui.components.inspiration_picker import show_inspiration
from ui.components.inspiration_picks import forget
from ui.errors import error_boundary
from ui.state import state_of


def begin_pick(asset_id: int, target: Target) -> None:
    """Let the dialog open for this picture."""
    state_of(EditorState).picking = (asset_id, target)


def forget_pick() -> None:
    """Close the dialog, whatever is open in it."""
    forget()
    state_of(EditorState).picking = None


def show_pick(actor: Actor) -> None:
    """Draw the dialog in which a picture is chosen from here, uploaded or found elsewhere."""
    del actor  # the dialog asks for itself
    _pick_picture()


@st.dialog(
    "Choose a picture", width="large", icon=":material/image_search:", on_dismiss=forget_pick
)
def _pick_picture() -> None:
    require_actor()
    with error_boundary():
        show_inspiration(key="editor.pick", on_pick=_note)


def _note(picked_id: int) -> None:
    state = state_of(EditorState)
    if state.picking is None:
        return
    asset_id, target = state.picking
    state.picking = None
    if target == "background":
        tell(background_id=picked_id)
        return
    chosen = state.references.setdefault(asset_id, [])
    if all(each.asset_id != picked_id for each in chosen):
        chosen.append(Shown(picked_id))
