"""Whole tables as plain values: for backups, and for moves from one kind of database to another."""

import base64
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    LargeBinary,
    Numeric,
    Table,
    bindparam,
    exists,
    func,
    insert,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from core.domain.jobs import CallState, SlotStatus
from core.domain.queueing import EventKind
from core.repositories.long_transactions import allow_pauses, is_postgresql
from core.repositories.schema_invariants import counters
from core.repositories.states import JOB_GOES_ON
from db.base import UtcDateTime
from db.generation_tables import (
    GenerationJobRow,
    GenerationSlotRow,
    ProviderCallRow,
    SlotEventRow,
)
from db.metadata import metadata
from db.schema import HEAD

PlainRow = dict[str, Any]
"""A row as JSON can hold it: moments, decimals and bytes are texts."""

NOT_RESTORED = frozenset({"sessions", "workers"})
"""They are of browsers and processes of that moment: who is restored begins without."""

_BY_KEYS = frozenset({"assets", "asset_masks"})
"""Tables whose rows lead to files: in the order in which an archive holds those."""

_ROWS_AT_ONCE = 500


class TableCopyRepository:
    """Reads all rows of the tables, and fills empty tables with them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def revision(self) -> str:
        """Return the schema that the rows have."""
        return HEAD

    @property
    def names(self) -> tuple[str, ...]:
        """Return the tables, each after those that it points to."""
        return tuple(table.name for table in metadata.sorted_tables)

    def take_snapshot(self) -> None:
        """Let all that this transaction reads be of one moment; call it before anything else."""
        # SQLite's transactions are so by themselves.
        if is_postgresql(self._session):
            self._session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            allow_pauses(self._session)

    def counters(self) -> dict[str, int]:
        """Return the last number that each table gave to a row."""
        return counters(self._session.connection())

    def rows(self, name: str) -> Iterator[PlainRow]:
        """Yield the rows of a table in order: by the keys of their files, else by their ids."""
        table = metadata.tables[name]
        to_plain = {column.name: _to_plain(column) for column in table.columns}
        statement = select(table).order_by(*self._order(table))
        for row in self._session.execute(
            statement, execution_options={"yield_per": _ROWS_AT_ONCE}
        ).mappings():
            yield {name: to_plain[name](value) for name, value in row.items()}

    def not_empty(self) -> tuple[str, ...]:
        """Return the tables that hold rows."""
        return tuple(
            name
            for name, table in metadata.tables.items()
            if self._session.scalar(select(exists().select_from(table).where(true())))
        )

    def lock(self) -> None:
        """Keep everybody else from writing until the transaction ends."""
        # SQLite's writers wait for each other anyway.
        if is_postgresql(self._session):
            allow_pauses(self._session)
            names = ", ".join(self.names)
            self._session.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))

    def add(self, name: str, rows: Sequence[PlainRow]) -> None:
        """Add rows to a table; where they point to rows of the same table waits for `link`.

        Raises `KeyError` or `ValueError` for a row that does not fit.
        """
        table = metadata.tables[name]
        own = {column.name for column in _own_keys(table)}
        from_plain = {column.name: _from_plain(column) for column in table.columns}
        values = [
            {
                column: None if column in own else convert(row[column])
                for column, convert in from_plain.items()
            }
            for row in rows
            if row.keys() == from_plain.keys() or _raise_foreign(row, name)
        ]
        if values:
            columns = {
                column.name: bindparam(column.name, type_=_written_type(column))
                for column in table.columns
            }
            self._session.execute(insert(table).values(columns), values)

    def link(self, name: str, rows: Sequence[PlainRow]) -> None:
        """Let rows point to others of the same table, which are all there now."""
        table = metadata.tables[name]
        for column in _own_keys(table):
            values = [
                {"row_id": row["id"], "target": row[column.name]}
                for row in rows
                if row[column.name] is not None
            ]
            if values:
                self._session.execute(
                    update(table)
                    .where(table.c.id == bindparam("row_id"))
                    .values({column: bindparam("target")}),
                    values,
                )

    def links_to_itself(self, name: str) -> bool:
        """Say whether rows of the table point to others of it."""
        return bool(_own_keys(metadata.tables[name]))

    def set_counters(self, wanted: dict[str, int]) -> None:
        """Let each table count on from there: a number that was given once is not given again."""
        is_sqlite = not is_postgresql(self._session)
        for name in self.counters():
            table = metadata.tables[name]
            highest = self._session.scalar(select(func.max(table.c.id))) or 0
            number = max(highest, wanted.get(name, 0))
            if number == 0:
                continue
            values = {"table": name, "number": number}
            if is_sqlite:
                # SQLite's own table has no key on which a second row could be refused.
                self._session.execute(
                    text("DELETE FROM sqlite_sequence WHERE name = :table"), {"table": name}
                )
                statement = "INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :number)"
            else:
                statement = "SELECT setval(pg_get_serial_sequence(:table, 'id'), :number)"
            self._session.execute(text(statement), values)

    def requeue_running(self, now: datetime) -> int:
        """Queue again what was running when the rows were copied; return how many slots."""
        requeued = (
            update(GenerationSlotRow)
            .where(GenerationSlotRow.status == SlotStatus.RUNNING)
            .values(
                status=SlotStatus.QUEUED,
                stage="",
                progress_percent=0,
                claimed_by=None,
                started_at=None,
                run_at=now,
            )
            .returning(
                GenerationSlotRow.workspace_id,
                GenerationSlotRow.id,
                GenerationSlotRow.attempt,
            )
        )
        held = self._session.execute(requeued).all()
        if held:
            self._session.execute(
                insert(SlotEventRow),
                [
                    {
                        "workspace_id": workspace_id,
                        "slot_id": slot_id,
                        "attempt": attempt,
                        "kind": EventKind.QUEUED,
                        "detail": {"reason": "a backup was restored"},
                        "at": now,
                    }
                    for workspace_id, slot_id, attempt in held
                ],
            )
        return len(held)

    def pause_unfinished(self, now: datetime) -> int:
        """Pause every job that is not final; return how many were not paused before."""
        paused = (
            update(GenerationJobRow)
            .where(JOB_GOES_ON, GenerationJobRow.paused_at.is_(None))
            .values(paused_at=now)
            .returning(GenerationJobRow.id)
        )
        return len(self._session.scalars(paused).all())

    def move_spool(self, old_id: str, new_id: str, call_ids: Sequence[str]) -> None:
        """Let slots whose answers came along wait for them in the new spool.

        Those whose answers lay in the old one and are not here wait for nothing any more: their
        calls count as lost.
        """
        self._session.execute(
            update(GenerationSlotRow)
            .where(GenerationSlotRow.spool_id == old_id)
            .values(spool_id=None)
        )
        of_calls = (
            select(ProviderCallRow.slot_id)
            .where(
                ProviderCallRow.id.in_(call_ids),
                ProviderCallRow.state.in_((CallState.INTENT, CallState.UNKNOWN)),
            )
            .scalar_subquery()
        )
        self._session.execute(
            update(GenerationSlotRow)
            .where(
                GenerationSlotRow.status == SlotStatus.QUEUED, GenerationSlotRow.id.in_(of_calls)
            )
            .values(spool_id=new_id)
        )

    def _order(self, table: Table) -> list[Any]:
        if table.name not in _BY_KEYS:
            return list(table.primary_key.columns)
        key = table.c.storage_key
        return [key.collate("C") if is_postgresql(self._session) else key]


def _own_keys(table: Table) -> list[Column[Any]]:
    return [key.parent for key in table.foreign_keys if key.column.table is table]


def _raise_foreign(row: PlainRow, name: str) -> bool:
    raise ValueError(f"a row of {name} has the columns {sorted(row)}")


def _written_type(column: Column[Any]) -> Any:  # noqa: ANN401 - any column type
    # By itself SQLAlchemy writes JSON's own null for None, which is not an empty column.
    if isinstance(column.type, JSON):
        return JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
    return column.type


def _to_plain(column: Column[Any]) -> Callable[[Any], Any]:
    if isinstance(column.type, UtcDateTime):
        return lambda value: None if value is None else value.isoformat()
    if isinstance(column.type, Numeric) and column.type.asdecimal:
        return lambda value: None if value is None else str(value)
    if isinstance(column.type, LargeBinary):
        return lambda value: None if value is None else base64.b64encode(value).decode()
    return lambda value: value


def _from_plain(column: Column[Any]) -> Callable[[Any], Any]:
    if isinstance(column.type, UtcDateTime):
        return lambda value: None if value is None else datetime.fromisoformat(value)
    if isinstance(column.type, Numeric) and column.type.asdecimal:
        return lambda value: None if value is None else Decimal(value)
    if isinstance(column.type, LargeBinary):
        return lambda value: None if value is None else base64.b64decode(value)
    return lambda value: value
