"""Generation jobs on the screen: how far they are, what failed, what can be done."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

import streamlit as st

from core.domain.accounts import Actor
from core.domain.generation import GenerationJob, JobStatus, SlotStatus
from ui.access import require_actor
from ui.components.counted import counted
from ui.components.job_actions import show_job_buttons, show_pay_again
from ui.context import services
from ui.errors import error_boundary
from ui.format import ago, duration, escape_markdown, money
from ui.state import state_of

ACTIVE_POLL_S = 2
IDLE_POLL_S = 20
NEWS = timedelta(hours=24)
MAX_NEWS = 3
"""How long a job with failures is still news; later it is in its product's history only."""

_BADGES: dict[JobStatus, tuple[str, Literal["gray", "blue", "green", "orange", "red"]]] = {
    JobStatus.QUEUED: ("Queued", "gray"),
    JobStatus.RUNNING: ("Rendering", "blue"),
    JobStatus.SUCCEEDED: ("Ready", "green"),
    JobStatus.PARTIAL: ("Some failed", "orange"),
    JobStatus.FAILED: ("Failed", "red"),
    JobStatus.CANCELLED: ("Cancelled", "gray"),
}
_MIN_PERCENT_TO_ESTIMATE = 5
_COARSE_FROM_S = 90

DrawJobs = Callable[[Sequence[GenerationJob]], None]


@dataclass
class JobWatchState:
    """What each watched list showed last, to notice when the page around it is outdated."""

    marks: dict[str, tuple[tuple[int, int, bool], ...]] = field(default_factory=dict)


def watch_jobs(draw: DrawJobs, *, key: str, product_id: int | None = None) -> bool:
    """Draw the jobs that are news and keep them current: active ones and recent failures.

    Only this part is drawn again every few seconds; when a picture or a job is finished, the
    whole page is. Returns whether a job is active.
    """
    jobs = _news(require_actor(), product_id)
    state_of(JobWatchState).marks[key] = _mark(jobs)
    is_active = any(not job.status.is_final for job in jobs)
    poll_s = ACTIVE_POLL_S if is_active else IDLE_POLL_S
    st.fragment(_watch, run_every=poll_s)(draw, key, product_id)
    return is_active


def show_jobs(jobs: Sequence[GenerationJob]) -> None:
    """Draw the jobs as cards below each other; nothing if there are none."""
    actor = require_actor()
    for job in jobs:
        show_job(actor, job)


def show_job(actor: Actor, job: GenerationJob) -> None:
    """Draw one job: state, progress, time left, a sentence for each kind of failure, actions."""
    label, color = _BADGES[job.status]
    with st.container(border=True, gap="xsmall", key=f"job.{job.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{escape_markdown(job.product_name)}**", width="content")
            st.badge(label, color=color)
            st.space("stretch")
            show_job_buttons(actor, job)
        if not job.status.is_final:
            st.progress(job.progress_percent / 100)
        st.caption(escape_markdown(_summary(job)))
        for sentence in _failures(job):
            st.markdown(f":small[:red[{escape_markdown(sentence)}]]")
        show_pay_again(actor, job)


def _watch(draw: DrawJobs, key: str, product_id: int | None) -> None:
    with error_boundary():
        jobs = _news(require_actor(), product_id)
        if _mark(jobs) != state_of(JobWatchState).marks.get(key):
            st.rerun()
        draw(jobs)


def _news(actor: Actor, product_id: int | None) -> list[GenerationJob]:
    generation = services().generation
    active = generation.jobs(actor, product_id=product_id, only_active=True).items
    recent = generation.jobs(actor, product_id=product_id, limit=MAX_NEWS).items
    oldest = datetime.now(UTC) - NEWS
    failed = (JobStatus.PARTIAL, JobStatus.FAILED)
    news = [job for job in recent if job.status in failed and job.created_at > oldest]
    by_id = {job.id: job for job in (*active, *news)}
    return [by_id[job_id] for job_id in sorted(by_id, reverse=True)]


def _mark(jobs: Sequence[GenerationJob]) -> tuple[tuple[int, int, bool], ...]:
    return tuple((job.id, job.done_count, job.status.is_final) for job in jobs)


def _summary(job: GenerationJob) -> str:
    succeeded = sum(slot.status is SlotStatus.SUCCEEDED for slot in job.slots)
    parts = [f"{succeeded} of {counted(len(job.slots), 'picture')} ready"]
    if job.status is JobStatus.QUEUED:
        parts.append("waiting for a free slot")
    elif job.status is JobStatus.RUNNING:
        parts += _stages(job)
        left_s = seconds_left(job)
        parts += [f"about {duration(left_s)} left"] if left_s is not None else []
    if job.cost_micros:
        parts.append(money(job.cost_micros))
    return " · ".join([*parts, f"by {job.created_by}", ago(job.created_at)])


def _stages(job: GenerationJob) -> list[str]:
    stages = [slot.stage for slot in job.slots if slot.status is SlotStatus.RUNNING and slot.stage]
    return stages[:1]


def seconds_left(job: GenerationJob, *, now: datetime | None = None) -> float | None:
    """Return how long the job will take if it goes on as it did, or None while that is a guess.

    It is rounded as coarsely as such a figure deserves.
    """
    begun = [slot.started_at for slot in job.slots if slot.started_at is not None]
    percent = job.progress_percent
    if not begun or percent < _MIN_PERCENT_TO_ESTIMATE:
        return None
    elapsed_s = ((now or datetime.now(UTC)) - min(begun)).total_seconds()
    left_s = elapsed_s * (100 - percent) / percent
    step_s = 60 if left_s > _COARSE_FROM_S else 5
    return max(step_s, round(left_s / step_s) * step_s)


def _failures(job: GenerationJob) -> list[str]:
    failed = [slot for slot in job.slots if slot.status is SlotStatus.FAILED]
    counts = Counter(slot.failure_code for slot in failed)
    sentences = {slot.failure_code: slot.failure or "It failed." for slot in reversed(failed)}
    if len(job.slots) == 1:
        return list(sentences.values())
    return [f"{counted(counts[code], 'picture')}: {text}" for code, text in sentences.items()]
