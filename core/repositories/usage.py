"""What was spent, summed in many ways, and the ledger line by line."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Subquery,
    Text,
    and_,
    case,
    func,
    literal,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session

from core.domain.jobs import CallState
from core.domain.paging import Cursor, Page
from core.domain.usage import OTHERS, TOP_ROWS, LedgerLine, UsageBy, UsageFilter, UsageRow
from core.repositories.estimates import estimate_that_counts
from core.repositories.paging import AnyRow, AnySelect, Order, page_statements, read_page
from db.catalogue_tables import TaskRow
from db.generation_tables import GenerationJobRow, GenerationSlotRow, ProviderCallRow
from db.tables import CollectionProductRow, CollectionRow, ProductRow, UserRow

_NAMELESS = {
    "person": "Somebody who left",
    "product": "Pictures of no product",
    "collection": "In no collection",
}

_ADDED = (
    "pictures",
    "looks",
    "picture_micros",
    "unknown",
    "under_way",
    "estimate_micros",
    "cost_micros",
)

_IS_OF_SLOT = ProviderCallRow.slot_id.is_not(None)
_PERSON = func.coalesce(GenerationJobRow.created_by, TaskRow.created_by)
_PRODUCT = func.coalesce(GenerationJobRow.product_id, ProviderCallRow.product_id)
# A slot is asked once at a time, and a task's calls have moments of their own: no two lines have
# both their number and their moment.
_NUMBER: Any = func.coalesce(ProviderCallRow.slot_id, -ProviderCallRow.task_id, 0)

_LINE = (
    ProviderCallRow.id,
    ProviderCallRow.finished_at,
    GenerationSlotRow.job_id,
    func.coalesce(ProductRow.name, ""),
    func.coalesce(ProductRow.sku, ""),
    func.coalesce(UserRow.name, _NAMELESS["person"]),
    ProviderCallRow.image_model,
    ProviderCallRow.state,
    func.coalesce(ProviderCallRow.failure_code, ""),
    ProviderCallRow.estimate_micros,
    ProviderCallRow.cost_micros,
    ProviderCallRow.input_tokens,
    ProviderCallRow.image_tokens,
    ProviderCallRow.text_tokens,
    ProviderCallRow.model_version,
    ProviderCallRow.response_id,
    ProviderCallRow.slot_id,
    ProviderCallRow.started_at,
    _NUMBER,
)

_COUNTED: AnySelect = select(
    case((and_(ProviderCallRow.state == CallState.OK, _IS_OF_SLOT), 1), else_=0).label("pictures"),
    case((and_(ProviderCallRow.state == CallState.OK, ~_IS_OF_SLOT), 1), else_=0).label("looks"),
    case((ProviderCallRow.state == CallState.UNKNOWN, 1), else_=0).label("unknown"),
    case((ProviderCallRow.state == CallState.INTENT, 1), else_=0).label("under_way"),
    estimate_that_counts().label("estimate_micros"),
    ProviderCallRow.cost_micros.label("cost_micros"),
    case((_IS_OF_SLOT, ProviderCallRow.cost_micros), else_=0).label("picture_micros"),
)


class UsageRepository:
    """Sums over the money ledger, and its lines; nothing is kept beside it that could differ."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def first_day(self, workspace_id: int) -> date | None:
        """Return the day (UTC) of the workspace's first call, or None before it."""
        first = select(func.min(ProviderCallRow.started_at)).where(
            ProviderCallRow.workspace_id == workspace_id
        )
        moment = self._session.scalar(first)
        return None if moment is None else moment.date()

    def total(self, workspace_id: int, wanted: UsageFilter) -> UsageRow:
        """Return the sum over all lines that are meant."""
        [row] = self._session.execute(_sums(_calls(workspace_id, wanted).subquery()))
        return _to_row("total", "Total", "", row)

    def of_product(self, workspace_id: int, product_id: int) -> UsageRow:
        """Return the sum over all lines of a product, whenever they were written."""
        of_jobs = (
            _COUNTED.join(GenerationSlotRow, GenerationSlotRow.id == ProviderCallRow.slot_id)
            .join(GenerationJobRow, GenerationJobRow.id == GenerationSlotRow.job_id)
            .where(
                ProviderCallRow.workspace_id == workspace_id,
                GenerationJobRow.product_id == product_id,
            )
        )
        of_tasks = _COUNTED.where(
            ProviderCallRow.workspace_id == workspace_id,
            ProviderCallRow.product_id == product_id,
        )
        lines = union_all(of_jobs, of_tasks)
        [row] = self._session.execute(_sums(lines.subquery()))
        return _to_row(str(product_id), "", "", row)

    def days(self, workspace_id: int, wanted: UsageFilter) -> tuple[UsageRow, ...]:
        """Return the days on which something was asked, in their order."""
        day = _utc_day(is_sqlite=self._session.get_bind().dialect.name == "sqlite")
        calls = _calls(workspace_id, wanted).add_columns(day.label("key")).subquery()
        rows = _sums(calls).add_columns(calls.c.key).group_by(calls.c.key).order_by(calls.c.key)
        return tuple(_to_row(row[-1], row[-1], "", row) for row in self._session.execute(rows))

    def groups(
        self, workspace_id: int, by: UsageBy, wanted: UsageFilter, *, top: int = TOP_ROWS
    ) -> tuple[UsageRow, ...]:
        """Return the `top` rows of a grouping, the dearest first, and the sum of all others.

        Collections are those that hold the product now, and each has its whole cost.
        """
        calls = _keyed(workspace_id, by, wanted).subquery()
        groups = _sums(calls).add_columns(calls.c.key).group_by(calls.c.key).subquery()
        found = self._session.execute(_top(groups, top)).all()
        names = self._names(workspace_id, by, [row.key for row in found if row.place <= top])
        return tuple(
            _to_row(_key(row.key), *names.get(row.key, (_NAMELESS.get(by, ""), "")), row)
            if row.place <= top
            else _to_row(OTHERS, f"{row.groups:,} more", "", row)
            for row in found
        )

    def lines(
        self, workspace_id: int, wanted: UsageFilter, *, after: Cursor | None, limit: int
    ) -> Page[LedgerLine]:
        """Return a page of the ledger, the newest line first."""
        statements = page_statements(
            _lines(),
            ProviderCallRow,
            _meant(workspace_id, wanted),
            Order(ProviderCallRow.started_at, _NUMBER),
            is_later=after is not None,
        )
        return read_page(self._session, statements, _to_line, {}, after=after, limit=limit)

    def batch(
        self,
        workspace_id: int,
        wanted: UsageFilter,
        *,
        after: tuple[datetime, str] | None,
        limit: int,
    ) -> tuple[LedgerLine, ...]:
        """Return the next lines, oldest first; `after` is moment and id of the one before."""
        here = (ProviderCallRow.started_at, ProviderCallRow.id)
        rows = _lines().where(*_meant(workspace_id, wanted)).order_by(*here).limit(limit)
        if after is not None:
            # The first condition says nothing new, but lets any planner begin at the right place.
            rows = rows.where(here[0] >= after[0], tuple_(*here) > tuple_(*after))
        return tuple(_to_line(row) for row in self._session.execute(rows))

    def _names(
        self, workspace_id: int, by: UsageBy, keys: Sequence[Any]
    ) -> dict[Any, tuple[str, str]]:
        if by == "image_model":
            return {key: (key, "") for key in keys}
        ids = [key for key in keys if key is not None]
        names: AnySelect
        if by == "person":
            names = select(UserRow.id, UserRow.name, literal("")).where(UserRow.id.in_(ids))
        elif by == "product":
            names = select(ProductRow.id, ProductRow.name, ProductRow.sku).where(
                ProductRow.workspace_id == workspace_id, ProductRow.id.in_(ids)
            )
        else:
            names = select(CollectionRow.id, CollectionRow.name, literal("")).where(
                CollectionRow.workspace_id == workspace_id, CollectionRow.id.in_(ids)
            )
        return {row[0]: (row[1], row[2]) for row in self._session.execute(names)}


