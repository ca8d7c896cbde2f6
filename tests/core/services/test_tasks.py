"""Durable tasks, run by a real worker on the test's own database."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.bootstrap import Services, worker_on
from core.domain.accounts import Actor, Role
from core.domain.tasks import Task, TaskStatus
from core.errors import (
    AccessDeniedError,
    InvalidInputError,
    NotFoundError,
    StorageError,
    TaskLostError,
)
from core.jobs.task_loop import run_task
from core.jobs.worker import Worker, WorkerParts
from core.services.tasks import TaskRun, TaskRunService, submit_task
from core.services.workers import WorkerCard, WorkerService
from core.unit_of_work import Database, UnitOfWork

ROWS = 5


class Writer:
    """Writes one audit event a step, and does what the test wants before each."""

    def __init__(self, before_step: Callable[[int], None] = lambda _number: None) -> None:
        self.before_step = before_step
        self.ends: list[TaskStatus] = []

    def run(self, task: TaskRun) -> Mapping[str, Any]:
        """Write the rows that are not there yet."""
        for number in range(task.checkpoint.get("next", 0), ROWS):
            self.before_step(number)
            task.go_on()
            with task.database.begin() as work:
                work.audit_events.add(task.actor, "write", "row", number)
                task.step(
                    work, done=number + 1, total=ROWS, stage="Writing",
                    checkpoint={"next": number + 1},
                )  # fmt: skip
        return {"rows": ROWS}

    def ended(self, work: UnitOfWork, task: TaskRun, status: TaskStatus) -> None:
        """Note the end."""
        del work, task
        self.ends.append(status)


@pytest.fixture
def database(services: Services) -> Database:
    return services.parts.database


def submit(services: Services, actor: Actor) -> int:
    with services.parts.database.begin() as work:
        return submit_task(work, actor, "write", "Write rows", {"rows": ROWS}, total=ROWS)


def card(name: str) -> WorkerCard:
    return WorkerCard(name, "spool", "host", 1, 1, "test")


def signed_on(database: Database, name: str = "one") -> WorkerService:
    workers = WorkerService(database)
    workers.sign_on(card(name), surely_dead=())
    return workers


def written(database: Database) -> list[int]:
    with database.read() as work:
        return [
            event["subject_id"]
            for event in work.table_copies.rows("audit_events")
            if event["action"] == "write"
        ]


def run_one(database: Database, handler: Writer, name: str = "one") -> None:
    tasks = TaskRunService(database, {"write": handler})
    claim = tasks.next(name)
    assert claim is not None
    run_task(tasks, claim, lambda: False, pause=lambda _wait_s: None)


class TestRun:
    def test_does_all_steps_and_keeps_the_result(self, services: Services, actor: Actor) -> None:
        signed_on(services.parts.database)
        task_id = submit(services, actor)
        handler = Writer()

        run_one(services.parts.database, handler)

        task = services.tasks.get(actor, task_id)
        assert (task.status, task.done, task.total) == (TaskStatus.DONE, ROWS, ROWS)
        assert task.result == {"rows": ROWS}
        assert written(services.parts.database) == list(range(ROWS))
        assert handler.ends == [TaskStatus.DONE]

    def test_serves_the_workspace_that_waits_before_the_one_that_is_served(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        signed_on(services.parts.database)
        first, _second = submit(services, actor), submit(services, actor)
        theirs = submit(services, other_actor)
        tasks = TaskRunService(services.parts.database, {"write": Writer()})

        claims = [tasks.next("one"), tasks.next("one")]

        assert [claim and claim.id for claim in claims] == [first, theirs]

    def test_takes_no_kind_that_it_does_not_know(self, services: Services, actor: Actor) -> None:
        signed_on(services.parts.database)
        submit(services, actor)

        assert TaskRunService(services.parts.database, {"read": Writer()}).next("one") is None

    def test_gives_nothing_to_a_worker_without_a_lease(
        self, services: Services, actor: Actor
    ) -> None:
        submit(services, actor)

        assert TaskRunService(services.parts.database, {"write": Writer()}).next("one") is None


class TestFailure:
    def failed(self, services: Services, actor: Actor, error: Exception) -> Task:
        signed_on(services.parts.database)
        task_id = submit(services, actor)

        def fail(number: int) -> None:
            if number == 2:
                raise error

        run_one(services.parts.database, Writer(fail))
        return services.tasks.get(actor, task_id)

    def test_shows_the_sentence_and_keeps_what_was_done(
        self, services: Services, actor: Actor
    ) -> None:
        task = self.failed(services, actor, InvalidInputError(user_message="No such column."))

        assert (task.status, task.failure, task.done) == (TaskStatus.FAILED, "No such column.", 2)
        assert written(services.parts.database) == [0, 1]

    def test_shows_an_id_for_what_nobody_expected(self, services: Services, actor: Actor) -> None:
        task = self.failed(services, actor, RuntimeError("password=secret"))

        assert task.status is TaskStatus.FAILED
        assert task.failure is not None
        assert "error " in task.failure
        assert "secret" not in task.failure

    def test_of_the_store_goes_on_later_from_where_it_was(
        self, services: Services, actor: Actor
    ) -> None:
        task = self.failed(services, actor, StorageError("away"))
        assert (task.status, task.done) == (TaskStatus.QUEUED, 2)

        with services.parts.database.begin() as work:
            claim = work.tasks.claim("one", ["write"], work.now() + timedelta(minutes=2))
        assert claim is not None
        assert claim.checkpoint == {"next": 2}

    def test_is_the_end_when_the_person_may_not_change_anything_any_more(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        signed_on(services.parts.database)
        task_id = submit(services, other_actor)
        services.accounts.set_disabled(actor, other_actor.user_id, is_disabled=True)

        run_one(services.parts.database, Writer())

        task = services.tasks.get(other_actor, task_id)
        assert task.status is TaskStatus.FAILED
        assert written(services.parts.database) == []

    def test_is_the_end_when_the_person_loses_the_right_in_the_middle(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        signed_on(services.parts.database)
        task_id = submit(services, other_actor)

        def disable(number: int) -> None:
            if number == 2:
                services.accounts.set_disabled(actor, other_actor.user_id, is_disabled=True)

        run_one(services.parts.database, Writer(disable))

        assert services.tasks.get(other_actor, task_id).status is TaskStatus.FAILED
        assert written(services.parts.database) == [0, 1]

    def test_is_the_end_after_three_workers_died_of_it(
        self, services: Services, actor: Actor, database: Database
    ) -> None:
        task_id = submit(services, actor)
        for number in range(3):
            workers = signed_on(database, f"dead-{number}")
            assert TaskRunService(database, {"write": Writer()}).next(f"dead-{number}")
            workers.bury([f"dead-{number}"])

        signed_on(database)
        run_one(database, Writer())

        task = services.tasks.get(actor, task_id)
        assert task.status is TaskStatus.FAILED
        assert task.failure is not None
        assert "several times" in task.failure


class TestFence:
    def test_keeps_nothing_of_a_worker_that_was_taken_for_dead(
        self, services: Services, actor: Actor, database: Database
    ) -> None:
        workers = signed_on(database, "old")
        submit(services, actor)

        def die(number: int) -> None:
            if number == 2:
                workers.bury(["old"])
                signed_on(database, "new")
                run_one(database, Writer(), "new")

        run_one(database, Writer(die), "old")

        assert written(database) == list(range(ROWS))

    def test_is_told_to_the_handler(
        self, services: Services, actor: Actor, database: Database
    ) -> None:
        workers = signed_on(database)
        submit(services, actor)
        claim = TaskRunService(database, {"write": Writer()}).next("one")
        assert claim is not None
        workers.bury(["one"])
        task = TaskRun(claim, actor, database, lambda: False)

        with pytest.raises(TaskLostError), database.begin() as work:
            task.step(work, done=1)


class TestCancel:
    def test_ends_a_waiting_task_at_once(self, services: Services, actor: Actor) -> None:
        task_id = submit(services, actor)

        assert services.tasks.cancel(actor, task_id) is TaskStatus.CANCELLED

        signed_on(services.parts.database)
        tasks = TaskRunService(services.parts.database, {"write": Writer()})
        assert tasks.next("one") is None

    def test_ends_a_running_task_at_its_next_step(
        self, services: Services, actor: Actor, database: Database
    ) -> None:
        signed_on(database)
        task_id = submit(services, actor)

        def cancel(number: int) -> None:
            if number == 2:
                services.tasks.cancel(actor, task_id)

        handler = Writer(cancel)
        run_one(database, handler)

        assert services.tasks.get(actor, task_id).status is TaskStatus.CANCELLED
        assert written(database) == [0, 1, 2]
        assert handler.ends == [TaskStatus.CANCELLED]

    def test_changes_nothing_of_a_task_that_ended(self, services: Services, actor: Actor) -> None:
        signed_on(services.parts.database)
        task_id = submit(services, actor)
        run_one(services.parts.database, Writer())

        assert services.tasks.cancel(actor, task_id) is TaskStatus.DONE

    def test_needs_a_role_that_may_edit(self, services: Services, actor: Actor) -> None:
        task_id = submit(services, actor)

        with pytest.raises(AccessDeniedError):
            services.tasks.cancel(replace(actor, role=Role.VIEWER), task_id)

    def test_does_not_reach_another_workspace(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        task_id = submit(services, actor)

        with pytest.raises(NotFoundError):
            services.tasks.cancel(other_actor, task_id)
        with pytest.raises(NotFoundError):
            services.tasks.get(other_actor, task_id)
        assert services.tasks.search(other_actor, ["write"]).items == ()
        assert services.tasks.get(actor, task_id).status is TaskStatus.QUEUED


class TestSecondsLeft:
    def test_is_told_from_the_pace_so_far(self, services: Services, actor: Actor) -> None:
        task = services.tasks.get(actor, submit(services, actor))
        begun = replace(task, started_at=task.created_at, done=20, total=100)

        assert task.seconds_left(task.created_at) is None
        assert begun.seconds_left(task.created_at + timedelta(seconds=10)) == pytest.approx(40)


@pytest.mark.slow
class TestWorker:
    @pytest.fixture
    def handler(self) -> Writer:
        return Writer()

    @pytest.fixture
    def worker(self, services: Services, handler: Writer) -> Iterator[Worker]:
        worker = self.worker_with(services, handler)
        yield worker
        worker.stop(timeout_s=5)

    def worker_with(self, services: Services, handler: Writer) -> Worker:
        worker = worker_on(services)
        tasks = TaskRunService(services.parts.database, {"write": handler})
        parts: WorkerParts = replace(worker._parts, tasks=(tasks,))
        return Worker(parts, threads=1, version="test")

    def wait_for(self, services: Services, actor: Actor, task_id: int, *wanted: TaskStatus) -> Task:
        until = time.monotonic() + 60
        while (task := services.tasks.get(actor, task_id)).status not in wanted:
            assert time.monotonic() < until, task
            time.sleep(0.05)
        return task

    def test_runs_what_waits(self, services: Services, actor: Actor, worker: Worker) -> None:
        worker.start()
        task_id = submit(services, actor)

        assert self.wait_for(services, actor, task_id, TaskStatus.DONE).result == {"rows": ROWS}

    def test_runs_others_beside_one_that_takes_long(self, services: Services, actor: Actor) -> None:
        may_go_on = threading.Event()

        def hold(_number: int) -> None:
            assert may_go_on.wait(60)

        slow, quick = Writer(hold), Writer()
        database = services.parts.database
        worker = worker_on(services)
        lanes = (
            TaskRunService(database, {"slow": slow}),
            TaskRunService(database, {"write": quick}),
        )
        worker = Worker(replace(worker._parts, tasks=lanes), threads=1, version="test")
        with database.begin() as work:
            slow_id = submit_task(work, actor, "slow", "Take long", {}, total=ROWS)
        worker.start()
        try:
            self.wait_for(services, actor, slow_id, TaskStatus.RUNNING)
            self.wait_for(services, actor, submit(services, actor), TaskStatus.DONE)
            assert services.tasks.get(actor, slow_id).status is TaskStatus.RUNNING
        finally:
            may_go_on.set()
            worker.stop(timeout_s=30)

    def test_gives_back_what_it_cannot_finish_before_it_stops(
        self, services: Services, actor: Actor, worker: Worker, handler: Writer
    ) -> None:
        has_begun, may_go_on = threading.Event(), threading.Event()

        def hold(number: int) -> None:
            if number == 2:
                has_begun.set()
                assert may_go_on.wait(60)

        handler.before_step = hold
        worker.start()
        task_id = submit(services, actor)
        assert has_begun.wait(60)
        threading.Timer(0.2, may_go_on.set).start()
        worker.stop(timeout_s=30)

        task = services.tasks.get(actor, task_id)
        assert (task.status, task.done) == (TaskStatus.QUEUED, 2)
        handler.before_step = lambda _number: None
        following = self.worker_with(services, handler)
        following.start()
        try:
            self.wait_for(services, actor, task_id, TaskStatus.DONE)
        finally:
            following.stop(timeout_s=5)
        assert written(services.parts.database) == list(range(ROWS))
