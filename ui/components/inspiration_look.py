"""Style and scene references read as settings: one click fills in what can be seen in them."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.domain.accounts import Actor
from core.domain.analyses import Analysis, AnalysisKind
from core.domain.generation import ReferenceRole
from core.domain.setting_layers import SettingsLayer
from ui.components.analysis_run import show_look
from ui.components.facts import show_facts
from ui.components.notices import announce
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown

_READ = (ReferenceRole.STYLE, ReferenceRole.SCENE, ReferenceRole.PALETTE)
_MOST = 3


def show_inspiration_looks(actor: Actor, layer: SettingsLayer, *, key: str) -> SettingsLayer | None:
    """Draw what was seen in the layer's references; return the settings a person asked to use."""
    chosen = [each for each in layer.references or () if each.role in _READ][:_MOST]
    if not chosen or not actor.role.may_edit:
        return None
    ids = [each.asset_id for each in chosen]
    wanted: SettingsLayer | None = None
    with expected_errors():
        found = services().analyses.of_assets(actor, ids, AnalysisKind.INSPIRATION)
        with st.expander("What is in the references", icon=":material/visibility:"):
            labels = {each.ref.id: each.label for each in services().assets.summaries(actor, ids)}
            for number, asset_id in enumerate(ids, start=1):
                name = labels.get(asset_id) or f"Reference {number}"
                st.markdown(f"**{escape_markdown(name)}**")
                if asset_id not in found:
                    show_look(actor, asset_id, AnalysisKind.INSPIRATION, label="Look at it")
                    continue
                st.caption(escape_markdown(_words(found[asset_id])))
                show_facts(_facts(found[asset_id].result))
                if st.button(
                    "Use as settings", icon=":material/input:", key=f"{key}.use.{asset_id}",
                    help="Fills in scene, style, mood, light, palette and props; change any after.",
                ):  # fmt: skip
                    wanted = services().analyses.settings(actor, asset_id)
                    announce("Filled in what is seen there. Look through the settings above.")
                show_look(
                    actor, asset_id, AnalysisKind.INSPIRATION, label="Look again", is_again=True
                )
    return wanted


def _facts(result: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what a model said of the picture; what was only measured is in the words."""
    if not result.get("summary"):
        return []
    light = result.get("light", {})
    lit = (light.get("direction"), light.get("softness"), light.get("warmth"))
    things = (
        f"{each['name']} ({each['material']})" if each.get("material") else str(each["name"])
        for each in result.get("objects", ())
    )
    return [
        ("Scene", str(result.get("scene_type", ""))),
        ("Style", str(result.get("style", ""))),
        ("Mood", str(result.get("mood", ""))),
        ("Light", ", ".join(str(each) for each in lit if each)),
        ("Things", ", ".join(things)),
        ("Camera", str(result.get("camera", ""))),
    ]


def _words(analysis: Analysis) -> str:
    result = analysis.result
    if summary := result.get("summary"):
        return str(summary)
    colours = ", ".join(each["hex"] for each in result.get("pixels", ()))
    light = result.get("light", {})
    return (
        f"Measured: light from {light.get('direction', 'anywhere')}, "
        f"{light.get('warmth', 'neutral')}; colours {colours}."
    )
