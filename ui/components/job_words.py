"""What is said about a generation job: where it stands, what it waits for, what failed."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from core.domain.jobs import GenerationJob, GenerationSlot, JobStatus, SlotStatus
from core.domain.queueing import Priority
from core.domain.workspace_queues import Holds
from ui.components.counted import counted
from ui.components.moments import at_clock, clock, until
from ui.format import cents, duration

Tone = Literal["gray", "blue", "green", "orange", "red", "violet"]
Phase = Literal[
    "over", "stopping", "paused", "running", "held", "waiting", "scheduled", "stopped", "queued"
]  # fmt: skip


@dataclass(frozen=True)
class Sign:
    """A word or two in a colour: where a job or a picture stands."""

    label: str
    tone: Tone


@dataclass(frozen=True)
class Complaint:
    """A sentence on what failed: orange where a person has to decide, else red."""

    text: str
    tone: Tone


@dataclass(frozen=True)
class Hold:
    """What keeps queued pictures of a job from being begun, other than the job itself."""

    reason: str
    is_of_all: bool


_FINAL: dict[JobStatus, Sign] = {
    JobStatus.SUCCEEDED: Sign("Ready", "green"), JobStatus.PARTIAL: Sign("Some failed", "orange"),
    JobStatus.FAILED: Sign("Failed", "red"), JobStatus.CANCELLED: Sign("Cancelled", "gray"),
}  # fmt: skip
_SIGNS: dict[Phase, Sign] = {
    "stopping": Sign("Stopping", "gray"), "paused": Sign("Paused", "violet"),
    "running": Sign("Rendering", "blue"), "held": Sign("Paused", "violet"),
    "waiting": Sign("Waiting", "orange"), "stopped": Sign("Waiting", "orange"),
    "scheduled": Sign("Scheduled", "violet"), "queued": Sign("Queued", "gray"),
}  # fmt: skip
_SLOT_SIGNS = {
    SlotStatus.QUEUED: Sign("Queued", "gray"), SlotStatus.RUNNING: Sign("Rendering", "blue"),
    SlotStatus.SUCCEEDED: Sign("Ready", "green"), SlotStatus.FAILED: Sign("Failed", "red"),
    SlotStatus.CANCELLED: Sign("Cancelled", "gray"),
}  # fmt: skip
_MIN_PERCENT_TO_ESTIMATE = 25
_COARSE_FROM_S = 90
_COST = re.compile(r"(It cost about \$[\d.,]*\d)\.$")


def hold_of(job: GenerationJob, holds: Holds, models: Mapping[str, str]) -> Hold | None:
    """Return what keeps this job from going on; `models` are names of image models by their ids."""
    if holds.is_paused:
        return Hold("all is paused", is_of_all=True)
    image_model = job.settings.image_model
    if image_model in holds.stopped_models:
        return Hold(f"{models.get(image_model, image_model)} is stopped", is_of_all=False)
    return None


def phase_of(job: GenerationJob, *, now: datetime | None = None, hold: Hold | None = None) -> Phase:
    """Return what goes on with the job; `over` is the only phase that nothing ends by itself."""
    if job.status.is_final:
        return "over"
    if job.cancelled_at is not None:
        return "stopping"
    if job.paused_at is not None:
        return "paused"
    if slots_in(job, SlotStatus.RUNNING):
        return "running"
    return _phase_in_queue(job, now or datetime.now(UTC), hold)


def sign_of(job: GenerationJob, *, now: datetime | None = None, hold: Hold | None = None) -> Sign:
    """Return where the job stands, in the word that says most."""
    phase = phase_of(job, now=now, hold=hold)
    if phase == "over":
        return _final_sign(job)
    if phase == "paused" and slots_in(job, SlotStatus.RUNNING):
        return Sign("Pausing", "violet")
    return _SIGNS[phase]


def flags_of(job: GenerationJob) -> tuple[Sign, ...]:
    """Return what else is to be seen at a glance: a decision that is due, and its priority."""
    flags = []
    if unknown_slots(job) and not job.status.is_final:
        flags.append(Sign("Needs a decision", "orange"))
    if not job.status.is_final and job.priority < Priority.NORMAL.rank:
        flags.append(Sign("Goes first", "blue"))
    elif not job.status.is_final and job.priority > Priority.NORMAL.rank:
        flags.append(Sign("Low priority", "gray"))
    return tuple(flags)


def made_of(job: GenerationJob) -> str:
    """Return how many of its pictures there are: "2 of 4 pictures ready"."""
    made = len(slots_in(job, SlotStatus.SUCCEEDED))
    return f"{made} of {counted(len(job.slots), 'picture')} ready"


def note_of(job: GenerationJob, *, now: datetime | None = None, hold: Hold | None = None) -> str:
    """Return what happens now or what is waited for, and how long; "" when all is over and well."""
    moment = now or datetime.now(UTC)
    phase = phase_of(job, now=moment, hold=hold)
    if hold is not None and phase in ("held", "stopped"):
        return _held_note(hold, job.run_at, moment)
    notes: dict[Phase, Callable[[GenerationJob, datetime], str]] = {
        "over": _over_note, "stopping": _stopping_note, "paused": _paused_note,
        "running": _running_note, "waiting": _waiting_note, "scheduled": _scheduled_note,
    }  # fmt: skip
    return notes[phase](job, moment) if phase in notes else "Waiting for its turn"


def slot_sign(
    job: GenerationJob,
    slot: GenerationSlot,
    *,
    now: datetime | None = None,
    hold: Hold | None = None,
) -> Sign:
    """Return where one picture of the job stands."""
    if slot.may_be_paid:
        return Sign("May have been charged", "orange" if slot.is_undecided else "gray")
    if slot.status is SlotStatus.QUEUED:
        if job.paused_at is not None or (hold is not None and hold.is_of_all):
            return _SIGNS["paused"]
        if slot.stage:
            return _SIGNS["waiting"]
        if slot.run_at > (now or datetime.now(UTC)):
            return _SIGNS["scheduled"]
        if hold is not None:
            return _SIGNS["stopped"]
    return _SLOT_SIGNS[slot.status]


def slot_note(
    job: GenerationJob,
    slot: GenerationSlot,
    *,
    now: datetime | None = None,
    hold: Hold | None = None,
) -> str:
    """Return what one picture of the job waits for, or how far it is; "" when it is over."""
    moment = now or datetime.now(UTC)
    if slot.status is SlotStatus.RUNNING:
        return slot.stage or "Beginning"
    if slot.status is not SlotStatus.QUEUED:
        return ""
    return _queued_note(job, slot, moment, hold)


def complaints_of(job: GenerationJob) -> tuple[Complaint, ...]:
    """Return each sentence on what failed, with how many pictures it is true of.

    What a person has to decide comes first.
    """
    failed = slots_in(job, SlotStatus.FAILED)
    counts = Counter((slot.failure_code, slot.failure) for slot in failed)
    first = {(slot.failure_code, slot.failure): slot for slot in reversed(failed)}
    # As they are counted: in the order of their first pictures.
    found = [_complaint(job, first[kind], count) for kind, count in counts.items()]
    return tuple(sorted(found, key=lambda complaint: complaint.tone != "orange"))


def costs_of(job: GenerationJob) -> str:
    """Return what the job cost so far, against what it was expected to cost in all."""
    if not job.cost_micros and job.status.is_final and not slots_in(job, SlotStatus.SUCCEEDED):
        return "nothing spent"
    if not job.cost_micros:
        return f"about {cents(job.estimate_micros)}" if job.estimate_micros else "free"
    if job.status is JobStatus.SUCCEEDED or not job.estimate_micros:
        return cents(job.cost_micros)
    return f"{cents(job.cost_micros)} of about {cents(job.estimate_micros)}"


def slots_in(job: GenerationJob, status: SlotStatus) -> list[GenerationSlot]:
    """Return the job's slots with this status, in their order."""
    return [slot for slot in job.slots if slot.status is status]


