"""A page of 24 products among 100,000, against the raw driver with the same statements."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Protocol, cast

import psycopg
from sqlalchemy import Engine, event, insert, text

from benchmarks.figures import Figure, interleaved
from benchmarks.scratch import LABELS, kinds, scratch_services
from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.paging import Cursor
from core.settings import Settings
from db.engine import build_engine
from db.tables import AssetRow, ProductPhotoRow, ProductRow
from tests.support.people import signed_in

COUNT = 100_000
MAX_STATEMENTS = 3
TARGETS = {"sqlite": 6.0, "postgresql": 4.0}
START = datetime(2026, 1, 1, tzinfo=UTC)

Statement = tuple[str, Any]


class RawConnection(Protocol):
    """What both drivers have."""

    def execute(self, statement: str, parameters: Any = ..., /) -> Any:  # noqa: ANN401 - the drivers' own
        """Send one statement."""
        ...


def figures() -> Iterator[Figure]:
    """Measure the first page, one from the middle and a search, on each database."""
    for kind in kinds():
        with scratch_services(kind) as services:
            actor = signed_in(services, "Ann", "ann@example.com")
            other = signed_in(services, "Ben", "ben@example.com")
            _fill(services.parts.settings, actor, other)
            middle = Cursor(START + timedelta(seconds=COUNT // 2), COUNT // 2)
            search = services.products.search
            yield from _measured(services, kind, "first page", partial(search, actor))
            yield from _measured(services, kind, "middle", partial(search, actor, after=middle))
            # Shown without a target: it depends on how rare the words are.
            rare = partial(search, actor, "chair 77777")
            yield from _measured(services, kind, "rare word", rare, has_target=False)


def _measured(
    services: Services,
    kind: str,
    name: str,
    search: Callable[[], object],
    *,
    has_target: bool = True,
) -> Iterator[Figure]:
    search()
    with _recorded() as statements:
        search()
    label = f"{LABELS[kind]}: 24 of {COUNT:,} products, {name}"
    with _raw_connection(services.parts.settings) as raw:
        medians = interleaved(
            {"epox": search, "raw": partial(_replay, raw, statements)},
            rounds=200 if has_target else 30,
            warm_up=10,
        )
    target = TARGETS[kind] if has_target else None
    yield Figure(label, medians["epox"], medians["raw"], "raw driver, same SQL", target)
    if has_target:
        limit = MAX_STATEMENTS / len(statements)
        yield Figure(
            f"{LABELS[kind]}: statements, {name}", len(statements), len(statements),
            f"at most {MAX_STATEMENTS}", 1.0 if limit >= 1 else limit, unit="",
        )  # fmt: skip


@contextmanager
def _recorded() -> Iterator[list[Statement]]:
    found: list[Statement] = []

    def note(*arguments: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own
        _connection, _cursor, statement, parameters, *_others = arguments
        if not statement.startswith("BEGIN"):
            found.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    yield found
    event.remove(Engine, "before_cursor_execute", note)


@contextmanager
def _raw_connection(settings: Settings) -> Iterator[RawConnection]:
    url = settings.sqlalchemy_url
    if settings.is_sqlite:
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        yield cast("RawConnection", connection)
        connection.close()
        return
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as server:
        yield cast("RawConnection", server)


def _replay(connection: RawConnection, statements: list[Statement]) -> None:
    connection.execute("BEGIN")
    for statement, parameters in statements:
        connection.execute(statement, parameters).fetchall()
    connection.execute("COMMIT")


def _fill(settings: Settings, actor: Actor, other: Actor) -> None:
    """Add the products, every second one another workspace's; each has a photo."""
    engine = build_engine(settings.sqlalchemy_url)
    for begin in range(1, COUNT + 1, 10_000):
        numbers = range(begin, begin + 10_000)
        owners = [(number, (actor, other)[number % 2].workspace_id) for number in numbers]
        photos = [{"product_id": n, "asset_id": n, "position": 0} for n in numbers]
        with engine.begin() as connection:
            connection.execute(insert(ProductRow), [_product(*pair) for pair in owners])
            connection.execute(insert(AssetRow), [_photo(*pair) for pair in owners])
            connection.execute(insert(ProductPhotoRow), photos)
    with engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()
    engine.dispose()


def _product(number: int, workspace_id: int) -> dict[str, object]:
    kind = ("chair", "table", "lamp", "sofa")[number % 4]
    return {
        "id": number,
        "workspace_id": workspace_id,
        "name": f"Oak {kind} {number}",
        "sku": f"OAK-{number}",
        "description": "Solid oak, oiled by hand.",
        "price": 249,
        "tags": ["oak", kind],
        "search_text": f"oak {kind} {number} oak-{number} solid oak, oiled by hand.",
        "created_at": START,
        "updated_at": START + timedelta(seconds=number),
    }


def _photo(number: int, workspace_id: int) -> dict[str, object]:
    return {
        "id": number,
        "workspace_id": workspace_id,
        "origin": "uploaded",
        "sha256": f"{number:064x}",
        "size_bytes": 100_000,
        "mime_type": "image/jpeg",
        "width_px": 1600,
        "height_px": 1200,
        "storage_key": f"w{workspace_id}/{number:032x}/original.jpg",
        "label": f"Oak {number}",
        "search_text": f"oak {number}",
        "created_at": START + timedelta(seconds=number),
    }
