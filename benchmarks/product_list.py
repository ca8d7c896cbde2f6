"""A page of 24 products among 100,000, against the raw driver with the same statements."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import insert, text

from benchmarks.figures import Figure, interleaved
from benchmarks.raw import raw_connection, recorded, replay
from benchmarks.scratch import LABELS, kinds, scratch_services
from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.paging import Cursor
from core.settings import Settings
from db.engine import build_engine
from db.tables import AssetRow, ProductPhotoRow, ProductRow
from tests.support.people import signed_in

COUNT = 100_000
QUICK_COUNT = 10_000
MAX_STATEMENTS = 3
TARGETS = {"sqlite": 6.0, "postgresql": 4.0}
START = datetime(2026, 1, 1, tzinfo=UTC)


def figures(*, is_quick: bool) -> Iterator[Figure]:
    """Measure the first page, one from the middle and a search, on each database."""
    count = QUICK_COUNT if is_quick else COUNT
    for kind in kinds():
        with scratch_services(kind) as services:
            actor = signed_in(services, "Ann", "ann@example.com")
            other = signed_in(services, "Ben", "ben@example.com")
            _fill(services.parts.settings, actor, other, count)
            middle = Cursor(START + timedelta(seconds=count // 2), count // 2)
            search = services.products.search
            name = f"{LABELS[kind]}: 24 of {count:,} products"
            yield from _measured(services, kind, f"{name}, first page", partial(search, actor))
            from_middle = partial(search, actor, after=middle)
            yield from _measured(services, kind, f"{name}, middle", from_middle)
            # Shown without a target: it depends on how rare the words are.
            rare = partial(search, actor, f"chair {count * 7 // 9}")
            yield from _measured(services, kind, f"{name}, rare word", rare, has_target=False)


def _measured(
    services: Services,
    kind: str,
    name: str,
    search: Callable[[], object],
    *,
    has_target: bool = True,
) -> Iterator[Figure]:
    search()
    with recorded() as statements:
        search()
    with raw_connection(services.parts.settings) as raw:
        medians = interleaved(
            {"epox": search, "raw": partial(replay, raw, statements)},
            rounds=200 if has_target else 30,
            warm_up=10,
        )
    target = TARGETS[kind] if has_target else None
    yield Figure(name, medians["epox"], medians["raw"], "raw driver, same SQL", target)
    if has_target:
        yield Figure.of_count(f"{name}: statements", len(statements), MAX_STATEMENTS)


def _fill(settings: Settings, actor: Actor, other: Actor, count: int) -> None:
    """Add the products, every second one another workspace's; each has a photo."""
    engine = build_engine(settings.sqlalchemy_url)
    for begin in range(1, count + 1, 10_000):
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
