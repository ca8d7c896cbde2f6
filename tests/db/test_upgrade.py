"""A database of an earlier version, brought to this one with everything that is in it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, MetaData, Table, func, insert, select

from db.engine import build_engine
from db.schema import HEAD, ROOT, current_revision, upgrade

AT = datetime(2026, 11, 1, 12, tzinfo=UTC).replace(tzinfo=None)

# Kills the upgrade when it sends its n-th statement that changes something.
_KILLED_UPGRADE = """
import os, signal, sys
from sqlalchemy import Engine, event
from db.schema import upgrade

left = int(sys.argv[2])

@event.listens_for(Engine, "before_cursor_execute")
def count(connection, cursor, statement, *others):
    global left
    if statement.lstrip().split()[0] in ("CREATE", "ALTER", "DROP", "INSERT", "UPDATE"):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

upgrade(sys.argv[1])
"""


def rows() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield rows of the first version: a person, a product, two jobs with slots and a call."""
    yield "workspaces", {"id": 1, "name": "Ann's", "created_at": AT}
    yield (
        "users",
        {
            "id": 1,
            "email": "ann@example.com",
            "name": "Ann",
            "password_hash": "x",
            "is_admin": True,
            "is_disabled": False,
            "created_at": AT,
        },
    )
    yield (
        "products",
        {
            "id": 1,
            "workspace_id": 1,
            "name": "Chair",
            "sku": "C-1",
            "description": "",
            "tags": [],
            "search_text": "chair",
            "created_at": AT,
            "updated_at": AT,
        },
    )
    for job_id, status in ((1, "succeeded"), (2, "running")):
        yield (
            "generation_jobs",
            {
                "id": job_id,
                "workspace_id": 1,
                "product_id": 1,
                "created_by": 1,
                "idempotency_key": f"key-{job_id}",
                "request_hash": f"hash-{job_id}",
                "request": {"prompt": "calm"},
                "image_model": "compositor",
                "prompt": "calm",
                "seed": 7,
                "status": status,
                "created_at": AT,
            },
        )
        yield (
            "generation_slots",
            {
                "id": job_id,
                "workspace_id": 1,
                "job_id": job_id,
                "position": 0,
                "status": status,
                "stage": "",
                "progress_percent": 0,
                "attempt": 0,
                "tries": 0,
                "crash_count": 0,
            },
        )
        yield (
            "assets",
            {
                "id": job_id,
                "workspace_id": 1,
                "origin": "generated",
                "sha256": "0" * 64,
                "size_bytes": 1,
                "mime_type": "image/png",
                "width_px": 1,
                "height_px": 1,
                "storage_key": f"w1/{job_id}/original.png",
                "label": "Chair",
                "search_text": "chair",
                "product_id": 1,
                "slot_id": job_id,
                "created_at": AT,
            },
        )
        yield (
            "provider_calls",
            {
                "id": f"call-{job_id}",
                "workspace_id": 1,
                "slot_id": job_id,
                "attempt": 0,
                "image_model": "compositor",
                "state": "ok",
                "estimate_micros": 5,
                "cost_micros": 4,
                "input_tokens": 0,
                "image_tokens": 0,
                "text_tokens": 0,
                "model_version": "",
                "response_id": "",
                "started_at": AT,
            },
        )


@pytest.fixture
def first_version(empty_url: str) -> Iterator[Engine]:
    """A database of the first version with some rows in it."""
    upgrade(empty_url, "0001")
    engine = build_engine(empty_url)
    tables = MetaData()
    tables.reflect(engine)
    with engine.begin() as connection:
        for name, row in rows():
            connection.execute(insert(tables.tables[name]), row)
    yield engine
    engine.dispose()


def counts(engine: Engine) -> dict[str, int]:
    """Return how many rows each of the first version's tables holds."""
    tables = MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        return {
            name: connection.scalar(select(func.count()).select_from(tables.tables[name])) or 0
            for name in {name for name, _ in rows()}
        }


def table(engine: Engine, name: str) -> list[dict[str, Any]]:
    """Return the rows of a table by their ids."""
    found = Table(name, MetaData(), autoload_with=engine)
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(found.select().order_by("id")).mappings()]


def test_loses_nothing_and_queues_again_what_was_running(
    first_version: Engine, empty_url: str
) -> None:
    before = counts(first_version)

    upgrade(empty_url)

    assert counts(first_version) == before
    submissions = table(first_version, "generation_submissions")
    jobs = table(first_version, "generation_jobs")
    assert [row["idempotency_key"] for row in submissions] == ["key-1", "key-2"]
    assert [job["submission_id"] for job in jobs] == [row["id"] for row in submissions]
    slots = table(first_version, "generation_slots")
    assert [slot["status"] for slot in slots] == ["succeeded", "queued"]
    assert [slot["reserved_micros"] for slot in slots] == [0, 0]
    assert [asset["slot_id"] for asset in table(first_version, "assets")] == [1, 2]


def test_ends_at_the_tables_of_the_code(first_version: Engine, empty_url: str) -> None:
    del first_version  # only its rows matter
    upgrade(empty_url)

    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["url"] = empty_url
    command.check(config)  # raises when a table and its migration differ


@pytest.mark.slow
@pytest.mark.parametrize("statement", [1, 4, 9, 14, 19, 24, 29])
def test_killed_at_any_statement_leaves_the_old_version_whole(
    first_version: Engine, empty_url: str, statement: int
) -> None:
    before = counts(first_version)

    killed = subprocess.run(
        [sys.executable, "-c", _KILLED_UPGRADE, empty_url, str(statement)],
        cwd=ROOT,
        env=os.environ,
        check=False,
    )

    assert killed.returncode == -signal.SIGKILL
    assert current_revision(empty_url) == "0001"
    assert counts(first_version) == before
    upgrade(empty_url)
    assert current_revision(empty_url) == HEAD
    assert counts(first_version) == before
