"""Categories that end: where their products go, and what is kept to bring them back."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session, aliased

from core.domain.accounts import Actor
from core.domain.category_removals import (
    CategoryRemoval,
    Links,
    RemovalEffect,
    Snapshot,
    snapshot_from_plain,
    snapshot_to_plain,
)
from db.catalogue_tables import CategoryRemovalRow
from db.tables import CategoryRow, ProductCategoryRow, ProductRow, UserRow

_CHUNK = 5_000
_Link = ProductCategoryRow


class CategoryRemovalRepository:
    """The ends of categories, each with what undoing it needs."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lock(self, workspace_id: int, category_id: int) -> None:
        """Wait for those who just put products into the category, and keep others from it."""
        self._session.execute(
            select(CategoryRow.id)
            .where(CategoryRow.workspace_id == workspace_id, CategoryRow.id == category_id)
            .with_for_update()
        ).all()

    def effect(self, workspace_id: int, category_id: int, target_id: int | None) -> RemovalEffect:
        """Return what would happen to the products, in one statement."""
        in_target = _is_in(target_id)
        is_hidden = or_(ProductRow.trashed_at.is_not(None), ProductRow.archived_at.is_not(None))
        total, shared, hidden = self._session.execute(
            select(
                func.count(),
                func.count().filter(in_target),
                func.count().filter(is_hidden),
            )
            .select_from(_Link)
            .join(ProductRow, ProductRow.id == _Link.product_id)
            .where(_Link.category_id == category_id, ProductRow.workspace_id == workspace_id)
        ).one()
        children = select(func.count()).where(CategoryRow.parent_id == category_id)
        return RemovalEffect(
            moved=0 if target_id is None else total - shared,
            shared=shared,
            dropped=total if target_id is None else 0,
            hidden=hidden,
            children=self._session.scalar(children) or 0,
        )

    def move_products(self, category_id: int, target_id: int) -> tuple[Links, Links]:
        """Give the products the target instead; return those moved, and those it had already.

        A product keeps its primary category: where that was this one, it is the target now.
        """
        moved = self._session.execute(
            update(_Link)
            .where(_Link.category_id == category_id, ~_is_in(target_id))
            .values(category_id=target_id)
            .returning(_Link.product_id, _Link.is_primary)
        ).all()
        # Only those: what somebody put into the category since the last statement is no loss.
        shared = self._unlink(category_id, _is_in(target_id))
        for chunk in _chunks(shared.primary):
            self._session.execute(
                update(_Link)
                .where(_Link.category_id == target_id, _Link.product_id.in_(chunk))
                .values(is_primary=True)
            )
        return _links(moved), shared

    def drop_products(self, category_id: int) -> tuple[Links, tuple[tuple[int, int], ...]]:
        """Take the products out; return them, and which other category became the primary one."""
        dropped = self._unlink(category_id, true())
        promoted: list[tuple[int, int]] = []
        for chunk in _chunks(dropped.primary):
            other = aliased(_Link)
            first = (
                select(func.min(other.category_id))
                .where(other.product_id == _Link.product_id)
                .correlate(_Link)
                .scalar_subquery()
            )
            rows = self._session.execute(
                update(_Link)
                .where(_Link.product_id.in_(chunk), _Link.category_id == first)
                .values(is_primary=True)
                .returning(_Link.product_id, _Link.category_id)
            )
            promoted += [(product_id, promoted_id) for product_id, promoted_id in rows]
        return dropped, tuple(promoted)

    def move_children(
        self, workspace_id: int, category_id: int, parent_id: int | None
    ) -> list[int]:
        """Put the categories inside this one elsewhere; return which they are."""
        moved = (
            update(CategoryRow)
            .where(CategoryRow.workspace_id == workspace_id, CategoryRow.parent_id == category_id)
            .values(parent_id=parent_id)
            .returning(CategoryRow.id)
        )
        return list(self._session.scalars(moved))

    def row_of(self, workspace_id: int, category_id: int) -> dict[str, Any]:
        """Return a category's row as plain values."""
        table = CategoryRow.__table__
        row = self._session.execute(
            select(table).where(table.c.workspace_id == workspace_id, table.c.id == category_id)
        ).one()
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in row._mapping.items()  # noqa: SLF001 - SQLAlchemy's public name
        }

    def add_row(self, row: dict[str, Any], parent_id: int | None, now: datetime) -> None:
        """Add the category of this row again, under its old id."""
        values = {**row, "parent_id": parent_id, "updated_at": now}
        values["created_at"] = datetime.fromisoformat(row["created_at"])
        self._session.execute(insert(CategoryRow).values(values))

    def move_back(self, moved: Links, category_id: int, target_id: int) -> None:
        """Give those of the products that are still in the target this category instead."""
        for chunk in _chunks((*moved.primary, *moved.other)):
            self._session.execute(
                update(_Link)
                .where(_Link.category_id == target_id, _Link.product_id.in_(chunk))
                .values(category_id=category_id)
            )

    def share_again(
        self, workspace_id: int, shared: Links, category_id: int, target_id: int
    ) -> None:
        """Add the category to those that are still in the target; make it primary as it was."""
        still = exists().where(_Link.product_id == ProductRow.id, _Link.category_id == target_id)
        self._link(workspace_id, shared, category_id, still)
        self._make_primary(shared.primary, category_id, _Link.category_id == target_id)

    def take_again(
        self,
        workspace_id: int,
        dropped: Links,
        category_id: int,
        promoted: Iterable[tuple[int, int]],
    ) -> None:
        """Add the category to the products; primary where nobody chose another one meanwhile."""
        self._link(workspace_id, dropped, category_id, true())
        by_category: dict[int, list[int]] = {}
        for product_id, promoted_id in promoted:
            by_category.setdefault(promoted_id, []).append(product_id)
        for promoted_id, product_ids in by_category.items():
            self._make_primary(product_ids, category_id, _Link.category_id == promoted_id)
        without = aliased(_Link)
        for chunk in _chunks(dropped.primary):
            has_primary = exists().where(without.product_id == _Link.product_id, without.is_primary)
            self._session.execute(
                update(_Link)
                .where(_Link.category_id == category_id, _Link.product_id.in_(chunk), ~has_primary)
                .values(is_primary=True)
            )

    def take_children(
        self, workspace_id: int, child_ids: Sequence[int], category_id: int, now_in: int | None
    ) -> None:
        """Put those of the categories back inside this one that nobody moved meanwhile."""
        place = (
            CategoryRow.parent_id.is_(None) if now_in is None else (CategoryRow.parent_id == now_in)
        )
        self._session.execute(
            update(CategoryRow)
            .where(CategoryRow.workspace_id == workspace_id, CategoryRow.id.in_(child_ids), place)
            .values(parent_id=category_id)
        )

    def add(
        self,
        actor: Actor,
        snapshot: Snapshot,
        *,
        is_merge: bool,
        target_id: int | None,
        now: datetime,
    ) -> int:
        """Keep what undoing needs and return its id."""
        links = (snapshot.moved, snapshot.shared, snapshot.dropped)
        row = CategoryRemovalRow(
            workspace_id=actor.workspace_id,
            category_id=snapshot.row["id"],
            target_id=target_id,
            is_merge=is_merge,
            name=snapshot.row["name"],
            product_count=sum(each.count for each in links),
            snapshot=snapshot_to_plain(snapshot),
            removed_by=actor.user_id,
            removed_at=now,
        )
        self._session.add(row)
        self._session.flush()
        return row.id

    def newest(
        self, workspace_id: int, since: datetime, *, limit: int
    ) -> tuple[CategoryRemoval, ...]:
        """Return what was merged or deleted since then, the newest first."""
        target = aliased(CategoryRow)
        rows = self._session.execute(
            select(
                CategoryRemovalRow.id,
                CategoryRemovalRow.category_id,
                CategoryRemovalRow.name,
                CategoryRemovalRow.is_merge,
                func.coalesce(target.name, ""),
                CategoryRemovalRow.product_count,
                func.coalesce(UserRow.name, ""),
                CategoryRemovalRow.removed_at,
            )
            .outerjoin(
                target,
                (target.id == CategoryRemovalRow.target_id)
                & (target.workspace_id == CategoryRemovalRow.workspace_id),
            )
            .outerjoin(UserRow, UserRow.id == CategoryRemovalRow.removed_by)
            .where(
                CategoryRemovalRow.workspace_id == workspace_id,
                CategoryRemovalRow.removed_at >= since,
            )
            .order_by(CategoryRemovalRow.removed_at.desc(), CategoryRemovalRow.id.desc())
            .limit(limit)
        )
        return tuple(CategoryRemoval(*row) for row in rows)

    def take(
        self, workspace_id: int, removal_id: int, since: datetime
    ) -> tuple[int | None, Snapshot] | None:
        """Return the target and the snapshot, and forget both; None when it is too long ago."""
        taken = (
            delete(CategoryRemovalRow)
            .where(
                CategoryRemovalRow.workspace_id == workspace_id,
                CategoryRemovalRow.id == removal_id,
                CategoryRemovalRow.removed_at >= since,
            )
            .returning(CategoryRemovalRow.target_id, CategoryRemovalRow.snapshot)
        )
        row = self._session.execute(taken).one_or_none()
        return None if row is None else (row[0], snapshot_from_plain(row[1]))

    def forget(self, workspace_id: int, before: datetime) -> None:
        """Forget what can no longer be undone."""
        self._session.execute(
            delete(CategoryRemovalRow).where(
                CategoryRemovalRow.workspace_id == workspace_id,
                CategoryRemovalRow.removed_at < before,
            )
        )

    def _unlink(self, category_id: int, condition: ColumnElement[bool]) -> Links:
        gone = (
            delete(_Link)
            .where(_Link.category_id == category_id, condition)
            .returning(_Link.product_id, _Link.is_primary)
        )
        return _links(self._session.execute(gone).all())

    def _link(
        self, workspace_id: int, links: Links, category_id: int, condition: ColumnElement[bool]
    ) -> None:
        for chunk in _chunks((*links.primary, *links.other)):
            rows = select(ProductRow.id, literal(category_id), literal(False)).where(  # noqa: FBT003 - a column's value
                ProductRow.workspace_id == workspace_id, ProductRow.id.in_(chunk), condition
            )
            self._session.execute(
                insert(_Link).from_select(["product_id", "category_id", "is_primary"], rows)
            )

    def _make_primary(
        self, product_ids: Sequence[int], category_id: int, instead_of: ColumnElement[bool]
    ) -> None:
        for chunk in _chunks(product_ids):
            given_up = (
                update(_Link)
                .where(_Link.product_id.in_(chunk), _Link.is_primary, instead_of)
                .values(is_primary=False)
                .returning(_Link.product_id)
            )
            free = list(self._session.scalars(given_up))
            self._session.execute(
                update(_Link)
                .where(_Link.category_id == category_id, _Link.product_id.in_(free))
                .values(is_primary=True)
            )


def _is_in(category_id: int | None) -> ColumnElement[bool]:
    other = aliased(_Link)
    return (
        exists()
        .where(other.product_id == _Link.product_id, other.category_id == category_id)
        .correlate(_Link)
    )


def _links(rows: Iterable[Any]) -> Links:
    found = [(row[0], row[1]) for row in rows]
    return Links(
        tuple(product_id for product_id, is_primary in found if is_primary),
        tuple(product_id for product_id, is_primary in found if not is_primary),
    )


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]
