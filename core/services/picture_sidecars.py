"""The files beside the pictures of an export: what is known of each, for people and programs."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from urllib.parse import quote

from core.domain.exports import neutralise
from core.domain.picture_exports import ExportOptions, ExportReport, LeftOut, PictureFacts, Sidecar
from core.domain.source_types import VOCABULARY
from core.domain.texts import fold
from core.services.batches import in_batches
from core.services.product_files import BYTE_ORDER_MARK, moment
from core.storage.picture_zips import ZippedPicture

_AT_ONCE = 200
_MICROS = Decimal(1_000_000)
_NO_WORD = re.compile(r"[^\w]+|_+")
_MAX_HANDLE_CHARS = 120


@dataclass(frozen=True)
class Exported:
    """A picture that is in the ZIP, and what is known of it."""

    file: ZippedPicture
    facts: PictureFacts


ReadExported = Callable[[], Iterator[Exported]]
"""Reads what is in the ZIP from the beginning, in the order of the export."""

_COLUMNS: tuple[tuple[str, Callable[[Exported], object]], ...] = (
    ("file", lambda each: each.file.name),
    ("picture_id", lambda each: each.facts.asset_id),
    ("sku", lambda each: each.facts.sku),
    ("product", lambda each: each.facts.product),
    ("category", lambda each: each.facts.category),
    ("collection", lambda each: each.facts.collection),
    ("shot", lambda each: each.facts.shot),
    ("state", lambda each: each.facts.state.value),
    ("reviewer", lambda each: each.facts.reviewer),
    ("rating", lambda each: each.facts.rating or None),
    ("tags", lambda each: each.facts.tags),
    ("title", lambda each: each.facts.title),
    ("alt_text", lambda each: each.facts.alt_text),
    ("origin", lambda each: each.facts.origin.value),
    ("source_type", lambda each: each.file.source_type),
    ("image_model", lambda each: each.facts.image_model),
    ("model_version", lambda each: each.facts.model_version),
    ("tool", lambda each: each.facts.tool),
    ("preset", lambda each: each.facts.preset),
    ("prompt", lambda each: each.facts.prompt),
    ("cost_usd", lambda each: Decimal(each.facts.cost_micros) / _MICROS),
    ("created_at", lambda each: each.facts.created_at),
    ("created_by", lambda each: each.facts.created_by),
    ("parent_id", lambda each: each.facts.parent_id),
    ("width_px", lambda each: each.file.width_px),
    ("height_px", lambda each: each.file.height_px),
    ("bytes", lambda each: each.file.size_bytes),
    ("sha256", lambda each: each.file.sha256),
)

COLUMN_NAMES = tuple(name for name, _ in _COLUMNS)
"""What `pictures.csv` and `pictures.json` say of each picture."""

SHOPIFY_COLUMNS = (
    "Handle",
    "Title",
    "Option1 Name",
    "Option1 Value",
    "Variant SKU",
    "Image Src",
    "Image Position",
    "Image Alt Text",
    "Variant Image",
)
"""What a shop takes of a product table; what is not there it leaves as it is."""


def sidecar_pieces(sidecar: Sidecar, read: ReadExported, options: ExportOptions) -> Iterator[bytes]:
    """Yield the bytes of a sidecar, in pieces of bounded size."""
    if sidecar is Sidecar.JSON:
        return _json(read())
    if sidecar is Sidecar.CSV:
        rows = ([_cell(value(each)) for _, value in _COLUMNS] for each in read())
        return _table(COLUMN_NAMES, rows)
    return _table(SHOPIFY_COLUMNS, _shop_rows(read, options.image_address))


def report_pieces(
    title: str, report: ExportReport, left_out: Iterable[LeftOut], *, at: datetime, by: str
) -> Iterator[bytes]:
    """Yield a text that says what is in the ZIP, and what is not and why."""
    yield f"{title}\r\nExported by {by or 'somebody'}, {moment(at)}\r\n\r\n".encode()
    counts = (
        ("Pictures in this file", report.exported),
        ("Pictures that got a number, as others have the same name", report.renamed),
        ("Pictures that AI had a part in and whose files do not say so", report.unlabelled),
        ("Pictures that are left out", report.left_out_count),
    )
    for what, count in counts:
        yield f"{what}: {count:,}\r\n".encode()
    for each in left_out:
        yield f"  {each.position + 1}. {_line(each.name)}: {each.reason}\r\n".encode()


def handle_of(text: str) -> str:
    """Return a text as the last part of a product's address in a shop."""
    return _NO_WORD.sub("-", fold(text)).strip("-")[:_MAX_HANDLE_CHARS].strip("-")


def _json(exported: Iterator[Exported]) -> Iterator[bytes]:
    before = "[\n"
    for some in in_batches(exported, _AT_ONCE):
        lines = [json.dumps(_object(each), ensure_ascii=False, default=_plain) for each in some]
        yield (before + ",\n".join(lines)).encode()
        before = ",\n"
    yield b"[]\n" if before == "[\n" else b"\n]\n"


def _object(each: Exported) -> dict[str, object]:
    plain = {name: value(each) for name, value in _COLUMNS}
    if each.file.source_type:
        plain["source_type"] = VOCABULARY + each.file.source_type
    return plain


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value).__name__)


def _table(headers: Iterable[str], rows: Iterator[list[str]]) -> Iterator[bytes]:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    text.write(BYTE_ORDER_MARK)
    writer.writerow(headers)
    yield text.getvalue().encode()
    for some in in_batches(rows, _AT_ONCE):
        text.seek(0)
        text.truncate()
        writer.writerows(some)
        yield text.getvalue().encode()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return neutralise(";".join(str(each).replace(";", ",") for each in value))
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, Decimal):
        return f"{value:.6f}"
    return neutralise(value) if isinstance(value, str) else str(value)


def _shop_rows(read: ReadExported, address: str) -> Iterator[list[str]]:
    """Yield the lines of a product, one for each of its pictures, one product after the other."""
    places: dict[int, list[int]] = {}
    for each in read():
        if each.facts.product_id is not None and each.facts.sku:
            places.setdefault(each.facts.product_id, []).append(each.file.position)
    order = {
        position: (place, number)
        for place, positions in enumerate(places.values())
        for number, position in enumerate(positions)
    }
    lines = [
        (order[each.file.position], each.facts.product_id, _shop_cells(each, address))
        for each in read()
        if each.file.position in order
    ]
    handles: dict[str, int | None] = {}
    for (_, number), product_id, (sku, title, source, alt) in sorted(
        lines, key=lambda line: line[0]
    ):
        handle = handle_of(title) or handle_of(sku)
        if handles.setdefault(handle, product_id) != product_id:
            handle = f"{handle}-{handle_of(sku)}"
        first = (title, "Title", "Default Title", sku) if number == 0 else ("", "", "", "")
        variant = source if number == 0 else ""
        yield [neutralise(cell) for cell in (handle, *first, source, str(number + 1), alt, variant)]


def _shop_cells(each: Exported, address: str) -> tuple[str, str, str, str]:
    name = each.file.name
    source = address + quote(name) if address else name
    return each.facts.sku, each.facts.product, source, each.facts.alt_text or each.facts.title


def _line(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