def _meant(workspace_id: int, wanted: UsageFilter) -> tuple[ColumnElement[bool], ...]:
    return (
        ProviderCallRow.workspace_id == workspace_id,
        ProviderCallRow.started_at >= wanted.begins,
        ProviderCallRow.started_at < wanted.ends,
    )


def _calls(workspace_id: int, wanted: UsageFilter) -> AnySelect:
    return _COUNTED.where(*_meant(workspace_id, wanted))


def _keyed(workspace_id: int, by: UsageBy, wanted: UsageFilter) -> AnySelect:
    calls = _calls(workspace_id, wanted)
    if by == "image_model":
        return calls.add_columns(ProviderCallRow.image_model.label("key"))
    calls = _with_reason(calls)
    if by == "person":
        return calls.add_columns(_PERSON.label("key"))
    if by == "product":
        return calls.add_columns(_PRODUCT.label("key"))
    held = (
        select(CollectionProductRow.product_id, CollectionProductRow.collection_id)
        .join(CollectionRow, CollectionRow.id == CollectionProductRow.collection_id)
        .where(CollectionRow.workspace_id == workspace_id, CollectionRow.trashed_at.is_(None))
        .subquery()
    )
    calls = calls.outerjoin(held, held.c.product_id == _PRODUCT)
    return calls.add_columns(held.c.collection_id.label("key"))


