"""Dialogs about a generation job: pay once more, run later, edit the prompt."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import streamlit as st

from core.domain.jobs import GenerationJob, SlotStatus
from ui.access import require_actor
from ui.components.counted import counted
from ui.components.job_actions import JobDialogState, accept_loss, cancelled
from ui.components.job_prices import price_of
from ui.components.job_sums import cancel_all_sentence
from ui.components.job_words import lost_slots, missing_slots, slots_in, unknown_slots
from ui.components.moments import at_clock
from ui.components.notices import announce
from ui.context import services
from ui.errors import expected_errors
from ui.format import cents, escape_markdown, viewers_zone
from ui.state import state_of


def show_job_dialog(opener: str) -> None:
    """Show the dialog that was asked for in this list, and go on showing it until it is closed.

    To be called by the page and not by a fragment: what is drawn anew every few seconds would
    close it.
    """
    state = state_of(JobDialogState)
    dialogs: dict[str, Callable[[int], None]] = {
        "pay": pay_again, "later": run_later, "prompt": edit_prompt,
        "cancel_all": lambda _job_id: cancel_all_jobs(),
    }  # fmt: skip
    if state.opener != opener or state.action not in dialogs:
        _close()
        return
    dialogs[state.action](state.job_id)


def _close() -> None:
    state = state_of(JobDialogState)
    state.action, state.job_id, state.opener = "", 0, ""


def _finish(sentence: str) -> None:
    _close()
    announce(sentence)
    st.rerun()


@st.dialog("Pay again?", icon=":material/currency_exchange:", on_dismiss=_close)
def pay_again(job_id: int) -> None:
    """Ask whether what may have been charged is paid once more, for how much, or let go."""
    actor = require_actor()
    with expected_errors():
        job = services().generation.get(actor, job_id)
        lost = lost_slots(job)
        price = cents(price_of(job, lost))
        st.markdown(_lost(len(lost), len(job.slots)))
        st.markdown(_again(len(lost), len(missing_slots(job)), price))
        with st.container(horizontal=True, horizontal_alignment="right"):
            is_let_go = bool(unknown_slots(job)) and st.button(
                "Accept the loss", icon=":material/task_alt:", key="job.pay.accept",
                help="Nothing is asked for again. It costs no more than it may have cost already.",
            )  # fmt: skip
            is_sure = st.button(
                escape_markdown(f"Pay about {price} again"), type="primary",
                icon=":material/payments:", key="job.pay.confirm", disabled=not lost,
            )  # fmt: skip
        if is_let_go:
            _finish(accept_loss(actor, job_id))
        if is_sure:
            count = services().job_control.repeat_lost(actor, job_id)
            _finish(f"{counted(count, 'picture')} in the queue once more.")


@st.dialog("Cancel all that waits?", icon=":material/close:", on_dismiss=_close)
def cancel_all_jobs() -> None:
    """Ask whether all pictures of the workspace that wait are cancelled, and say how many."""
    actor = require_actor()
    with expected_errors():
        queue = services().workspace_queues.get(actor)
        st.markdown(cancel_all_sentence(queue))
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button("Leave them", key="jobs.cancel_all.leave"):
                _close()
                st.rerun()
            is_sure = st.button(
                f"Cancel {counted(queue.queued, 'picture')}", type="primary",
                icon=":material/close:", key="jobs.cancel_all.confirm", disabled=not queue.queued,
            )  # fmt: skip
        if is_sure:
            _finish(cancelled(services().job_control.cancel_all(actor)))


@st.dialog("Run later", icon=":material/schedule:", on_dismiss=_close)
def run_later(job_id: int) -> None:
    """Ask for a day and a time in the person's own time zone."""
    actor = require_actor()
    with expected_errors():
        job = services().generation.get(actor, job_id)
        zone = viewers_zone()
        queued = counted(len(slots_in(job, SlotStatus.QUEUED)), "picture")
        st.caption(f"{queued} will wait until then. Times are in {zone.key.replace('_', ' ')}.")
        local = st.datetime_input(
            "Begin", _proposal(job).astimezone(zone).replace(tzinfo=None), format="DD.MM.YYYY",
            key=f"job.later.{job_id}", min_value=datetime.now(zone).replace(tzinfo=None),
        )  # fmt: skip
        is_sent = st.button(
            "Start at this time", type="primary", width="stretch", key="job.later.confirm",
            disabled=local is None,
        )  # fmt: skip
        if is_sent and local is not None:
            moment = local.replace(tzinfo=zone).astimezone(UTC)
            services().job_control.run_later(actor, job_id, moment)
            _finish(f"The job starts {at_clock(moment)}.")


@st.dialog("Edit prompt", width="medium", icon=":material/edit_note:", on_dismiss=_close)
def edit_prompt(job_id: int) -> None:
    """Change what will be sent for the pictures that are still queued."""
    actor = require_actor()
    with expected_errors():
        queued = slots_in(services().generation.get(actor, job_id), SlotStatus.QUEUED)
        if not queued:
            st.info("Nothing of this job is in the queue any more.", icon=":material/info:")
            return
        with st.form("job.prompt", border=False, enter_to_submit=False):
            prompt = st.text_area(
                "Prompt", queued[0].prompt, height=280, key=f"job.prompt.{job_id}",
                help="It is sent to the image model word for word.",
            )  # fmt: skip
            st.caption(_touched(queued_prompts={slot.prompt for slot in queued}, count=len(queued)))
            is_sent = st.form_submit_button(
                "Save prompt", type="primary", width="stretch", key="job.prompt.save"
            )
        if is_sent:
            count = services().job_control.edit_prompt(actor, job_id, prompt)
            _finish(f"{counted(count, 'picture')} will be made with the new prompt.")


def _lost(lost: int, pictures: int) -> str:
    if lost == 1:
        which = "this picture" if pictures == 1 else "1 picture"
        return f"The answer to {which} was lost on its way: it **may have been charged**."
    return (
        f"The answers to {lost:,} pictures were lost on their way: they **may have been charged**."
    )


def _again(lost: int, others: int, price: str) -> str:
    more = ""
    if others:
        verb = "is" if others == 1 else "are"
        more = f" {counted(others, 'other picture')} without a result {verb} left as before."
    return (
        f"Making {counted(lost, 'picture')} again costs **about {price}**, "
        f"on top of what may have been charged.{more}"
    ).replace("$", r"\$")


def _proposal(job: GenerationJob) -> datetime:
    """Return when it begins now, or the next full hour."""
    now = datetime.now(UTC)
    if job.run_at is not None and job.run_at > now:
        return job.run_at
    return (now + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)


def _touched(*, queued_prompts: set[str], count: int) -> str:
    verb = "is" if count == 1 else "are"
    text = f"{counted(count, 'picture')} that {verb} still queued will be made with it."
    if len(queued_prompts) > 1:
        text += " They have different prompts now; all get this one."
    return text + " Those that are being made, or are made, stay as they are."
