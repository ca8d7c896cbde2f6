"""The queue: whose slot is next, who holds it, and what a dead worker held."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, literal_column, or_, select, update
from sqlalchemy.orm import Session, aliased

from core.domain.jobs import JobStatus, SlotStatus
from core.repositories.states import (
    JOB_GOES_ON,
    SLOT_IS_QUEUED,
    SLOT_IS_RUNNING,
    is_owed,
)
from core.repositories.upserts import upsert
from db.generation_tables import (
    GenerationJobRow,
    GenerationSlotRow,
    QueueTurnRow,
    WorkerRow,
)
from db.tables import WorkspaceRow

NOBODY = 0
"""Stands for a person whose account is gone."""


@dataclass(frozen=True)
class Person:
    """Somebody with jobs that may go on; None was never served."""

    workspace_id: int
    user_id: int
    served_at: datetime | None
    workspace_served_at: datetime | None


@dataclass(frozen=True)
class HeldSlot:
    """A slot that is being made: of whom, in which job, at which attempt.

    A suspect is one at which a worker died before: perhaps because of it.
    """

    workspace_id: int
    slot_id: int
    attempt: int
    job_id: int
    crash_count: int = 0

    @property
    def is_suspect(self) -> bool:
        """Say whether a worker died while it made this slot."""
        return self.crash_count > 0


_HELD = (
    GenerationSlotRow.workspace_id,
    GenerationSlotRow.id,
    GenerationSlotRow.attempt,
    GenerationSlotRow.job_id,
    GenerationSlotRow.crash_count,
)


class SlotQueueRepository:
    """The queue of slots, over all workspaces: only workers use it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def models_with_jobs(self) -> tuple[str, ...]:
        """Return the image models for which jobs are not final: one cheap look."""
        found = select(GenerationJobRow.image_model).where(JOB_GOES_ON).distinct()
        return tuple(self._session.scalars(found))

    def running(self, image_model: str) -> dict[tuple[int, int], int]:
        """Return how many slots of a model are being made, by workspace and person."""
        person = func.coalesce(GenerationJobRow.created_by, NOBODY)
        rows = self._session.execute(
            select(GenerationJobRow.workspace_id, person, func.count())
            .join(GenerationSlotRow, GenerationSlotRow.job_id == GenerationJobRow.id)
            .where(
                SLOT_IS_RUNNING,
                GenerationJobRow.image_model == image_model,
            )
            .group_by(GenerationJobRow.workspace_id, person)
        )
        return {(workspace_id, user_id): count for workspace_id, user_id, count in rows}

    def waiting(self, image_model: str) -> list[Person]:
        """Return everybody with jobs of the model that may go on."""
        # The people first: joined with everything else, a database whose statistics are old after
        # a large submit would compare each slot with each job.
        people = (
            select(GenerationJobRow.workspace_id, GenerationJobRow.created_by)
            .where(GenerationJobRow.image_model == image_model, *_goes_on())
            .distinct()
            .subquery()
        )
        user_id = func.coalesce(people.c.created_by, NOBODY)
        of_workspace = aliased(QueueTurnRow)
        workspace_served_at = (
            select(func.max(of_workspace.served_at))
            .where(of_workspace.workspace_id == people.c.workspace_id)
            .scalar_subquery()
        )
        rows = self._session.execute(
            select(people.c.workspace_id, user_id, QueueTurnRow.served_at, workspace_served_at)
            .join(WorkspaceRow, WorkspaceRow.id == people.c.workspace_id)
            .outerjoin(
                QueueTurnRow,
                (QueueTurnRow.workspace_id == people.c.workspace_id)
                & (QueueTurnRow.user_id == user_id),
            )
            .where(WorkspaceRow.generation_paused_at.is_(None))
        )
        return [Person(*row) for row in rows]

    def next_ready_at(self, image_model: str, now: datetime) -> datetime | None:
        """Return when the next slot of the model that still has to wait may be made."""
        return self._session.scalar(
            select(func.min(GenerationSlotRow.run_at))
            .join(GenerationJobRow, GenerationJobRow.id == GenerationSlotRow.job_id)
            .where(
                SLOT_IS_QUEUED,
                GenerationSlotRow.run_at > now,
                GenerationJobRow.image_model == image_model,
            )
        )

    def next_of(
        self, person: Person, image_model: str, spool_id: str, now: datetime
    ) -> tuple[int, bool, int] | None:
        """Return the person's next slot, whether it is a suspect, and what it holds of the budget.

        None if nothing of theirs may be made now with this spool.
        """
        # Job by job in their order, and no further than the first with a slot that is ready.
        ready = (
            select(GenerationSlotRow.id)
            .where(GenerationSlotRow.job_id == GenerationJobRow.id, *_ready(spool_id, now))
            .order_by(GenerationSlotRow.position)
            .limit(1)
            .scalar_subquery()
        )
        is_theirs = (
            GenerationJobRow.created_by.is_(None)
            if person.user_id == NOBODY
            else GenerationJobRow.created_by == person.user_id
        )
        jobs = (
            select(ready.label("slot_id"), GenerationJobRow.priority, GenerationJobRow.id)
            .where(
                GenerationJobRow.image_model == image_model,
                GenerationJobRow.workspace_id == person.workspace_id,
                is_theirs,
                *_goes_on(),
            )
            .order_by(GenerationJobRow.priority, GenerationJobRow.id)
            .subquery()
        )
        slot_id = self._session.scalar(
            select(jobs.c.slot_id)
            .where(jobs.c.slot_id.is_not(None))
            .order_by(jobs.c.priority, jobs.c.id)
            .limit(1)
        )
        if slot_id is None:
            return None
        crash_count, reserved_micros = self._session.execute(
            select(GenerationSlotRow.crash_count, GenerationSlotRow.reserved_micros).where(
                GenerationSlotRow.id == slot_id
            )
        ).one()
        return slot_id, crash_count > 0, reserved_micros

    def next_owed(self, spool_id: str, now: datetime) -> tuple[int, bool] | None:
        """Return the next slot for which a model was asked already, and whether it is a suspect.

        It asks for nothing more, so neither a pause nor a limit nor the budget holds it back.
        """
        row = self._session.execute(
            select(GenerationSlotRow.id, GenerationSlotRow.crash_count)
            .where(
                *_ready(spool_id, now), literal_column("generation_slots.attempt > 0"), is_owed()
            )
            .order_by(GenerationSlotRow.run_at, GenerationSlotRow.id)
            .limit(1)
        ).one_or_none()
        return None if row is None else (row[0], row[1] > 0)

    def claim(self, slot_id: int, worker_id: str, now: datetime) -> HeldSlot | None:
        """Give a queued slot to a worker; None when it is not queued any more."""
        claimed = (
            update(GenerationSlotRow)
            .where(GenerationSlotRow.id == slot_id, GenerationSlotRow.status == SlotStatus.QUEUED)
            .values(
                status=SlotStatus.RUNNING,
                attempt=GenerationSlotRow.attempt + 1,
                claimed_by=worker_id,
                claimed_at=now,
                started_at=now,
                progress_percent=0,
                stage="",
            )
            .returning(*_HELD)
        )
        row = self._session.execute(claimed).one_or_none()
        if row is None:
            return None
        held = HeldSlot(*row)
        self._session.execute(
            update(GenerationJobRow)
            .where(GenerationJobRow.id == held.job_id, GenerationJobRow.status == JobStatus.QUEUED)
            .values(status=JobStatus.RUNNING)
        )
        return held

    def serve(self, person: Person, now: datetime) -> None:
        """Note that it was the person's turn."""
        turn = {
            "workspace_id": person.workspace_id,
            "user_id": person.user_id,
            "served_at": now,
        }
        self._session.execute(upsert(self._session, QueueTurnRow, turn))

    def take_over(self, now: datetime) -> list[HeldSlot]:
        """Queue again what is held by workers that have no row any more."""
        known = select(WorkerRow.id).where(WorkerRow.id == GenerationSlotRow.claimed_by).exists()
        return self._queue_again(~known, now, crashes=1)

    def release(
        self, worker_id: str, but: Sequence[int], now: datetime, claimed_before: datetime
    ) -> list[HeldSlot]:
        """Queue again what a living worker claimed before then and does not work on."""
        held = (
            (GenerationSlotRow.claimed_by == worker_id)
            & (GenerationSlotRow.claimed_at <= claimed_before)
            & GenerationSlotRow.id.not_in(but)
        )
        return self._queue_again(held, now, crashes=0)

    def in_lost_spools(self, now: datetime, since: datetime) -> list[HeldSlot]:
        """Return queued slots whose answer lies where no worker has been since then."""
        present = (
            select(WorkerRow.id)
            .where(WorkerRow.spool_id == GenerationSlotRow.spool_id, WorkerRow.lease_until > now)
            .exists()
        )
        lost = select(*_HELD).where(
            SLOT_IS_QUEUED,
            GenerationSlotRow.spool_id.is_not(None),
            GenerationSlotRow.claimed_at < since,
            ~present,
        )
        return [HeldSlot(*row) for row in self._session.execute(lost)]

    def forget_turns(self, before: datetime) -> None:
        """Drop the turns of people who were served long ago: they are as good as new."""
        self._session.execute(delete(QueueTurnRow).where(QueueTurnRow.served_at < before))

    def _queue_again(
        self, whose: ColumnElement[bool], now: datetime, *, crashes: int
    ) -> list[HeldSlot]:
        # In the order of their ids, as everybody locks slots: else two would wait for each other.
        ids = self._session.scalars(
            select(GenerationSlotRow.id)
            .where(SLOT_IS_RUNNING, whose)
            .order_by(GenerationSlotRow.id)
            .with_for_update(key_share=True)
        ).all()
        queued = (
            update(GenerationSlotRow)
            .where(GenerationSlotRow.id.in_(ids), SLOT_IS_RUNNING, whose)
            .values(
                status=SlotStatus.QUEUED,
                claimed_by=None,
                run_at=now,
                progress_percent=0,
                stage="",
                crash_count=GenerationSlotRow.crash_count + crashes,
            )
            .returning(*_HELD)
        )
        return [HeldSlot(*row) for row in self._session.execute(queued)] if ids else []


def _goes_on() -> tuple[ColumnElement[bool], ...]:
    return (
        JOB_GOES_ON,
        GenerationJobRow.paused_at.is_(None),
        GenerationJobRow.cancelled_at.is_(None),
    )


def _ready(spool_id: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        SLOT_IS_QUEUED,
        GenerationSlotRow.run_at <= now,
        or_(GenerationSlotRow.spool_id.is_(None), GenerationSlotRow.spool_id == spool_id),
    )
