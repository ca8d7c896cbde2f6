"""Generation jobs and their slots, as people see and steer them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.orm import Session

from core.domain.generation import (
    Backdrop,
    CallState,
    GenerationJob,
    GenerationSettings,
    GenerationSlot,
    JobStatus,
    Plan,
    SlotStatus,
)
from core.domain.paging import Cursor, Page
from core.repositories.paging import (
    AnyRow,
    AnySelect,
    Order,
    page_statements,
    read_page,
)
from db.tables import (
    AssetRow,
    GenerationJobRow,
    GenerationSlotRow,
    ProductRow,
    ProviderCallRow,
    UserRow,
)

ACTIVE = (JobStatus.QUEUED, JobStatus.RUNNING)


class GenerationJobRepository:
    """Generation jobs and their slots, as people see and steer them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        workspace_id: int,
        plan: Plan,
        *,
        request_hash: str,
        seed: int,
        created_by: int,
        now: datetime,
    ) -> tuple[int, list[int]]:
        """Add a queued job with its slots; return its id and theirs, in order."""
        job = GenerationJobRow(
            workspace_id=workspace_id,
            product_id=plan.product_id,
            created_by=created_by,
            idempotency_key=plan.idempotency_key,
            request_hash=request_hash,
            request=asdict(plan.settings),
            image_model=plan.settings.image_model,
            prompt=plan.prompt,
            seed=seed,
            status=JobStatus.QUEUED,
            created_at=now,
        )
        self._session.add(job)
        self._session.flush()
        slots = self._session.scalars(
            insert(GenerationSlotRow).returning(GenerationSlotRow.id, sort_by_parameter_order=True),
            [_new_slot(workspace_id, job.id, position) for position in range(plan.count)],
        )
        return job.id, list(slots)

    def find_by_key(self, workspace_id: int, idempotency_key: str) -> tuple[int, str] | None:
        """Return the id and the request's hash of the job that this key already made."""
        row = self._session.execute(
            select(GenerationJobRow.id, GenerationJobRow.request_hash).where(
                GenerationJobRow.workspace_id == workspace_id,
                GenerationJobRow.idempotency_key == idempotency_key,
            )
        ).one_or_none()
        return None if row is None else (row[0], row[1])

    def find(self, workspace_id: int, job_id: int) -> GenerationJob | None:
        """Return a job with its slots."""
        row = self._session.execute(
            _jobs().where(
                GenerationJobRow.workspace_id == workspace_id, GenerationJobRow.id == job_id
            )
        ).one_or_none()
        return None if row is None else self._with_slots([row])[0]

    def search(
        self,
        workspace_id: int,
        *,
        product_id: int | None = None,
        only_active: bool = False,
        after: Cursor | None = None,
        limit: int = 10,
    ) -> Page[GenerationJob]:
        """Return a page of jobs, newest first, in three statements."""
        conditions: list[ColumnElement[bool]] = [GenerationJobRow.workspace_id == workspace_id]
        if product_id is not None:
            conditions.append(GenerationJobRow.product_id == product_id)
        if only_active:
            conditions.append(GenerationJobRow.status.in_(ACTIVE))
        statements = page_statements(
            _jobs(),
            GenerationJobRow,
            conditions,
            Order(GenerationJobRow.created_at, GenerationJobRow.id),
            is_later=after is not None,
        )
        page = read_page(self._session, statements, lambda row: row, {}, after=after, limit=limit)
        return Page(self._with_slots(page.items), page.next, page.total)

    def active_of(self, user_id: int) -> list[tuple[int, int]]:
        """Return workspace and id of the person's jobs that are not final, of all workspaces."""
        rows = self._session.execute(
            select(GenerationJobRow.workspace_id, GenerationJobRow.id).where(
                GenerationJobRow.created_by == user_id, GenerationJobRow.status.in_(ACTIVE)
            )
        )
        return [(row[0], row[1]) for row in rows]

    def cancel_waiting(self, workspace_id: int, job_id: int, now: datetime) -> int:
        """Cancel the slots for which no model was asked; return how many. The others go on."""
        asked = (
            select(ProviderCallRow.id)
            .where(
                ProviderCallRow.slot_id == GenerationSlotRow.id,
                ProviderCallRow.state == CallState.INTENT,
            )
            .exists()
        )
        is_waiting = (GenerationSlotRow.status == SlotStatus.QUEUED) | (
            (GenerationSlotRow.status == SlotStatus.RUNNING) & ~asked
        )
        waiting = (
            select(GenerationSlotRow.id)
            .where(
                GenerationSlotRow.workspace_id == workspace_id,
                GenerationSlotRow.job_id == job_id,
                is_waiting,
            )
            .with_for_update()
        )
        ids = self._session.scalars(waiting).all()
        # Asked once more under the lock: a worker may have written its intent meanwhile.
        cancelled = (
            update(GenerationSlotRow)
            .where(GenerationSlotRow.id.in_(ids), is_waiting)
            .values(status=SlotStatus.CANCELLED, stage="", finished_at=now)
            .returning(GenerationSlotRow.id)
        )
        return len(self._session.scalars(cancelled).all())

    def requeue(
        self, workspace_id: int, slot_ids: Sequence[int], *, but_code: str | None = None
    ) -> list[tuple[int, int]]:
        """Queue failed or cancelled slots once more; return their ids and new attempts.

        Those that failed with `but_code` by now are left as they are.
        """
        failure_code = func.coalesce(GenerationSlotRow.failure_code, "")
        requeued = (
            update(GenerationSlotRow)
            .where(
                GenerationSlotRow.workspace_id == workspace_id,
                GenerationSlotRow.id.in_(slot_ids),
                GenerationSlotRow.status.in_((SlotStatus.FAILED, SlotStatus.CANCELLED)),
                failure_code != (but_code or "-"),
            )
            .values(
                status=SlotStatus.QUEUED,
                stage="",
                progress_percent=0,
                attempt=GenerationSlotRow.attempt + 1,
                tries=0,
                crash_count=0,
                failure_code=None,
                failure=None,
                started_at=None,
                finished_at=None,
            )
            .returning(GenerationSlotRow.id, GenerationSlotRow.attempt)
        )
        return [(row[0], row[1]) for row in self._session.execute(requeued)]

    def settle(self, workspace_id: int, job_id: int, now: datetime) -> JobStatus:
        """Give the job the status that its slots say it has, and return it."""
        # The lock makes the last of two slots that end together see the other's end.
        self._session.execute(
            select(GenerationJobRow.id).where(GenerationJobRow.id == job_id).with_for_update()
        )
        statuses = self._session.scalars(
            select(GenerationSlotRow.status).where(
                GenerationSlotRow.workspace_id == workspace_id, GenerationSlotRow.job_id == job_id
            )
        ).all()
        status = _status_of({SlotStatus(status) for status in statuses})
        self._session.execute(
            update(GenerationJobRow)
            .where(GenerationJobRow.workspace_id == workspace_id, GenerationJobRow.id == job_id)
            .values(status=status, finished_at=now if status.is_final else None)
        )
        return status

    def _with_slots(self, rows: Sequence[AnyRow]) -> tuple[GenerationJob, ...]:
        slots = self._slots_of([row[-1] for row in rows])
        return tuple(_to_job(row, tuple(slots[row[-1]])) for row in rows)

    def _slots_of(self, job_ids: Sequence[int]) -> dict[int, list[GenerationSlot]]:
        slots: dict[int, list[GenerationSlot]] = defaultdict(list)
        if not job_ids:
            return slots
        rows = self._session.execute(
            select(GenerationSlotRow, AssetRow.id, AssetRow.sha256)
            .outerjoin(AssetRow, AssetRow.slot_id == GenerationSlotRow.id)
            .where(GenerationSlotRow.job_id.in_(job_ids))
            .order_by(GenerationSlotRow.job_id, GenerationSlotRow.position)
        )
        for row, asset_id, sha256 in rows:
            slots[row.job_id].append(_to_slot(row, asset_id, sha256))
        return slots


