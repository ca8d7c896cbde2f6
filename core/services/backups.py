"""Backups: one file that holds all rows and all files, and goes into any kind of store again."""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from heapq import merge
from pathlib import Path
from typing import Any

from core.domain.answers import answer_in
from core.domain.upkeep import BackupReport, RestoreReport
from core.errors import ObjectMissingError, StorageError
from core.services.asset_keys import answer_key, keys_of_asset
from core.services.restores import FORMAT, OnProgress, Restore
from core.storage.archives import ArchiveWriter
from core.storage.base import AssetStorage
from core.storage.spool import Spool, call_of
from core.unit_of_work import Database


class BackupService:
    """Writes backups while people work, and restores them into empty stores."""

    def __init__(
        self, database: Database, storage: AssetStorage, spool: Spool, *, version: str
    ) -> None:
        self._database = database
        self._storage = storage
        self._spool = spool
        self._version = version

    def backup(
        self,
        path: Path,
        *,
        files: bool = True,
        on_progress: OnProgress = lambda _count: None,
    ) -> BackupReport:
        """Write a backup to a new file, which is there only when it is whole.

        It holds the rows of one moment, this machine's spooled answers and, with `files`, every
        file that a row leads to; those that the store lacks are named in the report. Raises
        `ArchiveError`, `StorageError` or `DatabaseUnavailableError`; then there is no backup.
        """
        with ArchiveWriter(path) as archive:
            # Answers first: of one that becomes an asset meanwhile, the copied rows know nothing.
            answers = self._copy_answers(archive)
            manifest = self._copy_tables(archive)
            copied, missing = self._copy_files(archive, on_progress) if files else (0, ())
            archive.finish({**manifest, "has_files": files, "missing": list(missing)})
        return BackupReport(
            rows=sum(manifest["tables"].values()),
            files=copied,
            answers=answers,
            size_bytes=path.stat().st_size,
            missing=missing,
        )

    def restore(
        self, path: Path, *, on_progress: OnProgress = lambda _count: None
    ) -> RestoreReport:
        """Fill the empty database and the empty store from a backup, of whatever kind they are.

        All of it is verified before anything is written. Nobody's session comes back, and every
        unfinished job is paused: what was asked after the backup is not known to it. Raises
        `ArchiveError` for a backup that cannot be used, `ConflictError` for a target that is not
        empty; then nothing is changed.
        """
        return Restore(self._database, self._storage, self._spool).run(path, on_progress)

    def _copy_answers(self, archive: ArchiveWriter) -> int:
        copied = 0
        for found in self._spool.store.list():
            if call_of(found.key) is None:
                continue
            with suppress(ObjectMissingError):  # it is an asset by now
                _copy(archive, f"spool/{found.key}", self._spool.store, found.key)
                copied += 1
        return copied

    def _copy_tables(self, archive: ArchiveWriter) -> dict[str, Any]:
        counts = {}
        with self._database.read() as work:
            work.table_copies.take_snapshot()
            manifest = {
                "format": FORMAT,
                "version": self._version,
                "schema": work.table_copies.revision,
                "made_at": datetime.now(UTC).isoformat(),
                "spool_id": self._spool.id,
                "counters": work.table_copies.counters(),
            }
            for name in sorted(work.table_copies.names):
                counts[name] = 0
                with archive.member(f"tables/{name}.jsonl") as target:
                    for row in work.table_copies.rows(name):
                        target.write(json.dumps(row).encode() + b"\n")
                        counts[name] += 1
        return {**manifest, "tables": counts}

    def _copy_files(
        self, archive: ArchiveWriter, on_progress: OnProgress
    ) -> tuple[int, tuple[str, ...]]:
        # From the rows that were copied, so that no transaction is open while files are.
        copied, missing = 0, []
        # Deleted for good: their files are gone or about to go.
        purged = {row["id"] for row in _rows(archive, "assets") if row["purged_at"] is not None}
        for key in merge(_keys_of_assets(archive), _keys_of_masks(archive, purged)):
            try:
                _copy(archive, f"files/{key}", self._storage, key)
            except ObjectMissingError:
                missing.append(key)
            else:
                copied += 1
                on_progress(copied)
        return copied, tuple(missing)


def _keys_of_assets(archive: ArchiveWriter) -> Iterator[str]:
    for row in _rows(archive, "assets"):
        if row["purged_at"] is not None:
            continue
        keys = keys_of_asset(row["storage_key"])
        answer = answer_in(row["steps"])
        yield from sorted(
            keys if answer is None else (*keys, answer_key(row["storage_key"], answer.name))
        )


def _keys_of_masks(archive: ArchiveWriter, purged: set[int]) -> Iterator[str]:
    for row in _rows(archive, "asset_masks"):
        if row["asset_id"] not in purged:
            yield row["storage_key"]


def _rows(archive: ArchiveWriter, table: str) -> Iterator[dict[str, Any]]:
    return map(json.loads, archive.lines(f"tables/{table}.jsonl"))


def _copy(archive: ArchiveWriter, name: str, store: AssetStorage, key: str) -> None:
    """Copy an object, or raise `ObjectMissingError` before anything of it is written."""
    size, chunks = store.stream(key)
    with archive.member(name) as target:
        for chunk in chunks:
            target.write(chunk)
        if target.size_bytes != size:
            raise StorageError(f"{key} has {target.size_bytes} bytes, the store said {size}")
