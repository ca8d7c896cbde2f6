"""The versions of a picture: the tree of what was edited from it, and what it was edited from."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from core.domain.accounts import Actor
from core.domain.assets import Asset
from core.domain.lineage import PARENT, Branch, Lineage, LineageNode, NodeKind, Whereabouts
from ui.context import services
from ui.format import ago

_TOOLS = {
    "cutout": "Cut out", "packshot": "Packshot", "upscale": "Upscaled", "crop": "Cropped",
    "rotate": "Turned", "straighten": "Straightened", "flip": "Mirrored", "adjust": "Adjusted",
    "background": "Background", "edit": "Edited", "erase": "Erased", "expand": "Expanded",
    "again_larger": "Again, larger",
}  # fmt: skip
_MAX_SHOWN = 60


@dataclass(frozen=True)
class Version:
    """One line of the tree: `depth` says how far it is from the picture it all began with."""

    id: int
    depth: int
    name: str
    note: str
    thumb: str
    is_gone: bool


def versions_of(actor: Actor, asset_id: int) -> list[Version]:
    """Return the tree in which the picture stands, from its first version on.

    Raises `NotFoundError` when there is no such picture.
    """
    lineage = services().lineage.of(actor, asset_id)
    first = _first_of(lineage)
    if first.asset_id is not None and first.asset_id != asset_id:
        below = services().lineage.of(actor, first.asset_id).below
    else:
        below = lineage.below
    lines = list(_walk(below, 0))[:_MAX_SHOWN]
    known = services().assets.summaries(actor, [line.id for line in lines])
    titles = {each.ref.id: each.title for each in known}
    return [replace(line, name=titles.get(line.id) or line.name) for line in lines]


def tool_words(tool: str) -> str:
    """Return what a tool did to a picture, as the name of a version without a name."""
    return _TOOLS.get(tool, tool.replace("_", " ").capitalize())


def _first_of(lineage: Lineage) -> LineageNode:
    """Climb from version to version; what was made for itself is no version of its photo."""
    branch = lineage.above
    while _is_version(branch.node):
        parent = next((each for each in branch.branches if PARENT in each.relations), None)
        if parent is None or parent.node.whereabouts is not Whereabouts.HERE:
            break
        branch = parent
    return branch.node


def _is_version(node: LineageNode) -> bool:
    return bool(node.making.tool) or node.kind is NodeKind.EDITED


def _walk(branch: Branch, depth: int) -> Iterator[Version]:
    node = branch.node
    if node.asset_id is not None and node.ref is not None:
        yield _version(node, depth)
    for each in sorted(branch.branches, key=lambda below: below.node.asset_id or 0):
        if _is_version(each.node):
            yield from _walk(each, depth + 1)


def _version(node: LineageNode, depth: int) -> Version:
    is_gone = node.whereabouts is not Whereabouts.HERE
    made = tool_words(node.making.tool) if node.making.tool else ""
    name = made or node.product_name or node.label
    where = "In the trash" if is_gone else _when(node.created_at)
    note = " · ".join(part for part in (_size(node), where) if part)
    thumb = node.ref.url("w160") if node.ref is not None else ""
    return Version(node.asset_id or 0, depth, name, note, thumb, is_gone)


def _size(node: LineageNode) -> str:
    return "" if node.ref is None else f"{node.ref.width_px} \u00d7 {node.ref.height_px}"


def _when(at: datetime | None) -> str:
    return ago(at) if at is not None else ""


def version_words(asset: Asset) -> str:
    """Return the line under the title: the product, how large it is and what made it."""
    product = asset.product_name if asset.title else ""
    size = f"{asset.width_px} \u00d7 {asset.height_px} px"
    made = tool_words(asset.tool) if asset.tool else ""
    return " · ".join(part for part in (product, size, made) if part)
