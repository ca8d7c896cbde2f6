"""Searching products: words that one, few, many, all or none of them have, and a typing error.

The floor of a search is a page without one, or how long it may take at most.
"""

from collections.abc import Callable, Iterator
from functools import partial

from benchmarks.catalogue import Shop, shop_of
from benchmarks.figures import Figure, interleaved
from benchmarks.product_list import MAX_STATEMENTS
from benchmarks.raw import recorded
from benchmarks.scratch import LABELS, kinds

SIZES = (100_000, 1_000_000)
QUICK_SIZES = (10_000,)
RARE_TARGET = 10.0
MAX_GROWTH = 10.0
COMMON_MS = 20.0
WORST_MS = 50.0


def figures(*, is_quick: bool) -> Iterator[Figure]:
    """Measure each search at each size, on each database."""
    sizes = QUICK_SIZES if is_quick else SIZES
    for kind in kinds():
        rare: list[float] = []
        for size in sizes:
            with shop_of(kind, size) as shop:
                for figure in _measured(shop, f"{LABELS[kind]}: {size:,} products,", size):
                    if figure.name.endswith(" one has it"):
                        rare.append(figure.value)
                    yield figure
        if len(rare) > 1:
            name = f"{LABELS[kind]}: {sizes[-1]:,} products, one has it"
            yield Figure(name, rare[-1], rare[0], f"the same of {sizes[0]:,}", MAX_GROWTH)


def _measured(shop: Shop, name: str, size: int) -> Iterator[Figure]:
    page = partial(shop.services.products.search, shop.actor)
    searches = _searches(shop, size)
    medians = interleaved({"page": page, **searches}, rounds=20, warm_up=7)
    for search, call in searches.items():
        label, value = f"{name} {search}", medians[search]
        if search == "one has it":
            yield Figure(label, value, medians["page"], "a page without search", RARE_TARGET)
        elif search in ("a quarter have it", "all have it"):
            yield Figure(label, value, COMMON_MS, "as long as is allowed", 1.0)
        else:
            yield Figure(label, value, WORST_MS, "as long as is allowed", 1.0)
        with recorded() as statements:
            call()
        yield Figure.of_count(f"{label}: statements", len(statements), MAX_STATEMENTS)


def _searches(shop: Shop, size: int) -> dict[str, Callable[[], object]]:
    search = partial(shop.services.products.search, shop.actor)
    one = str(size * 7 // 9 // 2 * 2)
    return {
        "one has it": partial(search, one),
        "one in a thousand has it": partial(search, "season-777"),
        "a quarter have it": partial(search, "chair"),
        "all have it": partial(search, "oak"),
        "none has it": partial(search, "zzzqqq"),
        "two words": partial(search, "oak chair"),
        "a typing error": partial(search, "chiar"),
    }
