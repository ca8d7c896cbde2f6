"""Collections and their products."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.orm import Session

from core.domain.assets import AssetRef
from core.domain.collections import Collection, CollectionSummary
from core.domain.paging import Cursor, Page
from core.repositories.paging import AnySelect, Order, page_statements, read_page, words_of
from core.repositories.product_lists import PHOTO
from db.tables import AssetRow, CollectionProductRow, CollectionRow, ProductPhotoRow, ProductRow

COVERS = 4


class CollectionRepository:
    """Collections and their products; trashed products do not count."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, workspace_id: int, name: str, description: str, now: datetime) -> int:
        """Add an empty collection and return its id."""
        row = CollectionRow(
            workspace_id=workspace_id,
            name=name,
            description=description,
            created_at=now,
            updated_at=now,
        )
        self._session.add(row)
        self._session.flush()
        return row.id

    def update(
        self, workspace_id: int, collection_id: int, name: str, description: str, now: datetime
    ) -> bool:
        """Rename a collection; False when there is none."""
        changed = (
            update(CollectionRow)
            .where(*_live(workspace_id), CollectionRow.id == collection_id)
            .values(name=name, description=description, updated_at=now)
            .returning(CollectionRow.id)
        )
        return self._session.scalar(changed) is not None

    def trash(self, workspace_id: int, collection_id: int, now: datetime) -> bool:
        """Put a collection in the trash; its products stay. False when there is none."""
        changed = (
            update(CollectionRow)
            .where(*_live(workspace_id), CollectionRow.id == collection_id)
            .values(trashed_at=now)
            .returning(CollectionRow.id)
        )
        return self._session.scalar(changed) is not None

    def find(self, workspace_id: int, collection_id: int) -> Collection | None:
        """Return a collection's own facts."""
        row = self._session.execute(
            select(
                CollectionRow.id,
                CollectionRow.name,
                CollectionRow.description,
                _product_count(),
                CollectionRow.created_at,
                CollectionRow.updated_at,
            ).where(*_live(workspace_id), CollectionRow.id == collection_id)
        ).one_or_none()
        return None if row is None else Collection(*row)

    def search(
        self, workspace_id: int, text: str, *, after: Cursor | None, limit: int
    ) -> Page[CollectionSummary]:
        """Return a page of collections by name, the latest changed first, in three statements."""
        conditions = [*_live(workspace_id)]
        conditions += [
            func.lower(CollectionRow.name).contains(word, autoescape=True)
            for word in words_of(text)
        ]
        statements = page_statements(
            _summaries(),
            CollectionRow,
            conditions,
            Order(CollectionRow.updated_at, CollectionRow.id),
            is_later=after is not None,
        )
        page = read_page(self._session, statements, tuple, {}, after=after, limit=limit)
        shown = self._with_covers(workspace_id, page.items)
        return Page(shown, page.next, page.total)

    def of_product(self, workspace_id: int, product_id: int) -> tuple[CollectionSummary, ...]:
        """Return the collections that hold the product, by name."""
        holding = select(CollectionProductRow.collection_id).where(
            CollectionProductRow.product_id == product_id
        )
        rows = self._session.execute(
            _summaries()
            .where(*_live(workspace_id), CollectionRow.id.in_(holding))
            .order_by(CollectionRow.name)
            .limit(100)
        )
        return self._with_covers(workspace_id, rows)

    def count(self, workspace_id: int) -> int:
        """Return how many collections there are."""
        live = select(func.count()).select_from(CollectionRow).where(*_live(workspace_id))
        return self._session.scalar(live) or 0

    def add_products(
        self, workspace_id: int, collection_id: int, product_ids: Sequence[int], now: datetime
    ) -> int | None:
        """Append the products that it does not hold yet; None when there is no such collection."""
        if not self._touch(workspace_id, collection_id, now):
            return None
        rows = self._session.execute(
            select(CollectionProductRow.product_id, CollectionProductRow.position).where(
                CollectionProductRow.collection_id == collection_id
            )
        )
        held = {product_id: position for product_id, position in rows}  # noqa: C416 - Rows are no pairs to mypy
        fresh = [product_id for product_id in dict.fromkeys(product_ids) if product_id not in held]
        if fresh:
            first = max(held.values(), default=-1) + 1
            self._session.execute(
                insert(CollectionProductRow),
                [
                    {
                        "collection_id": collection_id,
                        "product_id": product_id,
                        "position": first + number,
                    }
                    for number, product_id in enumerate(fresh)
                ],
            )
        return len(fresh)

    def remove_products(
        self, workspace_id: int, collection_id: int, product_ids: Sequence[int], now: datetime
    ) -> int | None:
        """Take products out; None when there is no such collection."""
        if not self._touch(workspace_id, collection_id, now):
            return None
        gone = (
            delete(CollectionProductRow)
            .where(
                CollectionProductRow.collection_id == collection_id,
                CollectionProductRow.product_id.in_(product_ids),
            )
            .returning(CollectionProductRow.product_id)
        )
        return len(self._session.scalars(gone).all())

    def _touch(self, workspace_id: int, collection_id: int, now: datetime) -> bool:
        changed = (
            update(CollectionRow)
            .where(*_live(workspace_id), CollectionRow.id == collection_id)
            .values(updated_at=now)
            .returning(CollectionRow.id)
        )
        return self._session.scalar(changed) is not None

    def _with_covers(self, workspace_id: int, rows: Iterable[Any]) -> tuple[CollectionSummary, ...]:
        shown = list(rows)
        covers = self._covers(workspace_id, [row[-1] for row in shown])
        return tuple(
            CollectionSummary(
                id=row[-1],
                name=row[0],
                description=row[1],
                product_count=row[2],
                covers=covers.get(row[-1], ()),
                updated_at=row[-2],
            )
            for row in shown
        )

    def _covers(
        self, workspace_id: int, collection_ids: Sequence[int]
    ) -> dict[int, tuple[AssetRef, ...]]:
        if not collection_ids:
            return {}
        rank = (
            func.row_number()
            .over(
                partition_by=CollectionProductRow.collection_id,
                order_by=(CollectionProductRow.position, CollectionProductRow.product_id),
            )
            .label("rank")
        )
        ranked = (
            select(CollectionProductRow.collection_id, *PHOTO, rank)
            .join(ProductRow, ProductRow.id == CollectionProductRow.product_id)
            .join(
                ProductPhotoRow,
                (ProductPhotoRow.product_id == ProductRow.id) & (ProductPhotoRow.position == 0),
            )
            .join(AssetRow, AssetRow.id == ProductPhotoRow.asset_id)
            .where(
                AssetRow.workspace_id == workspace_id,
                ProductRow.trashed_at.is_(None),
                CollectionProductRow.collection_id.in_(collection_ids),
            )
            .subquery()
        )
        best = select(ranked).where(ranked.c.rank <= COVERS).order_by(ranked.c.rank)
        covers: dict[int, tuple[AssetRef, ...]] = {}
        for row in self._session.execute(best):
            covers[row[0]] = (*covers.get(row[0], ()), AssetRef(*row[1:5]))
        return covers


def _live(workspace_id: int) -> tuple[ColumnElement[bool], ...]:
    return (CollectionRow.workspace_id == workspace_id, CollectionRow.trashed_at.is_(None))


def _product_count() -> ColumnElement[int]:
    return (
        select(func.count())
        .select_from(CollectionProductRow)
        .join(ProductRow, ProductRow.id == CollectionProductRow.product_id)
        .where(
            CollectionProductRow.collection_id == CollectionRow.id,
            ProductRow.trashed_at.is_(None),
        )
        .correlate(CollectionRow)
        .scalar_subquery()
    )


def _summaries() -> AnySelect:
    return select(
        CollectionRow.name,
        CollectionRow.description,
        _product_count(),
        CollectionRow.updated_at,
        CollectionRow.id,
    )
