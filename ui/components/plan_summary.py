"""What a submit would do, shown before anything is sent."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal, TypeVar

import streamlit as st

from core.domain.accounts import Role
from core.domain.generation import ReferenceRole
from core.domain.plans import Hold, Plan, PlanItem, PlannedReference
from core.domain.queueing import Priority
from core.errors import EpoxError, SignInRequiredError
from ui.components.counted import counted
from ui.components.moments import clock, until
from ui.components.rows import Row, show_rows
from ui.format import amounts, dollars, duration, escape_markdown

_ROLES: Mapping[ReferenceRole, str] = {
    ReferenceRole.PRODUCT: "Product photo",
    ReferenceRole.BACKDROP: "Backdrop",
}
_LONG_CHARS, _LONG_PX = 900, 320
_T = TypeVar("_T")
_MICROS = 1_000_000
_HOLDS: Mapping[str, str] = {
    "paused_workspace": "making pictures is paused",
    "paused_model": "the model is paused",
    "stopped_model": "the model is stopped",
    "resting_model": "the model rests",
}
_STEPS_S = ((3600, 600), (90, 60), (0, 1))


@dataclass
class PlanState:
    """The plan that is asked for, what of it was on the screen, and how often one was submitted."""

    plan: Plan | None = None
    shown: tuple[object, ...] = ()
    submissions: int = 0

    def keep(self, plan: Plan) -> Plan:
        """Return the plan under the key it had before, unless it asks for something else.

        One key is one submission: reruns and a double click must not make a second one. What
        others spend meanwhile changes the budget, not what is asked for.
        """
        if self.plan is not None and _asked(plan) == _asked(self.plan):
            plan = replace(plan, idempotency_key=self.plan.idempotency_key)
        self.plan = plan
        return plan

    def note_shown(self, plan: Plan) -> None:
        """Note that the whole of this plan is on the screen now."""
        self.shown = _shape(plan)

    def was_shown(self, plan: Plan) -> bool:
        """Say whether a click can have meant this plan, its words apart.

        A change that is made right before the click arrives together with it: what it costs was
        not on the screen then. Words that were just typed are what was meant.
        """
        return self.shown == _shape(plan)

    def forget(self) -> None:
        """Let the next plan be a new submission, and the next button another button."""
        self.plan = None
        self.shown = ()
        self.submissions += 1


def plan_or_reason(make: Callable[[], _T]) -> tuple[_T | None, str]:
    """Return the plan, or None and the sentence that says why there is none."""
    try:
        return make(), ""
    except SignInRequiredError:
        raise
    except EpoxError as error:
        return None, error.user_message


def show_no_plan(reason: str, submissions: int) -> None:
    """Draw the sentence why there is no plan, and the button that cannot be clicked for it."""
    st.error(escape_markdown(reason), icon=":material/error:")
    st.button(
        "Nothing to generate", type="primary", width="stretch", disabled=True,
        icon=":material/auto_awesome:", key=f"studio.generate.{submissions}",
    )  # fmt: skip


def show_plan(plan: Plan) -> None:
    """Show how many pictures it makes, what they cost, how long they take, what is left then."""
    parts = [counted(plan.count, "picture"), costs(plan)]
    if plan.hold is None:
        parts.append(_time(plan))
    notes = []
    if plan.hold is not None:
        notes.append(_hold(plan.hold))
    elif plan.waiting_high:
        notes.append(_waiting(plan))
    if plan.run_at is not None:
        notes.append(f"starts {clock(plan.run_at)}")
    if plan.priority is not Priority.NORMAL:
        notes.append(f"{plan.priority} priority")
    left = plan.budget.left_micros
    if left is not None and plan.cost_high_micros and plan.is_within_budget:
        rest = dollars(left - plan.cost_high_micros) if left > plan.cost_high_micros else "nothing"
        notes.append(f"{rest} of the month's budget left after it")
    more = " · ".join(notes)
    lines = [" · ".join(parts), more[:1].upper() + more[1:]]
    st.caption(
        "  \n".join(escape_markdown(line) for line in lines if line), text_alignment="center"
    )


def costs(plan: Plan | PlanItem) -> str:
    """Return what it costs: "free", one amount, or from the least to the most.

    It says "about" where the amounts shown of its items do not add up to it.
    """
    if not plan.cost_high_micros:
        return "free"
    low, high = amounts(plan.cost_low_micros, plan.cost_high_micros)
    text = high if low == high else f"{low} to {high}"
    return text if _adds_up(plan) else f"about {text}"


def common_notices(plan: Plan) -> tuple[str, ...]:
    """Return what is to be said about every product of the plan alike."""
    return tuple(
        notice for notice in plan.notices if all(notice in item.notices for item in plan.items)
    )


def over_budget(plan: Plan, role: Role) -> str:
    """Return the sentence for a plan that the month's budget has no room for, else ""."""
    left = plan.budget.left_micros
    if left is None or plan.is_within_budget:
        return ""
    left_words, most = amounts(left, plan.cost_high_micros)
    has = f"has {left_words} left" if left else "is used up"
    way_out = "raise the budget" if role is Role.OWNER else "ask an owner to raise the budget"
    return (
        f"This month's budget {has}; this may cost up to {most}. Make fewer pictures, or {way_out}."
    )


