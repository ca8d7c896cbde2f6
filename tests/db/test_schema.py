import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from db.engine import build_engine
from db.schema import HEAD, ROOT, current_revision, upgrade

# Stops the migration at one of its last tables, as a crash or an error would.
_UPGRADE_THAT_STOPS = """
import os, signal, sys
from sqlalchemy import Engine, event
from db.schema import upgrade

@event.listens_for(Engine, "after_cursor_execute")
def stop(connection, cursor, statement, *others):
    if "CREATE TABLE provider_calls" in statement:
        if sys.argv[2] == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        raise RuntimeError("the disk is on fire")

upgrade(sys.argv[1])
"""


def _alembic(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["url"] = url
    return config


def _tables(url: str) -> set[str]:
    engine = build_engine(url, pool_size=1)
    with engine.connect() as connection:
        names = set(inspect(connection).get_table_names())
    engine.dispose()
    return names


class TestUpgrade:
    def test_brings_an_empty_database_to_the_tables_of_the_code(self, empty_url: str) -> None:
        upgrade(empty_url)

        command.check(_alembic(empty_url))  # raises when a table and its migration differ
        assert current_revision(empty_url) == HEAD

    def test_changes_nothing_the_second_time(self, empty_url: str) -> None:
        upgrade(empty_url)
        before = _tables(empty_url)

        upgrade(empty_url)

        assert _tables(empty_url) == before

    @pytest.mark.slow
    def test_may_be_started_twice_at_once(self, empty_url: str) -> None:
        program = "import sys; from db.schema import upgrade; upgrade(sys.argv[1])"

        with ThreadPoolExecutor(2) as pool:
            starts = [
                pool.submit(
                    subprocess.run,
                    [sys.executable, "-c", program, empty_url],
                    cwd=ROOT,
                    check=True,
                )
                for _ in range(2)
            ]
            for start in starts:
                start.result()

        assert current_revision(empty_url) == HEAD

    @pytest.mark.slow
    @pytest.mark.parametrize("how", ["kill", "error"])
    def test_leaves_nothing_behind_when_it_is_stopped_half_way(
        self, empty_url: str, how: str
    ) -> None:
        stopped = subprocess.run(
            [sys.executable, "-c", _UPGRADE_THAT_STOPS, empty_url, how],
            cwd=ROOT,
            capture_output=True,
            check=False,
        )

        assert stopped.returncode == (-9 if how == "kill" else 1)
        assert _tables(empty_url) == set()
        upgrade(empty_url)
        assert current_revision(empty_url) == HEAD


class TestHead:
    def test_names_the_newest_migration(self) -> None:
        assert ScriptDirectory(str(ROOT / "migrations")).get_heads() == [HEAD]


class TestCurrentRevision:
    def test_is_none_before_the_first_migration(self, empty_url: str) -> None:
        assert current_revision(empty_url) is None
