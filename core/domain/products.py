"""Products: what a person enters, and what a list or a page shows."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.domain.assets import AssetRef
from core.domain.generation import Dimensions


@dataclass(frozen=True)
class ProductDraft:
    """What a person enters for a product; `ProductService` checks and cleans it."""

    name: str
    sku: str
    category: str = ""
    description: str = ""
    price: Decimal | None = None
    tags: tuple[str, ...] = ()
    dimensions: Dimensions | None = None


@dataclass(frozen=True)
class ProductSummary:
    """A product as a list shows it; `photo` is the primary one."""

    id: int
    name: str
    sku: str
    category: str
    price: Decimal | None
    photo: AssetRef | None
    photo_count: int
    updated_at: datetime


@dataclass(frozen=True)
class Product:
    """A product with everything its page shows; `photos` are in order, the first is primary."""

    id: int
    name: str
    sku: str
    category: str
    description: str
    price: Decimal | None
    tags: tuple[str, ...]
    dimensions: Dimensions | None
    photos: tuple[AssetRef, ...]
    created_at: datetime
    updated_at: datetime
    trashed_at: datetime | None


@dataclass(frozen=True)
class PhotoUpload:
    """A file as it came from the person's machine; its name is a label, never a path."""

    file_name: str
    data: bytes


@dataclass(frozen=True)
class UploadOutcome:
    """Which photos were kept and which were not, with a sentence for each refused file."""

    kept: tuple[AssetRef, ...]
    refused: Mapping[str, str]


def fold(text: str) -> str:
    """Return the text for searching: case folded, accents stripped, spaces collapsed."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    # No column of PostgreSQL can hold a null character, nor be asked for one.
    return " ".join(plain.replace("\0", " ").split())
