"""A field to write a comment in, which offers the names of the members after an @."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.domain.comments import MAX_COMMENT_CHARS, Member, handles_of
from ui.components.browser_code import component
from ui.state import state_of

_box = component("comments_box")


@dataclass
class CommentBoxState:
    """By each field's key, the number of the text that was answered last, and if it was refused."""

    answered: dict[str, int] = field(default_factory=dict)
    refused: dict[str, bool] = field(default_factory=dict)


def write_comment(members: Sequence[Member], *, key: str) -> str | None:
    """Draw the field and return what a person sent, once; `accept` it once it is kept."""
    state = state_of(CommentBoxState)
    handles = handles_of(members)
    # A list, because for a mapping Streamlit would import pandas to look for data frames.
    data = [
        [[handles[member.id], member.name] for member in members],
        MAX_COMMENT_CHARS,
        state.answered.get(key, 0),
        state.refused.get(key, False),
    ]
    match _box(key=key, data=data, on_event_change=_nothing).get("event"):
        case [int(number), str(text)] if number > state.answered.get(key, 0):
            state.answered[key], state.refused[key] = number, True
            return text
    return None


def accept(key: str) -> None:
    """Say that what was sent last is kept: the field is emptied, else it stays to be put right."""
    state_of(CommentBoxState).refused[key] = False


def _nothing() -> None:
    """Make Streamlit know the event; the page reacts to the returned value."""
