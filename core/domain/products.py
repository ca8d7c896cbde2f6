"""Products: what a person enters, and what a list or a page shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from core.domain.assets import AssetRef
from core.domain.generation import Dimensions
from core.domain.product_filters import ALL, ProductFilter, ProductSort, ProductSource
from core.domain.seen_facts import NOTHING_SEEN, SeenFacts
from core.domain.setting_layers import SettingsLayer
from core.domain.texts import fold

__all__ = [
    "ALL",
    "MAX_PHOTOS",
    "CellEdit",
    "EditOutcome",
    "PhotoUpload",
    "Product",
    "ProductChange",
    "ProductDraft",
    "ProductFilter",
    "ProductSort",
    "ProductSource",
    "ProductSummary",
    "UploadOutcome",
    "fold",
]

MAX_PHOTOS = 20
"""How many photos a product can have."""


@dataclass(frozen=True)
class ProductDraft:
    """What a person enters for a product; `ProductService` checks and cleans it.

    `category` names the primary category; one that is not there yet is created.
    """

    name: str
    sku: str
    category: str = ""
    description: str = ""
    price: Decimal | None = None
    tags: tuple[str, ...] = ()
    dimensions: Dimensions | None = None
    other_categories: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()

    @property
    def search_text(self) -> str:
        """Return the folded text in which products are searched.

        The spaces around it let a word's beginning and end be searched for like any other part.
        """
        texts = (self.name, self.sku, self.description, *self.tags, *self.materials, *self.colours)
        return f" {fold(' '.join(texts))} "


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
    tags: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    approved_count: int = 0
    archived: bool = False
    version: int = 1
    source: ProductSource = ProductSource.ENTERED


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
    other_categories: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    source: ProductSource = ProductSource.ENTERED
    version: int = 1
    archived_at: datetime | None = None
    defaults: SettingsLayer = field(default_factory=SettingsLayer)
    photo_count: int = 0
    approved_count: int = 0
    import_id: int | None = None
    seen: SeenFacts = NOTHING_SEEN

    @property
    def draft(self) -> ProductDraft:
        """Return what a person entered, to change some of it."""
        return ProductDraft(
            name=self.name,
            sku=self.sku,
            category=self.category,
            description=self.description,
            price=self.price,
            tags=self.tags,
            dimensions=self.dimensions,
            other_categories=self.other_categories,
            materials=self.materials,
            colours=self.colours,
        )


@dataclass(frozen=True)
class ProductChange:
    """What changes in many products at once; None leaves a field as it is.

    An empty `category` takes the primary category away.
    """

    category: str | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    materials: tuple[str, ...] | None = None
    colours: tuple[str, ...] | None = None
    archived: bool | None = None

    @property
    def is_empty(self) -> bool:
        """Say whether it changes nothing."""
        return self == ProductChange()


@dataclass(frozen=True)
class CellEdit:
    """One cell that was edited in the table: a field of `ProductDraft`, and what was typed.

    `version` is the product's when it was read; None overwrites whatever came since.
    """

    product_id: int
    field: str
    value: str | float | Decimal | Sequence[str] | None
    version: int | None = None


@dataclass(frozen=True)
class EditOutcome:
    """What became of an edit: kept, or refused with a sentence."""

    product_id: int
    field: str
    refusal: str = ""

    @property
    def is_kept(self) -> bool:
        """Say whether the edit was kept."""
        return not self.refusal


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
