"""Imports that were never run are forgotten, with their files: by a person, or after a month."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.imports import Import, ImportKind, ImportStatus
from core.domain.upkeep import GarbageKind
from core.errors import ConflictError, NotFoundError
from db.catalogue_tables import TaskRow
from db.engine import build_engine
from db.import_tables import ImportRow
from tests.images import photo_bytes
from tests.support.importing import checked, csv_bytes, imported, run_tasks
from tests.support.imports import zip_of

FILE = csv_bytes([("sku", "name"), ("A-1", "Chair"), ("A-2", "Table")])


def is_kept(services: Services, item: Import) -> bool:
    return services.parts.storage.exists(item.storage_key)


def grow_old(services: Services, item: Import, days: int) -> None:
    """Let an import, and what it was last busy with, be as many days ago."""
    engine = build_engine(services.parts.settings.sqlalchemy_url)
    then = datetime.now(UTC) - timedelta(days=days)
    with engine.begin() as connection:
        for row, row_id in ((ImportRow, item.id), (TaskRow, item.task_id)):
            connection.execute(update(row).where(row.id == row_id).values(created_at=then))
    engine.dispose()


class TestDelete:
    @pytest.mark.parametrize("is_checked", [False, True])
    def test_forgets_an_import_that_was_not_run_and_its_file(
        self, services: Services, actor: Actor, *, is_checked: bool
    ) -> None:
        item = services.imports.begin(actor, "a.csv", FILE)
        if is_checked:
            services.imports.check(actor, item.id)
            run_tasks(services)

        services.imports.delete(actor, item.id)

        assert not is_kept(services, item)
        assert services.imports.imports(actor).items == ()
        with pytest.raises(NotFoundError):
            services.imports.get(actor, item.id)

    def test_leaves_one_that_is_being_checked(self, services: Services, actor: Actor) -> None:
        item = services.imports.begin(actor, "a.csv", FILE)
        services.imports.check(actor, item.id)

        with pytest.raises(ConflictError):
            services.imports.delete(actor, item.id)

        run_tasks(services)
        assert services.imports.get(actor, item.id).counts.create == 2

    def test_leaves_one_whose_products_are_in_the_catalogue(
        self, services: Services, actor: Actor
    ) -> None:
        item = imported(services, actor, FILE)

        with pytest.raises(ConflictError):
            services.imports.delete(actor, item.id)

        assert services.imports.get(actor, item.id).status is ImportStatus.DONE


class TestAfterAMonth:
    def test_what_was_never_run_is_forgotten(self, services: Services, actor: Actor) -> None:
        begun = services.imports.begin(actor, "a.csv", FILE)
        seen = checked(services, actor, FILE)
        grow_old(services, begun, 31)
        grow_old(services, seen, 31)
        found = services.garbage.collect()

        assert services.garbage.tidy() == 2

        assert [(item.kind, item.count) for item in found.items] == [(GarbageKind.IMPORTS, 2)]
        assert services.imports.imports(actor).items == ()
        assert not is_kept(services, begun)
        assert not is_kept(services, seen)

    def test_what_is_younger_busy_or_run_stays(self, services: Services, actor: Actor) -> None:
        done = imported(services, actor, FILE)
        young = services.imports.begin(actor, "a.csv", FILE)
        busy = services.imports.check(actor, services.imports.begin(actor, "b.csv", FILE).id)
        grow_old(services, done, 400)
        grow_old(services, young, 29)
        grow_old(services, busy, 400)

        services.garbage.tidy()

        assert len(services.imports.imports(actor).items) == 3
        assert is_kept(services, young)

    def test_what_was_checked_again_lately_stays(self, services: Services, actor: Actor) -> None:
        item = services.imports.begin(actor, "a.csv", FILE)
        grow_old(services, item, 400)
        services.imports.check(actor, item.id)
        run_tasks(services)

        services.garbage.tidy()

        assert services.imports.get(actor, item.id).status is ImportStatus.CHECKED


def test_photos_are_checked_without_a_mapping(services: Services, actor: Actor) -> None:
    imported(services, actor, FILE)
    data = zip_of({"A-1.jpg": photo_bytes(64, 64)})
    item = services.imports.begin(actor, "photos.zip", data, kind=ImportKind.PHOTOS)

    asked = services.imports.check(actor, item.id)
    run_tasks(services)

    assert asked.status is ImportStatus.CHECKING
    found = services.imports.get(actor, item.id)
    assert (found.status, found.counts.photos) == (ImportStatus.CHECKED, 1)
