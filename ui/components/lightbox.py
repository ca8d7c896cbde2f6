"""One picture after the other over the whole window, judged by keys alone."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

import streamlit as st

from core.domain.reviews import MAX_NOTE_CHARS, MAX_RATING, ReviewReason
from ui.state import state_of

_HERE = Path(__file__).parent
_PARTS = ("lightbox_view", "lightbox")
_lightbox = st.components.v2.component(
    "epox_lightbox",
    js="\n".join((_HERE / f"{part}.js").read_text(encoding="utf-8") for part in _PARTS),
    css=(_HERE / "lightbox.css").read_text(encoding="utf-8"),
)

Deed = Literal[
    "approved", "needs_edit", "rejected", "unreviewed", "reason", "note", "rate", "pin", "unpin",
    "trash", "undo",
]  # fmt: skip
"""What changes a picture, or takes the latest change back."""

Move = Literal["see", "tick", "untick", "beside", "alone", "compare", "open", "close"]
"""What changes only what is seen, or leads elsewhere."""

_ACTIONS: dict[str, Deed | Move] = {action: action for action in (*get_args(Deed), *get_args(Move))}
DEEDS: frozenset[str] = frozenset(get_args(Deed))


@dataclass(frozen=True)
class LightboxCard:
    """A picture as it is judged; `src` is its address without the rendition.

    One that `is_judged` is a result, of which a state is said; of others `kind` says what they
    are. `gone` means that it is in the trash by now.
    """

    id: str
    title: str = ""
    subtitle: str = ""
    alt: str = ""
    kind: str = ""
    src: str = ""
    width: int = 0
    height: int = 0
    product: str = ""
    is_judged: bool = True
    review: str = "unreviewed"
    reason: str = ""
    rating: int = 0
    is_pinned: bool = False


@dataclass(frozen=True)
class Look:
    """What is seen at first and what may be done.

    `went` is a number and a picture: with each higher number the lightbox goes to that picture.
    """

    went: tuple[int, str]
    may_review: bool
    may_edit: bool
    has_more: bool
    has_earlier: bool
    can_undo: bool
    beside: bool
    ticked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Detail:
    """What is read only of the picture that is seen: its note, and who judged it when."""

    id: str
    note: str
    line: str


@dataclass(frozen=True)
class LightboxEvent:
    """What a person did; `value` is the reason, the note or the number of stars."""

    number: int
    action: Deed | Move
    asset_id: int
    value: str = ""


@dataclass
class LightboxState:
    """By each lightbox's key, the number of the last event that was answered."""

    answered: dict[str, int] = field(default_factory=dict)


def new_events(key: str, shown: Iterable[int]) -> tuple[LightboxEvent, ...]:
    """Return what was done since the last run, in its order, to pictures that are shown.

    Keys are pressed faster than a page runs: the browser sends an event again until it sees that
    it was answered, and each comes back from here once. To be called before it is drawn.
    """
    answered, known = state_of(LightboxState).answered, set(shown)
    result = st.session_state.get(key)
    events = []
    for event in _events(result.get("events") if result else None):
        if event.number > answered.get(key, 0):
            answered[key] = event.number
            if event.asset_id in known or event.action == "undo":
                events.append(event)
    return tuple(events)


def draw_lightbox(
    blocks: Sequence[Sequence[int]],
    cards: Sequence[LightboxCard | str],
    look: Look,
    *,
    key: str,
    refusals: Sequence[tuple[int, str]] = (),
    photos: Sequence[tuple[str, str]] = (),
    detail: Detail | None = None,
) -> None:
    """Draw it over the page, with the pages of pictures that were read so far.

    A card that is only an id is in the trash by now; cards that the browser was given before may
    be left out. `refusals` are numbers of events with a sentence each.
    """
    known = [{"id": one, "gone": True} if isinstance(one, str) else _shown(one) for one in cards]
    # A list, because for a mapping Streamlit would import pandas to look for data frames.
    data = [
        [[str(asset_id) for asset_id in block] for block in blocks],
        known,
        asdict(look),
        state_of(LightboxState).answered.get(key, 0),
        [list(refusal) for refusal in refusals],
        [list(photo) for photo in photos],
        None if detail is None else asdict(detail),
    ]
    _lightbox(key=key, data=data, on_events_change=_nothing, height="content")


def _shown(card: LightboxCard) -> dict[str, Any]:
    return {**asdict(card), "gone": False}


def _nothing() -> None:
    """Make Streamlit know the events; the page reads them itself."""


def _events(value: object) -> list[LightboxEvent]:
    if not isinstance(value, list):
        return []
    found = []
    for entry in value:
        match entry:
            case [int(number), str(card_id), str(action), str(text)] if (
                action in _ACTIONS and card_id.isascii() and card_id.isdecimal()
            ):
                event = LightboxEvent(number, _ACTIONS[action], int(card_id), text)
                if _means_something(event):
                    found.append(event)
    return found


def _means_something(event: LightboxEvent) -> bool:
    if event.action == "rate":
        return event.value in {str(rating) for rating in range(MAX_RATING + 1)}
    if event.action == "reason":
        return event.value in set(ReviewReason)
    return len(event.value) <= MAX_NOTE_CHARS
