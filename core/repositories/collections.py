"""Collections and their products."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, literal, null, select, update
from sqlalchemy.orm import Session

from core.domain.assets import AssetRef
from core.domain.collections import (
    LIVE_COLLECTIONS,
    Collection,
    CollectionFilter,
    CollectionSort,
    CollectionStatus,
    CollectionSummary,
)
from core.domain.paging import COUNT_CAP, Cursor, Page
from core.domain.products import ProductFilter, fold
from core.domain.setting_layers import SettingsLayer, layer_from_json, layer_to_json
from core.repositories.collection_faces import Faced, faces_of
from core.repositories.collection_members import Members, members_of
from core.repositories.paging import (
    AnyRow,
    AnySelect,
    Order,
    holds_terms,
    page_statements,
    read_page,
    term_values,
)
from core.repositories.product_lists import PHOTO
from core.repositories.upserts import upsert
from db.base import Base
from db.catalogue_tables import CollectionCoverRow, CollectionShotRow
from db.tables import AssetRow, CollectionProductRow, CollectionRow, ProductRow

_NAME_CHARS = 120


@dataclass(frozen=True)
class NewCollection:
    """What a collection begins with; with a filter it is smart."""

    name: str
    description: str = ""
    filter: ProductFilter | None = None


class CollectionRepository:
    """Collections and their products; trashed products do not count."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, workspace_id: int, new: NewCollection, *, by: int, now: datetime) -> int:
        """Add a collection and return its id; by hand it is empty."""
        row = CollectionRow(
            workspace_id=workspace_id,
            **_named(new.name, new.description),
            filter=null() if new.filter is None else new.filter.to_query(),
            created_by=by,
            created_at=now,
            updated_at=now,
        )
        self._session.add(row)
        self._session.flush()
        return row.id

    def rename(
        self, workspace_id: int, collection_id: int, name: str, description: str, now: datetime
    ) -> bool:
        """Give a collection another name and description; False when there is none."""
        return self._change(workspace_id, collection_id, now, **_named(name, description))

    def set_status(
        self, workspace_id: int, collection_id: int, status: CollectionStatus, now: datetime
    ) -> bool:
        """Say how far the work is; False when there is no such collection."""
        return self._change(workspace_id, collection_id, now, status=status)

    def set_defaults(
        self, workspace_id: int, collection_id: int, layer: SettingsLayer, now: datetime
    ) -> bool:
        """Keep its own default settings; False when there is no such collection."""
        defaults = layer_to_json(layer)
        return self._change(workspace_id, collection_id, now, defaults=defaults)

    def set_filter(
        self, workspace_id: int, collection_id: int, wanted: ProductFilter | None, now: datetime
    ) -> bool:
        """Let the filter decide what it holds, or people; False when there is no such one."""
        kept = null() if wanted is None else wanted.to_query()
        return self._change(workspace_id, collection_id, now, filter=kept)

    def set_archived(
        self, workspace_id: int, collection_id: int, *, is_archived: bool, now: datetime
    ) -> bool:
        """Archive a collection or bring it back; False when there is none."""
        archived_at = now if is_archived else None
        return self._change(workspace_id, collection_id, now, archived_at=archived_at)

    def set_cover(
        self, workspace_id: int, collection_id: int, asset_id: int | None, now: datetime
    ) -> bool:
        """Choose its cover, or none; False when there is no such collection."""
        if not self.touch(workspace_id, collection_id, now):
            return False
        if asset_id is None:
            here = CollectionCoverRow.collection_id == collection_id
            self._session.execute(delete(CollectionCoverRow).where(here))
        else:
            values = {"collection_id": collection_id, "asset_id": asset_id}
            self._session.execute(upsert(self._session, CollectionCoverRow, values))
        return True

    def trash(self, workspace_id: int, collection_id: int, now: datetime) -> bool:
        """Put a collection in the trash; its products stay. False when there is none."""
        return self._change(workspace_id, collection_id, trashed_at=now)

    def restore(self, workspace_id: int, collection_ids: Sequence[int]) -> dict[int, datetime]:
        """Take collections out of the trash; return when those that were there went in."""
        rows = self._session.execute(
            select(CollectionRow.id, CollectionRow.trashed_at)
            .where(
                CollectionRow.workspace_id == workspace_id,
                CollectionRow.id.in_(collection_ids),
                CollectionRow.trashed_at.is_not(None),
            )
            .with_for_update()
        )
        trashed = {row[0]: row[1] for row in rows if row[1] is not None}
        back = CollectionRow.id.in_(trashed)
        self._session.execute(update(CollectionRow).where(back).values(trashed_at=None))
        return trashed

    def find(self, workspace_id: int, collection_id: int) -> Collection | None:
        """Return a collection's own facts."""
        cover = (
            select(CollectionCoverRow.asset_id)
            .where(CollectionCoverRow.collection_id == CollectionRow.id)
            .correlate(CollectionRow)
            .scalar_subquery()
        )
        shots = (
            select(func.count())
            .where(CollectionShotRow.collection_id == CollectionRow.id)
            .correlate(CollectionRow)
            .scalar_subquery()
        )
        found = self._session.execute(
            select(CollectionRow, _product_count(), shots, *PHOTO)
            .outerjoin(AssetRow, (AssetRow.id == cover) & AssetRow.trashed_at.is_(None))
            .where(*_live(workspace_id), CollectionRow.id == collection_id)
        ).one_or_none()
        if found is None:
            return None
        row, count, shot_count, *photo = found
        members = members_of(self._session, workspace_id, row.id, row.filter)
        if members.filter is not None:
            count = self._session.scalar(select(members.count(COUNT_CAP))) or 0
        return Collection(
            id=row.id,
            name=row.name,
            description=row.description,
            status=CollectionStatus(row.status),
            filter=members.filter,
            defaults=layer_from_json(row.defaults),
            cover=None if photo[0] is None else AssetRef(*photo),
            product_count=count,
            shot_count=shot_count,
            created_at=row.created_at,
            updated_at=row.updated_at,
            archived_at=row.archived_at,
        )

    def members(
        self, workspace_id: int, collection_id: int, *, is_locked: bool = False
    ) -> Members | None:
        """Return how its products are found, or None; locked, nobody else can change them."""
        wanted = select(CollectionRow.id, CollectionRow.filter).where(
            *_live(workspace_id), CollectionRow.id == collection_id
        )
        wanted = wanted.with_for_update() if is_locked else wanted
        row = self._session.execute(wanted).one_or_none()
        return None if row is None else members_of(self._session, workspace_id, row[0], row[1])

    def search(
        self,
        workspace_id: int,
        text: str,
        wanted: CollectionFilter = LIVE_COLLECTIONS,
        *,
        after: Cursor | None,
        limit: int,
    ) -> Page[CollectionSummary]:
        """Return a page of collections by name, in three statements."""
        terms = term_values(text)
        order = _ORDERS[wanted.sort]
        statements = page_statements(
            _summaries().add_columns(order.at, order.row_id),
            CollectionRow,
            [*_conditions(workspace_id, wanted), *holds_terms(CollectionRow.name_key, len(terms))],
            order,
            is_later=after is not None,
        )
        page = read_page(self._session, statements, tuple, terms, after=after, limit=limit)
        shown = self._with_faces(workspace_id, page.items)
        return Page(shown, page.next, page.total)

    def of_product(self, workspace_id: int, product_id: int) -> tuple[CollectionSummary, ...]:
        """Return the collections into which people put the product, by name."""
        holding = select(CollectionProductRow.collection_id).where(
            CollectionProductRow.product_id == product_id
        )
        rows = self._session.execute(
            _summaries()
            .add_columns(CollectionRow.id)
            .where(
                *_live(workspace_id), CollectionRow.id.in_(holding), CollectionRow.filter.is_(None)
            )
            .order_by(CollectionRow.name_key, CollectionRow.id)
            .limit(100)
        )
        return self._with_faces(workspace_id, rows.all())

    def copy(
        self, workspace_id: int, collection_id: int, name: str, *, by: int, now: datetime
    ) -> int:
        """Return the id of a draft with the same facts, products, order and cover."""
        source = self._session.scalars(
            select(CollectionRow).where(*_live(workspace_id), CollectionRow.id == collection_id)
        ).one()
        new_id = self.add(workspace_id, NewCollection(name, source.description), by=by, now=now)
        query = null() if source.filter is None else source.filter
        self._change(workspace_id, new_id, filter=query, defaults=source.defaults)
        self._copy_rows(CollectionProductRow, collection_id, new_id, "product_id", "position")
        self._copy_rows(CollectionCoverRow, collection_id, new_id, "asset_id")
        return new_id

    def touch(self, workspace_id: int, collection_id: int, now: datetime) -> bool:
        """Note that a collection was changed; False when there is none."""
        return self._change(workspace_id, collection_id, now)

    def _change(
        self,
        workspace_id: int,
        collection_id: int,
        now: datetime | None = None,
        **values: Any,  # noqa: ANN401 - columns
    ) -> bool:
        if now is not None:
            values["updated_at"] = now
        changed = (
            update(CollectionRow)
            .where(*_live(workspace_id), CollectionRow.id == collection_id)
            .values(**values)
            .returning(CollectionRow.id)
        )
        return self._session.scalar(changed) is not None

    def _copy_rows(self, table: type[Base], collection_id: int, new_id: int, *names: str) -> None:
        columns = table.__table__.c
        kept = [columns[name] for name in names]
        here = columns.collection_id == collection_id
        rows = select(literal(new_id, columns.collection_id.type), *kept).where(here)
        self._session.execute(insert(table).from_select(["collection_id", *names], rows))

    def _with_faces(
        self, workspace_id: int, rows: Sequence[AnyRow | tuple[Any, ...]]
    ) -> tuple[CollectionSummary, ...]:
        found = [members_of(self._session, workspace_id, row[0], row[4]) for row in rows]
        faces = faces_of(self._session, found)
        return tuple(_to_summary(row, faces[row[0]]) for row in rows)


