"""A page of 24 products, against the raw driver with the same statements, and as they grow.

Every sort, the first page and one from the middle, among 1,000, 100,000 and 1,000,000.
"""

from collections.abc import Callable, Iterator
from functools import partial

from benchmarks.catalogue import Shop, shop_of
from benchmarks.figures import Figure, interleaved
from benchmarks.raw import raw_connection, recorded, replay
from benchmarks.scratch import LABELS, kinds
from core.domain.paging import Cursor
from core.domain.products import ProductSort

SIZES = (1_000, 100_000, 1_000_000)
QUICK_SIZES = (1_000, 10_000)
MAX_STATEMENTS = 3
TARGETS = {"sqlite": 6.0, "postgresql": 4.0}
MAX_GROWTH = 1.5
MAX_DEPTH = 2.0


def figures(*, is_quick: bool) -> Iterator[Figure]:
    """Measure the pages at each size, on each database."""
    sizes = QUICK_SIZES if is_quick else SIZES
    for kind in kinds():
        taken: dict[str, list[float]] = {}
        for size in sizes:
            with shop_of(kind, size) as shop:
                for name, page in _pages(shop, size).items():
                    label = f"{LABELS[kind]}: 24 of {size:,} products, {name}"
                    for figure in measured(shop, label, page, target=TARGETS[kind]):
                        if not figure.unit:
                            yield figure
                            continue
                        taken.setdefault(name, []).append(figure.value)
                        yield figure
        for name, values in taken.items():
            label = f"{LABELS[kind]}: {sizes[-1]:,} products, {name}"
            floor = f"the same of {sizes[0]:,}"
            yield Figure(label, values[-1], values[0], floor, MAX_GROWTH)
        middle, first = taken["middle"][-1], taken["first page"][-1]
        label = f"{LABELS[kind]}: {sizes[-1]:,} products, middle"
        yield Figure(label, middle, first, "the first page", MAX_DEPTH)


def measured(
    shop: Shop, name: str, page: Callable[[], object], *, target: float | None, rounds: int = 100
) -> Iterator[Figure]:
    """Yield a page's time beside that of its statements, and how many those are."""
    page()
    with recorded() as statements:
        page()
    with raw_connection(shop.services.parts.settings) as raw:
        medians = interleaved(
            {"epox": page, "raw": partial(replay, raw, statements)}, rounds=rounds, warm_up=10
        )
    yield Figure(name, medians["epox"], medians["raw"], "raw driver, same SQL", target)
    yield Figure.of_count(f"{name}: statements", len(statements), MAX_STATEMENTS)


def _pages(shop: Shop, size: int) -> dict[str, Callable[[], object]]:
    search = partial(shop.services.products.search, shop.actor)
    middle = Cursor(shop.moment_of(size // 2), size // 2)
    sorts = {
        f"by {sort}": partial(search, sort=sort)
        for sort in ProductSort
        if sort is not ProductSort.UPDATED
    }
    return {"first page": search, "middle": partial(search, after=middle), **sorts}