def missing_slots(job: GenerationJob) -> list[GenerationSlot]:
    """Return the slots that are over, gave no picture and were not lost: what a retry makes."""
    over = slots_in(job, SlotStatus.FAILED) + slots_in(job, SlotStatus.CANCELLED)
    return [slot for slot in over if not slot.may_be_paid]


def unknown_slots(job: GenerationJob) -> list[GenerationSlot]:
    """Return the slots whose answer was lost: perhaps charged, so a person decides."""
    return [slot for slot in job.slots if slot.is_undecided]


def lost_slots(job: GenerationJob) -> list[GenerationSlot]:
    """Return the slots whose answer was lost, also those of which that was accepted."""
    return [slot for slot in job.slots if slot.may_be_paid]


def waiting_slot(job: GenerationJob) -> GenerationSlot | None:
    """Return the slot that will go on first, of those that wait for a reason that is known."""
    waiting = [slot for slot in slots_in(job, SlotStatus.QUEUED) if slot.stage]
    return min(waiting, key=lambda slot: slot.run_at, default=None)


def seconds_left(job: GenerationJob, *, now: datetime | None = None) -> float | None:
    """Return how long the job will take if it goes on as it did, or None while that is a guess.

    The pictures that it made tell most; before the first one, only progress that has come far
    does. It is rounded as coarsely as such a figure deserves.
    """
    moment = now or datetime.now(UTC)
    left_s = _left_by_pictures(job, moment) or _left_by_progress(job, moment)
    if left_s is None:
        return None
    step_s = 60 if left_s > _COARSE_FROM_S else 5
    return max(step_s, round(left_s / step_s) * step_s)


