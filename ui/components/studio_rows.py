"""The rows of a batch in the studio: what is ticked, and what is set for single ones only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from core.domain.generation import MAX_VARIANTS
from core.domain.plans import MadeFor, StudioRequest
from core.domain.products import Product
from core.domain.setting_layers import (
    LAYER_FIELDS,
    Resolved,
    SettingsLayer,
    layer_from_json,
    layer_to_json,
)
from core.domain.shots import WantedShot
from ui.components.plan_summary import PlanState

TICKED = "ticked"
"""What the brief at the left is about while it is set for all ticked rows."""


def row_key(product_id: int, shot_id: int) -> str:
    """Return the name under which a row is remembered."""
    return f"{product_id}.{shot_id}"


@dataclass(frozen=True)
class BatchRow:
    """A product of the batch, and the wanted shot it is to be made for with what it lacks of it."""

    product: Product
    shot: WantedShot | None = None
    lacking: int = 0

    @property
    def key(self) -> str:
        """Return the name under which the row is remembered."""
        return row_key(self.product.id, self.shot_id)

    @property
    def shot_id(self) -> int:
        """Return the id of its shot, or 0."""
        return self.shot.id if self.shot else 0

    @property
    def refusal(self) -> str:
        """Return why nothing can be made of the product, whatever is set; "" if it can."""
        if self.product.trashed_at is not None:
            return "In the trash"
        return "" if self.product.photos else "No photo yet"


@dataclass
class RowsState:
    """What a person set in the batch that the address names.

    `off` are rows without a tick; `cells` the ticked places of rows in which some were turned by
    hand; `layers` what is set for single rows, `photos` which photo each uses, `written` the
    prompts that a person wrote. `focus` is
    the row that the brief is about, `TICKED`, or "" for all. `echo` is the last message of the
    matrix that was taken, `shown` what plans were on the screen, by shot; `counts` are the pictures
    that each row came to when it was last planned.
    """

    batch: str = ""
    revision: int = -1
    preset_id: int | None = None
    layer: SettingsLayer = field(default_factory=SettingsLayer)
    off: set[str] = field(default_factory=set)
    cells: dict[str, tuple[int, ...]] = field(default_factory=dict)
    layers: dict[str, SettingsLayer] = field(default_factory=dict)
    photos: dict[str, int] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    focus: str = ""
    draft: SettingsLayer = field(default_factory=SettingsLayer)
    below: Resolved = field(default_factory=Resolved)
    counts: dict[str, int] = field(default_factory=dict)
    page: int = 0
    echo: str = ""
    shown: dict[int, PlanState] = field(default_factory=dict)
    submissions: int = 0
    open_asset: int = 0

    def begin(self, batch: str, revision: int, said: Mapping[str, Any]) -> bool:
        """Go on from what the session says where it is another batch, or was changed elsewhere.

        Returns whether it did.
        """
        if (self.batch, self.revision) == (batch, revision):
            return False
        page = self.page if self.batch == batch else 0
        fresh = RowsState(batch, revision, page=page, submissions=self.submissions + 1)
        self.__dict__.update(fresh.__dict__)
        self._take_json(said)
        return True

    def is_on(self, row: BatchRow) -> bool:
        """Say whether something of the row is to be made."""
        return not row.refusal and row.key not in self.off

    def turn(self, rows: Iterable[BatchRow], *, is_on: bool) -> None:
        """Tick all these rows, or none of them."""
        keys = {row.key for row in rows}
        self.off = self.off - keys if is_on else self.off | keys

    def places_of(self, row: BatchRow) -> tuple[int, ...]:
        """Return the places of its pictures that a tick at the row stands for."""
        own = self.layers.get(row.key, SettingsLayer()).variants or self.layer.variants or 1
        return self.cells.get(row.key) or tuple(range(self.counts.get(row.key, own)))

    def take(self, row: BatchRow, places: Sequence[int], *, is_on: bool) -> None:
        """Keep what was ticked in a row; a row without a tick keeps the places it had."""
        self.turn([row], is_on=is_on and bool(places))
        if places and tuple(places) != self.places_of(row):
            self.cells[row.key] = tuple(places)

    def layer_of(self, row: BatchRow) -> SettingsLayer:
        """Return what is said for this row only, the number of its pictures included."""
        own = self.layers.get(row.key, SettingsLayer())
        places = self.cells.get(row.key)
        if places:
            return replace(own, variants=len(places))
        if row.lacking and own.variants is None and self.layer.variants is None:
            return replace(own, variants=min(row.lacking, MAX_VARIANTS))
        return own

    def set_layer(self, row: BatchRow, layer: SettingsLayer) -> None:
        """Say this for one row only; a number of pictures takes the place of single ticks."""
        before = self.layers.get(row.key, SettingsLayer())
        if layer.variants != before.variants:
            self.cells.pop(row.key, None)
        if layer.is_empty:
            self.layers.pop(row.key, None)
        else:
            self.layers[row.key] = layer

    def add_to(self, rows: Iterable[BatchRow], layer: SettingsLayer) -> int:
        """Say what this layer says for each of the rows, besides what is set there already."""
        said = {name: value for name in LAYER_FIELDS if (value := getattr(layer, name)) is not None}
        changed = 0
        for row in rows:
            own = self.layers.get(row.key, SettingsLayer())
            anew = own.starts_anew | layer.starts_anew
            self.set_layer(row, replace(own, **said, starts_anew=anew))
            changed += 1
        return changed

    def clear(self, rows: Iterable[BatchRow]) -> None:
        """Forget what was set for these rows only: they follow the brief again."""
        for row in rows:
            self.layers.pop(row.key, None)
            self.cells.pop(row.key, None)
            self.photos.pop(row.key, None)
            self.written.pop(row.key, None)

    def use_photo(self, rows: Iterable[BatchRow], place: int) -> tuple[int, int]:
        """Use the photo at this place of each product; return how many have it, and have not.

        Where there is none the photo stays as it is.
        """
        changed = kept = 0
        for row in rows:
            photos = row.product.photos
            if place >= len(photos):
                kept += 1
                continue
            changed += 1
            if place == 0:
                self.photos.pop(row.key, None)
            else:
                self.photos[row.key] = photos[place].id
        return changed, kept

    def write(self, row: BatchRow, text: str) -> bool:
        """Send this text for the row instead of the generated one; return whether it is another.

        With "" the generated text is sent again.
        """
        before = self.written.pop(row.key, "")
        if text:
            self.written[row.key] = text
        return text != before

    def has_own(self, row: BatchRow) -> bool:
        """Say whether anything is set for this row only."""
        return any(row.key in each for each in (self.layers, self.cells, self.photos, self.written))

    def photo_of(self, row: BatchRow) -> int:
        """Return the id of the photo that is used; 0 if there is none."""
        known = [photo.id for photo in row.product.photos]
        chosen = self.photos.get(row.key)
        if chosen in known:
            return int(chosen)
        return known[0] if known else 0

    def request(self, rows: Sequence[BatchRow], made_for: MadeFor) -> StudioRequest:
        """Return what is asked for these rows, all of one shot."""
        own = {row.product.id: self.layer_of(row) for row in rows}
        return StudioRequest(
            layer=self.layer,
            per_product={number: layer for number, layer in own.items() if not layer.is_empty},
            photo_ids={
                row.product.id: self.photo_of(row) for row in rows if row.key in self.photos
            },
            written_prompts={
                row.product.id: text for row in rows if (text := self.written.get(row.key))
            },
            made_for=made_for,
        )

    def to_json(self) -> dict[str, Any]:
        """Return what a studio session keeps of the rows."""
        return {
            "rows": {key: layer_to_json(layer) for key, layer in self.layers.items()},
            "photos": dict(self.photos),
            "written": dict(self.written),
            "off": sorted(self.off),
            "cells": {key: list(places) for key, places in self.cells.items()},
        }

    def _take_json(self, plain: Mapping[str, Any]) -> None:
        rows, photos, cells = (_mapping(plain.get(name)) for name in ("rows", "photos", "cells"))
        self.layers = {key: layer_from_json(layer) for key, layer in rows.items()}
        self.photos = {key: photo for key, photo in photos.items() if type(photo) is int}
        self.cells = {
            key: kept
            for key, places in cells.items()
            if isinstance(places, list) and (kept := _places(places))
        }
        written = _mapping(plain.get("written"))
        self.written = {key: text for key, text in written.items() if isinstance(text, str)}
        off = plain.get("off")
        self.off = {key for key in off if isinstance(key, str)} if isinstance(off, list) else set()


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        return {}
    return {key: each for key, each in value.items() if isinstance(key, str)}


def _places(places: Sequence[Any]) -> tuple[int, ...]:
    whole = {place for place in places if type(place) is int and 0 <= place < MAX_VARIANTS}
    return tuple(sorted(whole))
