"""Products x pictures as a table: ticked before they are made, filled while they are."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import streamlit as st

from core.domain.generation import MAX_VARIANTS
from ui.components.browser_code import component

_matrix = component("studio_matrix")

CellKind = Literal["planned", "free", "queued", "running", "made", "failed", "cancelled", "none"]
Tone = Literal["gray", "orange", "red"]


@dataclass(frozen=True)
class PictureCell:
    """One picture of a product. One that is there has an address and can be opened by its id."""

    kind: CellKind
    label: str = ""
    hint: str = ""
    src: str = ""
    percent: int = -1
    asset: str = ""


@dataclass(frozen=True)
class MatrixNote:
    """A remark in a row, in a tone; with a path it is a link that opens beside what is shown."""

    text: str
    tone: Tone = "gray"
    hint: str = ""
    path: str = ""


@dataclass(frozen=True)
class PictureRow:
    """A product with its pictures. `is_on` None can have no tick; `count` are its pictures.

    `facts` say what holds for it, `own` what is set for it only, each a label and a value.
    """

    id: str
    name: str
    text: str
    path: str
    photo: str = ""
    photo_hint: str = ""
    facts: str = ""
    own: tuple[tuple[str, str], ...] = ()
    notes: tuple[MatrixNote, ...] = ()
    cells: tuple[PictureCell, ...] = ()
    end: str = ""
    is_on: bool | None = None
    is_focused: bool = False


@dataclass(frozen=True)
class Ticks:
    """The ticks of one row: whether it has one, and the places of its ticked pictures."""

    row_id: str
    is_on: bool
    places: tuple[int, ...]


@dataclass(frozen=True)
class MatrixEvent:
    """What a person did: `ticks`, `all`, `row` (set it), or `picture` (open it)."""

    kind: Literal["ticks", "all", "row", "picture"]
    ticks: tuple[Ticks, ...] = ()
    is_on: bool = False
    row_id: str = ""
    asset_id: int = 0
    token: str = ""


@dataclass(frozen=True)
class MatrixLook:
    """How the matrix is drawn: its columns, what it is called, and whether it can be changed.

    `all_on` is the state of the tick for all rows, `echo` the last message that was taken.
    """

    columns: int
    label: str
    is_editable: bool = False
    all_on: Literal["true", "false", "mixed"] = "false"
    echo: str = ""
    end: str = ""


def show_picture_matrix(rows: Sequence[PictureRow], look: MatrixLook, *, key: str) -> None:
    """Draw the rows; `matrix_event` says what was done to them."""
    # A list, because for a mapping Streamlit would import pandas to look for data frames.
    data = [[asdict(row) for row in rows], asdict(look)]
    _matrix(key=key, data=data, on_event_change=_nothing)


def matrix_event(key: str, row_ids: Collection[str]) -> MatrixEvent | None:
    """Return what was just done to the matrix with this key, before it is drawn, or None.

    It is about these rows only; the caller checks that a picture is one of its own.
    """
    match st.session_state.get(key, {}).get("event"):
        case ["ticks", str(token), [*said]]:
            ticks = tuple(one for each in said if (one := _ticks(each, row_ids)) is not None)
            return MatrixEvent("ticks", ticks=ticks, token=token)
        case ["all", str(token), bool(is_on)]:
            return MatrixEvent("all", is_on=is_on, token=token)
        case ["row", str(row_id)] if row_id in row_ids:
            return MatrixEvent("row", row_id=row_id)
        case ["picture", str(asset)] if asset.isascii() and asset.isdigit():
            return MatrixEvent("picture", asset_id=int(asset[:18]))
        case _:
            return None


def _nothing() -> None:
    """Make Streamlit know the event; the page reacts to the returned value."""


def _ticks(value: Any, known: Collection[str]) -> Ticks | None:  # noqa: ANN401 - as a browser says it
    match value:
        case [str(row_id), bool(is_on), [*places]] if row_id in known:
            kept = [place for place in places if type(place) is int and 0 <= place < MAX_VARIANTS]
            return Ticks(row_id, is_on, tuple(sorted(set(kept))))
        case _:
            return None
