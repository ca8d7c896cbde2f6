"""How the parts of this server are, for administrators: the queue, its workers, the store."""

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from core.domain.health import Health
from core.domain.queueing import QueueState, WorkerState
from ui.access import require_admin
from ui.components.counted import counted
from ui.components.image_models import show_image_models
from ui.components.moments import clock
from ui.context import services
from ui.errors import error_boundary
from ui.format import duration, escape_markdown

POLL_S = 3


def show_system() -> None:
    """Draw the queue, the image models and the workers, and keep them current."""
    st.fragment(_show_live, run_every=POLL_S)()


def show_parts(health: Health) -> None:
    """Draw the state of each part: well, or what is wrong with it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        for name, state in (("Database", health.database), ("File store", health.storage)):
            if state == "ok":
                st.markdown(f":green[:material/check_circle:] {name} works", width="content")
            else:
                st.markdown(
                    f":red[:material/error:] {name}: {escape_markdown(state)}", width="content"
                )
        st.markdown(f":gray[Epox {escape_markdown(health.version)}]", width="content")


def _show_live() -> None:
    actor = require_admin()
    with error_boundary():
        queue = services().queue.state_for(actor)
        _show_queue(queue)
        show_image_models(actor)
        _show_workers(queue.workers)


def _show_queue(queue: QueueState) -> None:
    alive, wait_s = sum(worker.is_alive for worker in queue.workers), queue.oldest_wait_s
    with st.grid(4, min_column_width=120, gap="small"):
        st.metric("In the queue", f"{queue.depth:,}", border=True)
        st.metric("Being made", f"{queue.running:,}", border=True)
        st.metric(
            "Longest wait", duration(wait_s) if wait_s else "\u2013", border=True,
            help="How long the first picture has waited that may begin. "
            "What somebody paused, or wants later, does not count.",
        )  # fmt: skip
        st.metric("Workers", f"{alive:,}", border=True)
    if not alive:
        st.error("No worker runs, so no picture is made.", icon=":material/error:")


def _show_workers(workers: Sequence[WorkerState]) -> None:
    st.subheader("Workers", anchor=False)
    if not workers:
        st.caption("None is signed on.")
        return
    now = datetime.now(UTC)
    with st.container(border=True, gap="xsmall"):
        for worker in workers:
            _show_worker(worker, now)


def _show_worker(worker: WorkerState, now: datetime) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(
            f"**{escape_markdown(worker.host)}** :small[:gray[process {worker.process_id}]]"
            f"{_badge(worker)}",
            width="content",
        )
        st.space("stretch")
        silent_s = max(0.0, (now - worker.seen_at).total_seconds())
        facts = (
            f"makes {worker.running} of up to {counted(worker.threads, 'picture')}",
            f"since {clock(worker.started_at, now=now)}",
            f"last sign of life {duration(silent_s)} ago",
        )
        st.caption(escape_markdown(" · ".join(facts)), width="content")


def _badge(worker: WorkerState) -> str:
    if not worker.is_alive:
        return " :red-badge[Silent]"
    return " :orange-badge[Stopping]" if worker.is_stopping else " :green-badge[Works]"
