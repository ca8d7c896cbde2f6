"""The parts of a preset's page around its settings."""

from typing import NoReturn

import streamlit as st

from core.domain.accounts import Actor
from core.domain.presets import Preset, PresetResults, PresetVersion
from ui.components.counted import counted
from ui.components.empty import empty_state
from ui.components.facts import show_facts
from ui.components.notices import announce
from ui.components.pictures import show_pictures
from ui.components.preset_dialogs import copy_preset, edit_preset, start_in_studio
from ui.components.preset_list import trash_preset
from ui.components.preset_settings import PresetEditState, is_changeable, may_change
from ui.components.preset_words import layer_changes, results_words, whose
from ui.context import services
from ui.errors import expected_errors
from ui.format import dollars, escape_markdown, when
from ui.state import state_of

EDIT, COPY, DELETE = "Edit name and sharing", "Duplicate", "Delete"
_AT_FIRST = 24
_MOST = "preset.shown"


def show_preset_buttons(actor: Actor, preset: Preset) -> None:
    """Draw what can be done with the whole preset, and do it."""
    if not actor.role.may_edit:
        return
    with expected_errors():
        if preset.trashed_at is not None:
            if is_changeable(actor, preset) and st.button(
                "Restore", icon=":material/restore_from_trash:", type="primary",
                key="preset.restore",
            ):  # fmt: skip
                services().presets.restore(actor, [preset.id])
                announce("The preset is back.")
                st.rerun()
            return
        options = (EDIT, COPY, DELETE) if may_change(actor, preset) else (COPY,)
        choice = st.menu_button(
            "More", options, type="tertiary", icon=":material/more_horiz:", key="preset.more"
        )
        if st.button(
            "Start in the studio", icon=":material/auto_awesome:", type="primary",
            key="preset.start", shortcut="g",
        ):  # fmt: skip
            start_in_studio(preset.id)
        if choice == EDIT:
            edit_preset(preset)
        if choice == COPY:
            copy_preset(actor, preset.draft)
        if choice == DELETE:
            trash_preset(actor, preset)


def show_preset_standing(preset: Preset) -> None:
    """Say on top of the page that the preset is in the trash."""
    if preset.trashed_at is not None:
        st.warning("This preset is in the trash. Restore it to work with it.",
                   icon=":material/delete:")  # fmt: skip


def show_preset_results(results: PresetResults) -> None:
    """Draw what came of the preset, in figures."""
    with st.container(border=True, key="preset.results"):
        st.subheader("What came of it", anchor=False)
        st.text(results_words(results))
        if results.made:
            show_facts((
                ("Made", counted(results.made, "picture")),
                ("Approved", f"{results.approved:,}"),
                ("Cost", dollars(results.cost_micros)),
            ))  # fmt: skip


def show_preset_facts(preset: Preset) -> None:
    """Draw what the preset is for, who made it and who sees it."""
    with st.container(border=True, key="preset.facts"):
        st.subheader("About", anchor=False)
        if preset.description:
            st.text(preset.description)
        show_facts((
            ("Who sees it", "The workspace" if preset.is_shared else whose(preset)),
            ("Made by", preset.maker),
            ("Version", f"{preset.version}"),
            ("Changed", when(preset.updated_at)),
        ))  # fmt: skip


def show_preset_versions(actor: Actor, preset: Preset) -> None:
    """Draw the versions with what changed in each, and the ways back to the older ones."""
    versions = services().presets.versions(actor, preset.id)
    with st.container(border=True, key="preset.versions"), expected_errors():
        st.subheader("Versions", anchor=False)
        older: tuple[PresetVersion | None, ...] = (*versions[1:], None)
        for version, before in zip(versions, older, strict=True):
            _show_version(actor, preset, version, before)


def show_preset_pictures(actor: Actor, preset: Preset, made: int) -> None:
    """Draw the newest pictures that were made with the preset, in all its versions."""
    st.subheader("Pictures made with it", anchor=False)
    most = st.session_state.get(_MOST, _AT_FIRST)
    pictures = services().presets.pictures(actor, preset.id, limit=most)
    if not pictures:
        empty_state("imagesmode", "No pictures yet", "Start in the studio to make the first ones.")
        return
    show_pictures(pictures, key="preset.pictures")
    if made > len(pictures):
        st.button("Show more", key="preset.show_more", on_click=_show_more,
                  args=(most + _AT_FIRST,))  # fmt: skip


def _show_version(
    actor: Actor, preset: Preset, version: PresetVersion, before: PresetVersion | None
) -> None:
    is_newest = version.version == preset.version
    by = f"by {escape_markdown(version.maker)} · " if version.maker else ""
    with st.container(gap=None):
        st.markdown(f"**Version {version.version}** :gray[{by}{when(version.created_at)}]")
        if before is None:
            st.caption("The first one.")
        else:
            for label, was, now in layer_changes(before.layer, version.layer):
                st.text(f"{label}: {was} \u2192 {now}")
        if not is_newest and may_change(actor, preset) and st.button(
            "Go back to this one", icon=":material/history:", type="tertiary",
            key=f"preset.back.{version.version}",
        ):  # fmt: skip
            _go_back(actor, preset, version)


def _go_back(actor: Actor, preset: Preset, version: PresetVersion) -> NoReturn:
    saved = services().presets.go_back(actor, preset.id, version.version)
    state_of(PresetEditState).drafts.pop(preset.id, None)
    announce(f"Version {saved.version} is as version {version.version} was.")
    st.rerun()


def _show_more(most: int) -> None:
    st.session_state[_MOST] = most
