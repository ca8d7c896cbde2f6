"""Garbage: what is of no use any more, freed by an operator or, row by row, by a worker."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from core.domain.jobs import CallState, SlotStatus
from core.domain.upkeep import GarbageItem, GarbageKind, GarbageReport
from core.errors import ConflictError
from core.repositories.garbage import ROW_KINDS
from core.services.asset_keys import is_ours
from core.services.batches import in_batches
from core.services.file_checks import LEFT_OVER_AFTER
from core.services.import_removal import count_never_run, forget_never_run
from core.services.picture_exports import count_expired_exports, forget_expired_exports
from core.services.strays import GRACE, StrayObjects
from core.storage.base import AssetStorage
from core.storage.spool import Spool, call_of
from core.unit_of_work import Database

_AT_ONCE = 200
_FEW = 100
_SHARE = 10
_ROUNDS = 100
_CLOSED = (CallState.OK, CallState.REFUSED, CallState.FAILED)


class GarbageService:
    """Finds and frees what is of no use any more.

    Nothing that a row leads to is touched, nor what is so young that its row may still come, nor
    what belongs to a call whose end is not known.
    """

    def __init__(
        self, database: Database, storage: AssetStorage, spool: Spool, *, idle: timedelta
    ) -> None:
        self._database = database
        self._storage = storage
        self._spool = spool
        self._idle = idle
        self._strays = StrayObjects(database, storage)

    def collect(
        self, *, delete: bool = False, grace: timedelta = GRACE, even_many: bool = False
    ) -> GarbageReport:
        """Return what is of no use, and free it if told to.

        Raises `ConflictError`, and frees nothing, when over a tenth of the store would go: then
        this is more likely the wrong database for this store. `even_many` says that it is not.
        """
        objects, total = self._objects(grace)
        if delete and not even_many and len(objects) > max(_FEW, total // _SHARE):
            raise ConflictError(
                user_message=f"No row leads to {len(objects)} of the {total} files in the store. "
                "Is this the right database, or was an older one restored? Nothing was deleted. "
                "If they are to go, say --even-many."
            )
        files = [*objects, *self._answers(grace), *self._unfinished()]
        if not delete:
            return GarbageReport((*files, *self._rows()), is_freed=False)
        freed = [item for item in files if self._free(item)]
        self._drop_unfinished()
        return GarbageReport((*freed, *self._forget_rows()), is_freed=True)

    def tidy(self) -> int:
        """Forget what is cheap to forget, in short transactions; return how many rows and files.

        Rows, files of imports that were never run, and what killed writes left in the spool: for a
        worker, about once an hour.
        """
        rows = sum(item.count for item in self._forget_rows())
        return rows + self._spool.store.drop_unfinished(min_age_s=LEFT_OVER_AFTER.total_seconds())

    def _objects(self, grace: timedelta) -> tuple[list[GarbageItem], int]:
        found = [
            GarbageItem(GarbageKind.OBJECT, stray.key, size_bytes=stray.size_bytes)
            for stray in self._strays.find(grace=grace)
            if is_ours(stray.key)
        ]
        # Only when it matters: another walk through a large store is not free.
        total = sum(1 for _ in self._storage.list()) if len(found) > _FEW else 0
        return found, total

    def _answers(self, grace: timedelta) -> Iterator[GarbageItem]:
        now = datetime.now(UTC)
        for some in in_batches(self._spool.store.list(), _AT_ONCE):
            answers = {call: found for found in some if (call := call_of(found.key)) is not None}
            with self._database.read() as work:
                states = work.garbage.states_of_calls(sorted(answers))
            for call_id, found in answers.items():
                age = now - found.modified_at
                if age > (LEFT_OVER_AFTER if call_id in states else grace) and _is_useless(
                    states.get(call_id)
                ):
                    yield GarbageItem(GarbageKind.ANSWER, found.key, size_bytes=found.size_bytes)

    def _unfinished(self) -> Iterator[GarbageItem]:
        for place, store in (("files", self._storage), ("spool", self._spool.store)):
            for left in store.unfinished(min_age_s=LEFT_OVER_AFTER.total_seconds()):
                yield GarbageItem(
                    GarbageKind.UNFINISHED, f"{place}/{left.key}", size_bytes=left.size_bytes
                )

    def _drop_unfinished(self) -> None:
        for store in (self._storage, self._spool.store):
            store.drop_unfinished(min_age_s=LEFT_OVER_AFTER.total_seconds())

    def _free(self, item: GarbageItem) -> bool:
        if item.kind is GarbageKind.OBJECT:
            return self._strays.remove(item.subject)
        if item.kind is GarbageKind.ANSWER:
            self._spool.store.delete(item.subject)
        return True

    def _rows(self) -> Iterator[GarbageItem]:
        for kind in ROW_KINDS:
            with self._database.read() as work:
                now = work.now()
                count = work.garbage.count(kind, now=now, idle_since=now - self._idle)
            if count:
                yield GarbageItem(kind, "", count)
        if count := count_never_run(self._database):
            yield GarbageItem(GarbageKind.IMPORTS, "", count)
        if count := count_expired_exports(self._database):
            yield GarbageItem(GarbageKind.EXPORTS, "", count)

    def _forget_rows(self) -> Iterator[GarbageItem]:
        for kind in ROW_KINDS:
            count = 0
            for _ in range(_ROUNDS):
                with self._database.begin() as work:
                    now = work.now()
                    gone = work.garbage.forget(kind, now=now, idle_since=now - self._idle)
                count += gone
                if not gone:
                    break
            if count:
                yield GarbageItem(kind, "", count)
        if count := forget_never_run(self._database, self._storage):
            yield GarbageItem(GarbageKind.IMPORTS, "", count)
        if count := forget_expired_exports(self._database, self._storage):
            yield GarbageItem(GarbageKind.EXPORTS, "", count)


def _is_useless(state: tuple[CallState, SlotStatus] | None) -> bool:
    """Say whether nobody can still turn an answer into a picture: one of no call, too."""
    if state is None:
        return True
    call, slot = state
    return call in _CLOSED or slot is SlotStatus.SUCCEEDED
