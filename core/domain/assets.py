"""Assets: the image files we keep, and where their renditions are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.domain.inspiration import Credit
from core.domain.reviews import UNREVIEWED, Review, ReviewState


class Origin(StrEnum):
    """How an asset came: edited is one that a local tool made from another."""

    UPLOADED = "uploaded"
    GENERATED = "generated"
    EDITED = "edited"
    INSPIRATION = "inspiration"

    @property
    def is_made(self) -> bool:
        """Say whether it is a result: made here, by a model or a tool, and judged by people."""
        return self in (Origin.GENERATED, Origin.EDITED)


@dataclass(frozen=True)
class AssetRef:
    """Enough of an asset to show it."""

    id: int
    sha256: str
    width_px: int
    height_px: int

    def url(self, rendition: str = "w320") -> str:
        """Return the address of a rendition (`w160` to `w1600`) or of the `original`.

        The address holds the content's hash, so a browser may keep what it got for ever.
        """
        return f"/files/{self.id}/{self.sha256[:16]}/{rendition}"


@dataclass(frozen=True)
class Asset:
    """An asset with everything its page shows. `label` says what it is, for people.

    One that a tool made names the `tool` and the `steps` it took from its parent.
    """

    id: int
    origin: Origin
    sha256: str
    size_bytes: int
    mime_type: str
    width_px: int
    height_px: int
    label: str
    product_id: int | None
    product_name: str | None
    product_sku: str | None
    job_id: int | None
    prompt: str | None
    image_model: str | None
    cost_micros: int | None
    created_by: str | None
    created_at: datetime
    trashed_at: datetime | None
    review: Review = UNREVIEWED
    tags: tuple[str, ...] = ()
    credit: Credit | None = None
    title: str = ""
    alt_text: str = ""
    parent_asset_id: int | None = None
    tool: str = ""
    steps: tuple[Mapping[str, Any], ...] = ()
    preset_id: int | None = None
    template: str = ""
    stack_id: int | None = None

    @property
    def ref(self) -> AssetRef:
        """Return what shows it."""
        return AssetRef(self.id, self.sha256, self.width_px, self.height_px)


@dataclass(frozen=True)
class AssetSummary:
    """An asset as the gallery shows it.

    `title` is what people call it, "" where nobody gave it one. `created_by` is a name.
    `stack_count` pictures lie under it in its stack; one that lies under another names it in
    `stack_id`.
    """

    ref: AssetRef
    label: str
    product_id: int | None
    product_name: str | None
    image_model: str | None
    created_at: datetime
    review_state: ReviewState = ReviewState.UNREVIEWED
    review_reason: str = ""
    rating: int = 0
    is_pinned: bool = False
    tags: tuple[str, ...] = ()
    origin: Origin = Origin.GENERATED
    title: str = ""
    alt_text: str = ""
    product_sku: str | None = None
    created_by: str | None = None
    cost_micros: int = 0
    tool: str = ""
    stack_id: int | None = None
    stack_count: int = 0


@dataclass(frozen=True)
class StoredFile:
    """Where a file of an asset is, and how it is served."""

    storage_key: str
    mime_type: str
    download_name: str
    sha256: str


@dataclass(frozen=True)
class MadeBy:
    """What a generated asset repeats of its job and of the ledger, for filters."""

    job_id: int | None = None
    preset_id: int | None = None
    image_model: str = ""
    template: str = ""
    cost_micros: int = 0


@dataclass(frozen=True)
class NewAsset:
    """An asset whose bytes are stored and that is not yet a row.

    One that a tool made from its parent names the `tool` and its `steps`.
    """

    origin: Origin
    sha256: str
    size_bytes: int
    mime_type: str
    width_px: int
    height_px: int
    storage_key: str
    label: str
    prompt: str = ""
    product_id: int | None = None
    parent_asset_id: int | None = None
    slot_id: int | None = None
    credit: Mapping[str, Any] | None = None
    made_by: MadeBy = MadeBy()
    tool: str = ""
    steps: tuple[Mapping[str, Any], ...] = ()
