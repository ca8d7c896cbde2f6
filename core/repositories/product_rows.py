"""What a product's row holds: from what a person entered, and to what a page shows."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from core.domain.assets import AssetRef
from core.domain.generation import Dimensions
from core.domain.products import Product, ProductDraft, ProductSource, fold
from core.domain.seen_facts import SeenFacts
from core.domain.setting_layers import layer_from_json
from db.tables import ProductRow

NO_PRICE = -1
"""Sorts a product without a price as the cheapest."""

_NAME_KEY_CHARS = 200
_TAG_CHARS = 160


def values_of(draft: ProductDraft) -> dict[str, Any]:
    """Return the columns of what a person entered, and of what is derived from it."""
    size = draft.dimensions
    return {
        "name": draft.name,
        "sku": draft.sku,
        "description": draft.description,
        "price": draft.price,
        "tags": list(draft.tags),
        "materials": list(draft.materials),
        "colours": list(draft.colours),
        "width_cm": size and size.width_cm,
        "depth_cm": size and size.depth_cm,
        "height_cm": size and size.height_cm,
        "search_text": draft.search_text,
        "name_key": fold(draft.name)[:_NAME_KEY_CHARS],
        "price_key": price_key(draft.price),
    }


def price_key(price: Decimal | None) -> int:
    """Return what a price is sorted by."""
    return NO_PRICE if price is None else int(price * 100)


def tag_key(tag: str) -> str:
    """Return what a tag is found by."""
    return fold(tag)[:_TAG_CHARS]


def tag_keys(tags: Sequence[str]) -> list[str]:
    """Return what the tags are found by, without repeats."""
    return [key for key in dict.fromkeys(map(tag_key, tags)) if key]


def to_product(
    row: ProductRow, categories: Sequence[tuple[str, bool]], photos: tuple[AssetRef, ...]
) -> Product:
    """Return a product from its row, its categories (with whether it is primary), its photos."""
    dimensions = None
    if row.width_cm and row.depth_cm and row.height_cm:
        dimensions = Dimensions(row.width_cm, row.depth_cm, row.height_cm)
    return Product(
        id=row.id,
        name=row.name,
        sku=row.sku,
        category=next((name for name, is_primary in categories if is_primary), ""),
        description=row.description,
        price=row.price,
        tags=tuple(row.tags),
        dimensions=dimensions,
        photos=photos,
        created_at=row.created_at,
        updated_at=row.updated_at,
        trashed_at=row.trashed_at,
        other_categories=tuple(name for name, is_primary in categories if not is_primary),
        materials=tuple(row.materials),
        colours=tuple(row.colours),
        source=ProductSource(row.source),
        version=row.version,
        archived_at=row.archived_at,
        defaults=layer_from_json(row.defaults),
        photo_count=row.photo_count,
        approved_count=row.approved_count,
        import_id=row.import_id,
        seen=SeenFacts.from_json(row.seen),
    )
