"""Product exports: their columns, which import reads back, and what makes their cells harmless."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal

ExportValue = str | int | float | Decimal | datetime | tuple[str, ...] | None
ExportRow = tuple[ExportValue, ...]
"""The values of a line, in the order of its columns."""


class ExportFormat(StrEnum):
    """The kinds of file that products are exported as."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


@dataclass(frozen=True)
class ExportColumn:
    """A column of a product export, under the header that stands in the file.

    `field` is the field of a product that import fills from it; "" for a column that only tells
    and that import leaves alone.
    """

    header: str
    kind: Literal["text", "list", "number", "moment"]
    field: str = ""


PRODUCT_COLUMNS = (
    ExportColumn("sku", "text", "sku"),
    ExportColumn("name", "text", "name"),
    ExportColumn("category", "text", "category"),
    ExportColumn("other_categories", "list", "other_categories"),
    ExportColumn("description", "text", "description"),
    ExportColumn("price", "number", "price"),
    ExportColumn("tags", "list", "tags"),
    ExportColumn("materials", "list", "materials"),
    ExportColumn("colours", "list", "colours"),
    ExportColumn("width_cm", "number", "width_cm"),
    ExportColumn("depth_cm", "number", "depth_cm"),
    ExportColumn("height_cm", "number", "height_cm"),
    ExportColumn("archived", "text", "archived"),
    ExportColumn("photos", "number"),
    ExportColumn("approved_pictures", "number"),
    ExportColumn("source", "text"),
    ExportColumn("created_at", "moment"),
    ExportColumn("updated_at", "moment"),
)
"""What a product export holds, in this order. Its headers are how import knows it again."""

PRODUCT_HEADERS = tuple(column.header for column in PRODUCT_COLUMNS)

LIST_SEPARATOR = ";"

_SIGNS = "=+\\-@＝＋－＠﹢﹣﹦﹫"  # noqa: RUF001 - the full-width and small twins are meant
_GAP = (
    "[\\x00-\\x09\\x0b\\x0c\\x0e-\\x20\\x85\\xa0\\xad\\u1680\\u180e\\u2000-\\u200f\\u2028\\u2029"
    "\\u202f\\u205f\\u2060\\u3000\\ufeff]*"
)
# Where a formula could begin: at the cell's start, after a line end in it, and after a semicolon,
# which parts cells where a comma is the decimal point. A control character at the start is
# dropped by some spreadsheets, so it counts as well.
_BEGINNING = rf"(^(?={{marks}}(?:[\t\r\n]|{_GAP}[{_SIGNS}]))|[;\r\n](?={{marks}}{_GAP}[{_SIGNS}]))"
_UNMARKED = re.compile(_BEGINNING.format(marks="'*"))
_MARKED = re.compile(_BEGINNING.format(marks="'+") + "'")


def neutralise(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: an apostrophe stands before each.

    `restore` gives back exactly what went in, apostrophes that were there before included.
    """
    # Most cells, seen at a glance: a hundred thousand products have a million of them.
    if text[:1].isalnum() and not (";" in text or "\n" in text or "\r" in text):
        return text
    return _UNMARKED.sub(r"\1'", text)


def restore(text: str) -> str:
    """Return the text that `neutralise` was given; any other text stays as it is.

    Only for cells of a file that Epox wrote: elsewhere an apostrophe may be meant.
    """
    return _MARKED.sub(r"\1", text)


def join_list(values: Iterable[str]) -> str:
    """Return the values in one cell, parted by semicolons; `split_list` reads them back."""
    return LIST_SEPARATOR.join(
        value.replace("\\", "\\\\").replace(LIST_SEPARATOR, "\\" + LIST_SEPARATOR)
        for value in values
    )


def split_list(cell: str) -> tuple[str, ...]:
    r"""Return the values of a cell that `join_list` wrote; `\;` is a semicolon in a value."""
    parts = re.findall(r"(?:\\.|[^;\\]|\\$)+", cell, flags=re.DOTALL)
    return tuple(
        value for part in parts if (value := re.sub(r"\\(.)", r"\1", part, flags=re.DOTALL).strip())
    )
