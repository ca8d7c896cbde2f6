"""What a layer of settings says, as small pictures with their names and in words."""

from dataclasses import asdict

import streamlit as st

from core.domain.setting_layers import SettingsLayer
from ui.components.browser_code import component
from ui.components.facts import show_facts
from ui.components.preset_faces import faces_of, texts_of

_tiles = component("setting_tiles")


def show_setting_tiles(layer: SettingsLayer, *, key: str) -> None:
    """Draw all that the layer says; that it says nothing is said too."""
    if layer.is_empty:
        st.caption("Nothing is set yet.")
        return
    faces = faces_of(layer)
    if faces:
        _tiles(key=key, data=[asdict(face) for face in faces])
    show_facts(texts_of(layer))