_ORDERS = {
    CollectionSort.UPDATED: Order(CollectionRow.updated_at, CollectionRow.id),
    CollectionSort.CREATED: Order(CollectionRow.created_at, CollectionRow.id),
    CollectionSort.NAME: Order(CollectionRow.name_key, CollectionRow.id, ascending=True),
}


def _named(name: str, description: str) -> dict[str, str]:
    key = fold(name)[:_NAME_CHARS]
    return {"name": name, "name_key": key, "description": description}


def _live(workspace_id: int) -> tuple[ColumnElement[bool], ...]:
    return (CollectionRow.workspace_id == workspace_id, CollectionRow.trashed_at.is_(None))


def _conditions(workspace_id: int, wanted: CollectionFilter) -> list[ColumnElement[bool]]:
    trashed_at = CollectionRow.trashed_at
    conditions = [
        CollectionRow.workspace_id == workspace_id,
        trashed_at.is_not(None) if wanted.is_trashed else trashed_at.is_(None),
    ]
    if wanted.status is not None:
        conditions.append(CollectionRow.status == wanted.status)
    for column, is_set in (
        # In the trash it matters not whether something was archived before.
        (CollectionRow.archived_at, None if wanted.is_trashed else wanted.is_archived),
        (CollectionRow.filter, wanted.is_smart),
    ):
        if is_set is not None:
            conditions.append(column.is_not(None) if is_set else column.is_(None))
    return conditions


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
        CollectionRow.id,
        CollectionRow.name,
        CollectionRow.description,
        CollectionRow.status,
        CollectionRow.filter,
        CollectionRow.archived_at,
        CollectionRow.updated_at,
        _product_count(),
    )


def _to_summary(row: AnyRow | tuple[Any, ...], face: Faced) -> CollectionSummary:
    collection_id, name, description, status, query, archived_at, updated_at, count = row[:8]
    return CollectionSummary(
        id=collection_id,
        name=name,
        description=description,
        status=CollectionStatus(status),
        is_smart=query is not None,
        is_archived=archived_at is not None,
        product_count=count if face.count is None else face.count,
        covers=face.covers,
        updated_at=updated_at,
    )
