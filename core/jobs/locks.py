"""A lock in the data folder for each worker: the kernel lets go of it when the process dies.

The lease by the database's clock is what counts; the lock only tells the workers of the same
folder at once what the lease tells after half a minute.
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO


class WorkerLocks:
    """The locks of the workers that use one data folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, IO[str]] = {}

    def hold(self, worker_id: str) -> None:
        """Hold the worker's lock until `release` or the end of the process."""
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._path(worker_id).open("a")
        _lock(file)
        self._held[worker_id] = file

    def release(self, worker_id: str) -> None:
        """Give the lock back and remove its file."""
        file = self._held.pop(worker_id, None)
        if file is not None:
            with suppress(OSError):
                self._path(worker_id).unlink()
            file.close()

    def dead(self, worker_ids: Iterable[str]) -> list[str]:
        """Return those whose lock nobody holds although its file is here."""
        return [worker_id for worker_id in worker_ids if self._is_dead(worker_id)]

    def forget(self, worker_ids: Iterable[str]) -> None:
        """Remove the files of dead workers, once their slots are queued again.

        Not before: whoever noticed them may die too, and the next one must notice them again.
        """
        for worker_id in worker_ids:
            with suppress(OSError):
                self._path(worker_id).unlink()

    def _is_dead(self, worker_id: str) -> bool:
        path = self._path(worker_id)
        try:
            file = path.open("r+")
        except OSError:
            return False  # its folder is another one
        with file:
            try:
                _lock(file)
            except OSError:
                return False
        return True

    def _path(self, worker_id: str) -> Path:
        return self._folder / f"{worker_id}.lock"


def _lock(file: IO[str]) -> None:
    if os.name == "nt":
        import msvcrt  # noqa: PLC0415 - exists on Windows alone

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore] # Windows alone
    else:
        import fcntl  # noqa: PLC0415 - exists on Unix alone

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
