"""Products, their categories and photos."""

from array import array
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.domain.assets import AssetRef
from core.domain.paging import Cursor, Page
from core.domain.products import ALL, Product, ProductFilter, ProductSort, ProductSummary
from core.repositories.paging import read_page
from core.repositories.product_lists import PHOTO, collection_statements, to_summary
from core.repositories.product_rows import to_product
from core.repositories.product_search import ProductSearch
from core.repositories.product_writes import ProductWrites
from db.tables import (
    AssetRow,
    CategoryRow,
    ProductCategoryRow,
    ProductPhotoRow,
    ProductRow,
)

MAX_TAGS = 1000

# Each tag is found by stepping over all rows of the one before it: reading every row of the index
# would grow with the catalogue.
_TAGS = text(
    "WITH RECURSIVE known(tag) AS ("
    " SELECT min(tag) FROM product_tags WHERE workspace_id = :workspace_id"
    " UNION ALL"
    " SELECT (SELECT min(tag) FROM product_tags"
    "  WHERE workspace_id = :workspace_id AND tag > known.tag)"
    " FROM known WHERE known.tag IS NOT NULL"
    ") SELECT known.tag, (SELECT min(product_id) FROM product_tags"
    " WHERE workspace_id = :workspace_id AND tag = known.tag)"
    " FROM known WHERE known.tag IS NOT NULL LIMIT :most"
)


class ProductRepository(ProductWrites):
    """Products, their categories and photos."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._search = ProductSearch(session)

    def find(self, workspace_id: int, product_id: int) -> Product | None:
        """Return a product with its photos, trashed or not."""
        return self.find_many(workspace_id, [product_id]).get(product_id)

    def find_many(self, workspace_id: int, product_ids: Sequence[int]) -> dict[int, Product]:
        """Return products with their photos by their ids, trashed or not, in three statements."""
        rows = self._session.scalars(
            select(ProductRow).where(
                ProductRow.workspace_id == workspace_id,
                ProductRow.id.in_(product_ids),
                ProductRow.purged_at.is_(None),
            )
        ).all()
        ids = [row.id for row in rows]
        photos = self._photos_of(workspace_id, ids)
        categories = self._categories_of(ids)
        return {row.id: to_product(row, categories[row.id], tuple(photos[row.id])) for row in rows}

    def lock_many(self, workspace_id: int, product_ids: Sequence[int]) -> dict[int, Product]:
        """Return products as `find_many`; nobody else changes them until the transaction ends."""
        # In the order of their ids, so that two who change many cannot wait for each other.
        self._session.execute(
            select(ProductRow.id)
            .where(ProductRow.workspace_id == workspace_id, ProductRow.id.in_(product_ids))
            .order_by(ProductRow.id)
            .with_for_update()
        )
        return self.find_many(workspace_id, product_ids)

    def lock(self, workspace_id: int, product_id: int) -> bool:
        """Keep others from changing the product until the transaction ends; False without one."""
        locked = (
            select(ProductRow.id)
            .where(
                ProductRow.workspace_id == workspace_id,
                ProductRow.id == product_id,
                ProductRow.purged_at.is_(None),
            )
            .with_for_update()
        )
        return self._session.scalar(locked) is not None

    def id_of_sku(self, workspace_id: int, sku: str) -> int | None:
        """Return the product that has this SKU and is not in the trash."""
        return self.ids_of_skus(workspace_id, [sku]).get(sku)

    def ids_of_skus(self, workspace_id: int, skus: Sequence[str]) -> dict[str, int]:
        """Return by SKU the products that have these SKUs and are not in the trash."""
        rows = self._session.execute(
            select(ProductRow.sku, ProductRow.id).where(
                ProductRow.workspace_id == workspace_id,
                ProductRow.sku.in_(skus),
                ProductRow.trashed_at.is_(None),
            )
        )
        return {row.sku: row.id for row in rows}

    def search(
        self,
        workspace_id: int,
        wanted: ProductFilter = ALL,
        *,
        sort: ProductSort = ProductSort.UPDATED,
        after: Cursor | None = None,
        limit: int = 24,
    ) -> Page[ProductSummary]:
        """Return a page of products in at most three statements.

        When nothing holds the text, products whose words come near it. A cursor of another sort
        raises `InvalidInputError`.
        """
        return self._search.page(workspace_id, wanted, sort, after=after, limit=limit)

    def ids(
        self, workspace_id: int, wanted: ProductFilter, sort: ProductSort, *, limit: int | None
    ) -> "array[int]":
        """Return the ids of the products that match, in order, as small as they can be."""
        return self._search.ids(workspace_id, wanted, sort, limit=limit)

    def neighbours(
        self, workspace_id: int, product_id: int, wanted: ProductFilter, sort: ProductSort
    ) -> tuple[int | None, int | None]:
        """Return which products stand before and after this one in a list."""
        return self._search.neighbours(workspace_id, product_id, wanted, sort)

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
        """Return the names of the workspace's categories, in order."""
        return tuple(
            self._session.scalars(
                select(CategoryRow.name)
                .where(CategoryRow.workspace_id == workspace_id)
                .order_by(CategoryRow.name)
            )
        )

    def tags(self, workspace_id: int) -> dict[str, int]:
        """Return the tags that products have, folded, each with one product that has it."""
        found = self._session.execute(_TAGS, {"workspace_id": workspace_id, "most": MAX_TAGS})
        return {row[0]: row[1] for row in found}

    def tags_of(self, workspace_id: int, product_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
        """Return the tags of products as they are spelt."""
        rows = self._session.execute(
            select(ProductRow.id, ProductRow.tags).where(
                ProductRow.workspace_id == workspace_id, ProductRow.id.in_(product_ids)
            )
        )
        return {product_id: tuple(tags) for product_id, tags in rows}

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

    def photos(self, workspace_id: int, product_id: int) -> tuple[AssetRef, ...]:
        """Return the photos of a product in order; the first is the primary one."""
        return tuple(self._photos_of(workspace_id, [product_id])[product_id])

    def photos_of_others(
        self, workspace_id: int, product_id: int, asset_ids: Sequence[int]
    ) -> set[int]:
        """Return those of the assets that are photos of other products too."""
        return set(
            self._session.scalars(
                select(ProductPhotoRow.asset_id)
                .join(ProductRow, ProductRow.id == ProductPhotoRow.product_id)
                .where(
                    ProductRow.workspace_id == workspace_id,
                    ProductRow.id != product_id,
                    ProductPhotoRow.asset_id.in_(asset_ids),
                )
            )
        )

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

    def _categories_of(self, product_ids: Sequence[int]) -> dict[int, list[tuple[str, bool]]]:
        categories: dict[int, list[tuple[str, bool]]] = defaultdict(list)
        if product_ids:
            rows = self._session.execute(
                select(
                    ProductCategoryRow.product_id, CategoryRow.name, ProductCategoryRow.is_primary
                )
                .join(CategoryRow, CategoryRow.id == ProductCategoryRow.category_id)
                .where(ProductCategoryRow.product_id.in_(product_ids))
                .order_by(CategoryRow.name_key)
            )
            for product_id, name, is_primary in rows:
                categories[product_id].append((name, is_primary))
        return categories
