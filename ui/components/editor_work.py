"""What makes the next version of a picture: a task of local tools or a job of an image model."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from core.domain.accounts import Actor
from core.domain.answers import whole_answer_in
from core.domain.image_tools import FileFormat, steps_from_json
from core.domain.jobs import GenerationJob, JobFilter, JobStatus
from core.domain.tasks import Task, TaskStatus
from core.errors import InvalidInputError, NotFoundError
from core.services.image_tools import IMAGE_TOOLS, ToolRun
from ui.components.editor_state import EditorState, tell
from ui.components.job_words import note_of
from ui.context import services
from ui.format import duration
from ui.state import state_of

_MAX_LOOKED_BACK = 10


@dataclass(frozen=True)
class Progress:
    """How far the next version is; `share` is None while nobody knows."""

    title: str
    note: str
    share: float | None
    may_cancel: bool


@dataclass(frozen=True)
class Work:
    """What runs for a picture, or how it has just ended: with a version, or with a sentence.

    `warning` is what a person has to know of the version.
    """

    progress: Progress | None = None
    made_id: int | None = None
    failure: str = ""
    warning: str = ""


def begin_save(actor: Actor, asset_id: int, event: Mapping[str, Any]) -> None:
    """Let the steps be saved as a new version; raises the sentence for what is refused."""
    try:
        file_format = FileFormat(str(event.get("format", "")))
    except ValueError as error:
        raise InvalidInputError(user_message="Pictures are not saved in this format.") from error
    task_id = services().image_tools.save(
        actor,
        asset_id,
        steps_from_json(event.get("steps")),
        file_format=file_format,
        title=str(event.get("title", "")),
        request_id=str(event.get("number", "")),
    )
    state_of(EditorState).work[asset_id] = ("task", task_id)


def cancel_work(actor: Actor, asset_id: int) -> None:
    """Stop what makes the next version; what is done is kept."""
    kind, work_id = state_of(EditorState).work.get(asset_id, ("", 0))
    if kind == "task":
        services().tasks.cancel(actor, work_id)
    elif kind == "job":
        services().job_control.cancel(actor, work_id)


def work_of(actor: Actor, asset_id: int) -> Work | None:
    """Return what runs for the picture or has just ended; what ended is told only once."""
    state = state_of(EditorState)
    if asset_id not in state.looked:
        state.looked.add(asset_id)
        _find_running(actor, asset_id)
    kind, work_id = state.work.get(asset_id, ("", 0))
    if not kind:
        return None
    try:
        if kind == "task":
            work = _tool_work(services().image_tools.run(actor, work_id), asset_id)
        else:
            work = _job_work(actor, services().generation.get(actor, work_id))
    except NotFoundError:
        work = Work(failure=_NOTHING_MADE)
    if work.progress is None:
        del state.work[asset_id]
    return work


def take_ended(work: Work, asset_id: int) -> None:
    """Tell the editor how it ended."""
    if work.made_id is not None:
        said = work.warning or "This is the new version."
        tell(said, is_bad=bool(work.warning), saved_from=asset_id)
    elif work.failure:
        tell(work.failure, is_bad=True)


def _find_running(actor: Actor, asset_id: int) -> None:
    """After a reload: find what was begun before it."""
    page = services().tasks.search(actor, [IMAGE_TOOLS], limit=_MAX_LOOKED_BACK)
    for task in page.items:
        if not task.status.is_final and task.payload.get("asset_ids") == [asset_id]:
            state_of(EditorState).work[asset_id] = ("task", task.id)
            return
    going = JobFilter(statuses=(JobStatus.QUEUED, JobStatus.RUNNING))
    for job in services().generation.jobs(actor, going, limit=_MAX_LOOKED_BACK).items:
        if job.settings.edit is not None and job.settings.photo_id == asset_id:
            state_of(EditorState).work[asset_id] = ("job", job.id)
            return


def _tool_work(run: ToolRun, asset_id: int) -> Work:
    task = run.task
    if asset_id in run.made and task.status.is_final:
        return Work(made_id=run.made[asset_id])
    if task.status is TaskStatus.CANCELLED:
        return Work(failure="Saving was cancelled. Your changes are still here.")
    if task.status.is_final:
        return Work(failure=run.failed.get(asset_id) or task.failure or _NOTHING_MADE)
    return Work(Progress("Saving the new version", *_how_far(task)))


def _how_far(task: Task) -> tuple[str, float | None, bool]:
    if task.status is TaskStatus.QUEUED:
        return "Waiting for a free worker", None, task.cancel_asked_at is None
    left = task.seconds_left(datetime.now(UTC))
    note = task.stage or "Working"
    if left is not None:
        note += f" \u00b7 about {duration(max(1.0, left))} left"
    return note, task.share or None, task.cancel_asked_at is None


def _job_work(actor: Actor, job: GenerationJob) -> Work:
    if not job.status.is_final:
        share = job.progress_percent / 100 or None
        return Work(Progress("Making the edit", note_of(job), share, job.cancelled_at is None))
    made = [slot.asset_id for slot in job.slots if slot.asset_id is not None]
    if made:
        steps = services().assets.get(actor, made[0]).steps
        return Work(made_id=made[0], warning=whole_answer_in(steps))
    sentences = (slot.failure for slot in job.slots if slot.failure)
    return Work(failure=next(sentences, "The edit was cancelled. Nothing was charged for it."))


_NOTHING_MADE = "The new version could not be made. Your changes are still here; please try again."
