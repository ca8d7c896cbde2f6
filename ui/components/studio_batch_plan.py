"""What a batch comes to: planned shot by shot, shown as one, submitted by one click and once."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from core.domain.accounts import Actor, Role
from core.domain.plans import MadeFor, Plan, PlanItem
from core.services.plans import request_hash
from ui.components.counted import counted
from ui.components.plan_options import PlanOptions
from ui.components.plan_summary import PlanState, over_budget, show_no_plan, show_plan
from ui.components.studio_batch_source import Batch
from ui.components.studio_rows import BatchRow, RowsState, row_key
from ui.components.studio_session import (
    SessionState,
    StudioWork,
    hold_session,
    new_session,
    work_of,
)
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown
from ui.state import state_of

_MAX_ROUND_CHARS = 40


@dataclass(frozen=True)
class BatchPlan:
    """The plans of a batch, one a shot; `whole` is what they come to together.

    `items` are what is planned and `skipped` why something is not, by the keys of the rows.
    """

    plans: Mapping[int, Plan]
    whole: Plan
    items: Mapping[str, PlanItem]
    skipped: Mapping[str, str]

    def item_of(self, row: BatchRow) -> PlanItem | None:
        """Return what is planned of the row."""
        return self.items.get(row.key)

    def reason_of(self, row: BatchRow) -> str:
        """Return why nothing of a ticked row is planned, or ""."""
        return self.skipped.get(row.key, "")


def plan_batch(
    actor: Actor, batch: Batch, state: RowsState, options: PlanOptions, *, session_id: int = 0
) -> BatchPlan | None:
    """Return what the ticked rows come to; None without any. Raises where one is refused."""
    by_shot: dict[int, list[BatchRow]] = {}
    for row in batch.rows:
        if state.is_on(row):
            by_shot.setdefault(row.shot_id, []).append(row)
    plans: dict[int, Plan] = {}
    for shot_id, rows in by_shot.items():
        made_for = MadeFor(
            preset_id=state.preset_id,
            collection_id=batch.collection_id,
            shot_id=shot_id or None,
            session_id=session_id or None,
        )
        plan = services().generation.plan(
            actor,
            [row.product.id for row in rows],
            state.request(rows, made_for),
            priority=options.priority,
            run_at=options.run_at,
        )
        plans[shot_id] = replace(plan, idempotency_key=_key(plan))
    if not plans:
        return None
    items = {
        row_key(item.product_id, shot_id): item
        for shot_id, plan in plans.items()
        for item in plan.items
    }
    skipped = {
        row_key(one.product_id, shot_id): one.reason
        for shot_id, plan in plans.items()
        for one in plan.skipped
    }
    state.counts |= {key: item.count for key, item in items.items()}
    return BatchPlan(plans, _together(list(plans.values())), items, skipped)


def show_confirm(
    actor: Actor,
    plan: BatchPlan | None,
    state: RowsState,
    *,
    reason: str = "",
    warnings: Iterable[str] = (),
) -> None:
    """Draw what the whole plan comes to and the one button that submits exactly that, once."""
    with st.container(gap="xsmall", key="studio.foot"), expected_errors():
        if plan is None and reason:
            show_no_plan(reason, state.submissions)
            return
        if plan is None:
            st.caption("Tick what is to be made.", text_alignment="center")
            return
        for warning in warnings:
            st.caption(f":orange[:material/warning:] {warning}", text_alignment="center")
        is_clicked = _show_button(actor, plan.whole, state)
        if is_clicked and not _was_shown(plan, state):
            st.warning("The plan changed with that click. Please look at it, then click again.")
        elif is_clicked:
            # Each is whole or not at all. Where a later one is refused, the next click goes on
            # from there: what is submitted already is recognised by its key.
            ids = [_submit(actor, one) for one in plan.plans.values() if one.items]
            state.submissions += 1
            state.shown.clear()
            st.query_params["submission"] = ",".join(map(str, ids))
            st.rerun()
    for shot_id, one in plan.plans.items():
        state.shown.setdefault(shot_id, PlanState()).note_shown(one)


def begin_new_round(product_ids: Iterable[int]) -> None:
    """Leave what was submitted: from now on a click is a new submission.

    After gaps were filled nothing of them is missing: what follows is about these products.
    """
    if "shot" in st.query_params:
        ids = list(dict.fromkeys(product_ids))
        work = work_of((state_of(SessionState).session or new_session({})).state)
        said = StudioWork(tuple(ids), preset_id=work.preset_id, layer=work.layer)
        hold_session(new_session(said.to_state()))
        st.query_params.clear()
        st.query_params["products"] = ",".join(map(str, ids))
    st.query_params.pop("submission", None)
    st.query_params["round"] = secrets.token_hex(4)


def _submit(actor: Actor, plan: Plan) -> int:
    job_ids = services().generation.submit(actor, plan)
    return services().generation.get(actor, job_ids[0]).submission_id


def _key(plan: Plan) -> str:
    """Return the key of one round: the address holds it, so a reload or a second tab has it too."""
    known = st.query_params.get("round", "")[:_MAX_ROUND_CHARS]
    if not known:
        known = st.query_params["round"] = secrets.token_hex(4)
    return hashlib.sha256(f"{known} {request_hash(plan)}".encode()).hexdigest()[:32]


def _together(plans: Sequence[Plan]) -> Plan:
    if len(plans) == 1:
        return plans[0]
    return replace(
        plans[0],
        items=tuple(item for plan in plans for item in plan.items),
        skipped=tuple(one for plan in plans for one in plan.skipped),
        seconds_low=max(plan.seconds_low for plan in plans),
        seconds_high=sum(plan.seconds_high for plan in plans),
        hold=next((plan.hold for plan in plans if plan.hold), None),
    )


def _was_shown(plan: BatchPlan, state: RowsState) -> bool:
    return plan.plans.keys() == _shown_shots(state, plan.plans) and all(
        state.shown[shot_id].was_shown(one) for shot_id, one in plan.plans.items()
    )


def _shown_shots(state: RowsState, wanted: Iterable[int]) -> set[int]:
    return {shot_id for shot_id in wanted if shot_id in state.shown}


def _show_button(actor: Actor, plan: Plan, state: RowsState) -> bool:
    problem = over_budget(plan, actor.role)
    if plan.items:
        show_plan(plan)
    if problem:
        st.warning(escape_markdown(problem), icon=":material/account_balance_wallet:")
        if actor.role is Role.OWNER:
            st.page_link("pages/usage.py", label="Open Usage", icon=":material/receipt_long:")
    verb = "Generate" if plan.hold is None else "Queue"
    products = len({item.product_id for item in plan.items})
    label = f"{verb} {counted(plan.count, 'picture')} of {counted(products, 'product')}"
    # The key changes with each submit: the second click of a double click is meant for a button
    # that is gone.
    return st.button(
        label if plan.items else "Nothing to generate", type="primary", width="stretch",
        icon=":material/auto_awesome:", shortcut="Ctrl+Enter", wrap=False,
        disabled=not actor.role.may_edit or not plan.items or bool(problem),
        key=f"studio.generate.{state.submissions}",
    )  # fmt: skip