def _new_slot(workspace_id: int, job_id: int, position: int) -> dict[str, Any]:
    return {
        "workspace_id": workspace_id,
        "job_id": job_id,
        "position": position,
        "status": SlotStatus.QUEUED,
        "stage": "",
        "progress_percent": 0,
        "attempt": 0,
        "tries": 0,
        "crash_count": 0,
    }


def _status_of(slots: set[SlotStatus]) -> JobStatus:
    if SlotStatus.RUNNING in slots:
        return JobStatus.RUNNING
    if SlotStatus.QUEUED in slots:
        return JobStatus.QUEUED if slots == {SlotStatus.QUEUED} else JobStatus.RUNNING
    if slots == {SlotStatus.SUCCEEDED}:
        return JobStatus.SUCCEEDED
    if SlotStatus.SUCCEEDED in slots:
        return JobStatus.PARTIAL
    return JobStatus.FAILED if SlotStatus.FAILED in slots else JobStatus.CANCELLED


def _jobs() -> AnySelect:
    cost = (
        select(func.coalesce(func.sum(ProviderCallRow.cost_micros), 0))
        .join(GenerationSlotRow, GenerationSlotRow.id == ProviderCallRow.slot_id)
        .where(GenerationSlotRow.job_id == GenerationJobRow.id)
        .correlate(GenerationJobRow)
        .scalar_subquery()
    )
    return (
        select(
            GenerationJobRow.product_id,
            ProductRow.name,
            GenerationJobRow.request,
            GenerationJobRow.prompt,
            GenerationJobRow.status,
            UserRow.name,
            GenerationJobRow.finished_at,
            cost,
            GenerationJobRow.created_at,
            GenerationJobRow.id,
        )
        .join(ProductRow, ProductRow.id == GenerationJobRow.product_id)
        .outerjoin(UserRow, UserRow.id == GenerationJobRow.created_by)
    )


def to_settings(request: dict[str, Any]) -> GenerationSettings:
    """Return the settings that a job's row keeps as JSON."""
    return GenerationSettings(**{**request, "backdrop": Backdrop(**request["backdrop"])})


def _to_job(row: AnyRow, slots: tuple[GenerationSlot, ...]) -> GenerationJob:
    return GenerationJob(
        id=row[9],
        product_id=row[0],
        product_name=row[1],
        settings=to_settings(row[2]),
        prompt=row[3],
        status=JobStatus(row[4]),
        created_by=row[5] or "",
        created_at=row[8],
        finished_at=row[6],
        cost_micros=int(row[7]),
        slots=slots,
    )


def _to_slot(row: GenerationSlotRow, asset_id: int | None, sha256: str | None) -> GenerationSlot:
    return GenerationSlot(
        id=row.id,
        job_id=row.job_id,
        position=row.position,
        status=SlotStatus(row.status),
        progress_percent=row.progress_percent,
        stage=row.stage,
        failure_code=row.failure_code,
        failure=row.failure,
        asset_id=asset_id,
        asset_sha256=sha256,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )
