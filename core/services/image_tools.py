"""Image tools: preview steps on a picture, save them, apply them to many."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.domain.accounts import Actor
from core.domain.image_tools import (
    Background,
    BackgroundKind,
    CutOut,
    FileFormat,
    MadeFrom,
    ToolStep,
    some_steps,
    steps_from_json,
    steps_to_json,
)
from core.domain.paging import Cursor, Page
from core.domain.tasks import Task, TaskStatus
from core.errors import InvalidInputError, NotFoundError
from core.imaging.bench import ToolBench
from core.imaging.call_off import CallOff
from core.imaging.rendered import Rendered, Supplies
from core.services.access import must_edit, some_ids
from core.services.assets import require_picture
from core.services.tasks import TaskService, submit_task
from core.services.texts import clean_line
from core.storage.base import AssetStorage
from core.unit_of_work import Database, UnitOfWork

IMAGE_TOOLS = "image_tools"
PARTS_A_PICTURE = 100
"""A task counts so many parts a picture, so that a long one can be watched."""

MIN_PREVIEW_PX, MAX_PREVIEW_PX = 64, 2400
_WORDS = {
    "crop": "Crop",
    "rotate": "Rotate",
    "straighten": "Straighten",
    "flip": "Mirror",
    "adjust": "Adjust",
    "cutout": "Cut out",
    "background": "Change the background of",
    "packshot": "Make a packshot of",
    "upscale": "Enlarge",
}


@dataclass(frozen=True)
class ToolRun:
    """A task of image tools, picture by picture.

    `made` leads from each picture that is done to its result, `failed` to the sentence why there
    is none; `waiting` are those that nobody has worked on.
    """

    task: Task
    steps: tuple[ToolStep, ...]
    made: dict[int, int]
    failed: dict[int, str]
    waiting: tuple[int, ...]

    @property
    def may_retry(self) -> bool:
        """Say whether there is something to do again."""
        return self.task.status.is_final and bool(self.failed or self.waiting)


class ImageToolService:
    """Makes pictures from pictures. The original always stays: a result is an asset of its own."""

    def __init__(self, database: Database, storage: AssetStorage, bench: ToolBench) -> None:
        self._database = database
        self._storage = storage
        self._bench = bench
        self._tasks = TaskService(database)

    def preview(
        self,
        actor: Actor,
        asset_id: int,
        steps: Sequence[ToolStep],
        *,
        longest_px: int = 1280,
        file_format: FileFormat = FileFormat.AUTO,
        call_off: CallOff | None = None,
    ) -> Rendered:
        """Return what `save` would make, scaled down as a PNG; nothing is kept.

        Its pixels are those of the saved result scaled down. Enlarging is shown on small parts
        only, and what takes long is ended. Raises `InvalidInputError` with a sentence for the
        person, and `TaskCancelledError` when it is called off.
        """
        must_edit(actor)
        steps = some_steps(steps)
        longest = min(max(int(longest_px), MIN_PREVIEW_PX), MAX_PREVIEW_PX)
        with self._database.read() as work:
            key = key_of_picture(work, actor.workspace_id, asset_id)
        supplies = supplies_for(self._database, self._storage, actor.workspace_id, steps)
        return self._bench.apply(
            self._storage.get(key),
            steps,
            longest=longest,
            file_format=file_format,
            supplies=supplies,
            call_off=call_off,
        )

    def save(
        self,
        actor: Actor,
        asset_id: int,
        steps: Sequence[ToolStep],
        *,
        file_format: FileFormat = FileFormat.AUTO,
        title: str = "",
        request_id: str = "",
    ) -> int:
        """Let a worker make the result as a new asset; return the task, whose `run` tells of it.

        Asked twice with the same `request_id`, it is made once.
        """
        return self.apply(
            actor,
            [asset_id],
            steps,
            file_format=file_format,
            title=title,
            request_id=request_id,
        )

    def apply(
        self,
        actor: Actor,
        asset_ids: Sequence[int],
        steps: Sequence[ToolStep],
        *,
        file_format: FileFormat = FileFormat.AUTO,
        title: str = "",
        request_id: str = "",
    ) -> int:
        """Let a worker do the same to each picture, and return the task.

        A picture that cannot be done is told of with a sentence and holds up no other.
        """
        must_edit(actor)
        ids, steps = some_ids(asset_ids), some_steps(steps)
        if not ids:
            raise InvalidInputError(user_message="Please choose at least one picture.")
        if not steps:
            raise InvalidInputError(
                user_message="Nothing is changed yet: there is nothing to save."
            )
        payload = {
            "asset_ids": ids,
            "steps": steps_to_json(steps),
            "file_format": FileFormat(file_format).value,
            "title": clean_line(title, "the title", max_chars=200, may_be_empty=True),
            "run": _run_of(actor, request_id),
        }
        with self._database.begin() as work:
            if len(ids) == 1:  # of many, one that is gone meanwhile is told of at the end
                key_of_picture(work, actor.workspace_id, ids[0])
            return self._submit(work, actor, payload)

    def made_from(self, actor: Actor, asset_ids: Sequence[int]) -> dict[int, MadeFrom]:
        """Return how assets were made from their parents, by id; others are left out."""
        with self._database.read() as work:
            return work.image_tools.steps(actor.workspace_id, some_ids(asset_ids))

    def run(self, actor: Actor, task_id: int) -> ToolRun:
        """Return how far a task of image tools is, picture by picture."""
        task = self._tasks.get(actor, task_id)
        if task.kind != IMAGE_TOOLS:
            raise NotFoundError(f"task {task_id} is no work of image tools")
        [run] = self._runs(actor, [task])
        return run

    def runs(self, actor: Actor, *, after: Cursor | None = None, limit: int = 20) -> Page[ToolRun]:
        """Return a page of the workspace's tasks of image tools, newest first."""
        page = self._tasks.search(actor, [IMAGE_TOOLS], after=after, limit=limit)
        return Page(tuple(self._runs(actor, page.items)), page.next, page.total)

    def retry(self, actor: Actor, task_id: int) -> int:
        """Let a worker try the pictures again that have no result; return the new task.

        None of them can get two results by it.
        """
        must_edit(actor)
        run = self.run(actor, task_id)
        if not run.may_retry:
            raise InvalidInputError(user_message="There is nothing to try again.")
        left = [*run.failed, *run.waiting]
        with self._database.begin() as work:
            return self._submit(work, actor, {**run.task.payload, "asset_ids": left})

    def _submit(self, work: UnitOfWork, actor: Actor, payload: dict[str, Any]) -> int:
        steps, ids = steps_from_json(payload["steps"]), payload["asset_ids"]
        what = "a picture" if len(ids) == 1 else f"{len(ids)} pictures"
        title = f"{_WORDS[steps[-1].tool]} {what}"
        total = PARTS_A_PICTURE * len(ids)
        return submit_task(work, actor, IMAGE_TOOLS, title, payload, total=total)

    def _runs(self, actor: Actor, tasks: Sequence[Task]) -> list[ToolRun]:
        with self._database.read() as work:
            checkpoints = work.image_tools.checkpoints(actor.workspace_id, tasks)
        return [_run(task, checkpoints.get(task.id, {})) for task in tasks]


