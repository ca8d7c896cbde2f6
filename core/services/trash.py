"""The trash: what is in it, how it comes back, and how it goes for good, with its files."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from core.domain.accounts import Actor
from core.domain.paging import Cursor, Page
from core.domain.tasks import TaskStatus
from core.domain.trash import TRASH_KEPT, TrashCounts, TrashedThing, TrashKind
from core.errors import StorageError
from core.failpoints import failpoint
from core.services.access import must_edit, some_ids
from core.services.asset_keys import possible_keys
from core.services.tasks import TaskRun, submit_task
from core.storage.base import AssetStorage
from core.unit_of_work import Database, UnitOfWork

EMPTY_TRASH = "trash.empty"
_AT_ONCE = 200
_ROUNDS = 50


class TrashService:
    """Shows the trash, and deletes for good what is in it: nothing else can be deleted so.

    Rows become invisible first, then their files are deleted, then the rows. Whatever dies in
    between, the next `finish` goes on.
    """

    def __init__(self, database: Database, storage: AssetStorage) -> None:
        self._database = database
        self._storage = storage

    def search(
        self,
        actor: Actor,
        kind: TrashKind,
        text: str = "",
        *,
        after: Cursor | None = None,
        limit: int = 24,
    ) -> Page[TrashedThing]:
        """Return a page of what is in the trash, the latest first."""
        with self._database.read() as work:
            return work.trash.search(actor, kind, text, after=after, limit=limit)

    def counts(self, actor: Actor) -> TrashCounts:
        """Return how much is in the trash."""
        with self._database.read() as work:
            return work.trash.counts(actor)

    def delete_for_good(self, actor: Actor, kind: TrashKind, thing_ids: Sequence[int]) -> int:
        """Delete what is in the trash, with its files, and return how many there were."""
        must_edit(actor)
        ids = some_ids(thing_ids)
        with self._database.begin() as work:
            theirs = work.trash.among(actor, kind, ids)
            gone = _purge(work, actor.workspace_id, kind, theirs, work.now())
            if gone:
                work.audit_events.add(actor, "purge", str(kind), None, ids=gone)
        # What the store does not let go of now, a worker deletes within the hour.
        with suppress(StorageError):
            self.finish()
        return len(gone)

    def empty(self, actor: Actor, kind: TrashKind) -> int | None:
        """Delete all of a kind that is in the trash now; return the task, None if it is empty."""
        must_edit(actor)
        with self._database.begin() as work:
            if not work.trash.ids(actor, kind, 1):
                return None
            payload = {"kind": str(kind), "before": work.now().isoformat()}
            work.audit_events.add(actor, "empty_trash", str(kind), None)
            return submit_task(work, actor, EMPTY_TRASH, f"Empty the trash: {kind}", payload)

    def purge_expired(self) -> int:
        """Delete for good what was in the trash for 30 days; return how many things.

        For a worker, about once an hour.
        """
        count = 0
        for kind in TrashKind:
            for _ in range(_ROUNDS):
                with self._database.begin() as work:
                    now = work.now()
                    found = work.trash.expired(kind, now - TRASH_KEPT, _AT_ONCE)
                    by_workspace: dict[int, list[int]] = defaultdict(list)
                    for workspace_id, thing_id in found:
                        by_workspace[workspace_id].append(thing_id)
                    for workspace_id, ids in by_workspace.items():
                        count += len(_purge(work, workspace_id, kind, ids, now))
                if len(found) < _AT_ONCE:
                    break
        self.finish()
        return count

    def finish(self) -> int:
        """Delete the files of what was deleted for good, and return of how many assets."""
        count = 0
        while True:
            with self._database.read() as work:
                left = work.trash.purged_files(_AT_ONCE)
                ids = [asset_id for asset_id, _key in left]
                masks = work.asset_masks.keys_of(ids)
            if not left:
                return count
            for asset_id, storage_key in left:
                for key in (*possible_keys(storage_key), *masks.get(asset_id, ())):
                    self._storage.delete(key)
                failpoint("purged_file")
            with self._database.begin() as work:
                work.asset_masks.forget(ids)
                work.trash.forget_files(ids)
            count += len(left)


class EmptyTrashTask:
    """Deletes for good all of a kind that was in the trash when it was asked."""

    def __init__(self, trash: TrashService) -> None:
        self._trash = trash

    def run(self, task: TaskRun) -> Mapping[str, Any]:
        """Delete it in parts; what comes into the trash meanwhile stays."""
        kind = TrashKind(task.payload["kind"])
        before = datetime.fromisoformat(task.payload["before"])
        while True:
            task.go_on()
            with task.database.begin() as work:
                ids = work.trash.ids(task.actor, kind, _AT_ONCE, before=before)
                gone = _purge(work, task.actor.workspace_id, kind, ids, work.now())
                task.step(work, done=task.done + len(gone), stage="Deleting")
            self._trash.finish()
            if not gone:
                return {"deleted": task.done}

    def ended(self, work: UnitOfWork, task: TaskRun, status: TaskStatus) -> None:
        """Note nothing: what is gone is gone."""


def _purge(
    work: UnitOfWork, workspace_id: int, kind: TrashKind, ids: Sequence[int], now: datetime
) -> list[int]:
    if kind is TrashKind.PRODUCTS:
        return work.trash.purge_products(workspace_id, ids, now)
    if kind is TrashKind.PICTURES:
        work.looks.lock_stacks(workspace_id, ids)
        gone = work.trash.purge_assets(workspace_id, ids, now)
        work.looks.settle(workspace_id, gone)
        return gone
    return work.trash.purge_rows(workspace_id, kind, ids)
