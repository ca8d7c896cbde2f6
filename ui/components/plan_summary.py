"""What a submit would do, shown before anything is sent."""

from dataclasses import dataclass, replace

import streamlit as st

from core.domain.generation import Plan
from ui.components.counted import counted
from ui.format import duration, money


@dataclass
class PlanState:
    """The plan on the screen, and how often one was submitted."""

    plan: Plan | None = None
    submissions: int = 0

    def keep(self, plan: Plan) -> Plan:
        """Return the plan under the key it had before, unless it asks for something else.

        One key is one job: reruns and a double click must not make a second one.
        """
        if self.plan is not None:
            same = replace(plan, idempotency_key=self.plan.idempotency_key)
            plan = same if same == self.plan else plan
        self.plan = plan
        return plan

    def forget(self) -> None:
        """Let the next plan be a new job, and the next button another button."""
        self.plan = None
        self.submissions += 1


def show_plan(plan: Plan) -> None:
    """Show how many pictures it makes, what they cost and how long they take."""
    cost = money(plan.cost_micros) if plan.cost_micros else "free"
    low, high = duration(plan.seconds_low), duration(plan.seconds_high)
    time = f"about {low}" if low == high else f"{low} to {high}"
    st.caption(f"{counted(plan.count, 'picture')} · {cost} · {time}", text_alignment="center")


def show_prompt(plan: Plan) -> None:
    """Show, to the byte, the prompt that a submit sends, if it sends any."""
    if not plan.prompt:
        return
    with st.expander("Exact prompt", icon=":material/notes:"):
        st.code(plan.prompt, language=None, wrap_lines=True)
