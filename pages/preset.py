"""One preset: what it sets, what came of it, its versions."""

import streamlit as st

from ui.access import require_actor
from ui.components.beside import main_then_side
from ui.components.header import page_header, show_way_back
from ui.components.missing import found
from ui.components.preset_panels import (
    show_preset_buttons,
    show_preset_facts,
    show_preset_pictures,
    show_preset_results,
    show_preset_standing,
    show_preset_versions,
)
from ui.components.preset_settings import show_new_preset, show_preset_settings
from ui.components.preset_starter import show_starter
from ui.context import services

actor = require_actor()

if "starter" in st.query_params:
    show_starter(actor, st.query_params["starter"])
    st.stop()
if "new" in st.query_params and actor.role.may_edit:
    with page_header("New preset", "Set what its pictures have in common."):
        show_way_back("Presets", "pages/presets.py")
    show_new_preset(actor)
    st.stop()

# Read
preset = found(services().presets.get, actor, "preset", back="pages/presets.py")
results = services().presets.results(actor, preset.id)

# Draw
with page_header(preset.name, f"Version {preset.version}"):
    show_way_back("Presets", "pages/presets.py")
    show_preset_buttons(actor, preset)
show_preset_standing(preset)
main, side = main_then_side()
with main:
    show_preset_settings(actor, preset)
    show_preset_pictures(actor, preset, results.made)
with side:
    show_preset_results(results)
    show_preset_facts(preset)
    show_preset_versions(actor, preset)
