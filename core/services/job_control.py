"""Steering what is in the queue: cancel, retry, hold, change the prompt, sooner or later."""

from collections.abc import Iterable
from datetime import datetime

from core.domain.accounts import Actor
from core.domain.generation import MAX_SENT_CHARS
from core.domain.jobs import LOST, GenerationJob, GenerationSlot, JobStatus, SlotStatus
from core.domain.queueing import EventKind
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.image_models.registry import ImageModels
from core.services.access import must_edit
from core.services.brand_kits import require_allowed_words
from core.services.budgets import require_room
from core.services.plans import check_run_at
from core.services.references import shown_pictures
from core.services.texts import clean_text
from core.unit_of_work import Database, UnitOfWork

LOST_SENTENCE = "Its answer was lost; it may have been charged. You chose not to ask again."
_WITHOUT_PICTURE = (SlotStatus.FAILED, SlotStatus.CANCELLED)


class JobControlService:
    """Steers jobs and the pictures in them that are not made yet.

    Each method that takes a job raises `NotFoundError` for one that is not theirs.
    """

    def __init__(self, database: Database, models: ImageModels) -> None:
        self._database = database
        self._models = models

    def cancel(self, actor: Actor, job_id: int) -> int:
        """Cancel what no model was asked for, and return how many pictures those are.

        Pictures that are made or being made are kept; what the others held of the budget is free
        again. A job that is over is left alone.
        """
        must_edit(actor)
        with self._database.begin() as work:
            count = cancel_job(work, actor.workspace_id, job_id, by=actor.name)
            if count is None:
                raise _unknown(actor, job_id)
            work.audit_events.add(actor, "cancel", "generation_job", job_id, slots=count)
        return count

    def cancel_all(self, actor: Actor) -> int:
        """Cancel all pictures of the workspace that wait; return how many those are."""
        must_edit(actor)
        with self._database.read() as work:
            job_ids = work.generation_jobs.with_waiting(actor.workspace_id)
        count = 0
        for job_id in job_ids:
            # One after the other, so that nobody waits for long, nor for each other in a circle.
            with self._database.begin() as work:
                count += cancel_job(work, actor.workspace_id, job_id, by=actor.name) or 0
        if job_ids:
            with self._database.begin() as work:
                work.audit_events.add(
                    actor, "cancel_all", "workspace", actor.workspace_id, slots=count
                )
        return count

    def retry(self, actor: Actor, job_id: int, *, accept_unknown: bool = False) -> None:
        """Queue once more what is missing, and only that; it is reserved from the budget again.

        Pictures whose outcome is unknown may have been charged: they are repeated only when the
        person accepts that. Raises `BudgetError` when the budget has no room.
        """
        must_edit(actor)
        with self._database.begin() as work:
            work.budgets.lock(actor.workspace_id)
            job = _locked(work, actor, job_id)
            missing = [slot for slot in job.slots if slot.status in _WITHOUT_PICTURE]
            wanted = [slot for slot in missing if accept_unknown or not slot.may_be_paid]
            if missing and not wanted:
                raise InvalidInputError(
                    user_message="These pictures may have been charged already. "
                    "Confirm that they may be paid for once more."
                )
            self._requeue(work, actor, job, wanted)
            work.audit_events.add(
                actor,
                "retry",
                "generation_job",
                job_id,
                slots=len(wanted),
                accept_unknown=accept_unknown,
            )

    def repeat_lost(self, actor: Actor, job_id: int) -> int:
        """Queue once more only pictures whose answer was lost, and return how many those are.

        They may be paid for twice: whoever calls this has asked the person. Raises `BudgetError`
        when the budget has no room.
        """
        must_edit(actor)
        with self._database.begin() as work:
            work.budgets.lock(actor.workspace_id)
            job = _locked(work, actor, job_id)
            lost = [slot for slot in job.slots if slot.may_be_paid]
            self._requeue(work, actor, job, lost)
            work.audit_events.add(actor, "repeat_lost", "generation_job", job_id, slots=len(lost))
        return len(lost)

    def accept_loss(self, actor: Actor, job_id: int) -> int:
        """Decide that lost answers are not paid for once more; return how many those are.

        The pictures stay failed and can be repeated later; a late answer is still taken.
        """
        must_edit(actor)
        with self._database.begin() as work:
            slots = [slot for slot in _locked(work, actor, job_id).slots if slot.is_undecided]
            if not slots:
                return 0
            work.generation_jobs.set_failure(
                [slot.id for slot in slots], code=LOST, sentence=LOST_SENTENCE
            )
            _note(work, actor, slots, EventKind.FAILED, code=LOST, sentence=LOST_SENTENCE)
            work.audit_events.add(actor, "accept_loss", "generation_job", job_id, slots=len(slots))
        return len(slots)

    def pause(self, actor: Actor, job_id: int) -> None:
        """Hold a job: nothing more of it is begun. Pictures that are being made are finished."""
        must_edit(actor)
        with self._database.begin() as work:
            job = _locked(work, actor, job_id)
            _require_active(job)
            if job.paused_at is not None:
                return
            now = work.now()
            work.generation_jobs.set_paused(actor.workspace_id, job_id, now)
            _note(work, actor, _queued(job), EventKind.WAITING, reason="Paused")
            work.audit_events.add(actor, "pause", "generation_job", job_id)

    def resume(self, actor: Actor, job_id: int) -> None:
        """Let a job go on that was held; one that was not is left alone."""
        must_edit(actor)
        with self._database.begin() as work:
            job = _locked(work, actor, job_id)
            if job.paused_at is None:
                return
            work.generation_jobs.set_paused(actor.workspace_id, job_id, None)
            _note(work, actor, _queued(job), EventKind.QUEUED, reason="Resumed")
            work.audit_events.add(actor, "resume", "generation_job", job_id)

    def pause_all(self, actor: Actor) -> None:
        """Hold all jobs of the workspace, those to come included."""
        self._set_all_paused(actor, is_paused=True)

    def resume_all(self, actor: Actor) -> None:
        """Let the workspace's jobs go on; those that were held by themselves stay so."""
        self._set_all_paused(actor, is_paused=False)

    def edit_prompt(self, actor: Actor, job_id: int, prompt: str) -> int:
        """Send another prompt for the job's pictures that wait, and return how many those are.

        Pictures that were asked for keep theirs. Raises `BudgetError` when a longer prompt needs
        more than the budget has.
        """
        must_edit(actor)
        with self._database.begin() as work:
            work.budgets.lock(actor.workspace_id)
            job = _locked(work, actor, job_id)
            spec = self._models.get(job.settings.image_model).spec
            prompt = clean_text(
                prompt, "the prompt", max_chars=MAX_SENT_CHARS,
                may_be_empty=not spec.reads_sentences,
            )  # fmt: skip
            require_allowed_words(work.brand_kits.get(actor.workspace_id), prompt)
            asked = work.generation_jobs.asked(job_id)
            slots = [s for s in _queued(job) if s.id not in asked and s.prompt != prompt]
            if not slots:
                return 0
            high = self._high_micros(job, prompt)
            before = work.generation_jobs.reserved(job_id)
            require_room(work, actor, sum(high - before[slot.id] for slot in slots))
            work.generation_jobs.set_prompt(prompt, {slot.id: high for slot in slots})
            _note(work, actor, slots, EventKind.PROMPT_EDITED, prompt=prompt)
            work.audit_events.add(actor, "edit_prompt", "generation_job", job_id, slots=len(slots))
        return len(slots)

    def move_to_front(self, actor: Actor, job_id: int) -> None:
        """Let what waits of a job go before everything else of the workspace."""
        must_edit(actor)
        with self._database.begin() as work:
            # One after the other: two would both become the first.
            work.budgets.lock(actor.workspace_id)
            slots = _waiting(_locked(work, actor, job_id))
            work.generation_jobs.move_to_front(actor.workspace_id, job_id)
            _note(work, actor, slots, EventKind.QUEUED, reason="Moved to the front")
            work.audit_events.add(actor, "move_to_front", "generation_job", job_id)

    def run_later(self, actor: Actor, job_id: int, run_at: datetime | None) -> None:
        """Begin what waits of a job not before this moment; None is now."""
        must_edit(actor)
        with self._database.begin() as work:
            slots = _waiting(_locked(work, actor, job_id))
            now = work.now()
            check_run_at(run_at, now)
            moment = run_at or now
            work.generation_jobs.set_run_at([slot.id for slot in slots], moment)
            at = moment.isoformat()
            _note(work, actor, slots, EventKind.QUEUED, reason="Begins at another time", run_at=at)
            work.audit_events.add(actor, "run_later", "generation_job", job_id, run_at=at)

    def _set_all_paused(self, actor: Actor, *, is_paused: bool) -> None:
        must_edit(actor)
        with self._database.begin() as work:
            work.budgets.lock(actor.workspace_id)
            paused_at = work.now() if is_paused else None
            if work.generation_jobs.pause_all(actor.workspace_id, paused_at):
                action = "pause_all" if is_paused else "resume_all"
                work.audit_events.add(actor, action, "workspace", actor.workspace_id)

    def _requeue(
        self, work: UnitOfWork, actor: Actor, job: GenerationJob, slots: list[GenerationSlot]
    ) -> None:
        reserved = {slot.id: self._high_micros(job, slot.prompt) for slot in slots}
        require_room(work, actor, sum(reserved.values()), may_be_fewer=False)
        if slots:
            now = work.now()
            work.generation_jobs.requeue(actor.workspace_id, job.id, reserved, now)
            _note(work, actor, slots, EventKind.QUEUED)
            work.generation_jobs.settle(actor.workspace_id, job.id, now)

    def _high_micros(self, job: GenerationJob, prompt: str) -> int:
        spec = self._models.get(job.settings.image_model).spec
        references = len(shown_pictures(job.settings))
        return spec.cost_range(job.settings.size, references, len(prompt))[1]


