"""A grid of pictures to judge: with a click on each card, or with one key after the other."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal, get_args

from core.domain.reviews import MAX_RATING
from ui.components.browser_code import component
from ui.components.grid import GridState
from ui.state import state_of

_grid = component("review_grid", looks_like="grid")

Action = Literal[
    "open", "unreviewed", "approved", "needs_edit", "rejected", "rate", "pin", "unpin", "undo"
]
_ACTIONS: dict[str, Action] = {action: action for action in get_args(Action)}
KEYS = "A approve · E needs edit · X reject · 1 to 5 stars · P pin · U back to review · Z undo"
"""What the grid does with keys once it has the focus."""


@dataclass(frozen=True)
class ReviewCard:
    """A picture as it is judged; one that is not done yet shows how far it is."""

    id: str
    title: str
    subtitle: str = ""
    src: str = ""
    fit: Literal["cover", "contain"] = "cover"
    state: GridState = "done"
    percent: int = 0
    stand: str = ""
    note: str = ""
    review: str = "unreviewed"
    rating: int = 0
    is_pinned: bool = False


@dataclass(frozen=True)
class ReviewEvent:
    """What a person did to a picture; `rating` is of `rate` alone, `asset_id` 0 of `undo`."""

    asset_id: int
    action: Action
    rating: int = 0


@dataclass
class ReviewGridState:
    """By each grid's key, the number of the last event that was answered."""

    answered: dict[str, int] = field(default_factory=dict)


def show_review_grid(
    cards: Sequence[ReviewCard], *, key: str, may_review: bool
) -> tuple[ReviewEvent, ...]:
    """Draw the cards and return what was done since the last run, in its order.

    Keys are pressed faster than a page runs: the browser sends an event again until it sees that
    it was answered, and each comes back from here once.
    """
    answered = state_of(ReviewGridState).answered
    # A list, because for a mapping Streamlit would import pandas to look for data frames.
    data = [[asdict(card) for card in cards], may_review, answered.get(key, 0)]
    result = _grid(key=key, data=data, on_events_change=_nothing)
    shown = {card.id for card in cards}
    events = []
    for number, event in _events(result.get("events")):
        if number > answered.get(key, 0):
            answered[key] = number
            if event.action == "undo" or str(event.asset_id) in shown:
                events.append(event)
    return tuple(events)


def _nothing() -> None:
    """Make Streamlit know the events; the page reacts to the returned values."""


def _events(value: object) -> list[tuple[int, ReviewEvent]]:
    if not isinstance(value, list):
        return []
    found = []
    for entry in value:
        match entry:
            case [int(number), str(card_id), str(action), int(rating)] if (
                action in _ACTIONS
                and card_id.isascii()
                and card_id.isdecimal()
                and 0 <= rating <= MAX_RATING
            ):
                found.append((number, ReviewEvent(int(card_id), _ACTIONS[action], rating)))
    return found
