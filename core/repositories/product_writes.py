"""Writing products: the row, and beside it categories and tags, for one or for many at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from core.domain.products import ProductDraft, ProductSource
from core.domain.reviews import ReviewState
from core.repositories.asset_texts import AssetTexts
from core.repositories.categories import CategoryRepository
from core.repositories.product_rows import tag_keys, values_of
from db.catalogue_tables import ProductTagRow
from db.metadata import metadata
from db.tables import AssetRow, ProductCategoryRow, ProductPhotoRow, ProductRow

_AT_ONCE = 500


class ProductWrites:
    """What changes products; an SKU that is taken raises `IntegrityError`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        workspace_id: int,
        draft: ProductDraft,
        now: datetime,
        *,
        source: ProductSource = ProductSource.ENTERED,
        import_id: int | None = None,
        created_by: int | None = None,
    ) -> int:
        """Add a product and return its id."""
        [product_id] = self.add_many(
            workspace_id,
            [draft],
            now,
            source=source,
            import_id=import_id,
            created_by=created_by,
        )
        return product_id

    def add_many(
        self,
        workspace_id: int,
        drafts: Sequence[ProductDraft],
        now: datetime,
        *,
        source: ProductSource = ProductSource.ENTERED,
        import_id: int | None = None,
        created_by: int | None = None,
    ) -> list[int]:
        """Add products and return their ids in the drafts' order."""
        if not drafts:
            return []
        same = {
            "workspace_id": workspace_id,
            "source": source,
            "import_id": import_id,
            "created_by": created_by,
            "created_at": now,
            "updated_at": now,
        }
        # Told apart by their SKUs, not by their order: for that, SQLite would be asked row by row.
        added = insert(ProductRow).returning(ProductRow.sku, ProductRow.id)
        made = self._session.execute(added, [{**same, **values_of(draft)} for draft in drafts])
        id_of = {row.sku: row.id for row in made}
        ids = [id_of[draft.sku] for draft in drafts]
        by_id = dict(zip(ids, drafts, strict=True))
        self._add_categories(workspace_id, by_id, now)
        self._add_tags(workspace_id, by_id)
        return ids

    def update(
        self, workspace_id: int, product_id: int, draft: ProductDraft, now: datetime
    ) -> bool:
        """Replace what a person entered; False when there is no such product."""
        here = select(ProductRow.id).where(
            ProductRow.workspace_id == workspace_id, ProductRow.id == product_id
        )
        if self._session.scalar(here) is None:
            return False
        self.update_many(workspace_id, {product_id: draft}, now)
        return True

    def update_many(
        self, workspace_id: int, drafts: Mapping[int, ProductDraft], now: datetime
    ) -> None:
        """Replace what a person entered for these products; each gets its next version."""
        if not drafts:
            return
        names = values_of(next(iter(drafts.values()))).keys()
        # The table, not its class: else each row would have to name its key by its own name.
        table = metadata.tables[ProductRow.__tablename__]
        changed = (
            update(table)
            .where(
                table.c.workspace_id == bindparam("in_workspace"), table.c.id == bindparam("row_id")
            )
            .values(
                {
                    **{name: bindparam(name) for name in names},
                    "version": table.c.version + 1,
                    "updated_at": bindparam("now"),
                }
            )
        )
        self._session.execute(
            changed,
            [
                {"in_workspace": workspace_id, "row_id": row_id, "now": now, **values_of(draft)}
                for row_id, draft in drafts.items()
            ],
        )
        ids = list(drafts)
        for row in (ProductCategoryRow, ProductTagRow):
            for begin in range(0, len(ids), _AT_ONCE):
                self._session.execute(
                    delete(row).where(row.product_id.in_(ids[begin : begin + _AT_ONCE]))
                )
        self._add_categories(workspace_id, drafts, now)
        self._add_tags(workspace_id, drafts)
        AssetTexts(self._session).follow_products(workspace_id, ids)

    def set_defaults(
        self, workspace_id: int, product_id: int, layer: Mapping[str, Any], now: datetime
    ) -> None:
        """Replace the product's layer of settings."""
        self._session.execute(
            update(ProductRow)
            .where(ProductRow.workspace_id == workspace_id, ProductRow.id == product_id)
            .values(defaults=dict(layer), updated_at=now)
        )

    def set_seen(self, workspace_id: int, product_id: int, seen: Mapping[str, Any] | None) -> None:
        """Replace what prompts may quote of a look at the product; None is nothing."""
        self._session.execute(
            update(ProductRow)
            .where(ProductRow.workspace_id == workspace_id, ProductRow.id == product_id)
            .values(seen=None if seen is None else dict(seen))
        )

    def archive(self, workspace_id: int, product_ids: Sequence[int], now: datetime) -> list[int]:
        """Take products off the shelf; return those that were on it."""
        return self._mark(
            workspace_id, product_ids, ProductRow.archived_at.is_(None), archived_at=now
        )

    def unarchive(self, workspace_id: int, product_ids: Sequence[int], now: datetime) -> list[int]:
        """Put archived products back on the shelf; return those that were archived."""
        return self._mark(
            workspace_id,
            product_ids,
            ProductRow.archived_at.is_not(None),
            archived_at=None,
            updated_at=now,
        )

    def trash(self, workspace_id: int, product_ids: Sequence[int], now: datetime) -> list[int]:
        """Put products in the trash; return those that were not there yet."""
        return self._mark(
            workspace_id, product_ids, ProductRow.trashed_at.is_(None), trashed_at=now
        )

    def restore(self, workspace_id: int, product_ids: Sequence[int], now: datetime) -> list[int]:
        """Take products out of the trash; an SKU that is taken again raises `IntegrityError`."""
        return self._mark(
            workspace_id,
            product_ids,
            ProductRow.trashed_at.is_not(None) & ProductRow.purged_at.is_(None),
            trashed_at=None,
            updated_at=now,
        )

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
            update(ProductRow)
            .where(ProductRow.id == product_id)
            .values(updated_at=now, photo_count=len(asset_ids))
        )

    def take_off(self, workspace_id: int, asset_ids: Sequence[int], now: datetime) -> None:
        """Take photos off all products that show them, which are locked for it in their order."""
        shown = (
            select(ProductPhotoRow.product_id)
            .join(ProductRow, ProductRow.id == ProductPhotoRow.product_id)
            .where(ProductRow.workspace_id == workspace_id, ProductPhotoRow.asset_id.in_(asset_ids))
        )
        locked = (
            select(ProductRow.id)
            .where(ProductRow.id.in_(shown))
            .order_by(ProductRow.id)
            .with_for_update()
        )
        gone = frozenset(asset_ids)
        for product_id in self._session.scalars(locked).all():
            photos = self._photo_ids(product_id)
            self.set_photos(product_id, [one for one in photos if one not in gone], now)

    def put_back(
        self, workspace_id: int, asset_ids: Sequence[int], most: int, now: datetime
    ) -> None:
        """Make uploads photos of their product again, behind the others, at most so many."""
        rows = self._session.execute(
            select(ProductRow.id, AssetRow.id)
            .join(AssetRow, AssetRow.product_id == ProductRow.id)
            .where(
                AssetRow.workspace_id == workspace_id,
                AssetRow.id.in_(asset_ids),
                AssetRow.origin == "uploaded",
                ProductRow.trashed_at.is_(None),
            )
            .order_by(ProductRow.id, AssetRow.id)
        )
        wanted: dict[int, list[int]] = {}
        for product_id, asset_id in rows:
            wanted.setdefault(product_id, []).append(asset_id)
        for product_id, ids in wanted.items():
            photos = self._photo_ids(product_id)
            missing = [one for one in ids if one not in photos]
            if missing:
                self.set_photos(product_id, [*photos, *missing][:most], now)

    def _photo_ids(self, product_id: int) -> list[int]:
        photos = select(ProductPhotoRow.asset_id).where(ProductPhotoRow.product_id == product_id)
        return list(self._session.scalars(photos.order_by(ProductPhotoRow.position)))

    def recount_photos(self, workspace_id: int, product_ids: Sequence[int]) -> None:
        """Count the products' photos anew, after assets were deleted for good."""
        photos = (
            select(func.count())
            .select_from(ProductPhotoRow)
            .where(ProductPhotoRow.product_id == ProductRow.id)
            .scalar_subquery()
        )
        self._set_counts(workspace_id, product_ids, photo_count=photos)

    def recount_approved(self, workspace_id: int, product_ids: Sequence[int]) -> None:
        """Count the products' approved pictures anew, in the transaction that changed them."""
        approved = (
            select(func.count())
            .select_from(AssetRow)
            .where(
                AssetRow.product_id == ProductRow.id,
                AssetRow.review_state == ReviewState.APPROVED,
                AssetRow.trashed_at.is_(None),
            )
            .scalar_subquery()
        )
        self._set_counts(workspace_id, product_ids, approved_count=approved)

    def _set_counts(self, workspace_id: int, product_ids: Sequence[int], **counts: Any) -> None:  # noqa: ANN401 - SQL expressions
        for begin in range(0, len(product_ids), _AT_ONCE):
            self._session.execute(
                update(ProductRow)
                .where(
                    ProductRow.workspace_id == workspace_id,
                    ProductRow.id.in_(product_ids[begin : begin + _AT_ONCE]),
                )
                .values(**counts)
                .execution_options(synchronize_session=False)
            )

    def _mark(
        self,
        workspace_id: int,
        product_ids: Sequence[int],
        condition: Any,  # noqa: ANN401 - a SQL expression
        **values: datetime | None,
    ) -> list[int]:
        changed = (
            update(ProductRow)
            .where(
                ProductRow.workspace_id == workspace_id,
                ProductRow.id.in_(product_ids),
                condition,
            )
            .values(**values)
            .returning(ProductRow.id)
        )
        return list(self._session.scalars(changed))

    def _add_categories(
        self, workspace_id: int, drafts: Mapping[int, ProductDraft], now: datetime
    ) -> None:
        names = [
            name
            for draft in drafts.values()
            for name in (draft.category, *draft.other_categories)
            if name
        ]
        ids = CategoryRepository(self._session).ensure_all(workspace_id, names, now)
        rows = {
            (product_id, ids[name]): name == draft.category
            # The primary one comes last: named among the others too, it stays primary.
            for product_id, draft in drafts.items()
            for name in (*draft.other_categories, draft.category)
            if name
        }
        if rows:
            self._session.execute(
                insert(ProductCategoryRow),
                [
                    {"product_id": product_id, "category_id": category_id, "is_primary": primary}
                    for (product_id, category_id), primary in rows.items()
                ],
            )

    def _add_tags(self, workspace_id: int, drafts: Mapping[int, ProductDraft]) -> None:
        rows = [
            {"workspace_id": workspace_id, "product_id": product_id, "tag": key}
            for product_id, draft in drafts.items()
            for key in tag_keys(draft.tags)
        ]
        if rows:
            self._session.execute(insert(ProductTagRow), rows)
