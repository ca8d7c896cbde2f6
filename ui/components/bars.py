"""A bar for each day."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from ui.components.browser_code import component

_bars = component("bars")


@dataclass(frozen=True)
class Bar:
    """A bar: its height as a part of the scale, what is said about it, and its mark below."""

    share: float
    title: str
    text: str
    mark: str = ""


@dataclass(frozen=True)
class Gridline:
    """A line across the bars, at a part of the scale, with what it stands for."""

    share: float
    text: str


def show_bars(bars: Sequence[Bar], gridlines: Sequence[Gridline], *, key: str, label: str) -> None:
    """Draw the bars side by side; `label` says what they show to those who do not see them."""
    # A list, because for a mapping Streamlit would import pandas to look for data frames.
    _bars(
        key=key, data=[[asdict(bar) for bar in bars], [asdict(line) for line in gridlines], label]
    )
