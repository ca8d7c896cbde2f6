"""The tree of a picture, drawn: what it was made from at one side, what came of it at the other."""

from collections.abc import Mapping
from typing import Any

from core.domain.edit_settings import EditMode
from core.domain.generation import ROOMS, ReferenceRole
from core.domain.lineage import (
    PARENT,
    Branch,
    Lineage,
    LineageNode,
    Making,
    NodeKind,
    Whereabouts,
)
from core.domain.reviews import ReviewState
from ui.components.browser_code import component
from ui.components.review_words import MARKS, SIGNS
from ui.format import ago

_tree = component("lineage_tree")

KINDS = {
    NodeKind.PHOTO: "Photo", NodeKind.REFERENCE: "Reference", NodeKind.GENERATED: "Generated",
    NodeKind.EDITED: "Edited", NodeKind.ROOM: "Room of Epox",
}  # fmt: skip
"""What a picture of a tree is called, by what it is."""
_RELATIONS = {
    PARENT: "Made from", ReferenceRole.PRODUCT: "Product photo", ReferenceRole.BACKDROP: "Backdrop",
    ReferenceRole.STYLE: "Style", ReferenceRole.SCENE: "Scene", ReferenceRole.PALETTE: "Palette",
    ReferenceRole.SOURCE: "Edited from", ReferenceRole.OBJECT: "Object",
}  # fmt: skip
_TOOLS = {
    "cutout": "Cut out", "packshot": "Packshot", "upscale": "Enlarged", "crop": "Cropped",
    "adjust": "Adjusted", "background": "New background", "scene": "Put into a scene",
}  # fmt: skip

EDITS: Mapping[EditMode, str] = {
    "edit": "Edited in words", "erase": "Something erased", "expand": "Expanded",
    "again_larger": "Made again, larger",
}  # fmt: skip
"""What an image model was asked to do to a picture."""


def show_lineage_tree(lineage: Lineage, *, key: str, chosen: str) -> tuple[str, str] | None:
    """Draw the tree with one picture chosen; return what was done with which, by its key.

    That is "choose" or "open", and the key of the picture's node.
    """
    # A list, because for a mapping Streamlit would import pandas to look for data frames.
    data = [_branch(lineage.above, is_above=True), _branch(lineage.below), chosen]
    event = _tree(key=key, data=data, on_event_change=_nothing).get("event")
    match event:
        case [str(action), str(node)] if action in ("choose", "open"):
            return action, node
    return None


def node_key(node: LineageNode) -> str:
    """Return what tells a picture of the tree from all others."""
    return f"room:{node.label}" if node.asset_id is None else str(node.asset_id)


def nodes_of(lineage: Lineage) -> dict[str, LineageNode]:
    """Return all pictures of the tree by their keys."""
    found: dict[str, LineageNode] = {}
    waiting = [lineage.above, lineage.below]
    while waiting:
        branch = waiting.pop()
        found.setdefault(node_key(branch.node), branch.node)
        waiting += branch.branches
    return found


def tool_label(tool: str) -> str:
    """Return what was done to a picture by a tool, in a word or two."""
    return _TOOLS.get(tool, tool.replace("_", " ").capitalize() or "Edited")


def how_made(node: LineageNode) -> str:
    """Return in a few words how a picture came to be."""
    if node.kind is NodeKind.EDITED:
        return tool_label(node.making.tool)
    settings = node.making.settings
    if settings is not None and settings.edit is not None:
        return EDITS[settings.edit.mode]
    return KINDS[node.kind]


def _nothing() -> None:
    """Make Streamlit know the event; the page reacts to the returned value."""


def _branch(branch: Branch, *, is_above: bool = False) -> dict[str, Any]:
    # Downwards each branch is made from the one before: that needs no words.
    relations = [_RELATIONS.get(each, each.capitalize()) for each in branch.relations]
    return {
        "node": _node(branch.node, is_shown_above=branch.is_shown_above),
        "relation": _joined(relations) if is_above else "",
        "branches": [_branch(each, is_above=is_above) for each in branch.branches],
        "more": branch.more,
        "more_label": branch.more_label,
    }


def _joined(relations: list[str]) -> str:
    """Return the ties in few words: that a photo is the parent too goes without saying."""
    rest = [each for each in relations if each != _RELATIONS[PARENT]]
    return ", ".join(rest or relations)


def _node(node: LineageNode, *, is_shown_above: bool) -> dict[str, Any]:
    where = {Whereabouts.TRASHED: "In the trash", Whereabouts.GONE: "Deleted for good"}
    when = ago(node.created_at) if node.created_at else ""
    said = "Shown above" if is_shown_above else where.get(node.whereabouts, when)
    is_judged = node.review_state is not ReviewState.UNREVIEWED
    return {
        "key": node_key(node),
        "title": node.label or f"Picture {node.asset_id}",
        "sub": " · ".join(part for part in (how_made(node), said) if part),
        "src": _thumbnail(node),
        "href": "" if node.ref is None else f"/asset?id={node.asset_id}",
        "kind": str(node.kind),
        "state": str(node.whereabouts),
        "review": str(node.review_state),
        "review_label": SIGNS[node.review_state].label if is_judged else "",
        "mark": MARKS[node.review_state],
    }


def _thumbnail(node: LineageNode) -> str:
    if node.ref is not None:
        return node.ref.url("w160")
    room = next((room.name for room in ROOMS if room.label == node.label), "")
    return f"/assets/rooms/{room}.webp" if node.kind is NodeKind.ROOM and room else ""


def was_made(making: Making) -> bool:
    """Say whether anything is known of how a picture was made."""
    return making != Making()
