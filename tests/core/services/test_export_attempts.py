"""Exports that are made twice, or of pictures that are deleted for good meanwhile."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.bootstrap import Services, task_handlers_on
from core.domain.accounts import Actor
from core.domain.picture_exports import ExportOptions, PictureExport
from core.domain.products import Product
from core.domain.trash import TrashKind
from core.errors import NotFoundError
from core.jobs.task_loop import run_task
from core.services.picture_export_tasks import EXPORT_PICTURES, PictureExportTask
from core.services.tasks import TaskRunService
from core.services.workers import WorkerCard, WorkerService
from tests.support.generation import chair_with_photo
from tests.support.picture_exports import exported, made_picture, zip_of
from tests.support.tasks import run_tasks

pytestmark = pytest.mark.slow

WANTED = ExportOptions(rule="{sku}_{n}")
FIRST = WorkerCard("first", "no-spool", "host", 1, 1, "test")


@pytest.fixture
def chair(services: Services, actor: Actor) -> Product:
    return chair_with_photo(services, actor)


@pytest.fixture
def pictures(services: Services, actor: Actor, chair: Product) -> list[int]:
    made = [made_picture(services, actor, chair.id) for _ in range(3)]
    run_tasks(services)  # what is measured of a photo: now only exports wait
    return made


def once_before_storing(
    services: Services, monkeypatch: pytest.MonkeyPatch, deed: Callable[[], object]
) -> None:
    """Do something at the moment when the first file of an export is about to be stored."""
    storage, is_done = services.parts.storage, False
    put = storage.put_file

    def put_file(key: str, file: Path, *, mime_type: str) -> None:
        nonlocal is_done
        if not is_done:
            is_done = True
            deed()
        put(key, file, mime_type=mime_type)

    monkeypatch.setattr(storage, "put_file", put_file)


def delete_for_good(services: Services, actor: Actor, picture: int) -> None:
    services.assets.trash(actor, [picture])
    assert services.trash.delete_for_good(actor, TrashKind.PICTURES, [picture]) == 1


def files_of_exports(services: Services) -> list[str]:
    return [each.key for each in services.parts.storage.list() if "/exports/" in each.key]


class TestTwoAttempts:
    def test_one_that_was_taken_for_dead_changes_nothing(
        self,
        services: Services,
        actor: Actor,
        pictures: list[int],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        database = services.parts.database
        workers = WorkerService(database)

        def take_over() -> None:
            second = replace(FIRST, id="second")
            workers.sign_on(second, surely_dead=[FIRST.id])
            services.assets.trash(actor, pictures[:1])
            elsewhere = PictureExportTask(services.parts.storage, tmp_path / "elsewhere")
            handlers = {**task_handlers_on(services), EXPORT_PICTURES: elsewhere}
            run_one(TaskRunService(database, handlers), second.id)

        def run_one(tasks: TaskRunService, worker_id: str) -> None:
            claim = tasks.next(worker_id)
            assert claim is not None
            run_task(tasks, claim, lambda: False, pause=lambda _wait_s: None)

        begun = services.picture_exports.begin(actor, pictures, WANTED)
        workers.sign_on(FIRST, surely_dead=())
        once_before_storing(services, monkeypatch, take_over)

        run_one(TaskRunService(database, task_handlers_on(services)), FIRST.id)

        done = services.picture_exports.get(actor, begun.id)
        assert (done.report.exported, done.report.left_out_count) == (2, 1)
        assert len(zip_of(services, actor, done).namelist()) == 2 + len(("list", "report"))
        assert files_of_exports(services) == [done.storage_key]
        assert services.integrity.check(files=True) == ()

    def test_has_no_file_before_it_is_finished(
        self, services: Services, actor: Actor, pictures: list[int]
    ) -> None:
        begun = services.picture_exports.begin(actor, pictures, WANTED)
        assert begun.storage_key == ""

        services.picture_exports.cancel(actor, begun.id)
        with services.parts.database.begin() as work:
            work.picture_exports.change(begun.id, expires_at=work.now())

        assert services.garbage.tidy() == 1


class TestDeletedForGood:
    def test_what_holds_it_is_over_at_once(
        self, services: Services, actor: Actor, pictures: list[int]
    ) -> None:
        holds = exported(services, actor, pictures, WANTED)
        other = exported(services, actor, pictures[1:], WANTED)

        delete_for_good(services, actor, pictures[0])

        is_over(services, actor, holds)
        assert services.picture_exports.ready(actor, other.id) == other
        assert services.garbage.tidy() == 1
        assert files_of_exports(services) == [other.storage_key]
        assert services.integrity.check(files=True) == ()

    def test_with_its_product_too(self, services: Services, actor: Actor, chair: Product) -> None:
        done = exported(services, actor, [chair.photos[0].id], WANTED)
        services.products.trash(actor, [chair.id])

        assert services.trash.delete_for_good(actor, TrashKind.PRODUCTS, [chair.id]) == 1

        is_over(services, actor, done)

    def test_while_it_is_stored_it_is_made_anew_without_it(
        self,
        services: Services,
        actor: Actor,
        pictures: list[int],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        begun = services.picture_exports.begin(actor, pictures, WANTED)
        once_before_storing(
            services, monkeypatch, lambda: delete_for_good(services, actor, pictures[0])
        )

        run_tasks(services)

        done = services.picture_exports.get(actor, begun.id)
        assert (done.report.exported, done.report.left_out_count) == (2, 1)
        assert len(zip_of(services, actor, done).namelist()) == 2 + len(("list", "report"))
        assert files_of_exports(services) == [done.storage_key]
        assert done.finished_at is not None
        assert done.expires_at == done.finished_at + timedelta(days=7)


def is_over(services: Services, actor: Actor, export: PictureExport) -> None:
    with pytest.raises(NotFoundError):
        services.picture_exports.stream(actor, export.id)
