"""Where a picture comes from: its tree, and of one picture of it all that is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st

from core.domain.accounts import Actor
from core.domain.edit_settings import EditSettings
from core.domain.generation import GenerationSettings
from core.domain.lineage import Lineage, LineageNode, Making, Whereabouts
from core.domain.reviews import ReviewState
from ui.components.facts import show_facts
from ui.components.layer_words import FIELD_LABELS, setting_words, source_words
from ui.components.lineage_tree import (
    EDITS,
    how_made,
    node_key,
    nodes_of,
    show_lineage_tree,
    tool_label,
    was_made,
)
from ui.components.lineage_ways import show_ways_on
from ui.components.review_words import SIGNS, stars
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown, money, when
from ui.navigation import open_asset
from ui.state import state_of

_INTERNAL = (
    "kind", "tool", "step", "mask_id", "mask_sha256", "feather_px", "instruction", "answer",
)  # fmt: skip
"""Of a step, what nobody reads, and what is said in words beside it."""

_WHERE = {
    Whereabouts.TRASHED: "It is in the trash.",
    Whereabouts.GONE: "It was deleted for good: only what was noted of it is left.",
}


@dataclass
class LineageState:
    """By the picture whose page it is, the one of its tree that is looked at."""

    chosen: dict[int, str] = field(default_factory=dict)


def show_lineage(actor: Actor, lineage: Lineage) -> None:
    """Draw the tree of a picture; a click on one of it says how that was made."""
    with expected_errors(), st.container(border=True, gap="small", key="asset.lineage"):
        chosen = _chosen(lineage)
        st.subheader("Where it comes from", anchor=False)
        if lineage.above.branches or lineage.below.branches:
            event = show_lineage_tree(lineage, key="asset.tree", chosen=node_key(chosen))
            _follow(lineage, event)
        elif not was_made(lineage.node.making):
            st.caption("It was brought in as it is, and nothing was made from it yet.")
        _show_node(actor, lineage, chosen)


def _follow(lineage: Lineage, event: tuple[str, str] | None) -> None:
    if event is None:
        return
    action, key = event
    nodes = nodes_of(lineage)
    if key not in nodes:
        return
    ref = nodes[key].ref
    if action == "open" and ref is not None:
        open_asset(ref.id)
    asset_id = lineage.node.asset_id or 0
    if state_of(LineageState).chosen.get(asset_id) != key:
        state_of(LineageState).chosen[asset_id] = key
        st.rerun()


def _chosen(lineage: Lineage) -> LineageNode:
    key = state_of(LineageState).chosen.get(lineage.node.asset_id or 0, "")
    return nodes_of(lineage).get(key, lineage.node)


def _show_node(actor: Actor, lineage: Lineage, node: LineageNode) -> None:
    is_own = node == lineage.node
    with st.container(gap="small", key="asset.node"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            title = "This picture" if is_own else node.label or f"Picture {node.asset_id}"
            st.markdown(f"**{escape_markdown(title)}**", width="content")
            st.badge(how_made(node), color="gray")
            if node.review_state is not ReviewState.UNREVIEWED:
                sign = SIGNS[node.review_state]
                st.badge(sign.label, color=sign.tone)
            if node.rating:
                st.markdown(f":orange[{stars(node.rating)}]", width="content")
        if node.whereabouts in _WHERE and not is_own:
            st.caption(_WHERE[node.whereabouts])
        show_ways_on(actor, node, key="asset.node", is_open=is_own)
        _show_making(node)


def _show_making(node: LineageNode) -> None:
    making = node.making
    labels = {spec.id: spec.label for spec in services().generation.models()}
    with st.grid(2, min_column_width=300, gap="medium") as columns:
        with columns.cell():
            show_facts(
                (
                    ("Model", labels.get(making.image_model, making.image_model)),
                    ("Its version", making.model_version),
                    ("Template", making.template),
                    ("Preset", _preset(making)),
                    ("Cost", "" if making.cost_micros is None else money(making.cost_micros)),
                    ("Seed", "" if making.seed is None else str(making.seed)),
                    ("Made by" if was_made(making) else "Added by", node.created_by),
                    ("When", when(node.created_at) if node.created_at else ""),
                )
            )
            if making.prompt:
                st.caption("Exact prompt")
                st.code(making.prompt, language=None, wrap_lines=True)
        with columns.cell():
            if making.steps or making.tool:
                _show_steps(making)
            if making.settings is not None:
                _show_settings(making, labels)


def _preset(making: Making) -> str:
    if not making.preset_name:
        return ""
    version = f", version {making.preset_version}" if making.preset_version else ""
    return f"{making.preset_name}{version}"


def _show_settings(making: Making, models: Mapping[str, str]) -> None:
    """Draw each setting with its value and where that came from; what was left open is left out."""
    settings = making.settings
    if settings is not None and settings.edit is not None:
        _show_edit(settings, settings.edit)
        return
    lines: list[tuple[str, str, str]] = []
    for name, label in FIELD_LABELS.items():
        value = getattr(making.settings, name)
        source = making.sources.get(name)
        # What nobody said is as Epox has it; of old jobs it is not known who said what.
        said = source_words(source) if source is not None else ""
        said = said or ("As usual" if making.sources else "")
        if value not in ("", (), None) and not (name == "is_pixel_locked" and not value):
            text = models.get(value, value) if name == "image_model" else setting_words(name, value)
            lines.append((label, text, said))
    st.caption("Settings, and where each came from")
    _show_lines(lines)


def _show_edit(settings: GenerationSettings, edit: EditSettings) -> None:
    where = "Where the mask was painted" if edit.mask_id else "All of it"
    soft = f", soft over {edit.feather_px} px" if edit.mask_id and edit.feather_px else ""
    lines = (
        ("What", EDITS[edit.mode], ""),
        ("In words", settings.prompt, ""),
        ("Where", "Around the picture" if edit.mode == "expand" else f"{where}{soft}", ""),
        ("Shape", settings.aspect_ratio, ""),
        ("Size", settings.size, ""),
    )
    st.caption("What was asked for")
    _show_lines([line for line in lines if line[1]])


def _show_steps(making: Making) -> None:
    st.caption("What was done to it")
    if not making.steps:
        st.text(tool_label(making.tool))
    _show_lines([_step_line(step) for step in making.steps])


def _step_line(step: object) -> tuple[str, str, str]:
    """Return the name of a step, its numbers, and nothing of where it came from."""
    if not isinstance(step, dict):
        return "", "", ""
    name = step.get("kind") or step.get("tool") or step.get("step") or ""
    numbers = [
        f"{str(key).replace('_', ' ')} {_number(value)}"
        for key, value in step.items()
        if key not in _INTERNAL and isinstance(value, str | int | float)
    ]
    figures = step.get("figures")
    if isinstance(figures, dict) and figures.get("changed_outside") is not None:
        numbers.append(f"changed outside the mask: {_number(figures['changed_outside'])} pixels")
    return tool_label(str(name)), ", ".join(numbers)[:300], ""


def _number(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _show_lines(lines: Sequence[tuple[str, str, str]]) -> None:
    with st.container(gap="xsmall"):
        for name, value, source in lines:
            with st.container(horizontal=True, gap="small", wrap=False):
                st.container(width=104).caption(escape_markdown(name))
                st.container(width="stretch").text(value)
                if source:
                    st.container(width=120).caption(escape_markdown(source))
