"""Handing over the picture that was chosen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NoReturn

import streamlit as st

from ui.state import state_of

OnPick = Callable[[int], None]
"""Is given the id of the asset that was chosen."""
Source = Literal["upload", "library", "address", "unsplash"]


@dataclass
class InspirationPickState:
    """What was uploaded since the picker was opened, and the files that were refused, with why.

    A picker begins where the person looked last. That is noted when it is closed: tabs that were
    given another beginning meanwhile would go back to it.
    """

    begins_in: Source = "upload"
    looks_in: Source = "upload"
    uploaded: tuple[int, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()


def hand_over(asset_id: int, on_pick: OnPick) -> NoReturn:
    """Give the chosen picture to who asked for it, and run the page, which closes the picker."""
    forget()
    on_pick(asset_id)
    st.rerun()


def forget() -> None:
    """Let the picker begin anew when it is opened the next time."""
    state = state_of(InspirationPickState)
    state.uploaded, state.refused = (), ()
    state.begins_in = state.looks_in
