"""Generation jobs and their slots, as people see and steer them.

Whoever changes both locks the workspace first where money is reserved, then slots by their ids,
then the job: so nobody waits for somebody who waits for them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from core.domain.jobs import (
    GenerationJob,
    JobFilter,
    JobStatus,
    ProviderCall,
    SlotStatus,
    SubmissionSum,
)
from core.domain.paging import Cursor, Page
from core.domain.plans import Plan
from core.domain.queueing import EventKind
from core.repositories.job_rows import (
    job_page,
    jobs,
    slots,
    to_job,
)
from core.repositories.job_submissions import QUEUED, add_submission
from core.repositories.paging import AnyRow, read_page
from core.repositories.provider_calls import to_call
from core.repositories.states import JOB_GOES_ON, NOTHING_HELD, SLOT_IS_QUEUED, is_owed
from core.repositories.submission_sums import sum_submission
from db.generation_tables import (
    GenerationJobRow,
    GenerationSlotRow,
    GenerationSubmissionRow,
    ProviderCallRow,
    SlotEventRow,
)
from db.tables import WorkspaceRow


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
        seeds: Sequence[int],
        created_by: int,
        now: datetime,
    ) -> tuple[list[int], list[int]]:
        """Add a submission with a queued job for each item; return ids of jobs and of slots."""
        return add_submission(
            self._session,
            workspace_id,
            plan,
            request_hash=request_hash,
            seeds=seeds,
            created_by=created_by,
            now=now,
        )

    def find_by_key(self, workspace_id: int, idempotency_key: str) -> tuple[list[int], str] | None:
        """Return the jobs that this key already made, in order, and the hash of their plan."""
        rows = self._session.execute(
            select(GenerationJobRow.id, GenerationSubmissionRow.request_hash)
            .join(
                GenerationSubmissionRow,
                GenerationSubmissionRow.id == GenerationJobRow.submission_id,
            )
            .where(
                GenerationSubmissionRow.workspace_id == workspace_id,
                GenerationSubmissionRow.idempotency_key == idempotency_key,
            )
            .order_by(GenerationJobRow.id)
        ).all()
        return ([row[0] for row in rows], rows[0][1]) if rows else None

    def find_submission(self, workspace_id: int, submission_id: int) -> SubmissionSum | None:
        """Return what became of a submission, in one statement."""
        return sum_submission(self._session, workspace_id, submission_id)

    def find(self, workspace_id: int, job_id: int) -> GenerationJob | None:
        """Return a job with its slots."""
        row = self._session.execute(
            jobs().where(
                GenerationJobRow.workspace_id == workspace_id, GenerationJobRow.id == job_id
            )
        ).one_or_none()
        return None if row is None else self._with_slots([row])[0]

    def search(
        self,
        workspace_id: int,
        wanted: JobFilter,
        *,
        after: Cursor | None = None,
        limit: int = 10,
    ) -> Page[GenerationJob]:
        """Return a page of jobs, newest first, in three statements."""
        statements, values = job_page(workspace_id, wanted, is_later=after is not None)
        page = read_page(
            self._session, statements, lambda row: row, values, after=after, limit=limit
        )
        return Page(self._with_slots(page.items), page.next, page.total)

    def calls(self, workspace_id: int, job_id: int) -> tuple[ProviderCall, ...]:
        """Return what was asked of the model for a job, oldest first."""
        rows = self._session.scalars(
            select(ProviderCallRow)
            .join(GenerationSlotRow, GenerationSlotRow.id == ProviderCallRow.slot_id)
            .where(ProviderCallRow.workspace_id == workspace_id, GenerationSlotRow.job_id == job_id)
            .order_by(ProviderCallRow.started_at, ProviderCallRow.id)
        )
        return tuple(map(to_call, rows))

    def active_of(self, user_id: int) -> list[tuple[int, int]]:
        """Return workspace and id of the person's jobs that are not final, of all workspaces."""
        rows = self._session.execute(
            select(GenerationJobRow.workspace_id, GenerationJobRow.id)
            .where(GenerationJobRow.created_by == user_id, JOB_GOES_ON)
            .order_by(GenerationJobRow.id)
        )
        return [(row[0], row[1]) for row in rows]

    def with_waiting(self, workspace_id: int) -> list[int]:
        """Return the ids of the workspace's jobs of which a picture is queued."""
        found = (
            select(GenerationSlotRow.job_id)
            .join(GenerationJobRow, GenerationJobRow.id == GenerationSlotRow.job_id)
            .where(
                GenerationSlotRow.workspace_id == workspace_id,
                SLOT_IS_QUEUED,
                GenerationJobRow.cancelled_at.is_(None),
            )
            .distinct()
            .order_by(GenerationSlotRow.job_id)
        )
        return list(self._session.scalars(found))

    def lock(self, workspace_id: int, job_id: int) -> GenerationJob | None:
        """Return a job that nobody else changes until the transaction ends."""
        is_here = (
            GenerationSlotRow.workspace_id == workspace_id,
            GenerationSlotRow.job_id == job_id,
        )
        self._session.execute(
            select(GenerationSlotRow.id)
            .where(*is_here)
            .order_by(GenerationSlotRow.id)
            .with_for_update(key_share=True)
        ).all()
        self._lock_job(workspace_id, job_id)
        return self.find(workspace_id, job_id)

    def asked(self, job_id: int) -> set[int]:
        """Return those slots of a job for which a model was asked: what was paid is kept."""
        found = select(GenerationSlotRow.id).where(GenerationSlotRow.job_id == job_id, is_owed())
        return set(self._session.scalars(found))

    def reserved(self, job_id: int) -> dict[int, int]:
        """Return what each slot of a job holds of the budget."""
        rows = self._session.execute(
            select(GenerationSlotRow.id, GenerationSlotRow.reserved_micros).where(
                GenerationSlotRow.job_id == job_id
            )
        )
        return {row[0]: row[1] for row in rows}

    def cancel(
        self, workspace_id: int, job_id: int, slot_ids: Sequence[int], now: datetime
    ) -> None:
        """Cancel a locked job, and these of its slots, for which no model was asked."""
        self._session.execute(
            update(GenerationJobRow)
            .where(GenerationJobRow.workspace_id == workspace_id, GenerationJobRow.id == job_id)
            .values(cancelled_at=now, paused_at=None)
        )
        self._cancel_slots(slot_ids, now)

    def requeue(
        self, workspace_id: int, job_id: int, reserved_micros: Mapping[int, int], now: datetime
    ) -> None:
        """Queue slots of a locked job once more, with what each reserves; the job goes on."""
        self._write_slots(reserved_micros, {**QUEUED, "run_at": now})
        self._session.execute(
            update(GenerationJobRow)
            .where(GenerationJobRow.workspace_id == workspace_id, GenerationJobRow.id == job_id)
            .values(cancelled_at=None, paused_at=None)
        )

    def set_failure(self, slot_ids: Sequence[int], *, code: str, sentence: str) -> None:
        """Say something else of locked slots that failed."""
        self._session.execute(
            update(GenerationSlotRow)
            .where(GenerationSlotRow.id.in_(slot_ids))
            .values(failure_code=code, failure=sentence)
        )

    def set_prompt(self, prompt: str, reserved_micros: Mapping[int, int]) -> None:
        """Give locked slots another prompt, with what each reserves for it."""
        self._write_slots(reserved_micros, {"prompt": prompt})

    def set_run_at(self, slot_ids: Sequence[int], run_at: datetime) -> None:
        """Let locked slots begin at another time, and forget why they waited."""
        self._session.execute(
            update(GenerationSlotRow)
            .where(GenerationSlotRow.id.in_(slot_ids))
            .values(run_at=run_at, stage="")
        )

    def set_paused(self, workspace_id: int, job_id: int, paused_at: datetime | None) -> None:
        """Hold a job, or let it go on."""
        self._session.execute(
            update(GenerationJobRow)
            .where(GenerationJobRow.workspace_id == workspace_id, GenerationJobRow.id == job_id)
            .values(paused_at=paused_at)
        )

    def pause_all(self, workspace_id: int, paused_at: datetime | None) -> bool:
        """Hold all jobs of a workspace, or let them go on; False when it was so already."""
        was_paused = WorkspaceRow.generation_paused_at.is_not(None)
        changed = (
            update(WorkspaceRow)
            .where(WorkspaceRow.id == workspace_id, was_paused != (paused_at is not None))
            .values(generation_paused_at=paused_at)
            .returning(WorkspaceRow.id)
        )
        return self._session.scalar(changed) is not None

    def move_to_front(self, workspace_id: int, job_id: int) -> None:
        """Let a job go before all others of the workspace that are not final."""
        first = self._session.scalar(
            select(func.min(GenerationJobRow.priority)).where(
                GenerationJobRow.workspace_id == workspace_id,
                JOB_GOES_ON,
            )
        )
        self._session.execute(
            update(GenerationJobRow)
            .where(GenerationJobRow.workspace_id == workspace_id, GenerationJobRow.id == job_id)
            .values(priority=(first or 0) - 1)
        )

    def settle(self, workspace_id: int, job_id: int, now: datetime) -> JobStatus:
        """Give the job the status that its slots say it has, and return it.

        Of a cancelled job no slot stays queued but those for which a model was asked already.
        """
        # The lock makes the last of two slots that end together see the other's end.
        if self._lock_job(workspace_id, job_id):
            self._cancel_queued(workspace_id, job_id, now)
        statuses = self._session.scalars(
            select(GenerationSlotRow.status).where(
                GenerationSlotRow.workspace_id == workspace_id, GenerationSlotRow.job_id == job_id
            )
        ).all()
        status = _status_of({SlotStatus(status) for status in statuses})
        self._session.execute(
            update(GenerationJobRow)
            .where(GenerationJobRow.workspace_id == workspace_id, GenerationJobRow.id == job_id)
            .values(
                status=status,
                finished_at=func.coalesce(GenerationJobRow.finished_at, now)
                if status.is_final
                else None,
            )
        )
        return status

    def _lock_job(self, workspace_id: int, job_id: int) -> bool:
        """Lock the job and say whether it is cancelled."""
        cancelled_at = self._session.scalar(
            select(GenerationJobRow.cancelled_at)
            .where(GenerationJobRow.workspace_id == workspace_id, GenerationJobRow.id == job_id)
            .with_for_update(key_share=True)
        )
        return cancelled_at is not None

    def _cancel_queued(self, workspace_id: int, job_id: int, now: datetime) -> None:
        """Cancel what a worker put back into the queue while somebody cancelled the job."""
        queued = self._session.execute(
            select(GenerationSlotRow.id, GenerationSlotRow.attempt).where(
                GenerationSlotRow.workspace_id == workspace_id,
                GenerationSlotRow.job_id == job_id,
                SLOT_IS_QUEUED,
                ~is_owed(),
            )
        ).all()
        if not queued:
            return
        self._cancel_slots([row[0] for row in queued], now)
        event = {"workspace_id": workspace_id, "kind": EventKind.CANCELLED, "detail": {}, "at": now}
        self._session.execute(
            insert(SlotEventRow),
            [{**event, "slot_id": row[0], "attempt": row[1]} for row in queued],
        )

    def _write_slots(self, reserved_micros: Mapping[int, int], values: dict[str, Any]) -> None:
        rows = [
            {**values, "id": slot_id, "reserved_micros": micros}
            for slot_id, micros in reserved_micros.items()
        ]
        # Without rows SQLAlchemy would take this for an update of all slots.
        if rows:
            self._session.execute(update(GenerationSlotRow), rows)

    def _cancel_slots(self, slot_ids: Sequence[int], now: datetime) -> None:
        self._session.execute(
            update(GenerationSlotRow)
            .where(GenerationSlotRow.id.in_(slot_ids))
            .values(status=SlotStatus.CANCELLED, finished_at=now, **NOTHING_HELD)
        )

    def _with_slots(self, rows: Sequence[AnyRow]) -> tuple[GenerationJob, ...]:
        if not rows:
            return ()
        found: dict[int, list[AnyRow]] = defaultdict(list)
        job_ids = [row[-1] for row in rows]
        for row in self._session.execute(slots().where(GenerationSlotRow.job_id.in_(job_ids))):
            found[row[0].job_id].append(row)
        return tuple(to_job(row, found[row[-1]]) for row in rows)


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
