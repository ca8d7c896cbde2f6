"""How soon a plan goes: its priority, and a moment before which it does not begin."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import streamlit as st

from core.domain.queueing import Priority
from ui.format import viewers_zone

_LABELS = {Priority.HIGH: "High", Priority.NORMAL: "Normal", Priority.LOW: "Low"}


@dataclass(frozen=True)
class PlanOptions:
    """How soon a plan goes; `run_at` None is at once."""

    priority: Priority = Priority.NORMAL
    run_at: datetime | None = None


def pick_plan_options(key: str) -> PlanOptions:
    """Draw the choices, folded away; under another `key` they begin with what is usual."""
    with st.expander("More", icon=":material/tune:", key=f"{key}.more"):
        priority = st.segmented_control(
            "Priority", tuple(Priority), default=Priority.NORMAL, required=True, width="stretch",
            format_func=lambda priority: _LABELS[priority], key=f"{key}.priority",
            help="Which of your own jobs go first. It takes nothing from other people.",
        )  # fmt: skip
        run_at = None
        if st.toggle("Start later", key=f"{key}.is_later"):
            run_at = _pick_moment(f"{key}.run_at")
    return PlanOptions(priority, run_at)


def _pick_moment(key: str) -> datetime:
    zone = viewers_zone()
    now = datetime.now(zone).replace(tzinfo=None)
    next_hour = (now + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    local = st.datetime_input(
        "Begin", next_hour, now.replace(hour=0, minute=0, second=0, microsecond=0),
        format="DD.MM.YYYY", key=key, help=f"Times are in {zone.key.replace('_', ' ')}.",
    )  # fmt: skip
    return local.replace(tzinfo=zone).astimezone(UTC)