def _sums(lines: Subquery) -> AnySelect:
    sums = (func.coalesce(func.sum(lines.c[name]), 0).label(name) for name in _ADDED)
    return select(func.count().label("calls"), *sums).select_from(lines)


def _top(groups: Subquery, top: int) -> AnySelect:
    place = func.row_number().over(
        order_by=(groups.c.cost_micros.desc(), groups.c.calls.desc(), groups.c.key)
    )
    placed = select(groups, place.label("at")).subquery()
    shown = case((placed.c.at <= top, placed.c.at), else_=top + 1).label("place")
    ranked = select(placed, shown).subquery()
    sums = (func.sum(ranked.c[name]).label(name) for name in ("calls", *_ADDED))
    return (
        select(
            *sums, ranked.c.place, func.min(ranked.c.key).label("key"), func.count().label("groups")
        )
        .group_by(ranked.c.place)
        .order_by(ranked.c.place)
    )


def _lines() -> AnySelect:
    return (
        _with_reason(select(*_LINE))
        .outerjoin(ProductRow, ProductRow.id == _PRODUCT)
        .outerjoin(UserRow, UserRow.id == _PERSON)
    )


def _with_reason(calls: AnySelect) -> AnySelect:
    """Return the calls beside what they were made for: a job's slot, or a task."""
    return (
        calls.outerjoin(GenerationSlotRow, GenerationSlotRow.id == ProviderCallRow.slot_id)
        .outerjoin(GenerationJobRow, GenerationJobRow.id == GenerationSlotRow.job_id)
        .outerjoin(TaskRow, TaskRow.id == ProviderCallRow.task_id)
    )


def _utc_day(*, is_sqlite: bool) -> ColumnElement[str]:
    moment = ProviderCallRow.started_at
    if is_sqlite:
        return func.date(moment, type_=Text)
    return func.to_char(func.timezone("UTC", moment), "YYYY-MM-DD", type_=Text)


def _key(key: object) -> str:
    return "" if key is None else str(key)


def _to_row(key: str, label: str, detail: str, row: AnyRow) -> UsageRow:
    # PostgreSQL sums into numbers without end, of a type of their own.
    return UsageRow(
        key=key,
        label=label,
        calls=int(row.calls),
        pictures=int(row.pictures),
        unknown=int(row.unknown),
        under_way=int(row.under_way),
        looks=int(row.looks),
        picture_micros=int(row.picture_micros),
        estimate_micros=int(row.estimate_micros),
        cost_micros=int(row.cost_micros),
        detail=detail,
    )


def _to_line(row: AnyRow) -> LedgerLine:
    return LedgerLine(
        id=row[0],
        at=row[-2],
        finished_at=row[1],
        job_id=row[2],
        slot_id=row[16],
        product_name=row[3],
        sku=row[4],
        person=row[5],
        image_model=row[6],
        state=CallState(row[7]),
        failure_code=row[8],
        estimate_micros=row[9],
        cost_micros=row[10],
        input_tokens=row[11],
        image_tokens=row[12],
        text_tokens=row[13],
        model_version=row[14],
        response_id=row[15],
    )
