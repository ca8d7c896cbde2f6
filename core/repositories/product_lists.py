"""How lists of products are read: what a row of a list holds, and what it becomes."""

from functools import cache
from typing import Any

from sqlalchemy import ScalarSelect, bindparam, literal_column, select

from core.domain.assets import AssetRef
from core.domain.products import ProductSource, ProductSummary
from core.repositories.paging import AnyRow, AnySelect, Order, PageStatements, page_statements
from db.tables import (
    AssetRow,
    CategoryRow,
    CollectionProductRow,
    ProductCategoryRow,
    ProductPhotoRow,
    ProductRow,
)

PHOTO = (AssetRow.id, AssetRow.sha256, AssetRow.width_px, AssetRow.height_px)


@cache
def collection_statements(*, is_later: bool) -> PageStatements:
    """Return the statements of a page of a collection's products, in its order."""
    held = select(CollectionProductRow.product_id).where(
        CollectionProductRow.collection_id == bindparam("collection_id")
    )
    conditions = [
        ProductRow.workspace_id == bindparam("workspace_id"),
        ProductRow.trashed_at.is_(None),
        ProductRow.id.in_(held),
    ]
    rows = (
        summaries()
        .add_columns(CollectionProductRow.position, ProductRow.id)
        .where(
            CollectionProductRow.product_id == ProductRow.id,
            CollectionProductRow.collection_id == bindparam("collection_id"),
        )
    )
    order = Order(CollectionProductRow.position, ProductRow.id, ascending=True)
    return page_statements(rows, ProductRow, conditions, order, is_later=is_later)


def summaries() -> AnySelect:
    """Return what selects all that a list shows of a product but its id."""
    columns, photo = summary_columns()
    return select(*columns).join_from(ProductRow, AssetRow, AssetRow.id == photo, isouter=True)


def summary_columns() -> tuple[list[Any], ScalarSelect[int]]:
    """Return the columns of what a list shows, and the primary photo's id, to join it by."""
    category = (
        select(CategoryRow.name)
        .join(ProductCategoryRow, ProductCategoryRow.category_id == CategoryRow.id)
        .where(ProductCategoryRow.product_id == ProductRow.id, ProductCategoryRow.is_primary)
        .correlate(ProductRow)
        .scalar_subquery()
    )
    photo = (
        select(ProductPhotoRow.asset_id)
        .where(
            ProductPhotoRow.product_id == ProductRow.id,
            ProductPhotoRow.position == literal_column("0"),
        )
        .correlate(ProductRow)
        .scalar_subquery()
    )
    columns = [
        ProductRow.name,
        ProductRow.sku,
        category,
        ProductRow.price,
        ProductRow.photo_count,
        ProductRow.updated_at,
        ProductRow.tags,
        ProductRow.materials,
        ProductRow.approved_count,
        ProductRow.archived_at,
        ProductRow.version,
        ProductRow.source,
        *PHOTO,
    ]
    return columns, photo


def to_summary(row: AnyRow) -> ProductSummary:
    """Return a product as a list shows it."""
    # Counted from the end: what selects it may put something in front.
    name, sku, category, price, photo_count, updated_at, tags, materials = row[-18:-10]
    approved_count, archived_at, version, source, photo_id, *photo = row[-10:-2]
    return ProductSummary(
        id=row[-1],
        name=name,
        sku=sku,
        category=category or "",
        price=price,
        photo=None if photo_id is None else AssetRef(photo_id, *photo),
        photo_count=photo_count,
        updated_at=updated_at,
        tags=tuple(tags),
        materials=tuple(materials),
        approved_count=approved_count,
        archived=archived_at is not None,
        version=version,
        source=ProductSource(source),
    )
