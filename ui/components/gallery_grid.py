"""The gallery's grid: pictures with what was said of them, and those that are being made."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal

from ui.components.browser_code import component
from ui.components.grid import GridItem, GridState
from ui.state import state_of

_grid = component("gallery_grid", looks_like="grid")


@dataclass(frozen=True)
class GalleryCard:
    """A picture; `src` is its address without the rendition, `ratio` its width by its height.

    `kind` says what it is where that is not plain, `stack` how many lie under it.
    """

    id: str
    title: str
    subtitle: str = ""
    src: str = ""
    ratio: float = 1.0
    fit: Literal["cover", "contain"] = "cover"
    state: GridState = "done"
    percent: int = 0
    note: str = ""
    stand: str = ""
    kind: str = ""
    is_judged: bool = True
    review: str = "unreviewed"
    rating: int = 0
    is_pinned: bool = False
    stack: int = 0


@dataclass(frozen=True)
class GridLook:
    """How the grid looks; `picking` shows all ticks, `focus` is a number and a picture.

    With each higher number the keyboard goes to that picture.
    """

    density: Literal["small", "medium", "large"] = "medium"
    shape: Literal["square", "original"] = "square"
    selectable: bool = False
    picking: bool = False
    focus: tuple[int, str] = (0, "")


@dataclass(frozen=True)
class Opened:
    """A picture was opened."""

    asset_id: int


@dataclass(frozen=True)
class Ticked:
    """These of the pictures that are `here` are ticked now."""

    ids: frozenset[int]
    here: frozenset[int]


@dataclass
class GalleryGridState:
    """By each grid's key, the number of the last ticking that was heard of."""

    heard: dict[str, int] = field(default_factory=dict)


def coming(card: GridItem) -> GalleryCard:
    """Return the card of a picture that is not made yet."""
    return GalleryCard(
        id=card.id, title=card.title, subtitle=card.subtitle, state=card.state,
        percent=card.percent, note=card.note, stand=card.stand, is_judged=False,
    )  # fmt: skip


def show_gallery_grid(
    cards: Sequence[GalleryCard], look: GridLook, *, key: str, selected: frozenset[int]
) -> Opened | Ticked | None:
    """Draw the cards and return what was done, once, or None. The caller keeps what is ticked."""
    heard = state_of(GalleryGridState).heard
    ticked = [card.id for card in cards if card.id.isdecimal() and int(card.id) in selected]
    # A list, because for a mapping Streamlit would import pandas to look for data frames.
    data = [
        [asdict(card) for card in cards],
        ticked,
        {**asdict(look), "heard": heard.get(key, 0)},
    ]
    result = _grid(key=key, data=data, on_event_change=_nothing)
    return _event(result.get("event"), key, {card.id for card in cards})


def _nothing() -> None:
    """Make Streamlit know the event; the page reacts to the returned value."""


def _event(value: object, key: str, shown: set[str]) -> Opened | Ticked | None:
    match value:
        case ["open", str(card_id)] if card_id in shown and card_id.isdecimal():
            return Opened(int(card_id))
        case ["ticked", int(number), list(ids), list(here)]:
            state_of(GalleryGridState).heard[key] = number
            return Ticked(_ids(ids, shown), _ids(here, shown))
        case _:
            return None


def _ids(values: list[object], shown: set[str]) -> frozenset[int]:
    known = (one for one in values if isinstance(one, str) and one in shown)
    return frozenset(int(one) for one in known if one.isdecimal())
