"""Letting pictures be looked at: what it costs, the button, and how far it is."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import streamlit as st

from core.domain.accounts import Actor
from core.domain.analyses import AnalysisKind, AnalysisPlan
from core.domain.tasks import Task
from ui.access import require_actor
from ui.components.counted import counted
from ui.components.live import show_live
from ui.components.notices import announce
from ui.context import services
from ui.errors import expected_errors
from ui.format import amounts, duration

_POLL_S = 1.0


def price_words(plan: AnalysisPlan) -> str:
    """Return what looking costs and who looks, in one line."""
    if plan.why_measured:
        return "Free: measured on this machine. " + plan.why_measured
    low, high = amounts(*plan.cost_micros)
    return f"{low} to {high} with {plan.label}, about {duration(plan.seconds[1])} at most."


def show_look(
    actor: Actor, asset_id: int, kind: AnalysisKind, *, label: str, is_again: bool = False
) -> Task | None:
    """Draw the button that lets a picture be looked at, or how far that is; return what runs.

    Why the last look came to nothing is told beside it.
    """
    analyses = services().analyses
    key = f"look.{kind}.{asset_id}"
    if (task := analyses.running(actor, asset_id, kind)) is not None:
        show_live(
            lambda person: services().tasks.get(person, task.id),
            show_task,
            key=f"{key}.live",
            mark=lambda now: now.status.is_final,
            poll_s=lambda _: _POLL_S,
        )
        return task
    if why := analyses.failure(actor, asset_id, kind):
        st.warning(why, icon=":material/visibility_off:")
    if not actor.role.may_edit:
        return None
    plan = analyses.plan(1)
    with expected_errors(), st.container(gap="xsmall"):
        if st.button(
            label, icon=":material/visibility:", key=key,
            type="tertiary" if is_again else "secondary",
        ):  # fmt: skip
            analyses.begin(actor, kind, asset_ids=[asset_id])
            st.rerun()
        if not is_again:
            st.caption(price_words(plan))
    return None


def show_task(task: Task) -> None:
    """Draw how far a task is, how long it still takes, and a way to stop it."""
    actor = require_actor()
    left = task.seconds_left(datetime.now(UTC))
    words = f"{task.done:,} of {task.total:,}" if task.total else "Waiting for a worker"
    if left is not None:
        words += f" · {duration(left)} left"
    with st.container(gap="xsmall"):
        st.progress(task.share, words)
        is_stopping = task.cancel_asked_at is not None
        if actor.role.may_edit and not task.status.is_final and st.button(
            "Stop", icon=":material/close:", type="tertiary", key=f"task.stop.{task.id}",
            disabled=is_stopping,
        ):  # fmt: skip
            with expected_errors():
                services().tasks.cancel(actor, task.id)
                st.rerun()


@st.dialog("Look at the photos", icon=":material/visibility:", width="medium")
def look_at_products(product_ids: Sequence[int], *, on_begun: Callable[[], None]) -> None:
    """Ask before the primary photos of these products are looked at: what, by whom, how dear."""
    actor = require_actor()
    st.markdown(
        f"The primary photo of each of {counted(len(product_ids), 'product')} is looked at: type, "
        "materials, colours, tags, description. You take over field by field what is right; "
        "nothing changes by itself."
    )
    plan = services().analyses.plan(len(product_ids))
    st.caption(price_words(plan))
    with expected_errors():
        if st.button("Look at them", type="primary", icon=":material/visibility:", key="look.go"):
            services().analyses.begin(actor, AnalysisKind.PRODUCT, product_ids=product_ids)
            on_begun()
            announce(
                f"{counted(len(product_ids), 'product')} will be looked at. "
                "The proposals appear on their pages."
            )
            st.rerun()
