"""How lists of products are read: the statements, and the values that their rows become."""

from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, func, select

from core.domain.assets import AssetRef
from core.domain.products import ProductSummary
from core.repositories.paging import (
    AnyRow,
    AnySelect,
    Order,
    PageStatements,
    holds_terms,
    page_statements,
)
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
def search_statements(
    *, trashed: bool, by_category: bool, term_count: int, is_later: bool
) -> PageStatements:
    """Return the statements of a page of products, the latest changed first."""
    conditions: list[ColumnElement[bool]] = [
        ProductRow.workspace_id == bindparam("workspace_id"),
        ProductRow.trashed_at.is_not(None) if trashed else ProductRow.trashed_at.is_(None),
        *holds_terms(ProductRow.search_text, term_count),
    ]
    if by_category:
        conditions.append(ProductRow.id.in_(_ids_in_category()))
    order = Order(ProductRow.updated_at, ProductRow.id)
    rows = _summaries().add_columns(ProductRow.updated_at, ProductRow.id)
    return page_statements(rows, ProductRow, conditions, order, is_later=is_later)


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
        _summaries()
        .add_columns(CollectionProductRow.position, ProductRow.id)
        .where(
            CollectionProductRow.product_id == ProductRow.id,
            CollectionProductRow.collection_id == bindparam("collection_id"),
        )
    )
    order = Order(CollectionProductRow.position, ProductRow.id, ascending=True)
    return page_statements(rows, ProductRow, conditions, order, is_later=is_later)


def _ids_in_category() -> Select[int]:
    return (
        select(ProductCategoryRow.product_id)
        .join(CategoryRow, CategoryRow.id == ProductCategoryRow.category_id)
        .where(
            CategoryRow.workspace_id == bindparam("workspace_id"),
            CategoryRow.name == bindparam("category"),
        )
    )


def _summaries() -> AnySelect:
    photo_count = (
        select(func.count())
        .select_from(ProductPhotoRow)
        .where(ProductPhotoRow.product_id == ProductRow.id)
        .correlate(ProductRow)
        .scalar_subquery()
    )
    category = (
        select(CategoryRow.name)
        .join(ProductCategoryRow, ProductCategoryRow.category_id == CategoryRow.id)
        .where(ProductCategoryRow.product_id == ProductRow.id, ProductCategoryRow.is_primary)
        .correlate(ProductRow)
        .scalar_subquery()
    )
    photo = (
        select(ProductPhotoRow.asset_id)
        .where(ProductPhotoRow.product_id == ProductRow.id, ProductPhotoRow.position == 0)
        .correlate(ProductRow)
        .scalar_subquery()
    )
    return select(
        ProductRow.name,
        ProductRow.sku,
        category,
        ProductRow.price,
        photo_count,
        ProductRow.updated_at,
        *PHOTO,
    ).join_from(ProductRow, AssetRow, AssetRow.id == photo, isouter=True)


def to_summary(row: AnyRow) -> ProductSummary:
    """Return a product as a list shows it."""
    name, sku, category, price, photo_count, updated_at, photo_id, sha256, width, height = row[:10]
    photo = None if photo_id is None else AssetRef(photo_id, sha256, width, height)
    return ProductSummary(row[-1], name, sku, category or "", price, photo, photo_count, updated_at)
