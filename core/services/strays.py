"""Stray objects: files in the store that no row leads to and nobody may still want."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from core.services.asset_keys import (
    call_in_key,
    is_of_export,
    is_of_import,
    is_of_mask,
    is_ours,
    possible_keys,
    possible_originals,
)
from core.services.batches import in_batches
from core.storage.base import AssetStorage, StoredObject
from core.unit_of_work import Database, UnitOfWork

GRACE = timedelta(hours=24)
"""A file is stored before its row: one so young may still get it."""

_AT_ONCE = 1000


class StrayObjects:
    """Finds stray objects and removes them, while others store and publish files."""

    def __init__(self, database: Database, storage: AssetStorage) -> None:
        self._database = database
        self._storage = storage

    def find(self, *, grace: timedelta = GRACE) -> Iterator[StoredObject]:
        """Yield Epox's own objects that are of no use and older than the grace period.

        Among them, of any age, are those that somebody else put into the store: `is_ours` tells.
        """
        until = datetime.now(UTC) - grace
        for some in in_batches(self._storage.list(), _AT_ONCE):
            old = [f.key for f in some if f.modified_at <= until and is_ours(f.key)]
            useless: set[str] = set()
            if old:
                with self._database.read() as work:
                    useless = set(old) - _wanted(work, old)
            yield from (f for f in some if f.key in useless or not is_ours(f.key))

    def remove(self, key: str) -> bool:
        """Remove a stray object; False when somebody wants it now after all."""
        call_id = call_in_key(key)
        with self._database.read() as work:
            if key in _wanted(work, [key]):
                return False
            is_of_call = bool(call_id and work.garbage.states_of_calls([call_id]))
        if not is_of_call:
            # Of an upload that never got its row: nobody puts the same key a second time.
            self._storage.delete(key)
            return True
        with self._database.begin() as work:
            # A slot that is queued again stores under the same key: no worker begins it now.
            work.garbage.lock_call(str(call_id))
            if key in _wanted(work, [key]):
                return False
            self._storage.delete(key)
        return True


def _wanted(work: UnitOfWork, keys: Sequence[str]) -> set[str]:
    originals = {original for key in keys for original in possible_originals(key)}
    known = work.garbage.wanted_keys(sorted(originals))
    calls = {key: call_in_key(key) for key in keys}
    in_flight = work.garbage.calls_in_flight(sorted({call for call in calls.values() if call}))
    wanted = {key for original in known for key in possible_keys(original)}
    wanted |= work.imports.wanted_files([key for key in keys if is_of_import(key)])
    wanted |= work.picture_exports.wanted_files([key for key in keys if is_of_export(key)])
    wanted |= work.asset_masks.wanted_files([key for key in keys if is_of_mask(key)])
    return wanted | {key for key, call in calls.items() if call in in_flight}
