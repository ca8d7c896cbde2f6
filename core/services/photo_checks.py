"""Photo checks: every new photo is measured by a worker, and people may overrule the verdict."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.domain.accounts import Actor
from core.domain.photo_checks import PhotoCheck, judge
from core.domain.tasks import TaskStatus
from core.errors import InvalidRequestError, NotFoundError, ObjectMissingError
from core.services.access import must_edit, some_ids
from core.services.tasks import TaskRun, submit_task
from core.services.texts import clean_text
from core.storage.base import AssetStorage
from core.unit_of_work import Database, UnitOfWork

CHECK_PHOTOS = "photos.check"


class PhotoCheckService:
    """Says what photos are good for."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, actor: Actor, asset_ids: Sequence[int]) -> dict[int, PhotoCheck]:
        """Return the checks by photo; one that waits for its check is left out."""
        with self._database.read() as work:
            return work.photo_checks.of(actor.workspace_id, some_ids(asset_ids))

    def override(self, actor: Actor, asset_id: int, reason: str = "") -> None:
        """Use a photo whatever its check says; who did so, when and why is kept."""
        must_edit(actor)
        reason = clean_text(reason, "the reason", max_chars=500)
        with self._database.begin() as work:
            changed = work.photo_checks.override(
                actor.workspace_id, asset_id, actor.user_id, reason, work.now()
            )
            if not changed:
                raise NotFoundError(f"check of {asset_id} in workspace {actor.workspace_id}")
            work.audit_events.add(actor, "override_check", "asset", asset_id, reason=reason)

    def check(self, actor: Actor, asset_ids: Sequence[int]) -> int:
        """Let photos be checked that were not yet, or by older rules; return how many."""
        must_edit(actor)
        with self._database.begin() as work:
            missing = work.photo_checks.unchecked(actor.workspace_id, some_ids(asset_ids))
            submit_photo_checks(work, actor, missing)
        return len(missing)


def submit_photo_checks(work: UnitOfWork, actor: Actor, asset_ids: Sequence[int]) -> None:
    """Let these photos be checked, once the caller's transaction is committed."""
    if asset_ids:
        submit_task(
            work,
            actor,
            CHECK_PHOTOS,
            "Check photos",
            {"asset_ids": list(asset_ids)},
            total=len(asset_ids),
        )


class PhotoCheckTask:
    """Measures photos, one after the other."""

    def __init__(self, storage: AssetStorage) -> None:
        self._storage = storage

    def run(self, task: TaskRun) -> Mapping[str, Any]:
        """Check the photos that are not checked yet."""
        ids: list[int] = list(task.payload["asset_ids"])
        for number in range(task.checkpoint.get("next", 0), len(ids)):
            task.go_on()
            self._check(task, ids[number], number + 1)
        return {"photos": len(ids)}

    def ended(self, work: UnitOfWork, task: TaskRun, status: TaskStatus) -> None:
        """Note nothing: what was checked stays checked."""

    def _check(self, task: TaskRun, asset_id: int, done: int) -> None:
        # Imported here: it brings OpenCV, which the web process does not load.
        from core.imaging.photo_measures import measure_photo  # noqa: PLC0415

        workspace_id = task.actor.workspace_id
        with task.database.read() as work:
            asset = work.assets.find(workspace_id, asset_id)
            found = work.assets.find_file(workspace_id, asset_id)
        measures = None
        if asset is not None and found is not None:
            try:
                measures = measure_photo(
                    self._storage.get(found[0]), width_px=asset.width_px, height_px=asset.height_px
                )
            except (InvalidRequestError, ObjectMissingError):
                # `check` of the operator tells of files that are gone; here there is no photo.
                measures = None
        with task.database.begin() as work:
            # It may have been deleted for good while it was measured.
            if measures is not None and work.assets.lock(workspace_id, [asset_id]):
                twin = work.photo_checks.alike(workspace_id, asset_id, measures.phash)
                verdict, findings = judge(measures, twin=twin)
                work.photo_checks.set(
                    workspace_id, asset_id, measures, verdict, findings, work.now()
                )
            task.step(work, done=done, stage="Looking at photos", checkpoint={"next": done})
