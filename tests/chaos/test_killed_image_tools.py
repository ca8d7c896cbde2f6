"""A worker dies in the middle of a batch of image tools: no result is lost, and none made twice."""

import os
import signal
import subprocess
import sys

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.asset_filters import AssetFilter
from core.domain.assets import Origin
from core.domain.image_tools import Adjust, Rotate
from core.domain.products import PhotoUpload
from core.failpoints import VARIABLE
from core.services.workers import WorkerService
from core.settings import Settings
from tests.images import photo_bytes
from tests.support.environment import ROOT
from tests.support.tasks import run_tasks

pytestmark = pytest.mark.slow


def dies(settings: Settings, failpoints: str) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.support.image_tool_process"),
            *(settings.database_url.get_secret_value(), str(settings.data_dir)),
        ],
        cwd=ROOT,
        env={**os.environ, VARIABLE: failpoints},
        check=False,
        timeout=240,
        capture_output=True,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr[-2000:]


@pytest.mark.parametrize("place", ["tool_stored", "tool_written", "tool_made"])
def test_a_batch_whose_worker_dies_makes_each_result_once(
    services: Services, actor: Actor, settings: Settings, place: str
) -> None:
    photos = [PhotoUpload(f"{n}.jpg", photo_bytes(320 + n, 320)) for n in range(4)]
    ids = [services.assets.upload(actor, photo).id for photo in photos]
    run_tasks(services)  # what uploads bring with them
    task_id = services.image_tools.apply(actor, ids, [Rotate(1), Adjust(exposure=10)])

    for number in (1, 2):
        dies(settings, f"{place}:{number}")
        WorkerService(services.parts.database).bury(["task-runner"])
    run_tasks(services)

    run = services.image_tools.run(actor, task_id)
    assert list(run.made) == ids
    made = services.assets.search(actor, AssetFilter(origins=(Origin.EDITED,)))
    assert sorted(asset.ref.id for asset in made.items) == sorted(run.made.values())
    assert services.parts.storage is not None
    originals = [
        item.key
        for item in services.parts.storage.list(f"w{actor.workspace_id}/")
        if "/original." in item.key
    ]
    assert len(originals) == 2 * len(ids)
