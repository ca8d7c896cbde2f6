"""What is of no use any more: files without a row, and rows that nobody will ask for again."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Delete, and_, delete, exists, func, inspect, or_, select
from sqlalchemy.orm import Session

from core.domain.answers import answer_in
from core.domain.jobs import CallState, SlotStatus
from core.domain.upkeep import AssetFile, GarbageKind
from core.repositories.invariant import ACTIVE_SLOT
from core.repositories.long_transactions import allow_pauses, is_postgresql
from db.base import Base
from db.generation_tables import (
    GenerationJobRow,
    GenerationSlotRow,
    ProviderCallRow,
    SlotEventRow,
    WorkerRow,
)
from db.tables import AssetRow, SessionRow, SignInFailureRow

SLOT_EVENTS_KEPT = timedelta(days=90)
SIGN_IN_FAILURES_KEPT = timedelta(days=2)
DEAD_WORKERS_KEPT = timedelta(days=1)
"""An operator may want to know for a while which machine died."""


class GarbageRepository:
    """Finds what is of no use any more, over all workspaces, and forgets rows of it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def files_after(self, asset_id: int, limit: int) -> tuple[AssetFile, ...]:
        """Return the files of the next assets by their ids, trashed ones too, purged ones not."""
        rows = self._session.execute(
            select(
                AssetRow.id,
                AssetRow.storage_key,
                AssetRow.sha256,
                AssetRow.size_bytes,
                AssetRow.width_px,
                AssetRow.height_px,
                AssetRow.steps,
            )
            .where(AssetRow.id > asset_id, AssetRow.purged_at.is_(None))
            .order_by(AssetRow.id)
            .limit(limit)
        )
        return tuple(
            AssetFile(
                asset_id, storage_key, sha256, size_bytes, width_px, height_px, answer_in(steps)
            )
            for asset_id, storage_key, sha256, size_bytes, width_px, height_px, steps in rows
        )

    def count_files(self) -> int:
        """Return how many assets there are."""
        kept = select(func.count()).select_from(AssetRow).where(AssetRow.purged_at.is_(None))
        return self._session.scalar(kept) or 0

    def still_has(self, asset_id: int) -> bool:
        """Say whether the asset is still there."""
        kept = select(AssetRow.id).where(AssetRow.id == asset_id, AssetRow.purged_at.is_(None))
        return self._session.scalar(kept) is not None

    def wanted_keys(self, originals: Sequence[str]) -> frozenset[str]:
        """Return those of the keys under which an asset has its original."""
        known = select(AssetRow.storage_key).where(
            AssetRow.storage_key.in_(originals), AssetRow.purged_at.is_(None)
        )
        return frozenset(self._session.scalars(known))

    def calls_in_flight(self, call_ids: Sequence[str]) -> frozenset[str]:
        """Return those calls whose picture may still be stored, or be stored again."""
        in_flight = (
            select(ProviderCallRow.id)
            .join(GenerationSlotRow, GenerationSlotRow.id == ProviderCallRow.slot_id)
            .where(ProviderCallRow.id.in_(call_ids), _may_be_kept())
        )
        return frozenset(self._session.scalars(in_flight))

    def states_of_calls(self, call_ids: Sequence[str]) -> dict[str, tuple[CallState, SlotStatus]]:
        """Return how calls ended and how their slots are; what is unknown here is left out."""
        rows = self._session.execute(
            select(ProviderCallRow.id, ProviderCallRow.state, GenerationSlotRow.status)
            .join(GenerationSlotRow, GenerationSlotRow.id == ProviderCallRow.slot_id)
            .where(ProviderCallRow.id.in_(call_ids))
        )
        return {row[0]: (CallState(row[1]), SlotStatus(row[2])) for row in rows}

    def lock_call(self, call_id: str) -> bool:
        """Keep workers from claiming the call's slot until the transaction ends.

        False when there is no such call: then nobody can store its picture either.
        """
        if is_postgresql(self._session):
            allow_pauses(self._session)
        slot = (
            select(GenerationSlotRow.id)
            .join(ProviderCallRow, ProviderCallRow.slot_id == GenerationSlotRow.id)
            .where(ProviderCallRow.id == call_id)
            .with_for_update(of=GenerationSlotRow)
        )
        return self._session.scalar(slot) is not None

    def count(self, kind: GarbageKind, *, now: datetime, idle_since: datetime) -> int:
        """Return how many rows of the kind can be forgotten."""
        table, is_garbage = _rows(kind, now, idle_since)
        counted = select(func.count()).select_from(table).where(is_garbage)
        return self._session.scalar(counted) or 0

    def forget(
        self, kind: GarbageKind, *, now: datetime, idle_since: datetime, limit: int = 2000
    ) -> int:
        """Forget rows of the kind, at most so many at once, and return how many."""
        table, is_garbage = _rows(kind, now, idle_since)
        key = inspect(table).primary_key[0]
        some = select(key).where(is_garbage).order_by(key).limit(limit)
        gone: Delete = delete(table).where(key.in_(some))
        return len(self._session.scalars(gone.returning(key)).all())


ROW_KINDS = (
    GarbageKind.SESSIONS,
    GarbageKind.SIGN_IN_FAILURES,
    GarbageKind.SLOT_EVENTS,
    GarbageKind.WORKERS,
)


def _rows(
    kind: GarbageKind, now: datetime, idle_since: datetime
) -> tuple[type[Base], ColumnElement[bool]]:
    rows: dict[GarbageKind, Callable[[], tuple[type[Base], ColumnElement[bool]]]] = {
        GarbageKind.SESSIONS: lambda: (
            SessionRow,
            or_(SessionRow.expires_at <= now, SessionRow.seen_at <= idle_since),
        ),
        GarbageKind.SIGN_IN_FAILURES: lambda: (
            SignInFailureRow,
            and_(
                SignInFailureRow.last_at < now - SIGN_IN_FAILURES_KEPT,
                func.coalesce(SignInFailureRow.blocked_until, SignInFailureRow.last_at) < now,
            ),
        ),
        GarbageKind.SLOT_EVENTS: lambda: (SlotEventRow, _is_old_event(now - SLOT_EVENTS_KEPT)),
        GarbageKind.WORKERS: lambda: (
            WorkerRow,
            and_(
                WorkerRow.lease_until < now - DEAD_WORKERS_KEPT,
                ~exists().where(
                    GenerationSlotRow.claimed_by == WorkerRow.id,
                    GenerationSlotRow.status == SlotStatus.RUNNING,
                ),
            ),
        ),
    }
    return rows[kind]()


def _is_old_event(before: datetime) -> ColumnElement[bool]:
    finished = (
        select(GenerationSlotRow.id)
        .join(GenerationJobRow, GenerationJobRow.id == GenerationSlotRow.job_id)
        .where(GenerationJobRow.finished_at < before)
    )
    # The first condition says nothing new, but it has an index.
    return and_(SlotEventRow.at < before, SlotEventRow.slot_id.in_(finished))


def _may_be_kept() -> ColumnElement[bool]:
    return or_(
        ProviderCallRow.state == CallState.INTENT,
        and_(
            ProviderCallRow.state == CallState.UNKNOWN,
            GenerationSlotRow.status.in_(ACTIVE_SLOT),
        ),
    )
