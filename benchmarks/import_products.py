"""Importing products: checked and written, against the same rows in SQLAlchemy's bulk inserts."""

import resource
import statistics
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import insert, select

from benchmarks.figures import Figure
from benchmarks.scratch import LABELS, kinds, scratch_services
from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.texts import fold
from db.catalogue_tables import ProductTagRow
from db.engine import build_engine
from db.tables import AuditEventRow, CategoryRow, ProductCategoryRow, ProductRow
from tests.support.importing import csv_bytes, run_tasks
from tests.support.people import signed_in

COUNT = 20_000
LARGE = 100_000
QUICK_COUNT = 2_000
AT_ONCE = 1000
MAX_RATIO = 1 / 0.6
MAX_S = 30
MAX_MORE_MIB = 200
ROUNDS = 3
HEADERS = (
    "sku", "name", "category", "description", "price", "tags", "materials", "colours",
    "width_cm", "depth_cm", "height_cm",
)  # fmt: skip
_KINDS = ("Chair", "Table", "Lamp", "Sofa", "Bed", "Shelf")
_TEXT = "Solid oak from managed forests, oiled by hand; two people carry it. " * 3


def figures(*, is_quick: bool) -> Iterator[Figure]:
    """Measure the run after its check, the whole of a large file, and the memory it takes."""
    count = QUICK_COUNT if is_quick else COUNT
    for kind in kinds():
        name = f"{LABELS[kind]}: import {count:,} products"
        taken: dict[str, list[float]] = {"epox": [], "bulk": []}
        for turn in range(ROUNDS):
            with scratch_services(kind) as services:
                actor = signed_in(services, "Ann", "ann@example.com")
                # In turns, so that neither always has the warmer machine.
                for who in ("epox", "bulk") if turn % 2 else ("bulk", "epox"):
                    work = _written if who == "epox" else _in_bulk
                    taken[who].append(work(services, actor, count))
        medians = {who: statistics.median(times) for who, times in taken.items()}
        floor = "SQLAlchemy bulk, same tables"
        yield Figure(f"{name}, after check", medians["epox"], medians["bulk"], floor, MAX_RATIO)
        yield from _large(kind, count if is_quick else LARGE)


def _large(kind: str, count: int) -> Iterator[Figure]:
    with scratch_services(kind) as services:
        actor = signed_in(services, "Ann", "ann@example.com")
        data = csv_bytes([HEADERS, *map(_row, range(count))])
        begun = services.imports.begin(actor, "large.csv", data)
        del data
        before = _memory_mib()
        stale = _Staleness(services, actor)
        parts = {}
        for step in (services.imports.check, services.imports.run):
            start = time.perf_counter()
            asked = step(actor, begun.id)
            with stale.watched(asked.task_id or 0):
                run_tasks(services)
            parts[step.__name__] = time.perf_counter() - start
        done = services.imports.get(actor, begun.id)
        assert done.counts.created == count  # noqa: S101 - else the figure means nothing
        name = f"{LABELS[kind]}: import {count:,} products"
        total_s = sum(parts.values())
        yield Figure(f"{name}, check and run", total_s, MAX_S, "as long as is allowed", 1.0, "s")
        yield Figure(
            f"{name}, of it the check", parts["check"], total_s, "check and run", None, "s"
        )
        more = _memory_mib() - before
        yield Figure(
            f"{name}, more memory", more, MAX_MORE_MIB, "as much as is allowed", 1.0, "MiB"
        )
        yield Figure(f"{name}, progress is stale", stale.worst_s, 2.0, "allowed", 1.0, "s")


def _written(services: Services, actor: Actor, count: int) -> float:
    data = csv_bytes([HEADERS, *map(_row, range(count))])
    begun = services.imports.begin(actor, "some.csv", data)
    services.imports.check(actor, begun.id)
    run_tasks(services)
    services.imports.run(actor, begun.id)
    start = time.perf_counter()
    run_tasks(services)
    return 1000 * (time.perf_counter() - start)


