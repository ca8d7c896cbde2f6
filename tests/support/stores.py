"""A store of each kind, and the ages of what is in it."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.storage.base import AssetStorage
from core.storage.local import LocalAssetStorage
from tests.support.object_storage import new_bucket, s3_server


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    """Start one S3 server for all tests of this process."""
    with s3_server() as url:
        yield url


@pytest.fixture
def storage(request: pytest.FixtureRequest, database_kind: str, tmp_path: Path) -> AssetStorage:
    """Give SQLite local files and PostgreSQL a bucket: the two ways in which Epox is run."""
    if database_kind == "sqlite":
        return LocalAssetStorage(tmp_path / "files")
    return new_bucket(request.getfixturevalue("s3_url"))


def age(path: Path, seconds: float) -> None:
    """Let a file look as if it had been written so long ago."""
    moment = time.time() - seconds
    os.utime(path, (moment, moment))