def cancel_job(work: UnitOfWork, workspace_id: int, job_id: int, *, by: str) -> int | None:
    """Cancel what no model was asked for; return how many slots, or None if there is no job."""
    job = work.generation_jobs.lock(workspace_id, job_id)
    if job is None:
        return None
    if job.status.is_final:
        return 0
    asked = work.generation_jobs.asked(job_id)
    ends = [slot for slot in job.slots if not slot.status.is_final and slot.id not in asked]
    now = work.now()
    work.generation_jobs.cancel(workspace_id, job_id, [slot.id for slot in ends], now)
    _note_as(work, workspace_id, ends, EventKind.CANCELLED, by=by)
    work.generation_jobs.settle(workspace_id, job_id, now)
    return len(ends)


def _locked(work: UnitOfWork, actor: Actor, job_id: int) -> GenerationJob:
    job = work.generation_jobs.lock(actor.workspace_id, job_id)
    if job is None:
        raise _unknown(actor, job_id)
    return job


def _queued(job: GenerationJob) -> list[GenerationSlot]:
    return [slot for slot in job.slots if slot.status is SlotStatus.QUEUED]


def _waiting(job: GenerationJob) -> list[GenerationSlot]:
    """Return the slots that are queued, or raise a sentence when nothing waits any more."""
    slots = _queued(job)
    if not slots:
        raise ConflictError(user_message="Nothing of this job waits any more.")
    return slots


def _require_active(job: GenerationJob) -> None:
    if job.status not in (JobStatus.QUEUED, JobStatus.RUNNING):
        raise ConflictError(user_message="This job is over already.")


def _note(
    work: UnitOfWork,
    actor: Actor,
    slots: Iterable[GenerationSlot],
    kind: EventKind,
    **detail: object,
) -> None:
    _note_as(work, actor.workspace_id, slots, kind, by=actor.name, **detail)


def _note_as(
    work: UnitOfWork,
    workspace_id: int,
    slots: Iterable[GenerationSlot],
    kind: EventKind,
    **detail: object,
) -> None:
    keys = [(slot.id, slot.attempt) for slot in slots]
    work.slot_events.add_many(workspace_id, keys, kind, work.now(), **detail)


def _unknown(actor: Actor, job_id: int) -> NotFoundError:
    return NotFoundError(f"job {job_id} in workspace {actor.workspace_id}")
