"""Looks: every picture is measured by a worker; near duplicates are stacked, the alike found."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from core.domain.accounts import Actor
from core.domain.looks import SAME_COLOURS, SAME_LOOK_BITS, LookAlike, LookMeasures, Stack
from core.domain.photo_checks import bits_apart
from core.domain.tasks import TaskStatus
from core.errors import ConflictError, InvalidRequestError, NotFoundError, ObjectMissingError
from core.services.access import must_edit, some_ids
from core.services.asset_keys import rendition_keys
from core.services.tasks import TaskRun
from core.storage.base import AssetStorage
from core.unit_of_work import Database, UnitOfWork

MEASURE_LOOKS = "measure_looks"
MEASURED_FROM = "w320"
"""Small, and every asset has it: all hashes come from pictures that were resized alike."""

_AT_ONCE = 20
_A_TASK = 2000
"""A longer one is cut, so that photo checks in the same lane have their turn between."""

_WORKSPACES_AT_ONCE = 50
_CANDIDATES_READ = 3

log = logging.getLogger(__name__)


class LookService:
    """Says which pictures look alike, and arranges the stacks of near duplicates."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def similar(self, actor: Actor, asset_id: int, limit: int = 24) -> tuple[LookAlike, ...]:
        """Return the pictures that look most like one, by colours and edges, without the trash.

        Compared are the newest of the same product, of nearly the same hash, and those whose
        features share a coarse hash with its own: a bounded number, so that it is as fast among
        200,000 pictures, and may then miss an old one. Empty until the picture is measured.
        """
        # Imported here: it brings NumPy, which the web process does not load.
        from core.imaging.look_ranks import likeness_to  # noqa: PLC0415 - brings NumPy

        with self._database.read() as work:
            _require(work, actor, asset_id)
            measures = work.looks.find(actor.workspace_id, asset_id)
            if measures is None:
                return ()
            found = work.looks.candidates(actor.workspace_id, asset_id, measures)
            ranked = likeness_to(measures.features, {one: look[1] for one, look in found.items()})
            best = sorted(ranked, key=lambda one: (-ranked[one], -one))[: limit * _CANDIDATES_READ]
            likeness = {one: (ranked[one], _is_same(measures, found[one])) for one in best}
            return work.looks.pictures(actor.workspace_id, likeness)[:limit]

    def stack_of(self, actor: Actor, asset_id: int) -> Stack | None:
        """Return the stack that a picture lies in, None if it lies alone."""
        with self._database.read() as work:
            _require(work, actor, asset_id)
            pictures = work.looks.stack_of(actor.workspace_id, asset_id)
        return Stack(pictures) if len(pictures) > 1 else None

    def set_top(self, actor: Actor, asset_id: int) -> None:
        """Put a picture on top of its stack, whatever is approved or pinned there.

        Raises `ConflictError` if it lies in none.
        """
        must_edit(actor)
        with self._database.begin() as work:
            _require(work, actor, asset_id)
            work.looks.lock_stacks(actor.workspace_id, [asset_id])
            if not work.looks.choose_top(actor.workspace_id, asset_id):
                raise ConflictError(
                    f"asset {asset_id} lies in no stack",
                    user_message="This picture lies in no stack any more.",
                )
            work.audit_events.add(actor, "set_top", "asset", asset_id)

    def unstack(self, actor: Actor, asset_ids: Sequence[int]) -> int:
        """Take pictures out of their stacks, never to be stacked again; return how many."""
        must_edit(actor)
        ids = some_ids(asset_ids)
        with self._database.begin() as work:
            work.looks.lock_stacks(actor.workspace_id, ids)
            gone = work.looks.take_out(actor.workspace_id, ids)
            for asset_id in gone:
                work.audit_events.add(actor, "unstack", "asset", asset_id)
        return len(gone)

    def catch_up(self) -> int:
        """Let pictures be measured that were not, or by an older version; return how many tasks.

        For a worker, about once an hour: old pictures, and whatever came in by another way.
        """
        with self._database.read() as work:
            behind = work.looks.workspaces_behind(_WORKSPACES_AT_ONCE)
        count = 0
        for workspace_id, owner_id in behind:
            with self._database.begin() as work:
                if not work.looks.is_expected(workspace_id, MEASURE_LOOKS, begun_too=True):
                    _submit(work, workspace_id, owner_id, after=0)
                    count += 1
        return count