def key_of_picture(work: UnitOfWork, workspace_id: int, asset_id: int) -> str:
    """Return where the original of a picture is, or raise a sentence when it is gone."""
    asset = work.assets.find(workspace_id, asset_id)
    found = work.assets.find_file(workspace_id, asset_id)
    if asset is None or found is None:
        raise NotFoundError(f"asset {asset_id} in workspace {workspace_id}")
    require_picture(asset)  # one in the trash is named as such
    return found[0]


def supplies_for(
    database: Database, storage: AssetStorage, workspace_id: int, steps: Sequence[ToolStep]
) -> Supplies:
    """Return the masks and pictures that steps name; what is not there is left out."""
    masks = {s.mask_id for s in steps if isinstance(s, CutOut) and s.mask_id is not None}
    pictures = {
        s.asset_id
        for s in steps
        if isinstance(s, Background) and s.kind is BackgroundKind.PICTURE and s.asset_id is not None
    }
    if not masks and not pictures:
        return Supplies()
    with database.read() as work:
        mask_keys = work.image_tools.mask_keys(workspace_id, masks)
        files = {n: work.assets.find_file(workspace_id, n) for n in sorted(pictures)}
    return Supplies(
        masks={mask_id: storage.get(key) for mask_id, key in mask_keys.items()},
        pictures={n: storage.get(file[0]) for n, file in files.items() if file is not None},
    )


def _run(task: Task, checkpoint: dict[str, Any]) -> ToolRun:
    ids = list(task.payload["asset_ids"])
    made = {int(key): int(value) for key, value in checkpoint.get("made", {}).items()}
    failed = {int(key): str(value) for key, value in checkpoint.get("failed", {}).items()}
    left = tuple(asset_id for asset_id in ids if asset_id not in made and asset_id not in failed)
    if task.status is TaskStatus.FAILED and len(ids) == 1 and left:
        failed, left = {ids[0]: task.failure or ""}, ()
    return ToolRun(task, steps_from_json(task.payload["steps"]), made, failed, left)


def _run_of(actor: Actor, request_id: str) -> str:
    """Return what makes the keys of results: the same for the same request of the same person."""
    if not request_id:
        return uuid.uuid4().hex
    return f"{actor.user_id}-{request_id[:80]}"
