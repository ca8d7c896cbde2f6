"""Categories: kinds of products, in a tree."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from core.domain.setting_layers import LAYER_FIELDS, SettingsLayer, layer_from_json, layer_to_json

MAX_LEVELS = 6
MAX_CATEGORIES = 5_000
TOO_MANY_CATEGORIES = f"A workspace has at most {MAX_CATEGORIES:,} categories."
MAX_NAME_CHARS = 120

_INVISIBLE = {ord(char): None for char in "\u00ad\u200c\u200d"}


@dataclass(frozen=True)
class CategoryPlace:
    """A category as the table keeps it: what it is and under which other one it stands."""

    id: int
    parent_id: int | None
    name: str
    description: str = ""
    position: int = 0
    has_settings: bool = False


@dataclass(frozen=True)
class Category:
    """A category in its tree. `path` are the names above it, the topmost first.

    `product_count` are its own products, `total_count` all in its subtree, each product once;
    those in the trash and the archive do not count.
    """

    id: int
    parent_id: int | None
    name: str
    description: str
    position: int
    has_settings: bool
    depth: int
    path: tuple[str, ...]
    product_count: int
    total_count: int

    @property
    def full_name(self) -> str:
        """Return its name behind those above it: "Furniture / Chairs"."""
        return " / ".join((*self.path, self.name))


@dataclass(frozen=True)
class CategoryDetail:
    """A category with what its page shows; `ancestors` are id and name, the topmost first."""

    category: Category
    ancestors: tuple[tuple[int, str], ...]
    children: tuple[Category, ...]
    defaults: SettingsLayer
    scene_defaults: Mapping[str, SettingsLayer]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class CategorySettings:
    """What a category says about pictures: by default, and for each scene type."""

    defaults: SettingsLayer = SettingsLayer()  # noqa: RUF009 - it is frozen
    scene_defaults: Mapping[str, SettingsLayer] = field(default_factory=dict)

    def filled_from(self, other: "CategorySettings") -> "CategorySettings":
        """Return these settings, and where they say nothing, what the other says."""
        scenes = {
            scene: filled_from(
                self.scene_defaults.get(scene, SettingsLayer()),
                other.scene_defaults.get(scene, SettingsLayer()),
            )
            for scene in (*self.scene_defaults, *other.scene_defaults)
        }
        return CategorySettings(filled_from(self.defaults, other.defaults), scenes)

    def to_plain(self) -> dict[str, Any]:
        """Return them as the values of the two columns; scenes that say nothing are left out."""
        return {
            "defaults": layer_to_json(self.defaults),
            "scene_defaults": {
                scene: layer_to_json(layer)
                for scene, layer in self.scene_defaults.items()
                if not layer.is_empty
            },
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "CategorySettings":
        """Return the settings that the two columns hold."""
        return cls(
            layer_from_json(plain["defaults"]),
            {scene: layer_from_json(layer) for scene, layer in plain["scene_defaults"].items()},
        )


def name_key(name: str) -> str:
    """Return what two names share that people take for the same: "CHAIRS" and "chairs"."""
    plain = unicodedata.normalize("NFC", name).translate(_INVISIBLE).casefold()
    return unicodedata.normalize("NFC", " ".join(plain.split()))


def filled_from(layer: SettingsLayer, other: SettingsLayer) -> SettingsLayer:
    """Return the layer, and where it says nothing, what the other says."""
    taken = {
        name: getattr(other, name)
        for name in LAYER_FIELDS
        if getattr(layer, name) is None and name not in layer.starts_anew
    }
    anew = layer.starts_anew | {name for name in other.starts_anew if name in taken}
    return replace(layer, **taken, starts_anew=frozenset(anew))


def tree_of(
    places: Sequence[CategoryPlace], counts: Mapping[frozenset[int], int]
) -> tuple[Category, ...]:
    """Return the categories in tree order: each before those inside it, siblings by their place.

    `counts` says how many products have exactly these categories. What no way from the top leads
    to stands at the top, so that nothing is ever hidden.
    """
    own, total = _counted(places, counts)
    return tuple(
        Category(
            id=place.id,
            parent_id=place.parent_id if path else None,
            name=place.name,
            description=place.description,
            position=place.position,
            has_settings=place.has_settings,
            depth=len(path),
            path=path,
            product_count=own[place.id],
            total_count=total[place.id],
        )
        for place, path in _walk(places)
    )


def subtree_of(tree: Sequence[Category], category_id: int) -> tuple[Category, ...]:
    """Return the category and all inside it, in tree order; empty when it is not there."""
    numbers = (number for number, each in enumerate(tree) if each.id == category_id)
    start = next(numbers, None)
    if start is None:
        return ()
    end = start + 1
    while end < len(tree) and tree[end].depth > tree[start].depth:
        end += 1
    return tuple(tree[start:end])


def ancestors_of(tree: Sequence[Category], category: Category) -> tuple[Category, ...]:
    """Return the categories above this one, the topmost first."""
    by_id = {each.id: each for each in tree}
    above: list[Category] = []
    parent_id = category.parent_id
    while parent_id is not None and parent_id in by_id:
        above.append(by_id[parent_id])
        parent_id = above[-1].parent_id
    return tuple(reversed(above))


def _walk(places: Sequence[CategoryPlace]) -> Iterator[tuple[CategoryPlace, tuple[str, ...]]]:
    known = {place.id for place in places}
    inside: dict[int | None, list[CategoryPlace]] = {}
    for place in sorted(places, key=lambda each: (each.position, name_key(each.name), each.id)):
        parent_id = place.parent_id if place.parent_id in known else None
        inside.setdefault(parent_id, []).append(place)
    seen: set[int] = set()
    for start in (*inside.get(None, ()), *places):
        waiting = [(start, ())] if start.id not in seen else []
        stack: list[tuple[CategoryPlace, tuple[str, ...]]] = list(waiting)
        while stack:
            place, path = stack.pop()
            if place.id in seen:
                continue
            seen.add(place.id)
            yield place, path
            below = (*path, place.name)
            stack.extend((child, below) for child in reversed(inside.get(place.id, [])))


def _counted(
    places: Sequence[CategoryPlace], counts: Mapping[frozenset[int], int]
) -> tuple[Counter[int], Counter[int]]:
    parents = {place.id: place.parent_id for place in places}
    lines = {place.id: frozenset(_line(parents, place.id)) for place in places}
    own: Counter[int] = Counter()
    total: Counter[int] = Counter()
    for category_ids, count in counts.items():
        known = [category_id for category_id in category_ids if category_id in lines]
        for category_id in known:
            own[category_id] += count
        # A product in a category and in one inside it is one product of the upper one.
        for above in frozenset[int]().union(*(lines[category_id] for category_id in known)):
            total[above] += count
    return own, total


def _line(parents: Mapping[int, int | None], category_id: int) -> Iterable[int]:
    seen: set[int] = set()
    here: int | None = category_id
    while here is not None and here in parents and here not in seen:
        seen.add(here)
        here = parents[here]
    return seen
