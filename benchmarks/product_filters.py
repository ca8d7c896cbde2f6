"""A page of 24 products for each filter, against the raw driver with the same statements."""

from collections.abc import Callable, Iterator
from functools import partial

from benchmarks.catalogue import Shop, shop_of
from benchmarks.figures import Figure
from benchmarks.product_list import TARGETS, measured
from benchmarks.scratch import LABELS, kinds
from core.domain.products import ProductFilter, ProductSort

SIZES = (100_000, 1_000_000)
QUICK_SIZES = (10_000,)
WORST_MS = 100.0


def figures(*, is_quick: bool) -> Iterator[Figure]:
    """Measure each filter at each size, on each database."""
    for kind in kinds():
        for size in QUICK_SIZES if is_quick else SIZES:
            with shop_of(kind, size) as shop:
                for name, page in _pages(shop).items():
                    label = f"{LABELS[kind]}: {size:,} products, {name}"
                    found = list(measured(shop, label, page, target=TARGETS[kind], rounds=20))
                    yield from found
                    value = found[0].value
                    yield Figure(label, value, WORST_MS, "as long as is allowed", 1.0)


def _pages(shop: Shop) -> dict[str, Callable[[], object]]:
    category = shop.categories
    wanted = {
        "a common tag": ProductFilter(tag="oak"),
        "a rare tag": ProductFilter(tag="season-7"),
        "all categories": ProductFilter(category_id=category["furniture"]),
        "a category": ProductFilter(category_id=category["chair"]),
        "without photo": ProductFilter(has_photo=False),
        "with photo": ProductFilter(has_photo=True),
        "with approved picture": ProductFilter(has_approved=True),
        "imported": ProductFilter(source="imported"),
        "a category and a rare tag": ProductFilter(category_id=category["chair"], tag="season-8"),
        "common words and a rare tag": ProductFilter("oak", tag="season-8"),
        "category, source, no photo": ProductFilter(
            category_id=category["chair"], source="imported", has_photo=False
        ),
    }
    search = partial(shop.services.products.search, shop.actor)
    by_filter: dict[str, Callable[[], object]] = {
        name: partial(search, each) for name, each in wanted.items()
    }
    by_filter["a category by name"] = partial(search, wanted["a category"], sort=ProductSort.NAME)
    return by_filter
