"""The task of image tools: one picture after the other, each result an asset of its own."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.domain.assets import Asset, NewAsset, Origin
from core.domain.image_tools import FileFormat, ToolStep, main_tool, steps_from_json
from core.domain.tasks import TaskStatus
from core.errors import (
    ConflictError,
    ImageRejectedError,
    InvalidInputError,
    NotFoundError,
    ObjectMissingError,
)
from core.failpoints import failpoint
from core.imaging.base import MAX_ANSWER_BYTES, CheckedImage, ImageGate
from core.imaging.bench import ToolBench
from core.imaging.rendered import Rendered
from core.services.assets import AssetService
from core.services.image_tools import PARTS_A_PICTURE, key_of_picture, supplies_for
from core.services.looks import submit_looks
from core.services.tasks import TaskRun
from core.storage.base import AssetStorage
from core.unit_of_work import Database, UnitOfWork

_TOLD_EVERY_S = 1.0
_ENDINGS = ("jpg", "png", "webp")
_CANNOT_BE_DONE = (InvalidInputError, ImageRejectedError, NotFoundError, ObjectMissingError)
"""What is said of one picture, while the others go on. Anything else ends or postpones the task."""


@dataclass(frozen=True)
class ImageToolParts:
    """What the task stands on."""

    database: Database
    storage: AssetStorage
    assets: AssetService
    gate: ImageGate
    bench: ToolBench


class ImageToolTask:
    """Applies steps to pictures.

    A result's row, the history and the checkpoint are written in one transaction, and its files
    lie under a key that the request and the picture give: killed at any moment, the task goes on
    without a result twice and without one lost.
    """

    def __init__(self, parts: ImageToolParts) -> None:
        self._parts = parts

    def run(self, task: TaskRun) -> Mapping[str, Any]:
        """Make the results that are not made yet."""
        ids: list[int] = list(task.payload["asset_ids"])
        outcome = _Outcome.from_checkpoint(task.checkpoint)
        for number in range(outcome.next, len(ids)):
            task.go_on()
            try:
                self._make_once(task, ids[number], outcome)
            except _CANNOT_BE_DONE as error:
                outcome.failed[ids[number]] = error.user_message
                with self._parts.database.begin() as work:
                    outcome.step(task, work)
        if len(ids) == 1 and outcome.failed:
            # One picture, one sentence: the task itself says why there is no result.
            raise InvalidInputError(user_message=outcome.failed[ids[0]])
        return {"made": len(outcome.made), "failed": len(outcome.failed)}

    def ended(self, work: UnitOfWork, task: TaskRun, status: TaskStatus) -> None:
        """Note nothing: what is made stays, and the checkpoint tells what is not."""

    def _make_once(self, task: TaskRun, asset_id: int, outcome: "_Outcome") -> None:
        try:
            self._make(task, asset_id, outcome)
        except ConflictError:
            # Another task of the same request made it at the same moment: now it is found.
            self._make(task, asset_id, outcome)

    def _make(self, task: TaskRun, asset_id: int, outcome: "_Outcome") -> None:
        parts, workspace_id = self._parts, task.actor.workspace_id
        folder = _folder(task, asset_id)
        keys = [f"w{workspace_id}/{folder}/original.{ending}" for ending in _ENDINGS]
        with parts.database.read() as work:
            made_id = work.image_tools.find_result(workspace_id, keys)
            if made_id is None:
                key = key_of_picture(work, workspace_id, asset_id)
        if made_id is not None:
            outcome.made[asset_id] = made_id
            with parts.database.begin() as work:
                outcome.step(task, work)
            return
        steps = steps_from_json(task.payload["steps"])
        rendered = parts.bench.apply(
            parts.storage.get(key),
            steps,
            file_format=FileFormat(task.payload["file_format"]),
            supplies=supplies_for(parts.database, parts.storage, workspace_id, steps),
            on_progress=self._told(task, outcome),
        )
        checked = parts.gate.check(rendered.data, max_bytes=MAX_ANSWER_BYTES)
        storage_key = parts.assets.store(workspace_id, folder, rendered.data, checked)
        failpoint("tool_stored")
        with parts.database.begin() as work:
            # Kept from changing: it may be put in the trash or renamed while it is worked on.
            work.assets.lock(workspace_id, [asset_id])
            parent = work.assets.find(workspace_id, asset_id)
            if parent is None:
                raise NotFoundError(f"asset {asset_id} was deleted while it was worked on")
            asset = _result(parent, steps, rendered, checked, storage_key)
            outcome.made[asset_id] = self._add(task, work, parent, asset)
            outcome.step(task, work)
            failpoint("tool_written")
        failpoint("tool_made")

    def _add(self, task: TaskRun, work: UnitOfWork, parent: Asset, asset: NewAsset) -> int:
        actor = task.actor
        new_id = work.assets.add(
            actor.workspace_id, asset, created_by=actor.user_id, now=work.now()
        )
        if title := str(task.payload["title"]):
            work.asset_words.set_title(new_id, title)
            work.asset_texts.refresh(actor.workspace_id, [new_id])
        submit_looks(work, actor.workspace_id, [new_id], actor.user_id)
        work.audit_events.add(actor, "edit", "asset", new_id, parent_id=parent.id, tool=asset.tool)
        return new_id

    def _told(self, task: TaskRun, outcome: "_Outcome") -> Callable[[int, int], None]:
        """Return what writes down how far a picture is, now and then, and ends it where asked."""
        last_s = time.monotonic()

        def tell(done: int, total: int) -> None:
            nonlocal last_s
            now_s = time.monotonic()
            if now_s - last_s < _TOLD_EVERY_S:
                return
            last_s = now_s
            part = int(PARTS_A_PICTURE * min(done / max(total, 1), 0.99))
            with self._parts.database.begin() as work:
                stage = f"{outcome.stage(task)}: part {done + 1} of {total}"
                task.step(work, done=outcome.next * PARTS_A_PICTURE + part, stage=stage)
            task.go_on()

        return tell


@dataclass
class _Outcome:
    """What came of each picture so far."""

    made: dict[int, int]
    failed: dict[int, str]

    @classmethod
    def from_checkpoint(cls, checkpoint: Mapping[str, Any]) -> "_Outcome":
        return cls(
            made={int(key): value for key, value in checkpoint.get("made", {}).items()},
            failed={int(key): value for key, value in checkpoint.get("failed", {}).items()},
        )

    @property
    def next(self) -> int:
        """Return how many pictures are done: they are done in order."""
        return len(self.made) + len(self.failed)

    def stage(self, task: TaskRun) -> str:
        count = len(task.payload["asset_ids"])
        return "Working" if count == 1 else f"Picture {min(self.next + 1, count)} of {count}"

    def step(self, task: TaskRun, work: UnitOfWork) -> None:
        """Write down what came of one more picture."""
        checkpoint = {
            "made": {str(key): value for key, value in self.made.items()},
            "failed": {str(key): value for key, value in self.failed.items()},
        }
        done = self.next * PARTS_A_PICTURE
        task.step(work, done=done, stage=self.stage(task), checkpoint=checkpoint)


def _result(
    parent: Asset,
    steps: tuple[ToolStep, ...],
    rendered: Rendered,
    checked: CheckedImage,
    storage_key: str,
) -> NewAsset:
    return NewAsset(
        origin=Origin.EDITED,
        sha256=checked.sha256,
        size_bytes=checked.size_bytes,
        mime_type=checked.mime_type,
        width_px=checked.width_px,
        height_px=checked.height_px,
        storage_key=storage_key,
        label=parent.label,
        product_id=parent.product_id,
        parent_asset_id=parent.id,
        credit=None if parent.credit is None else parent.credit.to_json(),
        tool=main_tool(steps),
        steps=rendered.steps,
    )


def _folder(task: TaskRun, asset_id: int) -> str:
    """Return the same folder for the same steps of the same request on the same picture."""
    wanted = [task.payload[name] for name in ("run", "steps", "file_format")]
    text = json.dumps([task.actor.workspace_id, asset_id, *wanted], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
