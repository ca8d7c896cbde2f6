"""Tasks of imports that come a second time: their worker died before their end was written."""

import pytest

from core.bootstrap import Services, task_handlers_on
from core.domain.accounts import Actor
from core.domain.imports import ImportStatus
from core.jobs.task_loop import run_task
from core.services.tasks import TaskRunService
from core.services.workers import WorkerService
from tests.support.importing import checked, csv_bytes, signed_on

DATA = csv_bytes([["sku", "name"], ["A-1", "Chair"], ["A-2", "Table"]])


class _KilledError(BaseException):
    """The worker is gone."""


def _tasks(services: Services) -> TaskRunService:
    return TaskRunService(services.parts.database, task_handlers_on(services))


def _dies_before_the_end(
    services: Services, worker: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Do all of the next task but write that it ended, and end the worker's lease."""

    def die(*_args: object, **_more: object) -> None:
        raise _KilledError

    tasks = _tasks(services)
    claim = tasks.next(worker)
    assert claim is not None
    assert claim.kind == kind
    with monkeypatch.context() as patched:
        patched.setattr(tasks, "_end", die)
        with pytest.raises(_KilledError):
            tasks.run(claim, lambda: False)


def _runs_next(services: Services, worker: str, kind: str) -> None:
    tasks = _tasks(services)
    claim = tasks.next(worker)
    assert claim is not None
    assert claim.kind == kind
    run_task(tasks, claim, lambda: False, pause=lambda _wait_s: None)


def _skus(services: Services, actor: Actor) -> list[str]:
    return sorted(product.sku for product in services.products.search(actor).items)


class TestSecondTime:
    def test_a_run_does_not_do_again_what_was_undone(
        self, services: Services, actor: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        found = checked(services, actor, DATA)
        services.imports.run(actor, found.id)
        dead, other = signed_on(services.parts.database), signed_on(services.parts.database)
        _dies_before_the_end(services, dead, "import_run", monkeypatch)
        services.imports.undo(actor, found.id)
        _runs_next(services, other, "import_undo")
        WorkerService(services.parts.database).bury([dead])

        _runs_next(services, other, "import_run")

        assert services.imports.get(actor, found.id).status is ImportStatus.UNDONE
        assert _skus(services, actor) == []

    def test_a_run_that_is_done_stays_done(
        self, services: Services, actor: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        found = checked(services, actor, DATA)
        services.imports.run(actor, found.id)
        dead, other = signed_on(services.parts.database), signed_on(services.parts.database)
        _dies_before_the_end(services, dead, "import_run", monkeypatch)
        WorkerService(services.parts.database).bury([dead])

        _runs_next(services, other, "import_run")

        item = services.imports.get(actor, found.id)
        assert (item.status, item.failure, item.counts.created) == (ImportStatus.DONE, None, 2)
        assert _skus(services, actor) == ["A-1", "A-2"]

    def test_a_check_does_not_reset_an_import_that_runs(
        self, services: Services, actor: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        begun = services.imports.begin(actor, "p.csv", DATA)
        services.imports.check(actor, begun.id)
        dead, other = signed_on(services.parts.database), signed_on(services.parts.database)
        _dies_before_the_end(services, dead, "import_check", monkeypatch)
        services.imports.run(actor, begun.id)
        tasks = _tasks(services)
        running = tasks.next(other)
        assert running is not None
        WorkerService(services.parts.database).bury([dead])

        _runs_next(services, signed_on(services.parts.database), "import_check")

        assert services.imports.get(actor, begun.id).status is ImportStatus.RUNNING
        run_task(tasks, running, lambda: False, pause=lambda _wait_s: None)
        assert services.imports.get(actor, begun.id).status is ImportStatus.DONE
        assert _skus(services, actor) == ["A-1", "A-2"]
