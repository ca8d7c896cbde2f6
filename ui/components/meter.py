"""How full something is, in parts of different colours, each with its figure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from ui.components.browser_code import component

_meter = component("meter")

Tone = Literal["primary", "orange", "red", "rest"]


@dataclass(frozen=True)
class Part:
    """A part: its name, its figure, how much of the whole it takes, its colour.

    One that `is_soft` is drawn paler: it may still change. `rest` is what is free.
    """

    name: str
    text: str
    share: float
    tone: Tone
    is_soft: bool = False


def show_meter(parts: Sequence[Part], *, key: str, label: str) -> None:
    """Draw the parts as one bar with its legend; `label` says it to those who do not see it."""
    # A list, because for a mapping Streamlit would import pandas to look for data frames.
    _meter(key=key, data=[[asdict(part) for part in parts], label])
