"""The trash: what was deleted can come back for 30 days, and then goes for good with its files."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.domain.assets import AssetRef

TRASH_KEPT = timedelta(days=30)


class TrashKind(StrEnum):
    """What can be in the trash."""

    PRODUCTS = "products"
    PICTURES = "pictures"
    COLLECTIONS = "collections"
    PRESETS = "presets"
    SESSIONS = "sessions"


@dataclass(frozen=True)
class TrashedThing:
    """Something in the trash; `note` is its SKU or what it is, `photo` may show it."""

    id: int
    name: str
    note: str
    photo: AssetRef | None
    trashed_at: datetime

    @property
    def goes_at(self) -> datetime:
        """Return when it is deleted for good."""
        return self.trashed_at + TRASH_KEPT


@dataclass(frozen=True)
class TrashCounts:
    """How much is in the trash, each counted no further than the cap of a page's total."""

    products: int
    pictures: int
    collections: int
    presets: int = 0
    sessions: int = 0

    def of(self, kind: TrashKind) -> int:
        """Return how many of a kind."""
        return {
            TrashKind.PRODUCTS: self.products,
            TrashKind.PICTURES: self.pictures,
            TrashKind.COLLECTIONS: self.collections,
            TrashKind.PRESETS: self.presets,
            TrashKind.SESSIONS: self.sessions,
        }[kind]
