"""What a person can do with a generation job, and doing it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, NoReturn, get_args

import streamlit as st

from core.domain.accounts import Actor
from core.domain.jobs import GenerationJob, SlotStatus
from core.errors import BudgetError
from ui.components.counted import counted
from ui.components.job_errors import JobErrorState
from ui.components.job_prices import price_of
from ui.components.job_words import lost_slots, missing_slots, slots_in, unknown_slots
from ui.components.notices import announce
from ui.context import services
from ui.errors import expected_errors
from ui.format import cents
from ui.state import state_of

JobAction = Literal[
    "pause", "resume", "retry", "pay", "accept", "again", "cancel", "front", "now", "later",
    "prompt", "open",
]  # fmt: skip
ICONS: dict[JobAction, str] = {
    "pause": "pause", "resume": "play_arrow", "retry": "refresh", "pay": "currency_exchange",
    "accept": "task_alt", "again": "tune", "cancel": "close", "front": "vertical_align_top",
    "now": "bolt", "later": "schedule", "prompt": "edit_note", "open": "arrow_forward",
}  # fmt: skip
_ASKS_FIRST: tuple[JobAction, ...] = ("pay", "later", "prompt")


@dataclass
class JobDialogState:
    """The dialog that is open, the job it is about, and the list it was opened from."""

    action: str = ""
    job_id: int = 0
    opener: str = ""


def actions_for(
    actor: Actor, job: GenerationJob, *, now: datetime | None = None
) -> tuple[JobAction, ...]:
    """Return what this person can do with the job as it stands, the likeliest first."""
    if not actor.role.may_edit:
        return ()
    if job.status.is_final:
        return tuple(_repeats(job))
    if job.cancelled_at is not None:
        return ()
    queued = slots_in(job, SlotStatus.QUEUED)
    actions: list[JobAction] = []
    if job.paused_at is not None:
        actions.append("resume")
    elif queued:
        actions.append("pause")
    actions += _repeats(job)
    if queued:
        # What a model was asked for can no longer be stopped.
        actions.append("cancel")
        moment = now or datetime.now(UTC)
        # One that waits for its model is not begun sooner by anybody's wish.
        is_scheduled = any(slot.run_at > moment and not slot.stage for slot in queued)
        actions += ["now"] if is_scheduled else []
        actions += ["front", "later", "prompt"]
    return tuple(actions)


def label_of(action: JobAction, job: GenerationJob) -> str:
    """Return what the action's button says; where money is spent anew, how much."""
    if action == "pay":
        return f"Pay about {cents(price_of(job, lost_slots(job)))} again"
    if action == "retry":
        missing = missing_slots(job)
        price = price_of(job, missing)
        up_to = f" · up to {cents(price)}" if price else ""
        return f"Retry {counted(len(missing), 'picture')}{up_to}"
    labels: dict[str, str] = {
        "pause": "Pause", "resume": "Resume", "cancel": "Cancel",
        "accept": "Accept the loss", "again": "Change and make again",
        "front": "Move to front", "now": "Begin now", "later": "Run later",
        "prompt": "Edit prompt", "open": "Open",
    }  # fmt: skip
    return labels[action]


def act(actor: Actor, job: GenerationJob, action: str, *, opener: str) -> None:
    """Do what was clicked, or ask first where it needs a word; an action unknown does nothing."""
    known = next((one for one in get_args(JobAction) if one == action), None)
    if known == "open":
        open_job(job.id)
    if known == "again":
        change_and_make_again(job)
    if known in _ASKS_FIRST:
        state = state_of(JobDialogState)
        state.action, state.job_id, state.opener = action, job.id, opener
        st.rerun()
    deed = _deeds(actor, job).get(action)
    if deed is None:
        return
    error_state = state_of(JobErrorState)
    error_state.clear()
    with expected_errors():
        try:
            announce(deed())
        except BudgetError as error:
            # Kept, because a list that is drawn anew every few seconds would lose it.
            error_state.keep(job, error.user_message, opener=opener)
        st.rerun()


def change_and_make_again(job: GenerationJob) -> NoReturn:
    """Leave the script and show the studio, or the editor, with what this job was made from."""
    if job.settings.edit is not None:
        st.switch_page("pages/editor.py", query_params={"id": str(job.settings.photo_id)})
    address = {"product": str(job.product_id), "photo": str(job.settings.photo_id)}
    st.switch_page("pages/studio.py", query_params=address)


def open_job(job_id: int) -> NoReturn:
    """Leave the script and show the job's page."""
    st.switch_page("pages/job.py", query_params={"id": str(job_id)})


def _repeats(job: GenerationJob) -> list[JobAction]:
    possible: tuple[tuple[JobAction, object], ...] = (
        ("retry", missing_slots(job)), ("pay", lost_slots(job)), ("accept", unknown_slots(job)),
        ("again", slots_in(job, SlotStatus.FAILED)),
    )  # fmt: skip
    return [action for action, slots in possible if slots]


def _deeds(actor: Actor, job: GenerationJob) -> dict[str, Callable[[], str]]:
    control = services().job_control

    def pause() -> str:
        control.pause(actor, job.id)
        return "Paused. Pictures that are being made are finished and kept."

    def resume() -> str:
        control.resume(actor, job.id)
        return "Resumed."

    def retry() -> str:
        control.retry(actor, job.id)
        return "What is missing is in the queue once more."

    def accept() -> str:
        return accept_loss(actor, job.id)

    def cancel() -> str:
        return cancelled(control.cancel(actor, job.id))

    def front() -> str:
        control.move_to_front(actor, job.id)
        return "This job is next."

    def begin_now() -> str:
        control.run_later(actor, job.id, None)
        return "The job begins as soon as it is its turn."

    return {
        "pause": pause, "resume": resume, "retry": retry, "accept": accept, "cancel": cancel,
        "front": front, "now": begin_now,
    }  # fmt: skip


def accept_loss(actor: Actor, job_id: int) -> str:
    """Let lost answers go without paying again; return what to say of it."""
    count = services().job_control.accept_loss(actor, job_id)
    if not count:
        return "There was nothing to decide any more."
    return f"Noted: {counted(count, 'picture')} will not be asked for again."


def cancelled(count: int) -> str:
    """Return what to say when so many pictures were cancelled."""
    if not count:
        return "Nothing could be cancelled any more: what is being made is finished and kept."
    return f"{counted(count, 'picture')} cancelled. What is made, or is being made now, is kept."
