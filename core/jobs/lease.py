"""The executor lease: which live process may call itself which executor.

DBOS gives the work of a dead process back to whoever starts with its executor id. Two live ones
with the same id would both do it, and pay twice, so each process holds a lock on its id that the
kernel or the database server releases when the process dies.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import psycopg

SLOTS = 64
LOCK_CLASS = 7301


class Lease(Protocol):
    """A lock on one executor id, held until `release` or the end of the process."""

    @property
    def executor_id(self) -> str:
        """Return the id that this process may use."""
        ...

    def is_held(self) -> bool:
        """Say whether the lock is surely still ours."""
        ...

    def release(self) -> None:
        """Give the id back."""
        ...


class Leases(Protocol):
    """Where leases are taken."""

    def take(self, number: int) -> Lease | None:
        """Take the lease of one number, or return None while a live process holds it."""
        ...


def executor_id(number: int) -> str:
    """Return the executor id of a number."""
    return f"slot{number}"


def number_of(executor: str) -> int | None:
    """Return the number of an executor id, or None for an id that is none of ours."""
    number = executor.removeprefix("slot")
    return int(number) if executor.startswith("slot") and number.isdigit() else None


def first_free(leases: Leases, may_take: Callable[[int], bool]) -> Lease:
    """Take the first free lease, so that a restart finds its own unfinished work."""
    for number in range(SLOTS):
        lease = leases.take(number) if may_take(number) else None
        if lease is not None:
            return lease
    raise RuntimeError(f"all {SLOTS} executor ids are taken by live workers")


class FileLeases:
    """Leases on files beside an embedded database: for processes of one machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, number: int) -> Lease | None:
        """Lock the number's file without waiting."""
        self._folder.mkdir(parents=True, exist_ok=True)
        file = (self._folder / f"{executor_id(number)}.lock").open("a")
        try:
            _lock(file)
        except OSError:
            file.close()
            return None
        return _FileLease(executor_id(number), file)


class _FileLease:
    def __init__(self, name: str, file: IO[str]) -> None:
        self.executor_id = name
        self._file = file

    def is_held(self) -> bool:
        return not self._file.closed

    def release(self) -> None:
        self._file.close()


class PostgresLeases:
    """Leases as advisory locks, each on a connection of its own."""

    def __init__(self, url: str) -> None:
        # The URL's driver part is SQLAlchemy's; the driver itself wants it plain.
        self._url = url.replace("postgresql+psycopg://", "postgresql://", 1)

    def take(self, number: int) -> Lease | None:
        """Try the number's lock without waiting."""
        import psycopg  # noqa: PLC0415 - only PostgreSQL needs it

        connection = psycopg.connect(self._url, autocommit=True, connect_timeout=5)
        row = connection.execute(
            "SELECT pg_try_advisory_lock(%s, %s)", (LOCK_CLASS, number)
        ).fetchone()
        if row is None or not row[0]:
            connection.close()
            return None
        return _PostgresLease(executor_id(number), connection)


class _PostgresLease:
    def __init__(self, name: str, connection: "psycopg.Connection[tuple[object, ...]]") -> None:
        self.executor_id = name
        self._connection = connection

    def is_held(self) -> bool:
        import psycopg  # noqa: PLC0415 - it is loaded already

        try:
            self._connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def release(self) -> None:
        self._connection.close()


def _lock(file: IO[str]) -> None:
    if os.name == "nt":
        import msvcrt  # noqa: PLC0415 - exists on Windows alone

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore] # Windows alone
    else:
        import fcntl  # noqa: PLC0415 - exists on Unix alone

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
