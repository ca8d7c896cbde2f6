"""Tasks: submitted by other services, watched and cancelled by people, run by workers."""

import logging
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from typing import Any, Protocol

from core.domain.accounts import Actor, Role
from core.domain.paging import Cursor, Page
from core.domain.tasks import Task, TaskClaim, TaskStatus
from core.errors import (
    AccessDeniedError,
    NotFoundError,
    TaskCancelledError,
    TaskInterruptedError,
    TaskLostError,
)
from core.repositories.tasks import MAX_CRASHES
from core.services.access import must_edit
from core.unit_of_work import Database, UnitOfWork

log = logging.getLogger(__name__)


class TaskService:
    """Submits, shows and cancels tasks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, actor: Actor, task_id: int) -> Task:
        """Return a task."""
        with self._database.read() as work:
            found = work.tasks.find(actor.workspace_id, task_id)
        if found is None:
            raise _unknown(actor, task_id)
        return found

    def search(
        self, actor: Actor, kinds: Collection[str], *, after: Cursor | None = None, limit: int = 20
    ) -> Page[Task]:
        """Return a page of the workspace's tasks of these kinds, newest first."""
        with self._database.read() as work:
            return work.tasks.search(actor.workspace_id, kinds, after=after, limit=limit)

    def cancel(self, actor: Actor, task_id: int) -> TaskStatus:
        """Let a task end at its next step and return its status; what is done is kept."""
        must_edit(actor)
        with self._database.begin() as work:
            status = work.tasks.ask_to_cancel(actor.workspace_id, task_id, work.now())
            if status is None:
                raise _unknown(actor, task_id)
            if status is TaskStatus.CANCELLED:
                _book_lost(work, actor.workspace_id, task_id)
            work.audit_events.add(actor, "cancel", "task", task_id)
        return status


def submit_task(
    work: UnitOfWork,
    actor: Actor,
    kind: str,
    title: str,
    payload: Mapping[str, Any],
    *,
    total: int = 0,
) -> int:
    """Queue a task in the caller's transaction and return its id."""
    return work.tasks.add(
        actor.workspace_id,
        created_by=actor.user_id,
        kind=kind,
        title=title[:200],
        payload=payload,
        total=total,
        now=work.now(),
    )


class TaskRun:
    """One attempt at a task, as its handler sees it.

    A handler works in short transactions of its own; the last thing in each is `step`, so that
    what it did and how far it is are committed together or not at all.
    """

    def __init__(
        self, claim: TaskClaim, actor: Actor, database: Database, is_stopping: Callable[[], bool]
    ) -> None:
        self.id = claim.id
        self.actor = actor
        self.payload = claim.payload
        self.checkpoint = claim.checkpoint
        self.done = claim.done
        self.total = claim.total
        self.database = database
        self._claim = claim
        self._is_stopping = is_stopping
        self._is_cancelled = claim.is_cancelled

    def step(
        self,
        work: UnitOfWork,
        *,
        done: int,
        total: int | None = None,
        stage: str = "",
        checkpoint: Mapping[str, Any] | None = None,
    ) -> None:
        """Write how far the task is, as the last thing in the handler's transaction.

        Raises `TaskLostError` when another worker has the task now, and `AccessDeniedError` when
        its person may not change the workspace any more: then nothing of this transaction may be
        kept. What ends the task otherwise is raised by `go_on`.
        """
        wants_end = work.tasks.step(
            self._claim, done=done, total=total, stage=stage, checkpoint=checkpoint
        )
        if wants_end is None:
            raise TaskLostError(f"task {self.id} at attempt {self._claim.attempt}")
        person = work.accounts.find_member(self.actor.workspace_id, self.actor.user_id)
        _require_editor(person, self.id)
        self.done = done
        self._is_cancelled = wants_end

    def go_on(self) -> None:
        """Raise `TaskCancelledError` when a person asked to end it; call it between transactions.

        Raises `TaskInterruptedError` when this worker is about to stop: another one goes on.
        """
        if self._is_cancelled:
            raise TaskCancelledError(f"task {self.id}")
        if self._is_stopping():
            raise TaskInterruptedError(f"task {self.id}")


