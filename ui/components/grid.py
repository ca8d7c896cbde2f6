"""The one grid of pictures: products, galleries, jobs in flight."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from ui.components.browser_code import component

_grid = component("grid")

GridState = Literal["done", "queued", "running", "failed"]


@dataclass(frozen=True)
class GridItem:
    """A card; `note` says in a few words why there is no picture: then a sign stands in for it.

    `stand` is the word in its corner while it is not done, where the state alone says too little.
    `badge_label` says in words what the badge is, `badge_tone` gives it a colour.
    """

    id: str
    title: str
    subtitle: str = ""
    src: str = ""
    state: GridState = "done"
    percent: int = 0
    note: str = ""
    stand: str = ""
    badge: str = ""
    badge_label: str = ""
    badge_tone: Literal["gray", "green", "orange", "red"] = "gray"
    fit: Literal["cover", "contain"] = "cover"


@dataclass(frozen=True)
class GridEvent:
    """What a person did to a card: opened it, or turned its tick."""

    kind: Literal["open", "select"]
    id: str


def show_grid(
    items: Sequence[GridItem],
    *,
    key: str,
    selected: frozenset[str] = frozenset(),
    selectable: bool = False,
) -> GridEvent | None:
    """Draw the cards and return what was done to one of them, once, or None.

    Only cards that are done can be opened or ticked. The caller keeps what is selected.
    """
    # A list, because for a mapping Streamlit would import pandas to look for data frames.
    data = [[asdict(item) for item in items], sorted(selected), selectable]
    result = _grid(key=key, data=data, on_event_change=_nothing)
    return _event(result.get("event"))


def _nothing() -> None:
    """Make Streamlit know the event; the page reacts to the returned value."""


def _event(value: object) -> GridEvent | None:
    match value:
        case ["open" | "select" as kind, str(item_id)]:
            return GridEvent(kind, item_id)
        case _:
            return None
