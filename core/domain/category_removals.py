"""Categories that end: what it does to their products, and what undoing it needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

UNDO_DAYS = 30
MAX_UNDO_PRODUCTS = 20_000
"""A merge or deletion that moved more than this is not kept for undoing: it would fill the table
that remembers it.
"""


@dataclass(frozen=True)
class RemovalEffect:
    """What a merge or a deletion would do, told before it is done.

    `moved` products change the category, `shared` ones are in the other already, `dropped` ones
    only lose it; `hidden` says how many of all these are archived or in the trash. `followers` are
    smart collections and saved views that filter by it.
    """

    moved: int
    shared: int
    dropped: int
    hidden: int
    children: int
    followers: int = 0
    brings_settings: bool = False

    @property
    def can_be_undone(self) -> bool:
        """Say whether it would be kept for undoing."""
        return self.product_count <= MAX_UNDO_PRODUCTS

    @property
    def product_count(self) -> int:
        """Return how many products are in the category, hidden ones too."""
        return self.moved + self.shared + self.dropped


@dataclass(frozen=True)
class CategoryRemoval:
    """A merge or a deletion that can still be undone."""

    id: int
    category_id: int
    name: str
    is_merge: bool
    target_name: str
    product_count: int
    removed_by: str
    removed_at: datetime


@dataclass(frozen=True)
class Links:
    """Products that were in a category: those of which it was the primary one, and the others."""

    primary: tuple[int, ...] = ()
    other: tuple[int, ...] = ()

    @property
    def count(self) -> int:
        """Return how many products they are."""
        return len(self.primary) + len(self.other)

    def __add__(self, more: "Links") -> "Links":
        """Return these products and more."""
        return Links(self.primary + more.primary, self.other + more.other)


@dataclass(frozen=True)
class Followers:
    """The smart collections and saved views whose filters were pointed to the target."""

    collections: tuple[int, ...] = ()
    views: tuple[int, ...] = ()


@dataclass(frozen=True)
class Snapshot:
    """What undoing needs: the row, and where its products and the categories inside it went.

    `moved` products got the target instead, `shared` ones had it already, `dropped` ones got
    none; for some of the last another of their categories was `promoted` to be the primary one.
    `target_before` and `target_after` are the target's settings; empty without a target.
    """

    row: dict[str, Any]
    children: tuple[int, ...]
    children_went_to: int | None
    moved: Links
    shared: Links
    dropped: Links
    promoted: tuple[tuple[int, int], ...]
    followers: Followers
    target_before: dict[str, Any]
    target_after: dict[str, Any]

    @property
    def product_count(self) -> int:
        """Return how many products the category had."""
        return self.moved.count + self.shared.count + self.dropped.count

    @property
    def can_be_undone(self) -> bool:
        """Say whether it is kept for undoing."""
        return self.product_count <= MAX_UNDO_PRODUCTS


def snapshot_to_plain(snapshot: Snapshot) -> dict[str, Any]:
    """Return the snapshot as a JSON object."""
    return {
        "row": snapshot.row,
        "children": list(snapshot.children),
        "children_went_to": snapshot.children_went_to,
        **{
            name: [list(links.primary), list(links.other)]
            for name, links in (
                ("moved", snapshot.moved),
                ("shared", snapshot.shared),
                ("dropped", snapshot.dropped),
            )
        },
        "followers": [list(snapshot.followers.collections), list(snapshot.followers.views)],
        "promoted": [list(pair) for pair in snapshot.promoted],
        "target_before": snapshot.target_before,
        "target_after": snapshot.target_after,
    }


def snapshot_from_plain(plain: Mapping[str, Any]) -> Snapshot:
    """Return the snapshot that `snapshot_to_plain` wrote."""
    links = {
        name: Links(*(tuple(ids) for ids in plain[name])) for name in ("moved", "shared", "dropped")
    }
    return Snapshot(
        row=plain["row"],
        children=tuple(plain["children"]),
        children_went_to=plain["children_went_to"],
        followers=Followers(*(tuple(ids) for ids in plain["followers"])),
        promoted=tuple((pair[0], pair[1]) for pair in plain["promoted"]),
        target_before=plain["target_before"],
        target_after=plain["target_after"],
        **links,
    )
