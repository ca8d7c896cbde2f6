"""Lineage: what a picture was made from, and what was made from it."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.domain.assets import AssetRef, Origin
from core.domain.generation import GenerationSettings, ReferenceRole
from core.domain.paging import COUNT_CAP
from core.domain.reviews import ReviewState
from core.domain.setting_layers import Source

MAX_GENERATIONS = 5
"""How far a tree is followed, upwards and downwards."""
MAX_BRANCHES = 12
"""How many branches of one picture are shown; of the others it is said how many there are."""
MAX_FURTHER_BRANCHES = 4
"""Likewise of what was made from it: those that are nearest to the picture count most."""
MAX_NODES = 90
"""How many pictures of one direction are shown altogether."""


class NodeKind(StrEnum):
    """What a picture of a lineage is."""

    PHOTO = "photo"
    REFERENCE = "reference"
    GENERATED = "generated"
    EDITED = "edited"
    ROOM = "room"


class Whereabouts(StrEnum):
    """Where a picture of a lineage is now: `gone` was deleted for good."""

    HERE = "here"
    TRASHED = "trashed"
    GONE = "gone"


PARENT = "parent"
"""The relation to what a picture was made from; the others are the roles of references."""
_SHOW_IT = {PARENT, ReferenceRole.PRODUCT, ReferenceRole.SOURCE}
"""What a picture is tied by to one that shows the same, and is no mere reference."""


@dataclass(frozen=True)
class Making:
    """How a picture was made.

    `prompt` is what was sent, to the byte. `settings` is None where no image model was asked; those
    of an edit say what was edited how. `steps` are those of the `tool`, each with its numbers.
    """

    job_id: int | None = None
    prompt: str = ""
    settings: GenerationSettings | None = None
    sources: Mapping[str, Source] = field(default_factory=dict)
    template: str = ""
    preset_id: int | None = None
    preset_name: str = ""
    preset_version: int | None = None
    image_model: str = ""
    model_version: str = ""
    seed: int | None = None
    cost_micros: int | None = None
    tool: str = ""
    steps: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class LineageNode:
    """A picture in a lineage; one that is gone has no `ref`, one that ships with Epox no id."""

    asset_id: int | None
    kind: NodeKind
    label: str
    whereabouts: Whereabouts = Whereabouts.HERE
    ref: AssetRef | None = None
    product_id: int | None = None
    product_name: str = ""
    created_by: str = ""
    created_at: datetime | None = None
    review_state: ReviewState = ReviewState.UNREVIEWED
    rating: int = 0
    making: Making = Making()


@dataclass(frozen=True)
class Branch:
    """A picture and those it leads to, on one side of the tree.

    `relations` say how it is tied to the one that is nearer to the picture asked for: `parent`, or
    the roles in which it was shown. `more` counts the branches that were left out.
    `is_shown_above` says that it stands in the tree already, with its branches.
    """

    node: LineageNode
    relations: tuple[str, ...] = ()
    branches: tuple["Branch", ...] = ()
    more: int = 0
    is_shown_above: bool = False

    @property
    def more_label(self) -> str:
        """Return for people how many were left out: "1,000+" where nobody counted further."""
        return f"{COUNT_CAP:,}+" if self.more >= COUNT_CAP else f"{self.more:,}"


@dataclass(frozen=True)
class Lineage:
    """The tree of a picture: `above` leads to what it was made from, `below` to what came of it."""

    above: Branch
    below: Branch

    @property
    def node(self) -> LineageNode:
        """Return the picture that was asked for."""
        return self.above.node


@dataclass(frozen=True)
class WantedAs:
    """A wanted shot of a collection that a picture counts for."""

    collection_id: int
    collection_name: str
    shot_name: str


@dataclass(frozen=True)
class Shown:
    """A picture that a call was shown, as the ledger says: it may be gone since."""

    relation: str
    asset_id: int | None
    label: str = ""
    sha256: str = ""


@dataclass(frozen=True)
class Traced:
    """A picture with what leads on from it upwards: its parent and what its call was shown."""

    node: LineageNode
    origins: tuple[Shown, ...] = ()


def kind_of(origin: Origin) -> NodeKind:
    """Return what an asset of this origin is in a lineage."""
    return {
        Origin.UPLOADED: NodeKind.PHOTO,
        Origin.INSPIRATION: NodeKind.REFERENCE,
        Origin.GENERATED: NodeKind.GENERATED,
        Origin.EDITED: NodeKind.EDITED,
    }[origin]


def gone(shown: Shown) -> LineageNode:
    """Return what is left of a picture to which no row leads any more, or of a room."""
    if shown.asset_id is None:
        return LineageNode(None, NodeKind.ROOM, shown.label)
    return LineageNode(shown.asset_id, NodeKind.REFERENCE, shown.label, Whereabouts.GONE)


def ancestors_of(asset_id: int, known: Mapping[int, Traced], asked: AbstractSet[int]) -> Branch:
    """Return the tree upwards from a picture that is known.

    `asked` are the ids that were looked for: of those only what is not `known` is gone, and what
    was not looked for is counted as more.
    """
    return _Climb(known, asked).branch(asset_id, ())


def descendants_of(
    asset_id: int,
    known: Mapping[int, Traced],
    children: Mapping[int, tuple[tuple[int, ...], int]],
) -> Branch:
    """Return the tree downwards; `children` are the ids that are shown, and how many there are."""
    shown, total = children.get(asset_id, ((), 0))
    branches = tuple(descendants_of(each, known, children) for each in shown if each in known)
    # Nobody counted further than the cap: less than it would be untrue.
    more = COUNT_CAP if total >= COUNT_CAP else max(total - len(branches), 0)
    return Branch(known[asset_id].node, (PARENT,), branches, more=more)


class _Climb:
    """Builds the tree upwards: each picture stands in it with its branches once."""

    def __init__(self, known: Mapping[int, Traced], asked: AbstractSet[int]) -> None:
        self._known = known
        self._asked = asked
        self._climbed: set[int] = set()

    def branch(self, asset_id: int, relations: tuple[str, ...]) -> Branch:
        traced = self._known[asset_id]
        origins = merged(traced.origins)
        node = _as_tied(traced.node, relations)
        if asset_id in self._climbed:
            return Branch(node, relations, is_shown_above=bool(origins))
        self._climbed.add(asset_id)
        branches = tuple(
            self._origin(shown, tied)
            for shown, tied in origins[:MAX_BRANCHES]
            if shown.asset_id is None or shown.asset_id in self._asked
        )
        return Branch(node, relations, branches, more=len(origins) - len(branches))

    def _origin(self, shown: Shown, relations: tuple[str, ...]) -> Branch:
        if shown.asset_id is None or shown.asset_id not in self._known:
            return Branch(_as_tied(gone(shown), relations), relations)
        return self.branch(shown.asset_id, relations)


def _as_tied(node: LineageNode, relations: tuple[str, ...]) -> LineageNode:
    """Return the picture as what it was to the other one: an upload may be a mere reference."""
    shows_product = not relations or _SHOW_IT & set(relations)
    if node.kind in (NodeKind.PHOTO, NodeKind.REFERENCE):
        if node.whereabouts is Whereabouts.GONE and node.making == Making():
            return replace(node, kind=NodeKind.PHOTO if shows_product else NodeKind.REFERENCE)
        if node.kind is NodeKind.PHOTO and not shows_product:
            return replace(node, kind=NodeKind.REFERENCE)
    return node


def merged(origins: tuple[Shown, ...]) -> tuple[tuple[Shown, tuple[str, ...]], ...]:
    """Return each picture once, with all that ties it: a parent may be shown as a reference too."""
    found: dict[object, tuple[Shown, tuple[str, ...]]] = {}
    for shown in origins:
        key = shown.asset_id or (shown.relation, shown.label)
        first, relations = found.get(key, (shown, ()))
        if shown.relation not in relations:
            relations = (*relations, shown.relation)
        found[key] = (replace(first, label=first.label or shown.label), relations)
    return tuple(found.values())