def _left_by_pictures(job: GenerationJob, now: datetime) -> float | None:
    took = [
        (slot.finished_at - slot.started_at).total_seconds()
        for slot in slots_in(job, SlotStatus.SUCCEEDED)
        if slot.started_at is not None and slot.finished_at is not None
    ]
    running = [slot.started_at or now for slot in slots_in(job, SlotStatus.RUNNING)]
    if not took or not running:
        return None
    mean_s = sum(took) / len(took)
    oldest_s = max(0.0, mean_s - (now - min(running)).total_seconds())
    return oldest_s + mean_s * len(slots_in(job, SlotStatus.QUEUED)) / len(running)


def _left_by_progress(job: GenerationJob, now: datetime) -> float | None:
    begun = [slot.started_at for slot in job.slots if slot.started_at is not None]
    percent = job.progress_percent
    if not begun or percent < _MIN_PERCENT_TO_ESTIMATE:
        return None
    return (now - min(begun)).total_seconds() * (100 - percent) / percent


def _phase_in_queue(job: GenerationJob, now: datetime, hold: Hold | None) -> Phase:
    if hold is not None and hold.is_of_all:
        return "held"
    if waiting_slot(job) is not None:
        return "waiting"
    if job.run_at is not None and job.run_at > now:
        return "scheduled"
    return "queued" if hold is None else "stopped"


def _final_sign(job: GenerationJob) -> Sign:
    if unknown_slots(job):
        return Sign("Needs a decision", "orange")
    if job.status is JobStatus.PARTIAL and not slots_in(job, SlotStatus.FAILED):
        return Sign("Cancelled", "gray")
    return _FINAL[job.status]


def _over_note(job: GenerationJob, _now: datetime) -> str:
    kept, gone = slots_in(job, SlotStatus.SUCCEEDED), slots_in(job, SlotStatus.CANCELLED)
    return "Cancelled, what was made is kept" if kept and gone else ""


def _stopping_note(job: GenerationJob, _now: datetime) -> str:
    running = len(slots_in(job, SlotStatus.RUNNING))
    if not running:
        return "What was asked for already is finished and kept"
    return f"{counted(running, 'picture')} can no longer be stopped, and will be kept"


def _paused_note(job: GenerationJob, now: datetime) -> str:
    running = len(slots_in(job, SlotStatus.RUNNING))
    still = f", {counted(running, 'picture')} still being made" if running else ""
    since = f" since {clock(job.paused_at, now=now)}" if job.paused_at is not None else ""
    return f"Paused{since}{still}"


def _running_note(job: GenerationJob, now: datetime) -> str:
    running = slots_in(job, SlotStatus.RUNNING)
    stage = next((slot.stage for slot in running if slot.stage), "")
    left_s = seconds_left(job, now=now)
    left = "" if left_s is None else f"about {duration(left_s)} left"
    return " · ".join(filter(None, (stage, left))) or "Beginning"


def _waiting_note(job: GenerationJob, now: datetime) -> str:
    slot = waiting_slot(job)
    return "" if slot is None else _waiting_for(slot, now)


def _waiting_for(slot: GenerationSlot, now: datetime) -> str:
    # The sign beside it says that it waits.
    reason = slot.stage.removeprefix("Waiting: ")
    reason = reason[:1].upper() + reason[1:]
    return f"{reason}, {until(slot.run_at, now=now)}" if slot.run_at > now else reason


def _scheduled_note(job: GenerationJob, now: datetime) -> str:
    return "" if job.run_at is None else f"Starts {at_clock(job.run_at, now=now)}"


def _held_note(hold: Hold, run_at: datetime | None, now: datetime) -> str:
    # The sign beside it says "Waiting" only where it is one model that is stopped.
    reason = f"Waiting: {hold.reason}" if hold.is_of_all else hold.reason
    is_later = run_at is not None and run_at > now
    return f"{reason} · was to start {at_clock(run_at, now=now)}" if run_at and is_later else reason


def _queued_note(
    job: GenerationJob, slot: GenerationSlot, moment: datetime, hold: Hold | None
) -> str:
    if job.paused_at is not None:
        return "Waits until the job is resumed"
    if hold is not None and hold.is_of_all:
        return _held_note(hold, slot.run_at, moment)
    if slot.stage:
        return _waiting_for(slot, moment)
    if slot.run_at > moment:
        return f"Starts {at_clock(slot.run_at, now=moment)}"
    return "Waiting for its turn" if hold is None else _held_note(hold, None, moment)


def _complaint(job: GenerationJob, slot: GenerationSlot, count: int) -> Complaint:
    pictures = "" if len(job.slots) == 1 else f"{counted(count, 'picture')}: "
    if slot.is_undecided:
        text = "The answer was lost on its way; it may have been charged."
        return Complaint(pictures + text, "orange")
    text = slot.failure or "It failed."
    if count > 1:
        text = _COST.sub(r"\1 each.", text)
    return Complaint(pictures + text, "gray" if slot.may_be_paid else "red")
