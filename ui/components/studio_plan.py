"""The end of the brief: what a submit would do, and the button that does it."""

from collections.abc import Sequence

import streamlit as st

from core.domain.accounts import Actor, Role
from core.domain.plans import Plan
from ui.components.brief import Brief
from ui.components.counted import counted
from ui.components.plan_options import pick_plan_options
from ui.components.plan_summary import (
    PlanState,
    common_notices,
    over_budget,
    show_plan,
    show_what_is_sent,
)
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown
from ui.state import state_of


def show_plan_and_submit(
    actor: Actor, product_ids: Sequence[int], brief: Brief, *, is_batch: bool = False
) -> Plan | None:
    """Show the whole plan and return it; the button submits exactly that, once.

    None is returned where there is no plan; the sentence that says why is shown. After the click
    the pictures of a batch are watched on the page of jobs, those of one product right here.
    """
    state = state_of(PlanState)
    options = pick_plan_options(f"studio.{state.submissions}")
    if not brief.is_complete:
        st.caption("Choose a picture for the backdrop.", text_alignment="center")
        return None
    with expected_errors():
        plan = state.keep(
            services().generation.plan(
                actor, product_ids, brief.settings(), priority=options.priority,
                run_at=options.run_at,
            )
        )  # fmt: skip
        for notice in common_notices(plan):
            brief.notes.caption(escape_markdown(notice))
        with st.container(gap="xsmall", key="studio.foot"):
            is_clicked = _show_button(actor, plan, state, is_batch=is_batch)
            if is_clicked and not state.was_shown(plan):
                st.warning("The plan changed with that click. Please look at it, then click again.")
        if is_clicked and state.was_shown(plan):
            job_ids = services().generation.submit(actor, plan)
            state.forget()
            if is_batch:
                submission_id = services().generation.get(actor, job_ids[0]).submission_id
                st.switch_page("pages/jobs.py", query_params={"submission": str(submission_id)})
            st.rerun()
        show_what_is_sent(plan)
        state.note_shown(plan)
        return plan
    return None


def _show_button(actor: Actor, plan: Plan, state: PlanState, *, is_batch: bool) -> bool:
    problem = over_budget(plan, actor.role)
    if plan.items:
        show_plan(plan)
    if problem:
        st.warning(escape_markdown(problem), icon=":material/account_balance_wallet:")
        if actor.role is Role.OWNER:
            st.page_link("pages/usage.py", label="Open Usage", icon=":material/receipt_long:")
    verb = "Generate" if plan.hold is None else "Queue"
    label = f"{verb} {counted(plan.count, 'picture')}"
    if is_batch:
        label += f" for {counted(len(plan.items), 'product')}"
    # The key changes with each submit: the second click of a double click is meant for a button
    # that is gone, and so makes no second job.
    return st.button(
        label if plan.items else "Nothing to generate", type="primary", width="stretch",
        icon=":material/auto_awesome:", shortcut=None if is_batch else "Ctrl+Enter", wrap=is_batch,
        disabled=not actor.role.may_edit or not plan.items or bool(problem),
        key=f"studio.generate.{state.submissions}",
    )  # fmt: skip
