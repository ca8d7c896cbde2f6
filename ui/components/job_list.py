"""All jobs of a workspace, kept current, with what the workspace has in the queue."""

from collections.abc import Hashable
from dataclasses import dataclass

import streamlit as st

from core.domain.accounts import Actor
from core.domain.jobs import GenerationJob, SubmissionSum
from core.domain.paging import Cursor, Page
from core.domain.workspace_queues import WorkspaceQueue
from ui.access import require_actor
from ui.components.counted import counted
from ui.components.empty import empty_state
from ui.components.job_actions import JobDialogState
from ui.components.job_errors import show_job_error
from ui.components.job_filters import JobFilters, clear_job_filters
from ui.components.job_sums import submission_sentence
from ui.components.jobs import IDLE_POLL_S, STILL_POLL_S, poll_s, show_job_list
from ui.components.live import show_live
from ui.components.notices import announce
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown
from ui.state import state_of

OPENER = "jobs.all"
"""The name under which the list of all jobs opens its dialogs."""

_PAGE = 20


@dataclass(frozen=True)
class JobsView:
    """What the page of all jobs shows."""

    page: Page[GenerationJob]
    queue: WorkspaceQueue
    submission: SubmissionSum | None


def show_all_jobs(filters: JobFilters, after: Cursor | None) -> JobsView:
    """Draw the jobs that match and keep them current; return what was read first."""

    def read(actor: Actor) -> JobsView:
        generation, submission = services().generation, None
        if filters.submission_id is not None:
            submission = generation.find_submission(actor, filters.submission_id)
        page = generation.jobs(actor, filters.wanted, after=after, limit=_PAGE)
        return JobsView(page, services().workspace_queues.get(actor), submission)

    return show_live(read, _draw, key=OPENER, mark=_mark, poll_s=_poll_s)


def show_all_buttons(actor: Actor, queue: WorkspaceQueue) -> None:
    """Draw the buttons that hold all jobs of the workspace, let them go on, or cancel them."""
    if not actor.role.may_edit:
        return
    if queue.queued and st.button("Cancel all", icon=":material/close:", key="jobs.cancel_all"):
        dialog = state_of(JobDialogState)
        dialog.action, dialog.opener = "cancel_all", OPENER
    control = services().job_control
    with expected_errors():
        if queue.is_paused:
            if st.button(
                "Resume all", icon=":material/play_arrow:", type="primary", key="jobs.resume_all"
            ):
                control.resume_all(actor)
                announce("The jobs of this workspace go on.")
                st.rerun()
        elif st.button("Pause all", icon=":material/pause:", key="jobs.pause_all"):
            control.pause_all(actor)
            announce("Paused. Pictures that are being made are finished and kept.")
            st.rerun()


def show_no_jobs(filters: JobFilters, *, is_first_page: bool) -> None:
    """Say why there is nothing to see, and what to do next."""
    if filters.view == "decision" and not filters.text:
        row = empty_state(
            "task_alt", "Nothing to decide", "No answer of an image model was lost on its way."
        )
    elif filters.is_narrow or not is_first_page:
        row = empty_state("search_off", "No job matches", "Show all jobs, or try another word.")
    else:
        row = empty_state(
            "checklist",
            "No jobs yet",
            "Each request for pictures in the studio becomes a job here.",
        )
        if row.button("Open studio", icon=":material/auto_awesome:", key="jobs.studio"):
            st.switch_page("pages/studio.py", query_params={})
        return
    row.button("Show all jobs", key="jobs.clear", on_click=clear_job_filters)


def queue_sentence(queue: WorkspaceQueue) -> str:
    """Return what the workspace has in the queue, in one line."""
    if not queue.active_jobs:
        return "Nothing is in the queue." + (" The workspace is paused." if queue.is_paused else "")
    parts = [f"{counted(queue.active_jobs, 'job')} active"]
    if queue.running:
        parts.append(f"{counted(queue.running, 'picture')} being made")
    if queue.queued:
        parts.append(f"{queue.queued:,} in the queue")
    if queue.held:
        parts.append(f"{queue.held:,} of them in paused jobs")
    if queue.is_paused:
        parts.append("all paused")
    return " · ".join(parts)


def _draw(view: JobsView) -> None:
    actor = require_actor()
    show_job_error(actor, OPENER)
    if view.submission is not None:
        _show_submission(view.submission)
    else:
        st.caption(queue_sentence(view.queue))
    if view.page.items:
        show_job_list(actor, view.page.items, opener=OPENER)


def _show_submission(found: SubmissionSum) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container(gap=None, width="content"):
            st.markdown(f"**{escape_markdown(submission_sentence(found))}**")
            st.caption(f"Submission {found.submission_id} · {counted(found.jobs, 'job')}")
        st.space("stretch")
        if st.button("Show all jobs", icon=":material/stacks:", key="jobs.all"):
            st.switch_page("pages/jobs.py", query_params={})


def _mark(view: JobsView) -> Hashable:
    queue = view.queue
    is_any = (bool(view.page.items), bool(queue.queued))
    return is_any, view.page.next, view.page.total, queue.is_paused


def _poll_s(view: JobsView) -> float:
    every_s = poll_s(view.page.items)
    is_held = view.queue.is_paused and not view.queue.running
    if is_held or (every_s == IDLE_POLL_S and view.queue.active_jobs):
        return STILL_POLL_S
    return every_s
