"""Restores: a backup becomes a database and a store again, of the same kind or of the other."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from core.domain.upkeep import RestoreReport
from core.errors import ConflictError, InvalidInputError, StorageError
from core.repositories.table_copies import NOT_RESTORED, PlainRow
from core.services.batches import in_batches
from core.storage.archives import ArchiveError, ArchiveReader, Member
from core.storage.base import AssetStorage
from core.storage.spool import Spool, call_of
from core.unit_of_work import Database, UnitOfWork

FORMAT = 1
OnProgress = Callable[[int], None]
"""Called with how many files were copied."""

_MIME_TYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
_ROWS_AT_ONCE = 500
_PUTS_AT_ONCE = 8
_FILES_IN_MEMORY = 16


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    version: str
    schema: str
    made_at: datetime
    spool_id: str
    has_files: bool
    tables: dict[str, int]
    counters: dict[str, int]


class Restore:
    """Fills an empty database and an empty store from a backup, wholly or not at all."""

    def __init__(self, database: Database, storage: AssetStorage, spool: Spool) -> None:
        self._database = database
        self._storage = storage
        self._spool = spool

    def run(self, path: Path, on_progress: OnProgress) -> RestoreReport:
        """Restore the backup; raises `ArchiveError` or `ConflictError` before anything is written.

        When it fails later, what it wrote is removed again.
        """
        with ArchiveReader(path) as archive:
            manifest = manifest_of(archive)
            self._check_fits(archive, manifest)
            for _ in archive.verify():
                pass  # all of it is looked at before any of it is believed
            with self._undone_on_failure(archive) as placed:
                self._place(archive, placed, on_progress)
                with _told_of_rows(), self._database.begin() as work:
                    work.table_copies.lock()
                    _check_empty(work)
                    rows = sum(_fill(work, archive, manifest))
                    requeued, paused = self._settle(work, manifest, placed)
            return RestoreReport(
                made_at=manifest.made_at,
                rows=rows,
                files=placed.files,
                answers=len(placed.answers),
                jobs_paused=paused,
                slots_requeued=requeued,
                has_files=manifest.has_files,
            )

    def _check_fits(self, archive: ArchiveReader, manifest: Manifest) -> None:
        with self._database.read() as work:
            names, schema = work.table_copies.names, work.table_copies.revision
            if manifest.schema != schema:
                raise ArchiveError(
                    user_message=f"This backup has schema {manifest.schema}, and this Epox needs "
                    f"{schema}. Restore it with Epox {manifest.version}, which made it, and then "
                    "upgrade. Nothing was restored."
                )
            _check_empty(work)
        if manifest.tables.keys() != set(names) or any(
            archive.find(_table(name)) is None for name in names
        ):
            raise ArchiveError("other tables", user_message="This backup lacks tables.")
        if not manifest.has_files:
            return
        stores = ((self._storage, "store"), (self._spool.store, "spool"))
        for store, name in stores:
            for found in store.list():
                if name == "store" or call_of(found.key) is not None:
                    raise ConflictError(
                        user_message=f"The {name} is not empty: it holds {found.key}. A backup is "
                        "restored only into an empty one, so that nothing is lost."
                    )

    def _place(self, archive: ArchiveReader, placed: "_Placed", on_progress: OnProgress) -> None:
        """Store the files; those come before the rows that lead to them."""
        for member in archive.answers():
            key = _key(member)
            if call_of(key) is not None and not self._spool.store.exists(key):
                placed.answers.append(key)
                data = archive.read(member)
                self._spool.store.put(key, data, mime_type="application/octet-stream")
        with ThreadPoolExecutor(_PUTS_AT_ONCE, "restore") as threads:
            for some in in_batches(archive.files(), _FILES_IN_MEMORY):
                placed.files += len(some)
                for _ in threads.map(self._put, map(_key, some), map(archive.read, some)):
                    pass
                on_progress(placed.files)

    def _put(self, key: str, data: bytes) -> None:
        mime_type = _MIME_TYPES.get(key.rpartition(".")[2], "application/octet-stream")
        self._storage.put(key, data, mime_type=mime_type)

    def _settle(self, work: UnitOfWork, manifest: Manifest, placed: "_Placed") -> tuple[int, int]:
        copies = work.table_copies
        copies.set_counters(manifest.counters)
        now = work.now()
        requeued = copies.requeue_running(now)
        calls = [call for key in placed.answers if (call := call_of(key)) is not None]
        if manifest.spool_id != self._spool.id:
            copies.move_spool(manifest.spool_id, self._spool.id, calls)
        work.picture_exports.expire_all(now)  # a backup holds no files of exports
        return requeued, copies.pause_unfinished(now)

    @contextmanager
    def _undone_on_failure(self, archive: ArchiveReader) -> "Iterator[_Placed]":
        placed = _Placed()
        try:
            yield placed
        except BaseException:
            for key in placed.answers:
                with suppress(StorageError):
                    self._spool.store.delete(key)
            for member, _ in zip(archive.files(), range(placed.files), strict=False):
                with suppress(StorageError):
                    self._storage.delete(_key(member))
            raise


class _Placed:
    """What a restore has stored so far."""

    def __init__(self) -> None:
        self.answers: list[str] = []
        self.files = 0


def manifest_of(archive: ArchiveReader) -> Manifest:
    """Return what the backup says of itself, or raise `ArchiveError`."""
    found = archive.manifest
    if found.get("format") != FORMAT:
        raise ArchiveError(
            f"format {found.get('format')!a}",
            user_message="This backup was made by another version of Epox that writes another "
            "format. Nothing was restored.",
        )
    try:
        return Manifest(
            version=str(found["version"]),
            schema=str(found["schema"]),
            made_at=datetime.fromisoformat(found["made_at"]),
            spool_id=str(found["spool_id"]),
            has_files=bool(found["has_files"]),
            tables={str(name): int(count) for name, count in found["tables"].items()},
            counters={str(name): int(number) for name, number in found["counters"].items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ArchiveError(f"manifest: {error}") from error


def _check_empty(work: UnitOfWork) -> None:
    if full := work.table_copies.not_empty():
        raise ConflictError(
            user_message=f"The database is not empty: it has {', '.join(full)}. A backup is "
            "restored only into an empty one, so that nothing is lost."
        )


def _fill(work: UnitOfWork, archive: ArchiveReader, manifest: Manifest) -> Iterator[int]:
    """Add the rows of each table and yield how many those were."""
    copies = work.table_copies
    for name in copies.names:
        if name in NOT_RESTORED:
            continue
        count = 0
        for rows in _rows(archive, name):
            copies.add(name, rows)
            count += len(rows)
        if count != manifest.tables[name]:
            raise ArchiveError(
                user_message=f"This backup is damaged: it has {count} rows of {name} and says "
                f"{manifest.tables[name]}. Nothing was restored."
            )
        if copies.links_to_itself(name):
            for rows in _rows(archive, name):
                copies.link(name, rows)
        yield count


def _rows(archive: ArchiveReader, name: str) -> Iterator[list[PlainRow]]:
    member = archive.find(_table(name))
    assert member is not None  # noqa: S101 - it was looked for before
    for lines in in_batches(archive.lines(member), _ROWS_AT_ONCE):
        yield [_row(line) for line in lines]


def _row(line: bytes) -> dict[str, Any]:
    row = json.loads(line)
    if not isinstance(row, dict):
        raise TypeError("a row is no object")
    return row


@contextmanager
def _told_of_rows() -> Iterator[None]:
    """Say of rows that no table takes that it is the backup which is wrong."""
    try:
        yield
    except (ConflictError, InvalidInputError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, ConflictError) and error.user_message != ConflictError.user_message:
            raise  # it is not empty, and says so
        reason = f"{type(error).__name__}: {error}".partition("\n")[0]
        raise ArchiveError(
            reason,
            user_message=f"The rows of this backup do not fit the tables: {reason}. "
            "Nothing was restored.",
        ) from error


def _table(name: str) -> str:
    return f"tables/{name}.jsonl"


def _key(member: Member) -> str:
    return member.name.partition("/")[2]
