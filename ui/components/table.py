"""Tables whose rows may lead somewhere; on a narrow screen the minor columns give way."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from ui.components.browser_code import component

_table = component("table")

Tone = Literal["", "green", "orange", "red", "blue", "gray"]


@dataclass(frozen=True)
class Column:
    """A column; numbers stand at the right, and minor ones are not drawn where there is no room."""

    label: str
    is_number: bool = False
    is_minor: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell: its text, a smaller line under it, a colour that makes it a sign, a part of all."""

    text: str
    note: str = ""
    tone: Tone = ""
    share: float = 0


@dataclass(frozen=True)
class TableRow:
    """A row; its first cell is a link where it leads to a page of ours."""

    id: str
    cells: tuple[Cell, ...]
    href: str = ""
    is_quiet: bool = False


def show_table(
    columns: Sequence[Column], rows: Sequence[TableRow], *, key: str, label: str
) -> str | None:
    """Draw the rows and return the id of the one whose link was clicked, once; else None.

    `label` says what the table is of, for those who do not see it.
    """
    # A list, because for a mapping Streamlit would import pandas to look for data frames.
    data = [[asdict(column) for column in columns], [asdict(row) for row in rows], label]
    opened = _table(key=key, data=data, on_opened_change=_nothing).get("opened")
    return next((row.id for row in rows if row.id == opened and row.href), None)


def _nothing() -> None:
    """Make Streamlit know the event; the page reacts to the returned value."""