def _in_bulk(services: Services, actor: Actor, count: int) -> float:
    engine = build_engine(services.parts.settings.sqlalchemy_url)
    now = datetime.now(UTC)
    rows = [_row(number) for number in range(count, 2 * count)]
    start = time.perf_counter()
    with engine.begin() as connection:
        connection.execute(
            insert(CategoryRow),
            [
                {
                    "workspace_id": actor.workspace_id, "name": f"Bulk {kind}",
                    "name_key": f"bulk {kind}".lower(), "description": "", "position": 0,
                    "defaults": {}, "scene_defaults": {}, "created_at": now, "updated_at": now,
                }
                for kind in _KINDS
            ],
        )  # fmt: skip
        categories = list(
            connection.scalars(select(CategoryRow.id).where(CategoryRow.name.like("Bulk %")))
        )
    for begin in range(0, count, AT_ONCE):
        some = rows[begin : begin + AT_ONCE]
        with engine.begin() as connection:
            made = connection.execute(
                insert(ProductRow).returning(ProductRow.sku, ProductRow.id),
                [_bulk_row(actor, row, now) for row in some],
            )
            by_sku = dict(made.tuples().all())
            ids = [by_sku[row[0]] for row in some]
            connection.execute(
                insert(ProductCategoryRow),
                [
                    {"product_id": i, "category_id": categories[i % 6], "is_primary": True}
                    for i in ids
                ],
            )
            connection.execute(
                insert(ProductTagRow),
                [
                    {"product_id": i, "workspace_id": actor.workspace_id, "tag": fold(tag)}
                    for i, row in zip(ids, some, strict=True)
                    for tag in row[5].split(",")
                ],
            )
            connection.execute(
                insert(AuditEventRow),
                [
                    {
                        "workspace_id": actor.workspace_id, "actor_id": actor.user_id,
                        "action": "import", "subject": "product", "subject_id": i, "detail": {},
                        "at": now,
                    }
                    for i in ids
                ],
            )  # fmt: skip
    taken_ms = 1000 * (time.perf_counter() - start)
    engine.dispose()
    return taken_ms


def _bulk_row(actor: Actor, row: tuple[str, ...], now: datetime) -> dict[str, object]:
    sku, name, _category, description, price, tags, *_ = row
    return {
        "workspace_id": actor.workspace_id,
        "sku": sku,
        "name": name,
        "description": description,
        "price": Decimal(price),
        "tags": tags.split(", "),
        "materials": ["Oak"],
        "colours": ["Brown"],
        "width_cm": 45.0,
        "depth_cm": 52.0,
        "height_cm": 80.0,
        "search_text": fold(f"{name} {sku} {description} {tags}"),
        "name_key": fold(name),
        "price_key": int(Decimal(price) * 100),
        "source": "imported",
        "created_by": actor.user_id,
        "created_at": now,
        "updated_at": now,
    }


def _row(number: int) -> tuple[str, ...]:
    kind = _KINDS[number % 6]
    return (
        f"OAK-{number:06}", f"Oak {kind} {number}", kind, f"{_TEXT}No. {number}",
        f"{number % 900 + 9}.50", f"oak, {kind.lower()}, nr{number % 50}", "Oak", "Brown",
        "45", "52", "80",
    )  # fmt: skip


def _memory_mib() -> float:
    """Return the most memory that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class _Staleness:
    """Looks at a task's progress as a page does, and notes how long it stood still at worst."""

    def __init__(self, services: Services, actor: Actor) -> None:
        self._services = services
        self._actor = actor
        self.worst_s = 0.0

    def watched(self, task_id: int) -> "_Watch":
        """Watch the task in a with statement."""
        return _Watch(self, task_id)

    def look(self, task_id: int) -> tuple[int, str]:
        """Return how far the task is."""
        task = self._services.tasks.get(self._actor, task_id)
        return task.done, task.status


class _Watch:
    def __init__(self, staleness: _Staleness, task_id: int) -> None:
        self._staleness = staleness
        self._task_id = task_id
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *error: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _run(self) -> None:
        seen, since = self._staleness.look(self._task_id), time.monotonic()
        while not self._is_over.wait(0.1):
            now = self._staleness.look(self._task_id)
            if now != seen:
                seen, since = now, time.monotonic()
            self._staleness.worst_s = max(self._staleness.worst_s, time.monotonic() - since)
