"""The versions of a picture: what was made from it, and what it was made from."""

import streamlit as st

from core.domain.lineage import Branch, Lineage, LineageNode, NodeKind, Whereabouts
from ui.components.grid import GridItem, show_grid
from ui.components.lineage_tree import how_made
from ui.components.review_words import MARKS, SIGNS, TONES
from ui.format import ago
from ui.navigation import open_asset

_SHOWN = 12


def show_versions(lineage: Lineage) -> None:
    """Draw what was made from the picture and from that again; a click opens one."""
    versions = [node for node in _below(lineage.below) if node.ref is not None][:_SHOWN]
    if not versions or lineage.node.kind not in (NodeKind.GENERATED, NodeKind.EDITED):
        return
    with st.container(border=True, gap="small", key="asset.versions"):
        st.subheader("Versions", anchor=False)
        event = show_grid([_card(node) for node in versions], key="asset.versions.grid")
        if event is not None and event.id.isdecimal():
            open_asset(int(event.id))
        if lineage.below.more:
            st.caption(f"And {lineage.below.more_label} more.")


def _below(branch: Branch) -> list[LineageNode]:
    return [node for each in branch.branches for node in (each.node, *_below(each))]


def _card(node: LineageNode) -> GridItem:
    is_trashed = node.whereabouts is Whereabouts.TRASHED
    said = "In the trash" if is_trashed else ago(node.created_at) if node.created_at else ""
    mark = MARKS[node.review_state]
    return GridItem(
        id=str(node.asset_id),
        title=node.label,
        subtitle=" · ".join(part for part in (how_made(node), said) if part),
        src=node.ref.url("w320") if node.ref else "",
        fit="contain",
        badge=mark,
        badge_label=SIGNS[node.review_state].label if mark else "",
        badge_tone=TONES[node.review_state],
    )
