"""Pictures beside each other, with the product's photo pinned."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from ui.components.browser_code import component

_compare = component("studio_compare")


@dataclass(frozen=True)
class Compared:
    """A picture that is compared with others."""

    id: str
    title: str
    src: str


def show_compared(pictures: Sequence[Compared], *, key: str, pinned: int = 0) -> str | None:
    """Draw the pictures; the first `pinned` stay in sight.

    Returns the id of one that was taken out, "clear" for all of them, or None.
    """
    data = [[asdict(picture) for picture in pictures], pinned]
    result = _compare(key=key, data=data, on_event_change=_nothing)
    event = result.get("event")
    return event if isinstance(event, str) else None


def _nothing() -> None:
    """Make Streamlit know the event; the page reacts to the returned value."""
