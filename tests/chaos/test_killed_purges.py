"""A process that is killed while it deletes for good: the next one deletes what is left."""

import os
import signal
import subprocess
import sys

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.products import PhotoUpload
from core.domain.trash import TrashKind
from core.settings import Settings
from db.schema import ROOT
from tests.images import photo_bytes
from tests.support.generation import CHAIR

_FINISH = """
import sys
from pathlib import Path
from core.bootstrap import build_services
from core.settings import Settings

settings = Settings.model_validate(
    {"data_dir": Path(sys.argv[2]), "database_url": sys.argv[1], "worker_in_app": False}
)
build_services(settings).trash.finish()
"""


@pytest.mark.slow
def test_what_is_left_of_a_killed_purge_goes_with_the_next(
    services: Services, settings: Settings, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {found.key for found in services.parts.storage.list()}
    chair = services.products.create(actor, CHAIR)
    uploads = [PhotoUpload(f"{n}.jpg", photo_bytes(300 + n)) for n in range(3)]
    services.products.add_photos(actor, chair.id, uploads)
    services.products.trash(actor, [chair.id])
    with monkeypatch.context() as patch:
        patch.setattr(services.trash, "finish", lambda: 0)  # the rows go, the files are left
        assert services.trash.delete_for_good(actor, TrashKind.PRODUCTS, [chair.id]) == 1

    url = settings.database_url.get_secret_value()
    killed = subprocess.run(
        [sys.executable, "-c", _FINISH, url, str(settings.data_dir)],
        cwd=ROOT,
        env={**os.environ, "EPOX_FAILPOINTS": "purged_file:2"},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert {found.key for found in services.parts.storage.list()} > before

    assert services.trash.finish() == 3

    assert {found.key for found in services.parts.storage.list()} == before
    assert services.integrity.check(files=True) == ()
