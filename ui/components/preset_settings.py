"""The settings of a preset: seen by all, changed by those who may, into a new version."""

from dataclasses import dataclass, field, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.domain.accounts import Actor, Role
from core.domain.presets import Preset, PresetDraft
from core.domain.setting_layers import Level, SettingsLayer
from ui.components.beside import side_then_main
from ui.components.layer_form import reset_layer_form, show_layer_form
from ui.components.notices import announce
from ui.components.preset_dialogs import open_preset, preset_entry
from ui.components.setting_tiles import show_setting_tiles
from ui.context import services
from ui.errors import expected_errors
from ui.state import state_of

_NEW = "preset.new"


@dataclass
class PresetEditState:
    """By preset, the version that is edited and what was set so far; and a new preset's."""

    drafts: dict[int, tuple[int, SettingsLayer]] = field(default_factory=dict)
    new: SettingsLayer = field(default_factory=SettingsLayer)


def is_changeable(actor: Actor, preset: Preset) -> bool:
    """Say whether it is the actor's to change, in the trash or not; of others' an owner's."""
    return actor.role.may_edit and (preset.is_own or actor.role is Role.OWNER)


def may_change(actor: Actor, preset: Preset) -> bool:
    """Say whether the actor may change the preset now."""
    return is_changeable(actor, preset) and preset.trashed_at is None


def show_preset_settings(actor: Actor, preset: Preset) -> None:
    """Draw what the preset sets, or the form while it is edited."""
    drafts = state_of(PresetEditState).drafts
    is_edited = preset.id in drafts and may_change(actor, preset)
    with st.container(border=True, key="preset.settings"):
        head = st.container(horizontal=True, vertical_alignment="center")
        with head:
            st.subheader("Settings", anchor=False, width="content")
            st.space("stretch")
            if not is_edited and may_change(actor, preset) and st.button(
                "Edit settings", icon=":material/tune:", type="tertiary", key="preset.tune"
            ):  # fmt: skip
                drafts[preset.id] = (preset.version, preset.layer)
                reset_layer_form(_key(preset))
                st.rerun()
        if not is_edited:
            show_setting_tiles(preset.layer, key="preset.tiles")
            return
        version, draft = drafts[preset.id]
        below = services().cascade.below(actor, Level.PRESET)
        layer = show_layer_form(actor, draft, key=_key(preset), below=below)
        drafts[preset.id] = (version, layer)
    # The form is long: its buttons stand above it, where they can be seen.
    with expected_errors():
        _show_edit_buttons(actor, preset, head)


def show_new_preset(actor: Actor) -> None:
    """Draw the fields and the form of a new preset, and open it once it is saved."""
    state = state_of(PresetEditState)
    side, main = side_then_main()
    with side, st.container(border=True, key="preset.about"):
        entry = preset_entry(_NEW, PresetDraft("", state.new))
        is_sent = st.button("Create preset", type="primary", key=f"{_NEW}.send", width="stretch")
    with main, st.container(border=True, key="preset.settings"):
        st.subheader("Settings", anchor=False)
        below = services().cascade.below(actor, Level.PRESET)
        state.new = show_layer_form(actor, state.new, key=f"{_NEW}.form", below=below)
    with side, expected_errors():
        if is_sent:
            preset = services().presets.save(actor, replace(entry, layer=state.new))
            state.new = SettingsLayer()
            announce("The preset is there.")
            open_preset(preset.id)


def _show_edit_buttons(actor: Actor, preset: Preset, head: DeltaGenerator) -> None:
    drafts = state_of(PresetEditState).drafts
    version, layer = drafts[preset.id]
    if head.button("Cancel", type="tertiary", key="preset.cancel"):
        del drafts[preset.id]
        st.rerun()
    if head.button(
        f"Save as version {version + 1}", type="primary", icon=":material/check:",
        key="preset.save", disabled=layer == preset.layer,
    ):  # fmt: skip
        changed = replace(preset.draft, layer=layer)
        saved = services().presets.update(actor, preset.id, changed, version=version)
        del drafts[preset.id]
        announce(f"Saved as version {saved.version}.")
        st.rerun()


def _key(preset: Preset) -> str:
    return f"preset.form.{preset.id}"
