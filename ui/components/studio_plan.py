"""The end of the brief: what a submit would do, and the button that does it."""

import time
from dataclasses import dataclass

import streamlit as st

from core.domain.accounts import Actor, Role
from core.domain.plans import Plan, StudioRequest
from ui.components.counted import counted
from ui.components.plan_options import PlanOptions, pick_plan_options
from ui.components.plan_summary import (
    PlanState,
    common_notices,
    over_budget,
    plan_or_reason,
    show_no_plan,
    show_plan,
)
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown
from ui.state import state_of

_FRESH_S = 4
"""How long a plan is shown again: what it rests on is looked at once more when it is submitted."""


@dataclass
class LatestPlan:
    """The plan that was made last, for what, and when by the machine's own clock."""

    asked: object = None
    plan: Plan | None = None
    at_s: float = 0.0


def show_plan_and_submit(actor: Actor, product_id: int, asked: StudioRequest) -> Plan | None:
    """Show the whole plan for a product and return it; the button submits exactly that, once.

    None is returned where there is no plan; the sentence that says why is shown. The pictures are
    watched right here.
    """
    state = state_of(PlanState)
    options = pick_plan_options(f"studio.{state.submissions}")
    with expected_errors():
        plan, reason = plan_or_reason(lambda: _planned(actor, product_id, asked, options))
        if plan is None:
            with st.container(gap="xsmall", key="studio.foot"):
                show_no_plan(reason, state.submissions)
            return None
        plan = state.keep(plan)
        for notice in common_notices(plan):
            st.caption(f":material/info: {escape_markdown(notice)}")
        with st.container(gap="xsmall", key="studio.foot"):
            problems = st.container(gap="xsmall")
            is_clicked = _show_button(actor, plan, state)
            if is_clicked and not state.was_shown(plan):
                st.warning("The plan changed with that click. Please look at it, then click again.")
            elif is_clicked:
                with problems, expected_errors():
                    services().generation.submit(actor, plan)
                    state.forget()
                    state_of(LatestPlan).plan = None
                    st.rerun()
        state.note_shown(plan)
        return plan
    return None


def _planned(actor: Actor, product_id: int, asked: StudioRequest, options: PlanOptions) -> Plan:
    """Return the plan; for a few seconds the one that was made for just the same."""
    latest = state_of(LatestPlan)
    key = (actor.workspace_id, product_id, asked, options)
    now_s = time.monotonic()
    if latest.plan is None or latest.asked != key or now_s - latest.at_s > _FRESH_S:
        latest.plan = None
        latest.plan = services().generation.plan(
            actor, [product_id], asked, priority=options.priority, run_at=options.run_at
        )
        latest.asked, latest.at_s = key, now_s
    return latest.plan


def _show_button(actor: Actor, plan: Plan, state: PlanState) -> bool:
    problem = over_budget(plan, actor.role)
    if plan.items:
        show_plan(plan)
    elif plan.skipped:
        st.error(escape_markdown(plan.skipped[0].reason), icon=":material/error:")
    if problem:
        st.warning(escape_markdown(problem), icon=":material/account_balance_wallet:")
        if actor.role is Role.OWNER:
            st.page_link("pages/usage.py", label="Open Usage", icon=":material/receipt_long:")
    verb = "Generate" if plan.hold is None else "Queue"
    label = f"{verb} {counted(plan.count, 'picture')}"
    # The key changes with each submit: the second click of a double click is meant for a button
    # that is gone, and so makes no second job.
    return st.button(
        label if plan.items else "Nothing to generate", type="primary", width="stretch",
        icon=":material/auto_awesome:", shortcut="Ctrl+Enter",
        disabled=not actor.role.may_edit or not plan.items or bool(problem),
        key=f"studio.generate.{state.submissions}",
    )  # fmt: skip
