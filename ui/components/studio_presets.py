"""Beginning from a preset in the studio, and keeping settings as one."""

from dataclasses import replace

import streamlit as st

from core.domain.accounts import Actor
from core.domain.presets import (
    MAX_PRESET_NAME_CHARS,
    MAX_PRESET_TEXT_CHARS,
    Preset,
    PresetDraft,
)
from core.domain.setting_layers import SettingsLayer
from core.errors import NotFoundError
from ui.access import require_actor
from ui.components.empty import empty_state
from ui.components.grid import GridItem, show_grid
from ui.components.layer_options import own_picture
from ui.components.layer_words import layer_summary
from ui.components.notices import announce
from ui.components.studio_dialogs import close_dialog, is_open, open_dialog
from ui.components.studio_layers import both_layers
from ui.components.studio_session import StudioWork, change
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown

_STARTER = "starter-"
_MAX_WORDS = 5


def show_preset(actor: Actor, work: StudioWork) -> None:
    """Draw the preset that the session began from, and the ways to another one."""
    preset = _find(actor, work.preset_id)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        if work.preset_id is not None:
            st.markdown(_named(preset), width="stretch")
            if st.button("", icon=":material/close:", type="tertiary", key="studio.preset.drop",
                         help="Go on without this preset"):  # fmt: skip
                change(actor, replace(work, preset_id=None))
                st.rerun()
        if st.button("Start from" if preset is None else "Another", key="studio.preset.choose",
                     icon=":material/style:", type="tertiary"):  # fmt: skip
            open_dialog("presets")
        st.space("stretch")
        if actor.role.may_edit and not work.layer.is_empty and _is_saved():
            open_dialog("save_preset")
    if is_open("presets"):
        choose_preset(work)
    elif is_open("save_preset"):
        save_preset(work)


def _named(preset: Preset | None) -> str:
    if preset is None:
        return ":material/style: :gray[This preset is not there any more.]"
    return (
        f":material/style: **{escape_markdown(preset.name)}** "
        f":small[:gray[version {preset.version}]]"
    )


def _is_saved() -> bool:
    return st.button(
        "Save as preset", key="studio.preset.save", type="tertiary", icon=":material/bookmark_add:"
    )


@st.dialog("Start from a preset", width="large", icon=":material/style:", on_dismiss=close_dialog)
def choose_preset(work: StudioWork) -> None:
    """Let the person choose what to begin from; it replaces what was set so far."""
    actor = require_actor()
    with expected_errors():
        keeps = not work.layer.is_empty and st.toggle(
            "Keep what I set, on top of the preset", key="studio.preset.keep"
        )
        own = services().presets.list(actor)
        named = {preset.name.casefold() for preset in own}
        items = [
            GridItem(str(preset.id), preset.name, _description(preset.description, preset.layer))
            for preset in own
        ] + [
            GridItem(
                _STARTER + starter.slug, starter.name,
                _description(starter.description, starter.layer), src=own_picture(starter.picture),
            )
            for starter in services().presets.starters()
            if starter.name.casefold() not in named
        ]  # fmt: skip
        if not items:
            empty_state("style", "No presets yet", "Set something, then save it as a preset.")
        event = show_grid(items, key="studio.presets.grid")
        if event is None:
            return
        preset = (
            services().presets.use_starter(actor, event.id.removeprefix(_STARTER))
            if event.id.startswith(_STARTER)
            else services().presets.get(actor, int(event.id))
        )
        close_dialog()
        layer = work.layer if keeps else SettingsLayer()
        deed = f"Started from “{preset.name}”."
        new = replace(work, preset_id=preset.id, layer=layer)
        change(actor, new, before=work, deed=deed)
        announce(deed)
        st.rerun()


@st.dialog("Save as a preset", icon=":material/bookmark_add:", on_dismiss=close_dialog)
def save_preset(work: StudioWork) -> None:
    """Keep what is set as a preset of its own, or as a new version of the one begun from."""
    actor = require_actor()
    with expected_errors():
        preset = _find(actor, work.preset_id)
        is_update = preset is not None and st.toggle(
            f"A new version of “{escape_markdown(preset.name)}”", key="studio.preset.update"
        )
        layer = work.layer if preset is None else both_layers(preset.layer, work.layer)
        draft = preset.draft if preset is not None and is_update else PresetDraft("", layer)
        with st.form("studio.preset.form", border=False):
            name = st.text_input("Name", draft.name, max_chars=MAX_PRESET_NAME_CHARS)
            text = st.text_area(
                "Description", draft.description, max_chars=MAX_PRESET_TEXT_CHARS, height=80
            )
            is_shared = st.toggle("Share it in the workspace", draft.is_shared)
            st.caption(_summary(layer))
            is_sent = st.form_submit_button("Save", type="primary", width="stretch")
        if not is_sent:
            return
        draft = PresetDraft(name, layer, text, is_shared)
        if preset is not None and is_update:
            saved = services().presets.update(actor, preset.id, draft, version=preset.version)
        else:
            saved = services().presets.save(actor, draft)
        close_dialog()
        change(actor, replace(work, preset_id=saved.id, layer=SettingsLayer()))
        announce(f"Saved as “{saved.name}”, version {saved.version}.")
        st.rerun()


def _find(actor: Actor, preset_id: int | None) -> Preset | None:
    """Return the preset that was begun from, or None if there is none or it is gone."""
    if preset_id is None:
        return None
    try:
        preset = services().presets.get(actor, preset_id)
    except NotFoundError:
        return None
    return preset if preset.trashed_at is None else None


def _description(text: str, layer: SettingsLayer) -> str:
    return text or ", ".join(value for _, value in layer_summary(layer)[:_MAX_WORDS])


def _summary(layer: SettingsLayer) -> str:
    pairs = [f"{name}: {value}" for name, value in layer_summary(layer)]
    return escape_markdown(" · ".join(pairs)) or "Nothing is set."
