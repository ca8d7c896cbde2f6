"""Generation jobs on the screen: those that are news, kept current."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import streamlit as st

from core.domain.accounts import Actor
from core.domain.jobs import GenerationJob, JobFilter, JobStatus
from core.domain.workspace_queues import Holds
from ui.access import require_actor
from ui.components.counted import counted
from ui.components.job_actions import act
from ui.components.job_dialogs import show_job_dialog
from ui.components.job_errors import show_job_error
from ui.components.job_rows import show_job_rows
from ui.components.job_words import costs_of, phase_of
from ui.components.live import show_live
from ui.components.model_names import model_names
from ui.components.photo_urls import photo_urls
from ui.context import services
from ui.format import escape_markdown

MOVING_POLL_S = 2
STILL_POLL_S = 8
IDLE_POLL_S = 20
NEWS = timedelta(hours=24)
"""How long a job with failures is still news; later it is in the list of all jobs only."""

JUST_NOW = timedelta(minutes=10)
"""How long a job whose pictures are all ready is mentioned."""

MAX_ACTIVE = 10
MAX_NEWS = 3
MAX_ROWS = 6

_LIST = "jobs.news"
"""Whichever page shows the news, it shows the dialogs that were asked for there."""

ACTIVE = (JobStatus.QUEUED, JobStatus.RUNNING)
_FAILED = (JobStatus.PARTIAL, JobStatus.FAILED)

Jobs = Sequence[GenerationJob]
DrawJobs = Callable[[Jobs], None]


def watch_jobs(draw: DrawJobs, *, key: str, product_id: int | None = None) -> bool:
    """Draw the jobs that are news and keep them current: active, just done, and failed ones.

    Only this part is drawn again every few seconds; when a picture or a job is finished, the
    whole page is. Returns whether a job is active.
    """
    show_job_dialog(_LIST)
    jobs = show_live(
        partial(_news, product_id=product_id), draw, key=key, mark=mark_of, poll_s=poll_s
    )
    return any(not job.status.is_final for job in jobs)


def show_jobs(jobs: Jobs) -> None:
    """Draw the jobs as rows below each other, with a way to those beyond the first few.

    Those that are done, and lack nothing, are a line each.
    """
    actor = require_actor()
    show_job_error(actor, _LIST)
    done = [job for job in jobs if job.status is JobStatus.SUCCEEDED]
    rows = [job for job in jobs if job.status is not JobStatus.SUCCEEDED]
    if rows:
        show_job_list(actor, rows[:MAX_ROWS], opener=_LIST)
    if done:
        _show_done(done)
    if len(rows) > MAX_ROWS:
        st.page_link("pages/jobs.py", label="All jobs", icon=":material/stacks:")


def show_job_list(actor: Actor, jobs: Jobs, *, opener: str) -> None:
    """Draw the jobs as rows and do what is clicked; `opener` names the page that has dialogs."""
    photos = photo_urls(actor, [job.settings.photo_id for job in jobs])
    event = show_job_rows(
        actor, jobs, key=f"{opener}.rows", thumbs=photos, models=model_names(),
        holds=holds_of(actor, jobs),
    )  # fmt: skip
    if event is not None:
        job = next(job for job in jobs if job.id == event.job_id)
        act(actor, job, event.action, opener=opener)


def holds_of(actor: Actor, jobs: Jobs) -> Holds:
    """Return what keeps pictures of these jobs waiting; it is asked only where one is queued."""
    if all(job.run_at is None for job in jobs):
        return Holds()
    return services().workspace_queues.holds(actor)


def mark_of(jobs: Jobs) -> tuple[tuple[int, int, bool], ...]:
    """Return what, once it is another, makes a page with these jobs and their pictures outdated."""
    return tuple((job.id, job.done_count, job.status.is_final) for job in jobs)


def poll_s(jobs: Jobs) -> float:
    """Return how soon to look again: soon where something moves, later where all stands still."""
    phases = {phase_of(job) for job in jobs}
    if phases & {"running", "queued", "stopping"}:
        return MOVING_POLL_S
    return STILL_POLL_S if phases - {"over"} else IDLE_POLL_S


def _news(actor: Actor, *, product_id: int | None) -> tuple[GenerationJob, ...]:
    generation = services().generation
    active = JobFilter(statuses=ACTIVE, product_id=product_id)
    failed = JobFilter(statuses=_FAILED, product_id=product_id)
    done = JobFilter(statuses=(JobStatus.SUCCEEDED,), product_id=product_id)
    now = datetime.now(UTC)
    news = [
        job
        for wanted, span in ((failed, NEWS), (done, JUST_NOW))
        for job in generation.jobs(actor, wanted, limit=MAX_NEWS).items
        if (job.finished_at or job.created_at) > now - span
    ]
    by_id = {
        job.id: job for job in (*generation.jobs(actor, active, limit=MAX_ACTIVE).items, *news)
    }
    return tuple(by_id[job_id] for job_id in sorted(by_id, reverse=True))


def _show_done(jobs: Jobs) -> None:
    with st.container(gap=None, key="jobs.done"):
        for job in jobs:
            ready = (job.product_name, f"{counted(len(job.slots), 'picture')} ready", costs_of(job))
            st.page_link(
                "pages/job.py", label=escape_markdown(" · ".join((*ready, f"Job {job.id}"))),
                icon=":material/check_circle:", query_params={"id": str(job.id)},
            )  # fmt: skip
