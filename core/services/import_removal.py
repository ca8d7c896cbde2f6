"""Forgetting imports that were never run, with their files."""

from contextlib import suppress
from datetime import timedelta

from core.domain.imports import ImportStatus
from core.errors import StorageError
from core.storage.base import AssetStorage
from core.unit_of_work import Database

NEVER_RUN_KEPT = timedelta(days=30)
_LINES_AT_ONCE = 2000
_SOME = 100


def forget_import(
    database: Database, storage: AssetStorage, workspace_id: int, import_id: int
) -> bool:
    """Forget an import with its file and lines, in short transactions; False if it may not go.

    It may as long as no task works on it and nothing of it is in the catalogue.
    """
    while True:
        with database.begin() as work:
            imported = work.imports.lock(workspace_id, import_id)
            if imported is None or not imported.may_delete:
                return False
            # Nobody is to run what is left of its lines between two of these transactions.
            work.imports.change(import_id, status=ImportStatus.NEW)
            if work.imports.forget_lines(import_id, limit=_LINES_AT_ONCE) < _LINES_AT_ONCE:
                work.imports.remove(import_id)
                break
    with suppress(StorageError):  # what stays is freed with the strays
        storage.delete(imported.storage_key)
    return True


def count_never_run(database: Database) -> int:
    """Return how many imports nobody has touched for a month and never ran, up to a thousand."""
    return len(_never_run(database, limit=1000))


def forget_never_run(database: Database, storage: AssetStorage) -> int:
    """Forget imports that nobody has touched for a month and never ran; return how many."""
    return sum(
        forget_import(database, storage, workspace_id, import_id)
        for workspace_id, import_id in _never_run(database, limit=_SOME)
    )


def _never_run(database: Database, *, limit: int) -> list[tuple[int, int]]:
    with database.read() as work:
        return work.imports.never_run(before=work.now() - NEVER_RUN_KEPT, limit=limit)
