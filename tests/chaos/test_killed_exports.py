"""A worker dies in the middle of an export: the file that comes of it is the same one."""

import os
import signal
import subprocess
import sys
import time

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.picture_exports import ExportOptions, PictureExport, PictureFormat, Sidecar
from core.failpoints import VARIABLE
from core.services.workers import WorkerService
from core.settings import Settings
from tests.images import photo_bytes
from tests.support.environment import ROOT
from tests.support.generation import CHAIR
from tests.support.picture_exports import made_picture, zip_of
from tests.support.tasks import run_tasks

pytestmark = pytest.mark.slow

WANTED = ExportOptions(
    rule="{sku}/{sku}_{n}", file_format=PictureFormat.JPEG, longest_px=200, sidecars=tuple(Sidecar)
)


@pytest.fixture
def pictures(services: Services, actor: Actor) -> list[int]:
    """Give Ann five pictures, of which one has lost its file."""
    chair = services.products.create(actor, CHAIR)
    made = [
        made_picture(services, actor, chair.id, data=photo_bytes(300 + n, 240)) for n in range(5)
    ]
    lost = services.assets.stored_file(actor, made[1], "original")
    services.parts.storage.delete(lost.storage_key)
    return made


def contents(services: Services, actor: Actor, export: PictureExport) -> dict[str, bytes]:
    """Return what is in the ZIP by name, but for the report's moment."""
    opened = zip_of(services, actor, export)
    found = {name: opened.read(name) for name in sorted(opened.namelist())}
    found["report.txt"] = found["report.txt"].partition(b"\r\n\r\n")[2]
    return found


def started(settings: Settings, name: str, failpoints: str = "") -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            sys.executable, "-m", "tests.support.export_process",
            settings.database_url.get_secret_value(), str(settings.data_dir), name,
        ],
        cwd=ROOT,
        env={**os.environ, VARIABLE: failpoints},
        stderr=subprocess.DEVNULL,
    )  # fmt: skip


class TestKilledExport:
    @pytest.mark.parametrize(
        "point",
        [
            "export_named", "export_packed:1", "export_packed:3", "export_built", "export_stored",
            "export_written",
        ],
    )  # fmt: skip
    def test_ends_like_an_unbroken_one(
        self, services: Services, settings: Settings, actor: Actor, pictures: list[int], point: str
    ) -> None:
        whole = services.picture_exports.begin(actor, pictures, WANTED)
        assert run_tasks(services) == 1
        broken = services.picture_exports.begin(actor, pictures, WANTED)

        assert started(settings, "dies", point).wait(timeout=240) == -signal.SIGKILL
        WorkerService(services.parts.database).bury(["dies"])
        assert run_tasks(services) == 1

        first, second = (services.picture_exports.get(actor, e.id) for e in (whole, broken))
        assert contents(services, actor, second) == contents(services, actor, first)
        assert second.report == first.report
        assert second.report.left_out_count == 1
        assert list((settings.data_dir / "exports").iterdir()) == []

    def test_killed_at_any_moment_again_and_again_comes_to_its_end(
        self, services: Services, settings: Settings, actor: Actor, pictures: list[int]
    ) -> None:
        whole = services.picture_exports.begin(actor, pictures, WANTED)
        assert run_tasks(services) == 1
        broken = services.picture_exports.begin(actor, pictures, WANTED)

        for number in range(2):  # a task that was killed three times is not tried again
            name = f"dies-{number}"
            process = started(settings, name)
            folder = settings.data_dir / "exports"
            until = time.monotonic() + 60
            while (
                process.poll() is None
                and time.monotonic() < until
                and not any(path.stat().st_size > number for path in folder.glob("*.journal"))
            ):
                time.sleep(0.002)
            process.kill()
            process.wait(timeout=60)
            WorkerService(services.parts.database).bury([name])
        run_tasks(services)

        first, second = (services.picture_exports.get(actor, e.id) for e in (whole, broken))
        assert contents(services, actor, second) == contents(services, actor, first)
        assert services.garbage.collect().items == ()
