"""Collections: picked sets of products."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.assets import AssetRef


@dataclass(frozen=True)
class CollectionSummary:
    """A collection as a list shows it; `covers` are the first products' photos, at most four."""

    id: int
    name: str
    description: str
    product_count: int
    covers: tuple[AssetRef, ...]
    updated_at: datetime


@dataclass(frozen=True)
class Collection:
    """A collection's own facts; its products are read in pages."""

    id: int
    name: str
    description: str
    product_count: int
    created_at: datetime
    updated_at: datetime