def submit_looks(
    work: UnitOfWork, workspace_id: int, asset_ids: Sequence[int], actor_id: int | None
) -> None:
    """Let new assets be measured, once the caller's transaction is committed.

    One task takes all assets from the oldest of them on, so while one waits there is no second.
    Without a person nothing is submitted: `catch_up` finds the assets within the hour.
    """
    if not asset_ids or actor_id is None:
        return
    if not work.looks.is_expected(workspace_id, MEASURE_LOOKS, begun_too=False):
        _submit(work, workspace_id, actor_id, after=min(asset_ids) - 1)


def _submit(work: UnitOfWork, workspace_id: int, user_id: int, *, after: int) -> None:
    work.tasks.add(
        workspace_id,
        created_by=user_id,
        kind=MEASURE_LOOKS,
        title="Look for similar pictures",
        payload={"after": after},
        total=0,
        now=work.now(),
    )


class MeasureLooksTask:
    """Measures the assets that have no look of today's version, and stacks near duplicates."""

    def __init__(self, storage: AssetStorage) -> None:
        self._storage = storage

    def run(self, task: TaskRun) -> Mapping[str, Any]:
        """Measure assets by their ids, a few at a time and not all of a large workspace at once."""
        after: int = task.checkpoint.get("after", task.payload["after"])
        while task.done < _A_TASK:
            task.go_on()
            with task.database.read() as work:
                found = work.looks.unmeasured(task.actor.workspace_id, after, _AT_ONCE)
            if not found:
                return {"pictures": task.done, "after": None}
            measured = [(asset_id, self._measured(key)) for asset_id, key in found]
            after = found[-1][0]
            with task.database.begin() as work:
                for asset_id, measures in measured:
                    _keep(work, task.actor.workspace_id, asset_id, measures)
                task.step(
                    work,
                    done=task.done + len(found),
                    stage="Comparing pictures",
                    checkpoint={"after": after},
                )
        with task.database.begin() as work:
            _submit(work, task.actor.workspace_id, task.actor.user_id, after=after)
            task.step(work, done=task.done, checkpoint={"after": after})
        return {"pictures": task.done, "after": after}

    def ended(self, work: UnitOfWork, task: TaskRun, status: TaskStatus) -> None:
        """Note nothing: what was measured stays measured."""

    def _measured(self, storage_key: str) -> LookMeasures | None:
        # Imported here: it brings OpenCV, which the web process does not load.
        from core.imaging.look_features import measure_look  # noqa: PLC0415 - likewise

        key = rendition_keys(storage_key)[MEASURED_FROM]
        try:
            return measure_look(self._storage.get(key))
        except (InvalidRequestError, ObjectMissingError) as error:
            # `check` of the operator tells of files that are gone or broken.
            log.info("%s cannot be measured: %s", key, error)
            return None


def _keep(
    work: UnitOfWork, workspace_id: int, asset_id: int, measures: LookMeasures | None
) -> None:
    """Keep a look and lay the asset onto the stack of the one that is most like it."""
    twins = {} if measures is None else work.looks.twins(workspace_id, asset_id, measures)
    same = [one for one, look in twins.items() if measures and _is_same(measures, look)]
    work.looks.lock_stacks(workspace_id, [asset_id, *same])
    # It may have been deleted for good while it was measured.
    if not work.assets.lock(workspace_id, [asset_id]):
        return
    work.looks.set(workspace_id, asset_id, measures)
    if measures is not None and same:
        own = measures.phash
        nearest = min(same, key=lambda one: (bits_apart(int(twins[one][0], 16), own), -one))
        work.looks.join(workspace_id, asset_id, nearest)


def _is_same(measures: LookMeasures, other: tuple[str, bytes]) -> bool:
    """Say whether two are near duplicates: by their hashes, and in the same colours."""
    from core.imaging.look_ranks import colours_alike  # noqa: PLC0415 - likewise

    phash, features = other
    if bits_apart(int(phash, 16), measures.phash) > SAME_LOOK_BITS:
        return False
    return colours_alike(measures.features, features) >= SAME_COLOURS


def _require(work: UnitOfWork, actor: Actor, asset_id: int) -> None:
    if work.assets.find_file(actor.workspace_id, asset_id) is None:
        raise NotFoundError(f"asset {asset_id} in workspace {actor.workspace_id}")
