"""Products, their categories and photos."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.domain.assets import AssetRef
from core.domain.generation import Dimensions
from core.domain.paging import Cursor, Page
from core.domain.products import Product, ProductDraft, ProductSummary, fold
from core.repositories.paging import read_page, term_values
from core.repositories.product_lists import (
    PHOTO,
    collection_statements,
    search_statements,
    to_summary,
)
from db.tables import (
    AssetRow,
    CategoryRow,
    ProductCategoryRow,
    ProductPhotoRow,
    ProductRow,
)


class ProductRepository:
    """Products, their categories and photos."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, workspace_id: int, draft: ProductDraft, now: datetime) -> int:
        """Add a product and return its id; an equal SKU raises `IntegrityError`."""
        row = ProductRow(
            workspace_id=workspace_id, created_at=now, updated_at=now, **_values(draft)
        )
        self._session.add(row)
        self._session.flush()
        self._set_category(workspace_id, row.id, draft.category)
        return row.id

    def update(
        self, workspace_id: int, product_id: int, draft: ProductDraft, now: datetime
    ) -> bool:
        """Replace what a person entered; False when there is no such product."""
        changed = (
            update(ProductRow)
            .where(ProductRow.workspace_id == workspace_id, ProductRow.id == product_id)
            .values(updated_at=now, **_values(draft))
            .returning(ProductRow.id)
        )
        if self._session.scalar(changed) is None:
            return False
        self._set_category(workspace_id, product_id, draft.category)
        return True

    def find(self, workspace_id: int, product_id: int) -> Product | None:
        """Return a product with its photos, trashed or not."""
        return self.find_many(workspace_id, [product_id]).get(product_id)

    def find_many(self, workspace_id: int, product_ids: Sequence[int]) -> dict[int, Product]:
        """Return products with their photos by their ids, trashed or not, in two statements."""
        found = self._session.execute(
            select(ProductRow, CategoryRow.name)
            .outerjoin(
                ProductCategoryRow,
                (ProductCategoryRow.product_id == ProductRow.id) & ProductCategoryRow.is_primary,
            )
            .outerjoin(CategoryRow, CategoryRow.id == ProductCategoryRow.category_id)
            .where(ProductRow.workspace_id == workspace_id, ProductRow.id.in_(product_ids))
        ).all()
        photos = self._photos_of(workspace_id, [row.id for row, _ in found])
        return {
            row.id: _to_product(row, category or "", tuple(photos[row.id]))
            for row, category in found
        }

    def id_of_sku(self, workspace_id: int, sku: str) -> int | None:
        """Return the product that has this SKU and is not in the trash."""
        return self._session.scalar(
            select(ProductRow.id).where(
                ProductRow.workspace_id == workspace_id,
                ProductRow.sku == sku,
                ProductRow.trashed_at.is_(None),
            )
        )

    def search(
        self,
        workspace_id: int,
        text: str = "",
        *,
        category: str = "",
        trashed: bool = False,
        after: Cursor | None = None,
        limit: int = 24,
    ) -> Page[ProductSummary]:
        """Return a page of products, the latest changed first, in two statements."""
        terms = term_values(text)
        statements = search_statements(
            trashed=trashed,
            by_category=bool(category),
            term_count=len(terms),
            is_later=after is not None,
        )
        values = {"workspace_id": workspace_id, **terms}
        if category:
            values["category"] = category
        return read_page(self._session, statements, to_summary, values, after=after, limit=limit)

    def of_collection(
        self, workspace_id: int, collection_id: int, *, after: Cursor | None, limit: int
    ) -> Page[ProductSummary]:
        """Return a page of a collection's products in its order, in two statements."""
        return read_page(
            self._session,
            collection_statements(is_later=after is not None),
            to_summary,
            {"workspace_id": workspace_id, "collection_id": collection_id},
            after=after,
            limit=limit,
        )

    def categories(self, workspace_id: int) -> tuple[str, ...]:
        """Return the names of the categories that products have, in order."""
        return tuple(
            self._session.scalars(
                select(CategoryRow.name)
                .where(CategoryRow.workspace_id == workspace_id)
                .order_by(CategoryRow.name)
            )
        )

    def existing(self, workspace_id: int, product_ids: Sequence[int]) -> list[int]:
        """Return those of the ids that are products here and not in the trash, in their order."""
        found = set(
            self._session.scalars(
                select(ProductRow.id).where(
                    ProductRow.workspace_id == workspace_id,
                    ProductRow.id.in_(product_ids),
                    ProductRow.trashed_at.is_(None),
                )
            )
        )
        return [product_id for product_id in product_ids if product_id in found]

    def trash(self, workspace_id: int, product_ids: Sequence[int], now: datetime) -> list[int]:
        """Put products in the trash; return those that were not there yet."""
        changed = (
            update(ProductRow)
            .where(
                ProductRow.workspace_id == workspace_id,
                ProductRow.id.in_(product_ids),
                ProductRow.trashed_at.is_(None),
            )
            .values(trashed_at=now)
            .returning(ProductRow.id)
        )
        return list(self._session.scalars(changed))

    def restore(self, workspace_id: int, product_ids: Sequence[int], now: datetime) -> list[int]:
        """Take products out of the trash; an SKU that is taken again raises `IntegrityError`."""
        changed = (
            update(ProductRow)
            .where(
                ProductRow.workspace_id == workspace_id,
                ProductRow.id.in_(product_ids),
                ProductRow.trashed_at.is_not(None),
            )
            .values(trashed_at=None, updated_at=now)
            .returning(ProductRow.id)
        )
        return list(self._session.scalars(changed))

    def photos(self, workspace_id: int, product_id: int) -> tuple[AssetRef, ...]:
        """Return the photos of a product in order; the first is the primary one."""
        return tuple(self._photos_of(workspace_id, [product_id])[product_id])

    def set_photos(self, product_id: int, asset_ids: Sequence[int], now: datetime) -> None:
        """Make these assets the product's photos, in this order."""
        self._session.execute(
            delete(ProductPhotoRow).where(ProductPhotoRow.product_id == product_id)
        )
        if asset_ids:
            self._session.execute(
                insert(ProductPhotoRow),
                [
                    {"product_id": product_id, "asset_id": asset_id, "position": position}
                    for position, asset_id in enumerate(asset_ids)
                ],
            )
        self._session.execute(
            update(ProductRow).where(ProductRow.id == product_id).values(updated_at=now)
        )

    def lock(self, workspace_id: int, product_id: int) -> bool:
        """Keep others from changing the product until the transaction ends; False without one."""
        locked = (
            select(ProductRow.id)
            .where(ProductRow.workspace_id == workspace_id, ProductRow.id == product_id)
            .with_for_update()
        )
        return self._session.scalar(locked) is not None

    def counts(self, workspace_id: int) -> tuple[int, int]:
        """Return how many products there are, and how many of them have no photo."""
        has_photo = select(ProductPhotoRow.asset_id).where(
            ProductPhotoRow.product_id == ProductRow.id, ProductPhotoRow.position == 0
        )
        live = (ProductRow.workspace_id == workspace_id, ProductRow.trashed_at.is_(None))
        both = select(
            select(func.count()).select_from(ProductRow).where(*live).scalar_subquery(),
            select(func.count())
            .select_from(ProductRow)
            .where(*live, ~has_photo.exists())
            .scalar_subquery(),
        )
        row = self._session.execute(both).one()
        return row[0], row[1]

    def _photos_of(
        self, workspace_id: int, product_ids: Sequence[int]
    ) -> dict[int, list[AssetRef]]:
        photos: dict[int, list[AssetRef]] = defaultdict(list)
        if not product_ids:
            return photos
        rows = self._session.execute(
            select(ProductPhotoRow.product_id, *PHOTO)
            .join(AssetRow, AssetRow.id == ProductPhotoRow.asset_id)
            .where(
                AssetRow.workspace_id == workspace_id,
                ProductPhotoRow.product_id.in_(product_ids),
            )
            .order_by(ProductPhotoRow.product_id, ProductPhotoRow.position)
        )
        for product_id, asset_id, sha256, width_px, height_px in rows:
            photos[product_id].append(AssetRef(asset_id, sha256, width_px, height_px))
        return photos

    def _set_category(self, workspace_id: int, product_id: int, category: str) -> None:
        self._session.execute(
            delete(ProductCategoryRow).where(
                ProductCategoryRow.product_id == product_id, ProductCategoryRow.is_primary
            )
        )
        if not category:
            return
        category_id = self._category_id(workspace_id, category)
        self._session.merge(
            ProductCategoryRow(product_id=product_id, category_id=category_id, is_primary=True)
        )
        self._session.flush()

    def _category_id(self, workspace_id: int, name: str) -> int:
        found = select(CategoryRow.id).where(
            CategoryRow.workspace_id == workspace_id, CategoryRow.name == name
        )
        category_id = self._session.scalar(found)
        if category_id is None:
            # Another person may add the same one at this moment: then theirs is used.
            with suppress(IntegrityError), self._session.begin_nested():
                self._session.add(CategoryRow(workspace_id=workspace_id, name=name))
            category_id = self._session.scalars(found).one()
        return category_id


def _values(draft: ProductDraft) -> dict[str, Any]:
    size = draft.dimensions
    return {
        "name": draft.name,
        "sku": draft.sku,
        "description": draft.description,
        "price": draft.price,
        "tags": list(draft.tags),
        "width_cm": size and size.width_cm,
        "depth_cm": size and size.depth_cm,
        "height_cm": size and size.height_cm,
        "search_text": fold(" ".join((draft.name, draft.sku, draft.description, *draft.tags))),
    }


def _to_product(row: ProductRow, category: str, photos: tuple[AssetRef, ...]) -> Product:
    dimensions = None
    if row.width_cm and row.depth_cm and row.height_cm:
        dimensions = Dimensions(row.width_cm, row.depth_cm, row.height_cm)
    return Product(
        id=row.id,
        name=row.name,
        sku=row.sku,
        category=category,
        description=row.description,
        price=row.price,
        tags=tuple(row.tags),
        dimensions=dimensions,
        photos=photos,
        created_at=row.created_at,
        updated_at=row.updated_at,
        trashed_at=row.trashed_at,
    )
