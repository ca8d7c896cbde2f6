"""A part of a page that keeps itself current, and the page around it when that is outdated."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TypeVar

import streamlit as st

from core.domain.accounts import Actor
from ui.access import require_actor
from ui.errors import error_boundary
from ui.state import state_of

T = TypeVar("T")
Read = Callable[[Actor], T]


@dataclass
class LiveState:
    """What each part showed last, to notice when the page around it is outdated."""

    marks: dict[str, Hashable] = field(default_factory=dict)


def show_live(
    read: Read[T],
    draw: Callable[[T], None],
    *,
    key: str,
    mark: Callable[[T], Hashable],
    poll_s: Callable[[T], float],
) -> T:
    """Draw what is read and draw it anew every few seconds; return what was read first.

    The whole page runs again when the `mark` of what is read has changed, or how often it is to
    be read: `poll_s` is asked then.
    """
    first = [read(require_actor())]
    value, every_s = first[0], poll_s(first[0])
    state_of(LiveState).marks[key] = (mark(value), every_s)

    def show() -> None:
        with error_boundary():
            actor = require_actor()
            # What the page has just read is not read a second time for the first look.
            now = first.pop() if first else read(actor)
            # Drawn before the page runs again: else a click on what has just changed were lost.
            draw(now)
            if (mark(now), poll_s(now)) != state_of(LiveState).marks.get(key):
                st.rerun()

    st.fragment(show, run_every=every_s, key=key)()
    return value
