"""100,000 products as CSV, XLSX and JSON, against the raw driver with the csv module alone.

In a process of its own, so that its memory says what an export needs and nothing else.
"""

import csv
import io
import json
import os
import resource
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import insert, text

from benchmarks.figures import Figure, interleaved
from benchmarks.raw import raw_connection
from benchmarks.scratch import LABELS, kinds, scratch_services
from core.bootstrap import build_services
from core.domain.accounts import Actor
from core.domain.exports import PRODUCT_HEADERS, ExportFormat
from core.settings import Settings
from db.engine import build_engine
from db.tables import CategoryRow, ProductCategoryRow, ProductRow
from tests.support.people import signed_in

COUNT = 100_000
QUICK_COUNT = 10_000
MAX_RATIO = 2.0
MAX_FIRST_BYTE_MS = 1000.0
MAX_MORE_MIB = 50.0
START = datetime(2026, 1, 1, tzinfo=UTC)

_FLOOR = (
    "SELECT p.sku, p.name, c.name, p.description, p.price, p.tags, p.materials, p.colours,"
    " p.width_cm, p.depth_cm, p.height_cm, p.photo_count, p.approved_count, p.source,"
    " p.archived_at, p.created_at, p.updated_at FROM products p"
    " LEFT JOIN product_categories pc ON pc.product_id = p.id AND pc.is_primary"
    " LEFT JOIN categories c ON c.id = pc.category_id"
    " WHERE p.trashed_at IS NULL ORDER BY p.updated_at DESC, p.id DESC"
)
_LISTS = range(5, 8)
_PIECE_ROWS = 1000
_MIB = 1024 * 1024


def figures(*, is_quick: bool) -> Iterator[Figure]:
    """Measure each kind of file on each database."""
    count = QUICK_COUNT if is_quick else COUNT
    for kind in kinds():
        with scratch_services(kind) as services:
            settings = services.parts.settings
            actor = signed_in(services, "Ann", "ann@example.com")
            _fill(settings, actor, count)
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
                found = alone.submit(_measured, settings, actor, 1 if is_quick else 3).result()
        name = f"{LABELS[kind]}: {count:,} products as"
        floor = found.pop("floor")
        for file_format in ExportFormat:
            whole, first, more = (found[f"{file_format}.{what}"] for what in _WHAT)
            target = MAX_RATIO if file_format is ExportFormat.CSV else None
            yield Figure(f"{name} {file_format}", whole, floor, "raw driver, csv module", target)
            yield Figure(
                f"{name} {file_format}, first byte", first, MAX_FIRST_BYTE_MS, "the most", 1.0
            )
            yield Figure(
                f"{name} {file_format}, more memory", more, MAX_MORE_MIB, "the most", 1.0, "MiB"
            )


_WHAT = ("whole", "first", "more")


def _measured(settings: Settings, actor: Actor, rounds: int) -> dict[str, float]:
    services = build_services(settings)
    found: dict[str, float] = {}
    try:
        for file_format in ExportFormat:

            def export(file_format: ExportFormat = file_format) -> Iterator[bytes]:
                return services.exports.products(actor, file_format)

            next(export())  # what is imported and prepared once is not the export's
            before = _resident_bytes()
            begun = time.perf_counter()
            pieces = export()
            next(pieces)
            found[f"{file_format}.first"] = 1000 * (time.perf_counter() - begun)
            most = max((_resident_bytes() for _ in pieces), default=before)
            found[f"{file_format}.more"] = (most - before) / _MIB
            found[f"{file_format}.whole"] = 1000 * (time.perf_counter() - begun)
        csv_file = _sizes(lambda: services.exports.products(actor, ExportFormat.CSV))
        with raw_connection(settings) as raw:
            floor = _sizes(lambda: _bare(raw.cursor()))
            medians = interleaved({"csv": csv_file, "floor": floor}, rounds=rounds)
    finally:
        services.close()
    return {**found, "csv.whole": medians["csv"], "floor": medians["floor"]}


def _bare(cursor: object) -> Iterator[bytes]:
    """Yield the same lines as the driver gives them, lists joined, and nothing checked."""
    cursor.execute(_FLOOR)  # type: ignore[attr-defined] # both drivers have it
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(PRODUCT_HEADERS)
    while rows := cursor.fetchmany(_PIECE_ROWS):  # type: ignore[attr-defined] # likewise
        for row in rows:
            writer.writerow(
                _joined(value) if place in _LISTS else value for place, value in enumerate(row)
            )
        yield target.getvalue().encode()
        target.seek(0)
        target.truncate()


def _joined(value: object) -> str:
    return ";".join(json.loads(value) if isinstance(value, str) else value)  # type: ignore[arg-type] # PostgreSQL's driver has read it


def _sizes(pieces: Callable[[], Iterator[bytes]]) -> Callable[[], int]:
    return lambda: sum(map(len, pieces()))


def _resident_bytes() -> int:
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _fill(settings: Settings, actor: Actor, count: int) -> None:
    engine = build_engine(settings.sqlalchemy_url)
    with engine.begin() as connection:
        category = {
            "id": 1,
            "workspace_id": actor.workspace_id,
            "name": "Chairs",
            "name_key": "chairs",
        }
        times = {"created_at": START, "updated_at": START}
        connection.execute(insert(CategoryRow), [category | times])
    for begin in range(1, count + 1, 10_000):
        numbers = range(begin, min(begin + 10_000, count + 1))
        rows = [_product(number, actor.workspace_id) for number in numbers]
        links = [{"product_id": n, "category_id": 1, "is_primary": True} for n in numbers]
        with engine.begin() as connection:
            connection.execute(insert(ProductRow), rows)
            connection.execute(insert(ProductCategoryRow), links)
    with engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()
    engine.dispose()


def _product(number: int, workspace_id: int) -> dict[str, object]:
    description = f"Solid oak, oiled by hand, number {number}: for the dining room and the hall."
    return {
        "id": number,
        "workspace_id": workspace_id,
        "name": f"Oak chair {number}",
        "name_key": f"oak chair {number}",
        "sku": f"OAK-{number}",
        "description": description,
        "price": 249,
        "tags": ["oak", "dining room", "scandinavian"],
        "materials": ["Oak"],
        "colours": ["Natural"],
        "width_cm": 48.0,
        "depth_cm": 52.5,
        "height_cm": 81.0,
        "search_text": f" oak chair {number} oak-{number} {description.lower()} ",
        "created_at": START,
        "updated_at": START + timedelta(seconds=number),
    }
