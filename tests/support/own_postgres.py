"""A PostgreSQL server of a test's own, which it may crash: the run's is shared by all its tests."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import sql

from tests.support import postgres
from tests.support.databases import _upgrade

_WAIT_S = 60.0
# What was committed outlives the death of any process; only a power cut may take it.
_OPTIONS = (
    "-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off "
    "-c synchronous_commit=on -c full_page_writes=off -c max_connections=100 -c timezone=UTC "
    "-c shared_buffers=32MB"
)


class OwnPostgres:
    """A running server with one migrated database, whose URL stays over its crashes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = postgres._free_port()
        self.start()
        server = f"postgresql://postgres@127.0.0.1:{self._port}/postgres"
        postgres._execute(server, "CREATE DATABASE {} TEMPLATE template0", "epox")
        self.url = postgres._with_database(server, "epox")
        _upgrade(self.url)

    def crash(self) -> None:
        """End it without a checkpoint, as `pg_ctl stop -m immediate` does."""
        postgres._pg_ctl(self._folder, "stop", "--mode=immediate")

    def kill(self) -> None:
        """Kill its first process with SIGKILL; the others notice that and end."""
        pid = int((self._folder / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)

    def start(self) -> None:
        """Start it and wait until it takes connections, after a recovery if there was a crash."""
        options = (f"--log={self._folder / 'log'}", f"--options=-p {self._port} {_OPTIONS}")
        until = time.monotonic() + _WAIT_S
        while True:
            try:
                postgres._pg_ctl(self._folder, "start", *options)
            except subprocess.CalledProcessError:
                # The processes that a killed one left still hold its shared memory for a moment.
                assert time.monotonic() < until, (self._folder / "log").read_text()
                time.sleep(0.05)
            else:
                return

    def fill(self) -> None:
        """Let every write fail as on a full disk; what is there can be read."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(
                "CREATE FUNCTION is_full() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = 'disk_full'; END $$"
            )
            for (table,) in connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            ).fetchall():
                statement = sql.SQL(
                    "CREATE TRIGGER is_full BEFORE INSERT OR UPDATE ON {} "
                    "FOR EACH STATEMENT EXECUTE FUNCTION is_full()"
                )
                connection.execute(statement.format(sql.Identifier(table)))

    def make_room(self) -> None:
        """Let writes through again."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("DROP FUNCTION is_full CASCADE")


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    """Yield a server of one's own, and remove it with all that it holds."""
    folder = Path(tempfile.mkdtemp(prefix="epox-own-postgresql-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    try:
        options = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
        postgres._run("initdb", f"--pgdata={folder / 'data'}", *options, "--no-sync")
        server = OwnPostgres(folder)
        yield server
    finally:
        with suppress(subprocess.CalledProcessError):  # it may be down
            postgres._pg_ctl(folder, "stop", "--mode=immediate")
        shutil.rmtree(folder)


CAN_HAVE_ONE = postgres.find_binaries() is not None
"""Whether this machine has the programs; a given server is not ours to crash."""
