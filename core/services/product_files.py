"""Products as text files, piece by piece: tables for spreadsheets, JSON for programs."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from core.domain.exports import (
    PRODUCT_COLUMNS,
    PRODUCT_HEADERS,
    ExportRow,
    join_list,
    neutralise,
)
from core.services.batches import in_batches

PIECE_ROWS = 1000
"""So many products are in memory at once."""

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes the text for its country's old encoding, and Stühle for StÃ¼hle."""

_TO_SECONDS = len("2026-11-26T03:04:05")
_EXAMPLE = {
    "sku": "OAK-CHAIR-1",
    "name": "Oak dining chair",
    "category": "Chairs",
    "other_categories": "Dining room;Bestsellers",
    "description": "Solid oak, oiled by hand.",
    "price": "249.00",
    "tags": "oak;dining;scandinavian",
    "materials": "Oak;Linen",
    "colours": "Natural;Grey",
    "width_cm": "48",
    "depth_cm": "52",
    "height_cm": "81.5",
}


def csv_pieces(rows: Iterable[ExportRow]) -> Iterator[bytes]:
    """Yield the rows as RFC 4180 wants them; no text in them can be taken for a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    text.write(BYTE_ORDER_MARK)
    writer.writerow(PRODUCT_HEADERS)
    for piece in in_batches(rows, PIECE_ROWS):
        # Column by column, which takes half as long as cell by cell.
        columns = zip(*piece, strict=True)
        texts = (
            map(_TO_TEXT[column.kind], cells)
            for column, cells in zip(PRODUCT_COLUMNS, columns, strict=True)
        )
        writer.writerows(zip(*texts, strict=True))
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    if text.tell():
        yield text.getvalue().encode()  # the headers alone: there is no product


def json_pieces(rows: Iterable[ExportRow]) -> Iterator[bytes]:
    """Yield an array with an object for each row; nothing in it is altered for spreadsheets."""
    encode = json.JSONEncoder(ensure_ascii=False, default=_json_value, check_circular=False).encode
    before = "[\n"
    for piece in in_batches(rows, PIECE_ROWS):
        objects = (encode(dict(zip(PRODUCT_HEADERS, row, strict=True))) for row in piece)
        yield (before + ",\n".join(objects)).encode()
        before = ",\n"
    yield b"[]\n" if before == "[\n" else b"\n]\n"


def product_template() -> bytes:
    """Return a small table with each column that import fills, and an example to overwrite."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    filled = [column for column in PRODUCT_COLUMNS if column.field in _EXAMPLE]
    writer.writerow(column.header for column in filled)
    writer.writerow(_EXAMPLE[column.field] for column in filled)
    return (BYTE_ORDER_MARK + text.getvalue()).encode()


def number(value: float | Decimal) -> str:
    """Return the shortest text that is read back as this very number, without an exponent."""
    if isinstance(value, float):
        text = repr(value)
        return format(Decimal(text), "f") if "e" in text else text.removesuffix(".0")
    return str(value)


def moment(at: datetime) -> str:
    """Return a moment as programs read it, such as "2026-11-26T03:04:05Z"."""
    return at.astimezone(UTC).isoformat()[:_TO_SECONDS] + "Z"


@lru_cache(maxsize=10_000)
def _list_cell(values: tuple[str, ...]) -> str:
    return neutralise(join_list(values)) if values else ""


@lru_cache(maxsize=10_000)
def _number_cell(value: float | Decimal | None) -> str:
    return "" if value is None else number(value)


def _moment_cell(at: datetime | None) -> str:
    return "" if at is None else moment(at)


_TO_TEXT: Mapping[str, Callable[[Any], str]] = {
    "text": neutralise,
    "list": _list_cell,
    "number": _number_cell,
    "moment": _moment_cell,
}


def _json_value(value: object) -> object:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value).__name__)
