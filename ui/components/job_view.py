"""One job, kept current: where it stands, what can be done, and its pictures."""

from collections.abc import Callable, Hashable
from contextlib import suppress

import streamlit as st

from core.domain.accounts import Actor
from core.domain.answers import whole_answer_in
from core.domain.jobs import GenerationJob
from core.errors import NotFoundError
from ui.access import require_actor
from ui.components.job_actions import ICONS, act, actions_for, change_and_make_again, label_of
from ui.components.job_errors import show_job_error
from ui.components.job_slots import JobTrace, show_job_slots
from ui.components.job_words import (
    Hold,
    complaints_of,
    costs_of,
    flags_of,
    hold_of,
    made_of,
    note_of,
    sign_of,
)
from ui.components.jobs import holds_of, poll_s
from ui.components.live import show_live
from ui.components.model_names import model_names
from ui.context import services
from ui.format import escape_markdown
from ui.navigation import open_asset

OPENER = "job"
"""The name under which a job's page opens its dialogs."""


def show_job_live(job_id: int) -> None:
    """Draw the job's state, its actions and its pictures, and keep them current."""
    show_live(
        _reader(job_id),
        _draw,
        key="job.live",
        mark=lambda trace: _mark(trace.job),
        poll_s=lambda trace: poll_s([trace.job]),
    )


def _reader(job_id: int) -> Callable[[Actor], JobTrace]:
    seen: list[JobTrace] = []

    def read(actor: Actor) -> JobTrace:
        generation = services().generation
        job = generation.get(actor, job_id)
        # Whatever happens to a slot changes the job too: without that there is nothing to read.
        if not seen or seen[0].job != job:
            history, calls = generation.history(actor, job_id), generation.calls(actor, job_id)
            seen[:] = [JobTrace(job, history, calls, _warnings(actor, job))]
        return seen[0]

    return read


def _warnings(actor: Actor, job: GenerationJob) -> dict[int, str]:
    """Return what people have to know of the pictures of an edit that did not keep to its mask."""
    warnings: dict[int, str] = {}
    if job.settings.edit is None:
        return warnings
    for slot in job.slots:
        if slot.asset_id is not None:
            with suppress(NotFoundError):  # deleted for good meanwhile
                steps = services().assets.get(actor, slot.asset_id).steps
                warnings[slot.asset_id] = whole_answer_in(steps)
    return warnings


def _mark(job: GenerationJob) -> Hashable:
    """Return what, once it is another, makes the facts beside the pictures outdated."""
    prompts = tuple(slot.prompt for slot in job.slots)
    return job.status.is_final, job.priority, job.run_at, job.estimate_micros, prompts


def _draw(trace: JobTrace) -> None:
    actor, job = require_actor(), trace.job
    hold = hold_of(job, holds_of(actor, [job]), model_names())
    show_job_error(actor, OPENER)
    with st.container(border=True, gap="small", key="job.state"):
        _show_state(job, hold)
        _show_actions(actor, job)
    click = show_job_slots(trace, key="job.slots", may_edit=actor.role.may_edit, hold=hold)
    if click is not None and click.asset_id is None:
        change_and_make_again(job)
    elif click is not None and click.asset_id is not None:
        open_asset(click.asset_id)


def _show_state(job: GenerationJob, hold: Hold | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for sign in (sign_of(job, hold=hold), *flags_of(job)):
            st.badge(sign.label, color=sign.tone)
        st.markdown(made_of(job), width="content")
        st.space("stretch")
        st.markdown(f"**{escape_markdown(costs_of(job))}**", width="content")
    if not job.status.is_final:
        st.progress(job.progress_percent / 100)
    note = note_of(job, hold=hold)
    if note:
        st.caption(escape_markdown(note))
    with st.container(gap="xxsmall"):
        for complaint in complaints_of(job):
            st.markdown(f":small[:{complaint.tone}[{escape_markdown(complaint.text)}]]")


def _show_actions(actor: Actor, job: GenerationJob) -> None:
    # Each picture that failed has its own way to the studio.
    actions = [action for action in actions_for(actor, job) if action != "again"]
    if not actions:
        return
    with st.container(horizontal=True, gap="small"):
        for action in actions:
            if st.button(
                escape_markdown(label_of(action, job)), icon=f":material/{ICONS[action]}:",
                key=f"job.{action}", wrap=False,
            ):  # fmt: skip
                act(actor, job, action, opener=OPENER)
