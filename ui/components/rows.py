"""Things as slim rows, each with a small picture: what a plan makes, leaves out and sends."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from ui.components.browser_code import component

_rows = component("rows")


@dataclass(frozen=True)
class Row:
    """A row; `end` stands at its right. One that `is_off` is drawn as left out.

    With a `path` of this server it is a link, which opens beside what is shown.
    """

    title: str
    text: str = ""
    src: str = ""
    end: str = ""
    path: str = ""
    is_off: bool = False


def show_rows(rows: Sequence[Row], *, key: str, width_px: int = 260) -> None:
    """Draw the rows in as many columns of at least that width as fit."""
    # A list, because for a mapping Streamlit would import pandas to look for data frames.
    _rows(key=key, data=[[asdict(row) for row in rows], width_px])
