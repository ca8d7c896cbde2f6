"""The month's budget: how much of it is taken, and changing it."""

from datetime import UTC, datetime

import streamlit as st

from core.domain.accounts import Actor, Role
from core.domain.budgets import Budget
from ui.access import require_actor
from ui.components.counts import LinkColour, show_count
from ui.components.meter import Part, Tone, show_meter
from ui.components.notices import announce
from ui.context import services
from ui.errors import expected_errors
from ui.format import amounts, dollars, escape_markdown

_MICROS = 1_000_000
_MAX_DOLLARS = 1_000_000.0
_TONES: dict[str, Tone] = {"near": "orange", "used_up": "red"}
_COLOURS: dict[str, LinkColour] = {"near": "orange", "used_up": "red"}


def show_budget(actor: Actor, budget: Budget) -> None:
    """Draw what of this month's budget is spent, reserved and left; owners can change it."""
    with st.container(border=True, gap="small", key="usage.budget"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.subheader(f"Budget of {datetime.now(UTC):%B %Y}", anchor=False)
            st.space("stretch")
            label = "Set a budget" if budget.limit_micros is None else "Change"
            if actor.role is Role.OWNER and st.button(
                label, icon=":material/edit:", type="tertiary", key="usage.budget.change"
            ):
                change_budget(budget)
        show_meter(_parts(budget), key="usage.budget.meter", label=budget_words(budget))
        _show_level(budget)


def budget_words(budget: Budget) -> str:
    """Return in a few words how the budget stands, such as "$6.50 of $10.00 left"."""
    if budget.limit_micros is None or budget.left_micros is None:
        return "No budget is set"
    if budget.level == "used_up":
        return f"The budget of {dollars(budget.limit_micros)} is used up"
    left, limit = amounts(budget.left_micros, budget.limit_micros)
    return f"{left} of {limit} left"


def show_spent(budget: Budget) -> None:
    """Draw for the dashboard what this month cost, with how the budget stands as the way on."""
    link = {"none": "Usage", "used_up": "Budget used up"}.get(budget.level, budget_words(budget))
    show_count(
        "Spent this month", dollars(budget.spent_micros), "pages/usage.py", link,
        colour=_COLOURS.get(budget.level, "gray"),
    )  # fmt: skip


@st.dialog("Monthly budget", icon=":material/savings:")
def change_budget(budget: Budget) -> None:
    """Ask for what the workspace may spend in a month; what would stop it now is asked twice."""
    actor = require_actor()
    st.caption(
        "What the pictures of a month (UTC) may cost this workspace. "
        "A job that would go beyond is not started."
    )
    current = budget.limit_micros
    entered = st.number_input(
        "US dollars a month", 0.0, _MAX_DOLLARS, None if current is None else current / _MICROS,
        step=10.0, format="%.2f", key="budget.dollars", placeholder="No limit",
    )  # fmt: skip
    limit = None if entered is None else round(entered * _MICROS)
    is_sure = _confirms(budget, limit)
    with st.container(horizontal=True, horizontal_alignment="right"), expected_errors():
        if current is not None and st.button("Remove the budget", key="budget.remove"):
            _save(actor, None)
        if st.button(
            "Save", type="primary", key="budget.save", disabled=limit is None or not is_sure
        ):
            _save(actor, limit)


def _confirms(budget: Budget, limit: int | None) -> bool:
    taken = budget.spent_micros + budget.reserved_micros
    if limit is None or limit >= taken or limit == budget.limit_micros:
        return True
    spent, reserved = amounts(budget.spent_micros, budget.reserved_micros)
    held = f" and {reserved} reserved" if budget.reserved_micros else ""
    sentence = (
        f"This month {spent} is spent{held} already. "
        "With this budget nothing new can be started until the next month, and what waits in the "
        "queue may have to wait."
    )
    st.warning(escape_markdown(sentence), icon=":material/warning:")
    return st.checkbox("Set it nevertheless", key="budget.sure")


def _save(actor: Actor, limit_micros: int | None) -> None:
    services().budgets.set_limit(actor, limit_micros)
    announce("The budget is removed." if limit_micros is None else "The budget is saved.")
    st.rerun()


def _parts(budget: Budget) -> list[Part]:
    tone = _TONES.get(budget.level, "primary")
    spent, reserved, limit = budget.spent_micros, budget.reserved_micros, budget.limit_micros
    if limit is None:
        # Of no limit nothing is a part: a full bar would look as if no more could be spent.
        return [
            Part("Spent", dollars(spent), 0, tone),
            Part("Reserved", dollars(reserved), 0, tone, is_soft=True),
        ]
    left = budget.left_micros or 0
    whole = spent + reserved + left or 1
    shown = amounts(spent, reserved, left, limit)
    return [
        Part("Spent", shown[0], spent / whole, tone),
        Part("Reserved", shown[1], reserved / whole, tone, is_soft=True),
        Part("Left", f"{shown[2]} of {shown[3]}", left / whole, "rest"),
    ]


def _show_level(budget: Budget) -> None:
    taken = budget.spent_micros + budget.reserved_micros
    if budget.limit_micros is None:
        st.caption("Nothing limits what this workspace spends.")
    elif budget.level == "used_up":
        st.markdown(
            ":small[:red[:material/error: All of it is spent or reserved: nothing new can be "
            "started this month, unless an owner raises the budget.]]"
        )
    elif budget.level == "near":
        percent = 100 * taken // budget.limit_micros
        st.markdown(
            f":small[:orange[:material/warning: {percent} % of the budget is spent or reserved.]]"
        )
