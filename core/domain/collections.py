"""Collections: sets of products, picked by hand or by a filter."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from core.domain.assets import AssetRef
from core.domain.paging import COUNT_CAP
from core.domain.products import ProductFilter
from core.domain.setting_layers import SettingsLayer

EMPTY_LAYER = SettingsLayer()

PicturePolicy = Literal["keep", "trash", "trash_unless_approved"]
"""What becomes of the pictures of a collection's shots when it is deleted."""


class CollectionStatus(StrEnum):
    """How far the work on a collection is; people say so, Epox does not guess."""

    DRAFT = "draft"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"


class CollectionSort(StrEnum):
    """What collections are ordered by."""

    UPDATED = "updated"
    CREATED = "created"
    NAME = "name"


class Place(StrEnum):
    """Where a product moves within the order that people gave a collection."""

    FIRST = "first"
    UP = "up"
    DOWN = "down"
    LAST = "last"


@dataclass(frozen=True)
class CollectionFilter:
    """Which collections are wanted; what is None matters not."""

    status: CollectionStatus | None = None
    is_archived: bool | None = False
    is_trashed: bool = False
    is_smart: bool | None = None
    sort: CollectionSort = CollectionSort.UPDATED


LIVE_COLLECTIONS = CollectionFilter()
"""Those that are neither archived nor in the trash, the latest changed first."""


@dataclass(frozen=True)
class CollectionSummary:
    """A collection as a list shows it.

    `covers` is the chosen cover, or else the first products' photos, at most four. Of a smart
    collection products are counted up to `COUNT_CAP` only.
    """

    id: int
    name: str
    description: str
    status: CollectionStatus
    is_smart: bool
    is_archived: bool
    product_count: int
    covers: tuple[AssetRef, ...]
    updated_at: datetime

    @property
    def count_label(self) -> str:
        """Return the number of products for people, such as "12" or "1,000+"."""
        return count_label(self.product_count, is_smart=self.is_smart)


@dataclass(frozen=True)
class Collection:
    """A collection's own facts; its products are read in pages.

    With a `filter` it is smart: it holds what matches now. `cover` is the picture that a person
    chose, unless that is in the trash.
    """

    id: int
    name: str
    description: str
    status: CollectionStatus
    filter: ProductFilter | None
    defaults: SettingsLayer
    cover: AssetRef | None
    product_count: int
    shot_count: int
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None

    @property
    def is_smart(self) -> bool:
        """Say whether it holds what matches its filter, instead of what people put into it."""
        return self.filter is not None

    @property
    def count_label(self) -> str:
        """Return the number of products for people, such as "12" or "1,000+"."""
        return count_label(self.product_count, is_smart=self.is_smart)


def count_label(count: int, *, is_smart: bool) -> str:
    """Return a number of products for people; of a smart collection it is counted to the cap."""
    return f"{COUNT_CAP:,}+" if is_smart and count >= COUNT_CAP else f"{count:,}"
