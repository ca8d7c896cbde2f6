"""Doing what was judged in the lightbox, one event after the other, and taking it back."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from core.domain.accounts import Actor
from core.domain.reviews import Review, ReviewState
from core.errors import EpoxError, SignInRequiredError
from ui.components.lightbox import Deed, LightboxEvent, Move
from ui.context import services
from ui.state import state_of

MAX_STEPS = 500
_VERDICTS = frozenset(ReviewState)


@dataclass(frozen=True)
class LightboxStep:
    """What was done to a picture, and what was said of it before."""

    asset_id: int
    action: Deed | Move
    before: Review


@dataclass
class DeedsState:
    """What can be taken back, the latest last; the refusals of the last events, by number."""

    steps: list[LightboxStep] = field(default_factory=list)
    refusals: list[tuple[int, str]] = field(default_factory=list)


def forget_deeds() -> None:
    """Begin anew: what was done until now cannot be taken back from here any more."""
    state = state_of(DeedsState)
    state.steps, state.refusals = [], []


def do_deeds(actor: Actor, events: Iterable[LightboxEvent]) -> int:
    """Do what was done to pictures; return the picture of the last one that was taken back, or 0.

    Of what is refused a sentence is kept, and the others are done all the same.
    """
    state, went = state_of(DeedsState), 0
    state.refusals = []
    for event in events:
        try:
            if event.action == "undo":
                went = _undo(actor) or went
            else:
                _do(actor, event)
        except SignInRequiredError:
            raise
        except EpoxError as error:
            state.refusals.append((event.number, error.user_message))
    return went


def _do(actor: Actor, event: LightboxEvent) -> None:
    state, ids = state_of(DeedsState), [event.asset_id]
    if event.action == "trash":
        changed = len(services().assets.trash(actor, ids))
        before = Review()
    else:
        before = services().assets.get(actor, event.asset_id).review
        changed = _judge(actor, event, before)
    if changed and not _belongs_to_the_last(event):
        state.steps = [*state.steps, LightboxStep(event.asset_id, event.action, before)][
            -MAX_STEPS:
        ]


def _judge(actor: Actor, event: LightboxEvent, before: Review) -> int:
    reviews, ids = services().reviews, [event.asset_id]
    match event.action:
        case "rate":
            return reviews.rate(actor, ids, int(event.value))
        case "pin" | "unpin":
            return reviews.pin(actor, ids, event.action == "pin")
        case "reason":
            return reviews.set_state(actor, ids, before.state, reason=event.value, note=before.note)
        case "note":
            return reviews.set_state(
                actor, ids, before.state, reason=before.reason, note=event.value
            )
    if before.state == event.action:
        return 0  # said again: its reason and its note stay
    return reviews.set_state(actor, ids, ReviewState(event.action))


def _belongs_to_the_last(event: LightboxEvent) -> bool:
    """Say whether it is the reason or the note of the verdict just before: one step, one undo."""
    steps = state_of(DeedsState).steps
    return (
        event.action in ("reason", "note")
        and bool(steps)
        and steps[-1].asset_id == event.asset_id
        and steps[-1].action in _VERDICTS
    )


def _undo(actor: Actor) -> int:
    steps = state_of(DeedsState).steps
    if not steps:
        return 0
    step = steps.pop()
    ids, before = [step.asset_id], step.before
    if step.action == "trash":
        services().assets.restore(actor, ids)
    elif step.action == "rate":
        services().reviews.rate(actor, ids, before.rating)
    elif step.action in ("pin", "unpin"):
        services().reviews.pin(actor, ids, before.is_pinned)
    else:
        services().reviews.set_state(
            actor, ids, before.state, reason=before.reason, note=before.note
        )
    return step.asset_id
