"""The tasks of imports: check, run and undo."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from core.domain.imports import Import, ImportKind, ImportStatus
from core.domain.tasks import TaskStatus
from core.errors import NotFoundError, StorageError
from core.remote.fetcher import Fetcher
from core.services.access import MAX_IDS
from core.services.assets import AssetService
from core.services.import_applying import ImportApplier
from core.services.import_checking import ImportChecker
from core.services.import_files import reading_from_json
from core.services.import_photos import PhotoChecker, PhotoTaker
from core.services.import_undo import ImportUndo
from core.services.looks import submit_looks
from core.services.photo_checks import submit_photo_checks
from core.services.tasks import TaskHandler, TaskRun
from core.storage.base import AssetStorage
from core.unit_of_work import Database, UnitOfWork

CHECK = "import_check"
RUN = "import_run"
UNDO = "import_undo"
_FORGOTTEN_AT_ONCE = 5000


@dataclass(frozen=True)
class ImportParts:
    """What the tasks of imports stand on."""

    database: Database
    storage: AssetStorage
    assets: AssetService
    fetcher: Fetcher


def import_handlers(parts: ImportParts) -> dict[str, TaskHandler]:
    """Return who does which kind of task."""
    return {CHECK: _Check(parts), RUN: _Run(parts), UNDO: _Undo(parts)}


class _Handler:
    """What the three have in common. Where an import stands, its row and its task say together."""

    stage: ImportStatus

    def __init__(self, parts: ImportParts) -> None:
        self._parts = parts

    def run(self, task: TaskRun) -> Mapping[str, Any]:
        """Do the work, unless it is done: a task whose end could not be written comes again."""
        imported, reading = self._import(task)
        # Meanwhile a person may have gone on with the import: its next task has it now.
        if imported.task_id == task.id and imported.stage is self.stage:
            self._work(task, imported, reading)
        return {"import_id": imported.id}

    def _work(self, task: TaskRun, imported: Import, reading: Mapping[str, Any]) -> None:
        raise NotImplementedError

    def ended(self, work: UnitOfWork, task: TaskRun, status: TaskStatus) -> None:
        """Leave the row alone: whether the task failed is read from the task itself."""

    def _import(self, task: TaskRun) -> tuple[Import, Mapping[str, Any]]:
        with self._parts.database.read() as work:
            import_id = int(task.payload["import_id"])
            found = work.imports.find(task.actor.workspace_id, import_id)
            reading = work.imports.find_reading(import_id)
        if found is None:
            raise NotFoundError(f"import {import_id} of task {task.id}")
        return found, reading


class _Check(_Handler):
    stage = ImportStatus.CHECKING

    def _work(self, task: TaskRun, imported: Import, reading: Mapping[str, Any]) -> None:
        """Find out what the file would change."""
        self._clear(task, imported)
        parts = self._parts
        if imported.kind is ImportKind.PHOTOS:
            PhotoChecker(parts.database, parts.storage).run(task, imported)
        else:
            checker = ImportChecker(parts.database, parts.storage, parts.fetcher)
            checker.run(task, imported, reading_from_json(reading))

    def _clear(self, task: TaskRun, imported: Import) -> None:
        """Forget what an earlier check found."""
        is_clear = bool(task.checkpoint.get("is_clear"))
        while not is_clear:
            with self._parts.database.begin() as work:
                gone = work.imports.forget_lines(imported.id, limit=_FORGOTTEN_AT_ONCE)
                is_clear = gone < _FORGOTTEN_AT_ONCE
                task.step(work, done=0, stage="Preparing", checkpoint={"is_clear": is_clear})
            task.go_on()


class _Run(_Handler):
    stage = ImportStatus.RUNNING

    def _work(self, task: TaskRun, imported: Import, reading: Mapping[str, Any]) -> None:
        """Do what the check found."""
        del reading
        parts = self._parts
        ImportApplier(parts.database).run(task, imported)
        PhotoTaker(parts.database, parts.storage, parts.assets, parts.fetcher).run(task, imported)
        with parts.database.begin() as work:
            new = work.imports.photo_ids(imported.id)
            for begin in range(0, len(new), MAX_IDS):
                submit_photo_checks(work, task.actor, new[begin : begin + MAX_IDS])
            submit_looks(work, task.actor.workspace_id, new, task.actor.user_id)
            work.imports.change(imported.id, status=ImportStatus.DONE, finished_at=work.now())
            work.audit_events.add(task.actor, "import", "import", imported.id)
            task.step(work, done=task.done, total=task.done, stage="Done")
        with suppress(StorageError):  # what stays is freed with the strays
            parts.storage.delete(imported.storage_key)


class _Undo(_Handler):
    stage = ImportStatus.UNDOING

    def _work(self, task: TaskRun, imported: Import, reading: Mapping[str, Any]) -> None:
        """Take back what the import did."""
        del reading
        ImportUndo(self._parts.database).run(task, imported)
        with self._parts.database.begin() as work:
            work.imports.change(imported.id, status=ImportStatus.UNDONE, undone_at=work.now())
            work.audit_events.add(task.actor, "undo", "import", imported.id)
            task.step(work, done=task.done, total=task.done, stage="Taken back")
