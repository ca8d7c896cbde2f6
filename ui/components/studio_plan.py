"""The end of the brief: what a submit would do, and the button that does it."""

import streamlit as st

from core.domain.accounts import Actor
from core.domain.products import Product
from ui.components.brief import Brief
from ui.components.counted import counted
from ui.components.plan_summary import PlanState, show_plan, show_prompt
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown
from ui.state import state_of


def show_plan_and_submit(actor: Actor, product: Product, brief: Brief) -> None:
    """Show count, cost, time and the exact prompt; the button makes exactly that one job."""
    state = state_of(PlanState)
    if not brief.is_complete:
        st.caption("Choose a picture for the backdrop.", text_alignment="center")
        return
    with expected_errors():
        plan = state.keep(services().generation.plan(actor, product.id, brief.settings()))
        for notice in plan.notices:
            brief.notes.caption(escape_markdown(notice))
        show_plan(plan)
        # The key changes with each submit: the second click of a double click is meant for a
        # button that is gone, and so makes no second job.
        if st.button(
            f"Generate {counted(plan.count, 'picture')}", type="primary", width="stretch",
            icon=":material/auto_awesome:", shortcut="Ctrl+Enter", wrap=False,
            disabled=not actor.role.may_edit, key=f"studio.generate.{state.submissions}",
        ):  # fmt: skip
            services().generation.submit(actor, plan)
            state.forget()
            st.rerun()
        show_prompt(plan)
