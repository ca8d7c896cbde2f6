"""A throwaway PostgreSQL for one run of the suite, and a fresh database for each test."""

import fcntl
import os
import re
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

_PLACES = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
)
# Nothing here has to survive a power cut, so nothing waits for the disk.
_OPTIONS = (
    "-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off "
    "-c synchronous_commit=off -c full_page_writes=off -c max_connections=200 -c timezone=UTC"
)


def find_binaries() -> Path | None:
    """Return the folder of the newest PostgreSQL server on this machine, if there is one."""
    folders = [folder for place in _PLACES for folder in Path("/").glob(place)]
    if on_path := shutil.which("postgres"):
        folders.append(Path(on_path).resolve().parent)
    complete = [folder for folder in folders if (folder / "initdb").exists()]
    return max(complete, key=_version, default=None)


def is_available() -> bool:
    """Say whether tests can run on PostgreSQL."""
    return bool(os.environ.get("TEST_DATABASE_URL")) or find_binaries() is not None


class PostgresServer:
    """The run's server, shared by all its processes through a folder of the run.

    The first process that needs it starts it, or takes the one of `TEST_DATABASE_URL`, and makes
    the migrated template. `stop` is for the end of the run, in one process.
    """

    def __init__(self, run_dir: Path, migrate: Callable[[str], None]) -> None:
        self._dir = run_dir
        self._migrate = migrate
        # A server that others use too gets a name that no other run takes.
        self._template = f"epox_template_{run_dir.name.lower().replace('-', '_')}"

    @contextmanager
    def database(self, *, migrated: bool = True) -> Iterator[str]:
        """Yield the URL of an own database, with the newest schema or empty; then drop it."""
        server = self._url()
        name = f"epox_test_{uuid.uuid4().hex[:12]}"
        if migrated:
            _execute(server, "CREATE DATABASE {} TEMPLATE {}", name, self._template)
        else:
            _execute(server, "CREATE DATABASE {} TEMPLATE template0", name)
        try:
            yield _with_database(server, name)
        finally:
            _execute(server, "DROP DATABASE {} WITH (FORCE)", name)

    def stop(self) -> None:
        """Stop the server if this run started it, and remove all that it left."""
        note = self._dir / "server"
        if not note.exists():
            return
        url, folder = note.read_text().split("\n")
        if not folder:
            _execute(url, "DROP DATABASE IF EXISTS {} WITH (FORCE)", self._template)
            return
        _pg_ctl(Path(folder), "stop", "--mode=immediate")
        shutil.rmtree(folder)

    def _url(self) -> str:
        note = self._dir / "server"
        with (self._dir / "server.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not note.exists():
                given = os.environ.get("TEST_DATABASE_URL", "")
                url, folder = (given, "") if given else _start()
                note.write_text(f"{url}\n{folder}")
                _execute(url, "CREATE DATABASE {} TEMPLATE template0", self._template)
                self._migrate(_with_database(url, self._template))
            return note.read_text().split("\n")[0]


def _start() -> tuple[str, str]:
    folder = Path(tempfile.mkdtemp(prefix="epox-postgresql-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    _run(
        "initdb",
        f"--pgdata={folder / 'data'}",
        "--username=postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    )
    port = _free_port()
    _pg_ctl(folder, "start", f"--log={folder / 'log'}", f"--options=-p {port} {_OPTIONS}")
    return f"postgresql://postgres@127.0.0.1:{port}/postgres", str(folder)


def _pg_ctl(folder: Path, action: str, *options: str) -> None:
    _run("pg_ctl", action, f"--pgdata={folder / 'data'}", "--wait", "--timeout=60", *options)


def _run(program: str, *arguments: str) -> None:
    binaries = find_binaries()
    assert binaries is not None, "PostgreSQL was there when the tests were collected"
    # PostgreSQL refuses to run as root, which is what a container often is.
    user: dict[str, Any] = {"user": "postgres", "group": "postgres", "extra_groups": []}
    subprocess.run(
        [binaries / program, *arguments],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        cwd="/",
        **(user if os.geteuid() == 0 else {}),
    )


def _version(folder: Path) -> int:
    found = re.findall(r"\d+", str(folder))
    return int(found[0]) if found else 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _execute(server: str, statement: LiteralString, *names: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _with_database(server: str, name: str) -> str:
    known = str(conninfo_to_dict(server)["dbname"])
    base, _, options = server.partition("?")
    return base.removesuffix(known) + name + (f"?{options}" if options else "")
