"""Products x wanted shots as a table of pictures: what is there, on its way, missing."""

from dataclasses import dataclass
from typing import Any, Literal

from core.domain.shots import Cell, CellState, Matrix, MatrixColumn, MatrixRow
from ui.components.browser_code import component
from ui.components.counted import counted
from ui.components.shot_words import hint_of, label_of

_matrix = component("shot_matrix")

MatrixEventKind = Literal["cell", "product", "shot"]


@dataclass(frozen=True)
class MatrixEvent:
    """What a person clicked; ids that it is not about are 0."""

    kind: MatrixEventKind
    shot_id: int = 0
    product_id: int = 0


def show_matrix(matrix: Matrix, *, key: str, may_edit: bool) -> MatrixEvent | None:
    """Draw the page of the matrix and return what was clicked, once, or None."""
    # A list, because for a mapping Streamlit would import pandas to look for data frames.
    data = [
        [_column(column, matrix.product_count) for column in matrix.columns],
        [_row(row) for row in matrix.rows],
        may_edit,
    ]
    return _event(_matrix(key=key, data=data, on_event_change=_nothing).get("event"), matrix)


def _nothing() -> None:
    """Make Streamlit know the event; the page reacts to the returned value."""


def _event(value: object, matrix: Matrix) -> MatrixEvent | None:
    shots = {str(column.shot.id): column.shot.id for column in matrix.columns}
    products = {str(row.product_id): row.product_id for row in matrix.rows}
    match value:
        case ["cell", str(shot), str(product)] if shot in shots and product in products:
            return MatrixEvent("cell", shots[shot], products[product])
        case ["product", str(product)] if product in products:
            return MatrixEvent("product", product_id=products[product])
        case ["shot", str(shot)] if shot in shots:
            return MatrixEvent("shot", shots[shot])
        case _:
            return None


def _column(column: MatrixColumn, product_count: int) -> dict[str, Any]:
    many = f" · {column.shot.wanted} each" if column.shot.wanted > 1 else ""
    return {
        "id": str(column.shot.id),
        "name": column.shot.name,
        "sum": f"{column.approved:,} of {product_count:,}{many}",
        "percent": 100 * column.approved // max(1, product_count),
    }


def _row(row: MatrixRow) -> dict[str, Any]:
    note = f"{row.approved} of {counted(len(row.cells), 'shot')}"
    return {
        "id": str(row.product_id),
        "name": row.name,
        "note": f"{note} · no photo" if row.photo is None else note,
        "photo": row.photo.url("w160") if row.photo else "",
        "cells": [_cell(cell) for cell in row.cells],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    is_gap = cell.lacking > 0 and cell.state is CellState.MADE
    return {
        "state": f"{cell.state} gap" if is_gap else cell.state.value,
        "label": label_of(cell),
        "hint": hint_of(cell),
        "src": cell.best.url("w160") if cell.best else "",
        "percent": cell.percent if cell.state is CellState.RUNNING else -1,
    }
