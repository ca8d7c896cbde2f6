"""The databases of a run: one migrated template of each kind, copied for each test."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.environment import RUN_DIR
from tests.support.postgres import PostgresServer


def run_dir() -> Path:
    """Return the folder that all processes of this run share."""
    return Path(os.environ[RUN_DIR])


def postgres_server() -> PostgresServer:
    """Return the run's server; it starts when its first database is asked for."""
    return PostgresServer(run_dir(), _upgrade)


@contextmanager
def database(kind: str, folder: Path, *, migrated: bool = True) -> Iterator[str]:
    """Yield the URL of an own database of the kind: migrated to the newest schema, or empty."""
    if kind == "postgresql":
        with postgres_server().database(migrated=migrated) as url:
            yield url
        return
    path = folder / "epox.db"
    if migrated:
        shutil.copyfile(_sqlite_template(), path)
    yield f"sqlite:///{path}"


def _sqlite_template() -> Path:
    template = run_dir() / "template.db"
    with (run_dir() / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not template.exists():
            # Made under another name: a process killed half way leaves no half template.
            new = template.with_suffix(".new")
            new.unlink(missing_ok=True)
            _upgrade(f"sqlite:///{new}")
            new.rename(template)
    return template


def _upgrade(url: str) -> None:
    from core.settings import Settings  # noqa: PLC0415 - after the environment is clean
    from db.schema import upgrade  # noqa: PLC0415 - likewise

    upgrade(Settings.model_validate({"database_url": url}).sqlalchemy_url)
