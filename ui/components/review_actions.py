"""Doing what was clicked on pictures to judge, saying why, and taking it back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import streamlit as st

from core.domain.accounts import Actor
from core.domain.reviews import Review, ReviewReason, ReviewState
from ui.components.review_grid import ReviewEvent
from ui.components.review_words import HINTS, REASONS, SIGNS
from ui.context import services
from ui.errors import expected_errors
from ui.navigation import open_asset
from ui.state import state_of

MAX_STEPS = 200


@dataclass(frozen=True)
class Step:
    """One click: on which picture, what it said, and what was said of the picture before."""

    number: int
    event: ReviewEvent
    before: Review


@dataclass
class JudgingState:
    """By each grid's key, what was done and can be taken back, the latest last."""

    steps: dict[str, list[Step]] = field(default_factory=dict)
    count: int = 0
    refusals: list[str] = field(default_factory=list)


def judge(
    actor: Actor,
    events: Sequence[ReviewEvent],
    *,
    key: str,
    on_open: Callable[[int], None] = open_asset,
) -> None:
    """Do what was clicked, then draw the page anew; one that was opened comes last.

    Of what is refused, a sentence is shown; what came before it stays done.
    """
    if not events:
        return
    with expected_errors():
        for event in events:
            if event.action == "undo":
                undo(actor, key=key)
            elif event.action != "open":
                _do(actor, event, key=key)
        opened = [event.asset_id for event in events if event.action == "open"]
        if opened:
            on_open(opened[-1])
        st.rerun()


def undo(actor: Actor, *, key: str) -> None:
    """Take back the latest click of this grid, if there is one."""
    steps = state_of(JudgingState).steps.get(key, [])
    if not steps:
        return
    step = steps.pop()
    ids, before = [step.event.asset_id], step.before
    if step.event.action == "rate":
        services().reviews.rate(actor, ids, before.rating)
    elif step.event.action in ("pin", "unpin"):
        services().reviews.pin(actor, ids, before.is_pinned)
    else:
        services().reviews.set_state(
            actor, ids, before.state, reason=before.reason, note=before.note
        )


def show_last_verdict(actor: Actor, *, key: str) -> None:
    """Say what the latest click did, ask why where it found fault, and offer to take it back."""
    steps = state_of(JudgingState).steps.get(key, [])
    if not steps or not actor.role.may_review:
        return
    step = steps[-1]
    with (
        st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"{key}.last"),
        expected_errors(),
    ):
        st.markdown(_said(step), width="content")
        if step.event.action in (ReviewState.NEEDS_EDIT, ReviewState.REJECTED):
            _ask_why(actor, step, key=key)
        st.space("stretch")
        if st.button("Undo", icon=":material/undo:", type="tertiary", key=f"{key}.undo"):
            undo(actor, key=key)
            st.rerun()


def pick_reason(label: str, chosen: str, *, key: str) -> str:
    """Draw the reasons to choose from and return the chosen one, or "" for none."""
    picked = st.pills(
        label, list(ReviewReason), default=ReviewReason(chosen) if chosen else None, key=key,
        format_func=REASONS.__getitem__, label_visibility="collapsed",
        help=" · ".join(f"{REASONS[reason]}: {hint}" for reason, hint in HINTS.items()),
    )  # fmt: skip
    return picked or ""


def _ask_why(actor: Actor, step: Step, *, key: str) -> None:
    now = services().assets.get(actor, step.event.asset_id).review
    if now.state != step.event.action:
        return
    reason = pick_reason("Why?", now.reason, key=f"{key}.why.{step.number}")
    if reason != now.reason:
        services().reviews.set_state(
            actor, [step.event.asset_id], now.state, reason=reason, note=now.note
        )
        st.rerun()


def _do(actor: Actor, event: ReviewEvent, *, key: str) -> None:
    state, ids = state_of(JudgingState), [event.asset_id]
    before = services().assets.get(actor, event.asset_id).review
    if event.action == "rate":
        changed = services().reviews.rate(actor, ids, event.rating)
    elif event.action in ("pin", "unpin"):
        changed = services().reviews.pin(actor, ids, event.action == "pin")
    else:
        changed = services().reviews.set_state(actor, ids, ReviewState(event.action))
    if changed:
        state.count += 1
        steps = [*state.steps.get(key, []), Step(state.count, event, before)]
        state.steps[key] = steps[-MAX_STEPS:]


def _said(step: Step) -> str:
    match step.event.action:
        case "rate":
            rating = step.event.rating
            return f":gray[Rated {rating} of 5.]" if rating else ":gray[Rating taken away.]"
        case "pin":
            return ":gray[Pinned.]"
        case "unpin":
            return ":gray[Pin taken off.]"
        case action:
            state = ReviewState(action)
            why = " :gray[Why?]" if state.takes_reason else ""
            label = "Back to review" if state is ReviewState.UNREVIEWED else SIGNS[state].label
            return f":{SIGNS[state].tone}-badge[{label}]{why}"
