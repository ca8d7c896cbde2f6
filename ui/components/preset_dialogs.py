"""Naming, describing, sharing and copying presets."""

from dataclasses import replace
from typing import NoReturn

import streamlit as st

from core.domain.accounts import Actor
from core.domain.presets import (
    MAX_PRESET_NAME_CHARS,
    MAX_PRESET_TEXT_CHARS,
    Preset,
    PresetDraft,
)
from ui.access import require_actor
from ui.components.notices import announce
from ui.context import services
from ui.errors import expected_errors

_SHARED = "Everybody in the workspace may begin from it. You and the owners may change it."


def preset_entry(key: str, draft: PresetDraft, *, may_hide: bool = True) -> PresetDraft:
    """Draw the fields beside the settings and return the draft with what they hold."""
    name = st.text_input(
        "Name", draft.name, key=f"{key}.name", max_chars=MAX_PRESET_NAME_CHARS,
        placeholder="Calm bedroom",
    )  # fmt: skip
    text = st.text_area(
        "Description", draft.description, key=f"{key}.description", height=96,
        max_chars=MAX_PRESET_TEXT_CHARS, placeholder="What it is good for",
    )  # fmt: skip
    is_shared = st.toggle(
        "Share it in the workspace", draft.is_shared, key=f"{key}.shared", help=_SHARED,
        disabled=not may_hide,
    )  # fmt: skip
    return replace(draft, name=name, description=text, is_shared=is_shared)


@st.dialog("Edit preset", icon=":material/edit:")
def edit_preset(preset: Preset) -> None:
    """Change name, description and who sees it; its settings and their version stay."""
    actor = require_actor()
    with expected_errors():
        with st.form("preset.edit", border=False):
            draft = preset_entry("preset.edit", preset.draft, may_hide=preset.is_own)
            is_sent = st.form_submit_button(
                "Save", type="primary", width="stretch", key="preset.edit.send"
            )
        if is_sent:
            services().presets.update(actor, preset.id, draft, version=preset.version)
            announce("Saved.")
            st.rerun()


def copy_preset(actor: Actor, draft: PresetDraft) -> NoReturn:
    """Save a copy that is the actor's own and open it."""
    suffix = ", copy"
    name = draft.name[: MAX_PRESET_NAME_CHARS - len(suffix)].rstrip() + suffix
    copy = services().presets.save(actor, replace(draft, name=name, is_shared=False))
    announce("This is the copy. Only you see it until you share it.")
    open_preset(copy.id)


def open_preset(preset_id: int) -> NoReturn:
    """Go to a preset's page."""
    st.switch_page("pages/preset.py", query_params={"id": str(preset_id)})


def start_in_studio(preset_id: int) -> NoReturn:
    """Go to the studio and begin there from a preset."""
    st.switch_page("pages/studio.py", query_params={"preset": str(preset_id)})