def show_what_is_sent(plan: Plan) -> None:
    """Show, of each product, the pictures and to the byte the prompt that a submit sends."""
    if not plan.items:
        return
    with st.expander("What is sent", icon=":material/outbox:", key="studio.sent"):
        item = plan.items[0]
        if len(plan.items) > 1:
            places = range(len(plan.items))
            place = st.selectbox(
                "Product", places, key="studio.sent.product",
                format_func=lambda place: plan.items[place].product_name,
            )  # fmt: skip
            item = plan.items[min(place, len(plan.items) - 1)]
        show_rows(sent_pictures(item), key="studio.sent.references", width_px=220)
        if item.prompt:
            st.caption("Exact prompt")
            st.code(item.prompt, language=None, wrap_lines=True, height=_height(item.prompt))
        else:
            st.caption("No words are sent.")


def thumbnail(reference: PlannedReference, item: PlanItem) -> str:
    """Return the address of a small picture of what is sent; "" if there is none."""
    if reference.asset_id is not None:
        return f"/files/{reference.asset_id}/{reference.sha256[:16]}/w160"
    backdrop = item.settings.backdrop
    return f"/assets/rooms/{backdrop.value}.webp" if backdrop.kind == "room" else ""


def sent_pictures(item: PlanItem) -> list[Row]:
    """Return the pictures that go with a prompt, in the order in which the prompt names them."""
    return [
        Row(
            title=_ROLES.get(reference.role, reference.role.value.capitalize()),
            text=reference.label,
            src=thumbnail(reference, item),
        )
        for reference in item.references
    ]


def _asked(plan: Plan) -> tuple[object, ...]:
    return (plan.items, plan.skipped, plan.priority, plan.run_at)


def _height(prompt: str) -> int | Literal["content"]:
    return _LONG_PX if len(prompt) > _LONG_CHARS else "content"


def _adds_up(plan: Plan | PlanItem) -> bool:
    if isinstance(plan, PlanItem) or len(plan.items) == 1:
        return True
    total = _shown_micros(plan)
    each = [_shown_micros(item) for item in plan.items]
    return total == (sum(low for low, _ in each), sum(high for _, high in each))


def _shown_micros(plan: Plan | PlanItem) -> tuple[int, int]:
    """Return the amounts as they are shown, least and most, in millionths of a US dollar."""
    low, high = plan.cost_low_micros, plan.cost_high_micros
    shown = (Decimal(words.strip("$").replace(",", "")) for words in amounts(low, high))
    least, most = (int(amount * _MICROS) for amount in shown)
    return least, most


def _hold(hold: Hold) -> str:
    words = _HOLDS[hold.reason]
    return (
        f"will wait: {words}" if hold.until is None else f"will wait: {words} {until(hold.until)}"
    )


def _waiting(plan: Plan) -> str:
    few, many = plan.waiting_low, plan.waiting_high
    verb = "waits" if many == 1 else "wait"
    before = f"{counted(many, 'picture')} that {verb} now"
    return f"after {before}" if few == many else f"shares the queue with {before}"


def _shape(plan: Plan) -> tuple[object, ...]:
    items = tuple(
        (item.product_id, replace(item.settings, prompt="", negative="", written_prompt=""))
        for item in plan.items
    )
    return (items, plan.priority, plan.run_at)


def _time(plan: Plan) -> str:
    low, high = _coarse(plan.seconds_low), _coarse(plan.seconds_high)
    if low == high:
        return f"about {high}"
    unit = high.rpartition(" ")[2]
    # "2 to 5 min", and not "2 min to 5 min".
    same = low.count(" ") == high.count(" ") == 1 and low.endswith(unit)
    return f"{low.removesuffix(f' {unit}')} to {high}" if same else f"{low} to {high}"


def _coarse(seconds: int) -> str:
    # As coarse as such a guess deserves.
    step_s = next(step_s for from_s, step_s in _STEPS_S if seconds >= from_s)
    return duration(math.ceil(seconds / step_s) * step_s)