class TaskHandler(Protocol):
    """Does the work of one kind of task."""

    def run(self, task: TaskRun) -> Mapping[str, Any]:
        """Do the work from the checkpoint on and return the result, as JSON can hold it.

        It may be begun again after any `step`, and so must find what it did already.
        """
        ...

    def ended(self, work: UnitOfWork, task: TaskRun, status: TaskStatus) -> None:
        """Note how the task ended, in the transaction that ends it."""
        ...


class TaskRunService:
    """What a worker does with tasks: take one, run it, write its end."""

    def __init__(self, database: Database, handlers: Mapping[str, TaskHandler]) -> None:
        self._database = database
        self._handlers = dict(handlers)

    def next(self, worker_id: str) -> TaskClaim | None:
        """Take the next task, if the worker holds its lease and there is one."""
        kinds = self._handlers.keys()
        # Looked at first without waiting for writers: mostly there is nothing.
        with self._database.read() as work:
            if not kinds or not work.tasks.has_waiting(kinds, work.now()):
                return None
        with self._database.begin() as work:
            now = work.now()
            if not work.workers.holds_lease(worker_id, now):
                return None
            return work.tasks.claim(worker_id, kinds, now)

    def run(self, claim: TaskClaim, is_stopping: Callable[[], bool]) -> None:
        """Run a task to its end; what its handler raises comes through."""
        with self._database.read() as work:
            actor = (
                None
                if claim.created_by is None
                else work.accounts.find_member(claim.workspace_id, claim.created_by)
            )
            crashes = work.tasks.crash_count(claim.id)
        actor = _require_editor(actor, claim.id)
        if crashes >= MAX_CRASHES:
            raise AccessDeniedError(
                f"task {claim.id} crashed {crashes} times",
                user_message="This stopped the program several times and is not tried again.",
            )
        task = TaskRun(claim, actor, self._database, is_stopping)
        task.go_on()
        result = self._handlers[claim.kind].run(task)
        self._end(claim, task, TaskStatus.DONE, result=result)

    def fail(self, claim: TaskClaim, sentence: str) -> None:
        """End a task that cannot be done, with a sentence for the person."""
        self._end(claim, None, TaskStatus.FAILED, failure=sentence)

    def cancel(self, claim: TaskClaim) -> None:
        """End a task as a person asked."""
        self._end(claim, None, TaskStatus.CANCELLED)

    def give_back(self, claim: TaskClaim, *, wait_s: float = 0) -> None:
        """Put a task back into the queue, to go on from its checkpoint, not before so long."""
        with self._database.begin() as work:
            work.tasks.postpone(claim, work.now() + timedelta(seconds=wait_s))

    def _end(
        self,
        claim: TaskClaim,
        task: TaskRun | None,
        status: TaskStatus,
        *,
        result: Mapping[str, Any] | None = None,
        failure: str | None = None,
    ) -> None:
        with self._database.begin() as work:
            if not work.tasks.is_held(claim):
                log.warning("task %s was taken over; its end is not written", claim.id)
                return
            if task is None:
                task = TaskRun(claim, _nobody(claim), self._database, lambda: False)
            self._handlers[claim.kind].ended(work, task, status)
            _book_lost(work, claim.workspace_id, claim.id)
            work.tasks.finish(claim, status, work.now(), result=result, failure=failure)


def _book_lost(work: UnitOfWork, workspace_id: int, task_id: int) -> None:
    """Close the calls that a task leaves open at its end: nobody waits for their answers."""
    work.provider_calls.lost_of_task(workspace_id, task_id, work.now())


def _require_editor(actor: Actor | None, task_id: int) -> Actor:
    """Return the person if they may change the workspace now, or raise `AccessDeniedError`."""
    if actor is None or not actor.role.may_edit:
        sentence = "Whoever began this may not change this workspace any more."
        raise AccessDeniedError(f"task {task_id}", user_message=sentence)
    return actor


def _nobody(claim: TaskClaim) -> Actor:
    """Return who ends a task whose person may do nothing any more: somebody without rights."""
    return Actor(claim.created_by or 0, claim.workspace_id, "", "", "", Role.VIEWER, is_admin=False)


def _unknown(actor: Actor, task_id: int) -> NotFoundError:
    return NotFoundError(f"task {task_id} in workspace {actor.workspace_id}")
