"""Tasks: who asked for them, who works on them, how far they are."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal_column, select, update
from sqlalchemy.orm import Session, aliased

from core.domain.paging import Cursor, Page
from core.domain.tasks import Task, TaskClaim, TaskStatus
from core.repositories.paging import AnyRow, Order, page_statements, read_page
from db.catalogue_tables import TaskRow
from db.generation_tables import WorkerRow
from db.tables import UserRow

MAX_CRASHES = 3
_GOES_ON = TaskRow.status.in_([literal_column("'queued'"), literal_column("'running'")])
_CLAIM = (
    TaskRow.id,
    TaskRow.workspace_id,
    TaskRow.created_by,
    TaskRow.kind,
    TaskRow.payload,
    TaskRow.checkpoint,
    TaskRow.attempt,
    TaskRow.done,
    TaskRow.total,
    TaskRow.cancel_asked_at,
)


class TaskRepository:
    """Tasks of all workspaces; people see only those of theirs."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        workspace_id: int,
        *,
        created_by: int,
        kind: str,
        title: str,
        payload: Mapping[str, Any],
        total: int,
        now: datetime,
    ) -> int:
        """Add a queued task and return its id."""
        row = TaskRow(
            workspace_id=workspace_id,
            created_by=created_by,
            kind=kind,
            title=title,
            payload=dict(payload),
            status=TaskStatus.QUEUED,
            stage="",
            done=0,
            total=total,
            attempt=0,
            crash_count=0,
            checkpoint={},
            result={},
            run_at=now,
            created_at=now,
        )
        self._session.add(row)
        self._session.flush()
        return row.id

    def find(self, workspace_id: int, task_id: int) -> Task | None:
        """Return a task."""
        row = self._session.execute(
            _tasks().where(TaskRow.workspace_id == workspace_id, TaskRow.id == task_id)
        ).one_or_none()
        return None if row is None else _to_task(row)

    def search(
        self, workspace_id: int, kinds: Collection[str], *, after: Cursor | None, limit: int
    ) -> Page[Task]:
        """Return a page of the tasks of these kinds, newest first, in two statements."""
        conditions = [TaskRow.workspace_id == workspace_id, TaskRow.kind.in_(kinds)]
        statements = page_statements(
            _tasks(), TaskRow, conditions, Order(TaskRow.created_at, TaskRow.id),
            is_later=after is not None,
        )  # fmt: skip
        return read_page(self._session, statements, _to_task, {}, after=after, limit=limit)

    def ask_to_cancel(self, workspace_id: int, task_id: int, now: datetime) -> TaskStatus | None:
        """Let a task end at its next step, a queued one at once; None when there is no such one.

        Return the status that it has now.
        """
        is_queued = TaskRow.status == TaskStatus.QUEUED
        asked = (
            update(TaskRow)
            .where(TaskRow.workspace_id == workspace_id, TaskRow.id == task_id, _GOES_ON)
            .values(cancel_asked_at=func.coalesce(TaskRow.cancel_asked_at, now))
        )
        self._session.execute(asked)
        ended = (
            update(TaskRow)
            .where(
                TaskRow.workspace_id == workspace_id,
                TaskRow.id == task_id,
                is_queued,
                TaskRow.attempt == 0,
            )
            .values(status=TaskStatus.CANCELLED, finished_at=now)
        )
        self._session.execute(ended)
        status = self._session.scalar(
            select(TaskRow.status).where(
                TaskRow.workspace_id == workspace_id, TaskRow.id == task_id
            )
        )
        return None if status is None else TaskStatus(status)

    def has_waiting(self, kinds: Collection[str], now: datetime) -> bool:
        """Say whether a task of these kinds may be begun."""
        waiting = select(TaskRow.id).where(*_waits(kinds, now)).limit(1)
        return self._session.scalar(waiting) is not None

    def claim(self, worker_id: str, kinds: Collection[str], now: datetime) -> TaskClaim | None:
        """Give the next task to a worker: of the workspace with the fewest that run, the oldest."""
        other = aliased(TaskRow)
        running_here = (
            select(func.count())
            .where(other.workspace_id == TaskRow.workspace_id, other.status == TaskStatus.RUNNING)
            .correlate(TaskRow)
            .scalar_subquery()
        )
        following = (
            select(TaskRow.id)
            .where(*_waits(kinds, now))
            .order_by(running_here, TaskRow.run_at, TaskRow.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        task_id = self._session.scalar(following)
        if task_id is None:
            return None
        claimed = (
            update(TaskRow)
            .where(TaskRow.id == task_id, TaskRow.status == TaskStatus.QUEUED)
            .values(
                status=TaskStatus.RUNNING,
                attempt=TaskRow.attempt + 1,
                claimed_by=worker_id,
                started_at=now,
            )
            .returning(*_CLAIM)
        )
        row = self._session.execute(claimed).one_or_none()
        if row is None:
            return None
        *facts, cancel_asked_at = row
        return replace(TaskClaim(*facts), is_cancelled=cancel_asked_at is not None)

    def step(
        self,
        claim: TaskClaim,
        *,
        done: int,
        total: int | None,
        stage: str,
        checkpoint: Mapping[str, Any] | None,
    ) -> bool | None:
        """Write how far a task is; return whether it should end, None if others have it now."""
        values: dict[str, Any] = {"done": done, "stage": stage[:80]}
        if total is not None:
            values["total"] = total
        if checkpoint is not None:
            values["checkpoint"] = dict(checkpoint)
        stepped = (
            update(TaskRow).where(*_held(claim)).values(values).returning(TaskRow.cancel_asked_at)
        )
        row = self._session.execute(stepped).one_or_none()
        return None if row is None else row[0] is not None

    def is_held(self, claim: TaskClaim) -> bool:
        """Say whether the claim still holds, and keep others from taking the task."""
        held = select(TaskRow.id).where(*_held(claim)).with_for_update()
        return self._session.scalar(held) is not None

    def finish(
        self,
        claim: TaskClaim,
        status: TaskStatus,
        now: datetime,
        *,
        result: Mapping[str, Any] | None = None,
        failure: str | None = None,
    ) -> bool:
        """End a task; False when others have it now."""
        values: dict[str, Any] = {
            "status": status,
            "finished_at": now,
            "claimed_by": None,
            "stage": "",
            "failure": failure,
        }
        if result is not None:
            values["result"] = dict(result)
        if status is TaskStatus.DONE:
            values["done"] = case((TaskRow.total > 0, TaskRow.total), else_=TaskRow.done)
        ended = update(TaskRow).where(*_held(claim)).values(values).returning(TaskRow.id)
        return self._session.scalar(ended) is not None

    def postpone(self, claim: TaskClaim, run_at: datetime) -> bool:
        """Give a task back to the queue, to go on from its checkpoint then."""
        given_back = (
            update(TaskRow)
            .where(*_held(claim))
            .values(status=TaskStatus.QUEUED, claimed_by=None, run_at=run_at, stage="")
            .returning(TaskRow.id)
        )
        return self._session.scalar(given_back) is not None

    def take_over(self, now: datetime) -> int:
        """Queue again what is held by workers that have no row any more; return how many."""
        known = select(WorkerRow.id).where(WorkerRow.id == TaskRow.claimed_by).exists()
        return self._queue_again(~known, now, crashes=1)

    def release(
        self, worker_id: str, but: Collection[int], now: datetime, claimed_before: datetime
    ) -> int:
        """Queue again what a living worker claimed before then and does not work on."""
        held = (
            (TaskRow.claimed_by == worker_id)
            & (TaskRow.started_at <= claimed_before)
            & TaskRow.id.not_in(but)
        )
        return self._queue_again(held, now, crashes=0)

    def crash_count(self, task_id: int) -> int:
        """Return how many workers died at a task."""
        found = select(TaskRow.crash_count).where(TaskRow.id == task_id)
        return self._session.scalar(found) or 0

    def _queue_again(self, whose: ColumnElement[bool], now: datetime, *, crashes: int) -> int:
        queued = (
            update(TaskRow)
            .where(TaskRow.status == literal_column("'running'"), whose)
            .values(
                status=TaskStatus.QUEUED,
                claimed_by=None,
                run_at=now,
                stage="",
                crash_count=TaskRow.crash_count + crashes,
            )
            .returning(TaskRow.id)
        )
        return len(self._session.scalars(queued).all())


def _waits(kinds: Collection[str], now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        TaskRow.status == literal_column("'queued'"),
        TaskRow.run_at <= now,
        TaskRow.kind.in_(kinds),
    )


def _held(claim: TaskClaim) -> tuple[ColumnElement[bool], ...]:
    return (
        TaskRow.id == claim.id,
        TaskRow.attempt == claim.attempt,
        TaskRow.status == TaskStatus.RUNNING,
    )


def _tasks() -> Select[*tuple[Any, ...]]:
    return select(
        TaskRow.kind,
        TaskRow.title,
        TaskRow.payload,
        TaskRow.status,
        TaskRow.stage,
        TaskRow.done,
        TaskRow.total,
        TaskRow.result,
        TaskRow.failure,
        func.coalesce(UserRow.name, ""),
        TaskRow.started_at,
        TaskRow.finished_at,
        TaskRow.cancel_asked_at,
        TaskRow.created_at,
        TaskRow.id,
    ).outerjoin(UserRow, UserRow.id == TaskRow.created_by)


def _to_task(row: AnyRow) -> Task:
    return Task(
        id=row[14],
        kind=row[0],
        title=row[1],
        payload=row[2],
        status=TaskStatus(row[3]),
        stage=row[4],
        done=row[5],
        total=row[6],
        result=row[7],
        failure=row[8],
        created_by=row[9],
        started_at=row[10],
        finished_at=row[11],
        cancel_asked_at=row[12],
        created_at=row[13],
    )
