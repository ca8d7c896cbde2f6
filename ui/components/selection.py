"""What a person has ticked on a page, kept while they act on it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ui.state import state_of


@dataclass
class SelectionState:
    """The ticked ids of each list by the list's key, and how often they were cleared."""

    ids: dict[str, frozenset[int]] = field(default_factory=dict)
    rounds: dict[str, int] = field(default_factory=dict)


def selected(key: str) -> frozenset[int]:
    """Return the ids that are ticked in this list."""
    return state_of(SelectionState).ids.get(key, frozenset())


def select(key: str, ids: Iterable[int]) -> None:
    """Tick these ids and no others."""
    state_of(SelectionState).ids[key] = frozenset(ids)


def add_all(key: str, ids: Iterable[int]) -> None:
    """Tick these ids too."""
    select(key, selected(key).union(ids))


def toggle(key: str, item_id: int) -> None:
    """Tick the id, or untick it if it was ticked."""
    select(key, selected(key) ^ {item_id})


def clear(key: str) -> None:
    """Untick all; a widget that keeps ticks of its own takes `round_of` into its key."""
    select(key, ())
    state_of(SelectionState).rounds[key] = round_of(key) + 1


def round_of(key: str) -> int:
    """Return how often this list's ticks were cleared."""
    return state_of(SelectionState).rounds.get(key, 0)
