"""A worker dies in the middle of an import: what comes of it is what an unbroken one brings."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.imports import Import, ImportKind, ImportStatus
from core.failpoints import VARIABLE
from core.services.workers import WorkerService
from core.settings import Settings
from tests.images import photo_bytes
from tests.support.environment import ROOT
from tests.support.importing import csv_bytes, run_tasks
from tests.support.imports import zip_of

pytestmark = pytest.mark.slow

HEADERS = ("sku", "name", "category", "price", "tags")
OLD = [(f"C-{n}", f"Old {n}", "Old", "1.00", "old, both") for n in range(1500)]
NEW = [
    *((f"C-{n}", f"New {n}", f"Kind {n % 7}", f"{n}.50", "new, both") for n in range(1500)),
    *((f"N-{n}", f"Chair {n}", "", "", "") for n in range(1500)),
    ("", "no SKU", "", "", ""),
]
FILES = {"C-1.jpg": photo_bytes(64, 64), "C-1_2.jpg": photo_bytes(80, 64), "X.jpg": b"no photo"}


def begun(services: Services, actor: Actor, rows: Sequence[Sequence[str]]) -> Import:
    return services.imports.begin(actor, "all.csv", csv_bytes([HEADERS, *rows]))


def prepared(services: Services, actor: Actor, kind: ImportKind = ImportKind.PRODUCTS) -> Import:
    """Bring in the old products and return the import that is to be killed."""
    old = begun(services, actor, OLD)
    for step in (services.imports.check, services.imports.run):
        step(actor, old.id)
        run_tasks(services)
    if kind is ImportKind.PHOTOS:
        return services.imports.begin(actor, "all.zip", zip_of(FILES), kind=kind)
    return begun(services, actor, NEW)


def dump(services: Services, actor: Actor) -> list[dict[str, Any]]:
    """Return all that is kept of the workspace's products and imports, without ids and moments."""
    found: list[dict[str, Any]] = []
    with services.parts.database.read() as work:
        tables = {
            name: list(work.table_copies.rows(name))
            for name in (
                "products", "product_tags", "product_photos", "product_categories", "categories",
                "assets", "import_lines", "audit_events",
            )
        }  # fmt: skip
    skus = {row["id"]: row["sku"] for row in tables["products"]}
    names = {row["id"]: row["name"] for row in tables["categories"]}
    hashes = {row["id"]: row["sha256"] for row in tables["assets"]}
    mine = {row["id"] for row in tables["products"] if row["workspace_id"] == actor.workspace_id}
    for row in tables["products"]:
        if row["id"] in mine:
            keep = {
                key: value
                for key, value in row.items()
                if not key.endswith(("_at", "_by", "id")) or key == "trashed_at"
            }
            found.append(
                keep
                | {
                    "trashed_at": row["trashed_at"] is not None,
                    "tags_found": sorted(
                        t["tag"] for t in tables["product_tags"] if t["product_id"] == row["id"]
                    )
                    if row["sku"] in ("C-7", "C-1499", "N-3")
                    else [],
                }
            )
    found += [
        {"category": names[row["category_id"]], "of": skus[row["product_id"]]}
        for row in tables["product_categories"]
        if row["product_id"] in mine
    ]
    found += [
        {"photo": hashes[row["asset_id"]], "of": skus[row["product_id"]], "at": row["position"]}
        for row in tables["product_photos"]
        if row["product_id"] in mine
    ]
    found += [
        {key: row[key] for key in ("line", "outcome", "sku", "reason", "before", "is_applied")}
        for row in tables["import_lines"]
        if row["workspace_id"] == actor.workspace_id
    ]
    found += [
        {"event": row["action"], "of": skus.get(row["subject_id"])}
        for row in tables["audit_events"]
        if row["subject"] == "product" and row["workspace_id"] == actor.workspace_id
    ]
    return sorted(found, key=repr)


class Killer:
    """Runs the waiting tasks in processes that die, until one lives."""

    def __init__(self, services: Services, settings: Settings) -> None:
        self._services = services
        self._settings = settings
        self.deaths = 0

    def run(self, failpoints: str) -> None:
        """Die at the failpoints once, then finish in this process."""
        name = f"dies-{self.deaths}"
        done = subprocess.run(
            [
                sys.executable, "-m", "tests.support.import_process",
                self._settings.database_url.get_secret_value(), str(self._settings.data_dir), name,
            ],
            cwd=ROOT,
            env={**os.environ, VARIABLE: failpoints},
            check=False,
            timeout=240,
            capture_output=True,
        )  # fmt: skip
        assert done.returncode == -signal.SIGKILL, done.stderr[-2000:]
        self.deaths += 1
        WorkerService(self._services.parts.database).bury([name])
        assert run_tasks(self._services) == 1


@pytest.fixture
def killer(services: Services, settings: Settings) -> Killer:
    return Killer(services, settings)


class TestKilledImport:
    def test_of_products_ends_like_an_unbroken_one(
        self, services: Services, actor: Actor, other_actor: Actor, killer: Killer
    ) -> None:
        whole = prepared(services, other_actor)
        broken = prepared(services, actor)
        for step, point in (
            (services.imports.check, "import_checking:2"),
            (services.imports.run, "import_writing:2"),
            (services.imports.undo, "import_undoing:2"),
        ):
            step(other_actor, whole.id)
            run_tasks(services)
            step(actor, broken.id)
            killer.run(point)
            assert dump(services, actor) == dump(services, other_actor)
            mine = services.imports.get(actor, broken.id)
            theirs = services.imports.get(other_actor, whole.id)
            assert mine.counts == theirs.counts
            assert mine.status is theirs.status
        assert killer.deaths == 3
        assert mine.status is ImportStatus.UNDONE

    @pytest.mark.parametrize("point", ["import_written:1", "import_written:3"])
    def test_goes_on_after_the_last_thousand_that_was_kept(
        self, services: Services, actor: Actor, killer: Killer, point: str
    ) -> None:
        new = prepared(services, actor)
        services.imports.check(actor, new.id)
        run_tasks(services)
        services.imports.run(actor, new.id)

        killer.run(point)

        done = services.imports.get(actor, new.id)
        assert done.status is ImportStatus.DONE
        assert (done.counts.created, done.counts.changed, done.counts.stale) == (1500, 1500, 0)

    @pytest.mark.parametrize("point", ["import_photo_stored:1", "import_photo_placed:1"])
    def test_of_photos_brings_each_once(
        self, services: Services, actor: Actor, killer: Killer, point: str
    ) -> None:
        new = prepared(services, actor, ImportKind.PHOTOS)
        services.imports.check(actor, new.id)
        run_tasks(services)
        services.imports.run(actor, new.id)

        killer.run(point)

        done = services.imports.get(actor, new.id)
        assert done.status is ImportStatus.DONE
        assert (done.counts.photos_added, done.counts.photos_refused) == (2, 0)
        with services.parts.database.read() as work:
            product_id = work.products.id_of_sku(actor.workspace_id, "C-1")
        assert product_id is not None
        assert len(services.products.get(actor, product_id).photos) == 2
