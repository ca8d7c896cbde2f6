"""The default settings that a product, a category or the like gives to its pictures."""

from collections.abc import Callable
from dataclasses import dataclass, field

import streamlit as st

from core.domain.accounts import Actor
from core.domain.setting_layers import Resolved, SettingsLayer
from ui.components.layer_form import reset_layer_form, show_layer_form
from ui.components.layer_words import layer_summary
from ui.components.notices import announce
from ui.errors import expected_errors
from ui.format import escape_markdown
from ui.state import state_of

_MAX_SHOWN_CHARS = 60


@dataclass
class DefaultSettingsState:
    """By the key of each panel that is open, what was set in it so far."""

    drafts: dict[str, SettingsLayer] = field(default_factory=dict)


def show_default_settings(
    actor: Actor,
    layer: SettingsLayer,
    *,
    key: str,
    save: Callable[[SettingsLayer], None],
    below: Resolved | None = None,
    title: str = "Default settings",
) -> None:
    """Draw what a level says about the pictures made below it, and let it be changed there.

    `save` is given the whole layer; what it refuses is shown as a sentence and nothing is lost.
    `below` is what the weaker levels come to.
    """
    drafts = state_of(DefaultSettingsState).drafts
    with st.container(border=True, gap="small", key=f"{key}.panel"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{escape_markdown(title)}**", width="content")
            st.space("stretch")
            is_closed = key not in drafts
            label = "Set" if layer.is_empty else "Edit"
            if is_closed and actor.role.may_edit and _is_opened(label, key):
                drafts[key] = layer
                reset_layer_form(f"{key}.form")
                st.rerun()
        if is_closed:
            _show_summary(layer)
        else:
            _edit(actor, key=key, save=save, below=below)


def is_edited(key: str) -> bool:
    """Say whether the panel with this key shows its form: only that needs what is below."""
    return key in state_of(DefaultSettingsState).drafts


def _is_opened(label: str, key: str) -> bool:
    return st.button(label, icon=":material/tune:", type="tertiary", key=f"{key}.edit")


def _show_summary(layer: SettingsLayer) -> None:
    lines = layer_summary(layer)
    if not lines:
        st.caption("Nothing is set here: pictures are made as the studio says.")
        return
    st.markdown(
        "  \n".join(
            f":gray[{escape_markdown(name)}] {escape_markdown(_short(value))}"
            for name, value in lines
        )
    )


def _edit(
    actor: Actor, *, key: str, save: Callable[[SettingsLayer], None], below: Resolved | None
) -> None:
    drafts = state_of(DefaultSettingsState).drafts
    drafts[key] = show_layer_form(actor, drafts[key], key=f"{key}.form", below=below)
    with expected_errors(), st.container(horizontal=True):
        if st.button("Save", type="primary", icon=":material/check:", key=f"{key}.save"):
            save(drafts[key])
            del drafts[key]
            announce("Saved: it holds for the next pictures.")
            st.rerun()
        if st.button("Cancel", key=f"{key}.cancel"):
            del drafts[key]
            st.rerun()


def _short(value: str) -> str:
    line = " ".join(value.split())
    return line if len(line) <= _MAX_SHOWN_CHARS else f"{line[: _MAX_SHOWN_CHARS - 1].rstrip()}…"
