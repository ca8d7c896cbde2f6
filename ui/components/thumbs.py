"""A row of small pictures or colours of which one is chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from ui.components.browser_code import component

_thumbs = component("thumbs")


@dataclass(frozen=True)
class Thumb:
    """Something to choose: a picture at `src`, or else a CSS background in `fill`.

    `fill` is never a person's text: it is made of checked colours.
    """

    id: str
    label: str
    src: str = ""
    fill: str = ""


def pick_thumb(
    label: str,
    thumbs: Sequence[Thumb],
    *,
    key: str,
    chosen: str,
    width_px: int = 76,
    shows_labels: bool = False,
    shape: Literal["square", "whole", "wide"] = "square",
) -> str:
    """Draw the thumbs as a radio group and return the id of the chosen one.

    `chosen` counts until the person has picked another one under this `key`. A picture is
    cut to a square, shown whole in one, as a product needs it, or cut to a wide frame.
    """
    ids = {thumb.id for thumb in thumbs}
    picked = st.session_state.get(key, {}).get("picked")
    current = picked if picked in ids else chosen
    # A list, not a dict: Streamlit would import pandas to see whether a dict is a table.
    shown = [
        {"id": thumb.id, "label": thumb.label, "src": thumb.src, "fill": thumb.fill}
        for thumb in thumbs
    ]
    _thumbs(
        key=key,
        data=[label, shown, current, width_px, shows_labels, shape],
        on_picked_change=_changed,
    )
    return current


def _changed() -> None:
    """Let the component keep `picked`: Streamlit asks for a callback, the state is enough."""
