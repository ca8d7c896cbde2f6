"""The settings with which all pictures of a workspace begin."""

import streamlit as st

from core.domain.accounts import Actor
from core.domain.setting_layers import Level, SettingsLayer
from ui.components.default_settings import show_default_settings
from ui.context import services


def show_workspace_settings(actor: Actor) -> None:
    """Draw what the workspace says about all its pictures, and let it be changed."""

    def save(layer: SettingsLayer) -> None:
        services().cascade.set_workspace_layer(actor, layer)

    show_default_settings(
        actor,
        services().cascade.workspace_layer(actor),
        key="brand.defaults",
        save=save,
        below=services().cascade.below(actor, Level.WORKSPACE),
    )
    st.caption("They hold for every product unless its category, a preset or the like says more.")
