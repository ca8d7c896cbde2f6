"""The colours of a brand kit: large enough to judge them, changed in place."""

from collections.abc import Sequence

import streamlit as st

from core.domain.brand_kits import MAX_BRAND_COLOURS
from core.domain.generation import is_colour
from ui.components.browser_code import component

_palette = component("brand_palette")


def edit_palette(
    colours: Sequence[str], *, key: str, epoch: int, is_editable: bool
) -> tuple[str, ...]:
    """Draw the colours and return them as the person has them now.

    With another `epoch` than before it begins anew with those that are given.
    """
    current = tuple(colours)
    match st.session_state.get(key, {}).get("colours"):
        case [int(known), list(chosen)] if known == epoch and is_editable:
            current = tuple(each for each in chosen if is_colour(each))[:MAX_BRAND_COLOURS]
    _palette(
        key=key,
        data=[list(current), epoch, MAX_BRAND_COLOURS, is_editable],
        on_colours_change=_nothing,
    )
    return current


def _nothing() -> None:
    """Make Streamlit know the event; the page reads the state."""
