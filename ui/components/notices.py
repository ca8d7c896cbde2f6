"""Short notices that something was done."""

from dataclasses import dataclass, field

import streamlit as st

from ui.state import state_of


@dataclass
class NoticeState:
    """Sentences that wait to be shown."""

    sentences: list[str] = field(default_factory=list)


def announce(sentence: str) -> None:
    """Show the sentence as a toast, also when the page runs again at once.

    Streamlit forgets a toast that is followed by a rerun; so the frame shows it.
    """
    state_of(NoticeState).sentences.append(sentence)


def show_notices() -> None:
    """Show what waits; for the frame, before and after each page."""
    waiting = state_of(NoticeState)
    for sentence in waiting.sentences:
        st.toast(sentence, icon=":material/check:")
    waiting.sentences.clear()
