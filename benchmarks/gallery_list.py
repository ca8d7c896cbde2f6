"""A page of 100 pictures: every sort and filter, and usual pairs of filters.

Against the raw driver with the same statements, against all names in order (as InvokeAI's gallery
reads them before it shows any), and as the pictures grow.
"""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

from benchmarks.figures import Figure, interleaved
from benchmarks.gallery_hall import Hall, hall_of
from benchmarks.raw import raw_connection, recorded, replay
from benchmarks.scratch import LABELS, kinds
from core.domain.asset_filters import Aspect, AssetFilter, AssetSort, Stacks
from core.domain.assets import Origin
from core.domain.paging import Cursor
from core.domain.reviews import ReviewState

SIZES = (1_000, 200_000)
QUICK_SIZES = (1_000, 10_000)
MAX_STATEMENTS = 3
TARGETS = {"sqlite": 6.0, "postgresql": 4.0}
MAX_GROWTH = 1.5
NAMES_TARGET = 0.05
WORST_MS = 100.0
GRID = AssetFilter(is_made=True, stack=Stacks.COLLAPSED)

UNFILTERED = {"first page", "middle", *(f"by {sort}" for sort in AssetSort)}
"""What is flat: the page of 200,000 takes as long as that of 1,000."""

Pages = dict[str, Callable[[], object]]


def figures(*, is_quick: bool) -> Iterator[Figure]:
    """Measure the pages at each size, on each database."""
    sizes = QUICK_SIZES if is_quick else SIZES
    for kind in kinds():
        taken: dict[str, list[float]] = {}
        for size in sizes:
            with hall_of(kind, size) as hall:
                for name, page in pages(hall).items():
                    label = f"{LABELS[kind]}: 100 of {size:,} pictures, {name}"
                    for figure in _measured(hall, label, page, target=TARGETS[kind]):
                        if figure.unit:
                            taken.setdefault(name, []).append(figure.value)
                        yield figure
                if size == sizes[-1]:
                    yield from _against_all_names(hall, LABELS[kind])
        for name, values in taken.items():
            label = f"{LABELS[kind]}: {sizes[-1]:,} pictures, {name}"
            if name in UNFILTERED:
                floor = f"the same of {sizes[0]:,}"
                yield Figure(label, values[-1], values[0], floor, MAX_GROWTH)
            else:
                # What a filter leaves of few pictures is less than a page: nothing to compare with.
                yield Figure(label, values[-1], WORST_MS, "as long as is allowed", 1.0)


def pages(hall: Hall) -> Pages:
    """Return what reads a page: in each sort, from the middle, and for each filter."""
    search = partial(hall.services.assets.search, hall.actor)
    middle = Cursor(hall.moment_of(hall.count // 2), hall.count // 2)
    by_sort: Pages = {
        f"by {sort}": partial(search, GRID, sort=sort)
        for sort in AssetSort
        if sort is not AssetSort.NEWEST
    }
    by_filter: Pages = {name: partial(search, wanted) for name, wanted in _filters(hall).items()}
    approved = AssetFilter(review_states=(ReviewState.APPROVED,), stack=Stacks.COLLAPSED)
    return {
        "first page": partial(search, GRID),
        "middle": partial(search, GRID, after=middle),
        **by_sort,
        **by_filter,
        "approved by product": partial(search, approved, sort=AssetSort.PRODUCT),
    }


def _filters(hall: Hall) -> dict[str, AssetFilter]:
    made = partial(AssetFilter, is_made=True, stack=Stacks.COLLAPSED)
    first_days = (hall.moment_of(0) + timedelta(days=9)).date()
    return {
        "a product": made(product_id=hall.products[3]),
        "an SKU": made(sku=f"OAK-{hall.products[4]}"),
        "a category": made(category_id=hall.categories["chair"]),
        "all categories": made(category_id=hall.categories["furniture"]),
        "a small collection": made(collection_id=hall.collections["small"]),
        "a large collection": made(collection_id=hall.collections["large"]),
        "a common tag": made(tag="web"),
        "a tag of long ago": made(tag="season-1"),
        "a rare tag": made(tag="rare"),
        "a person": made(created_by=hall.actor.user_id),
        "a common model": made(image_model="middle"),
        "the first model": made(image_model="old"),
        "a common preset": made(preset_id=hall.presets[0]),
        "a rare preset": made(preset_id=hall.presets[-1]),
        "a template": made(template="lifestyle@2"),
        "approved": made(review_states=(ReviewState.APPROVED,)),
        "to do": made(review_states=(ReviewState.NEEDS_EDIT, ReviewState.REJECTED)),
        "five stars": made(min_rating=5),
        "pinned": made(is_pinned=True),
        "landscape": made(aspect=Aspect.LANDSCAPE),
        "large": made(min_longest_px=4000),
        "the first days": made(until=first_days),
        "cheap": made(max_cost_micros=39_000),
        "upscaled": made(tools=("upscale",)),
        "inspiration": AssetFilter(origins=(Origin.INSPIRATION,)),
        "approved, a model": made(review_states=(ReviewState.APPROVED,), image_model="old"),
        "approved, a tag": made(review_states=(ReviewState.APPROVED,), tag="hero"),
        "a category, five stars": made(category_id=hall.categories["chair"], min_rating=5),
        "a model, a rare tag": made(image_model="middle", tag="rare"),
        "a model, a later tag": made(image_model="old", tag="season-40"),
    }


def _measured(
    hall: Hall, name: str, page: Callable[[], object], *, target: float
) -> Iterator[Figure]:
    """Yield a page's time beside that of its statements, and how many those are."""
    page()
    with recorded() as statements:
        page()
    with raw_connection(hall.services.parts.settings) as raw:
        medians = interleaved(
            {"epox": page, "raw": partial(replay, raw, statements)}, rounds=25, warm_up=5
        )
    yield Figure(name, medians["epox"], medians["raw"], "raw driver, same SQL", target)
    yield Figure.of_count(f"{name}: statements", len(statements), MAX_STATEMENTS)


def _against_all_names(hall: Hall, label: str) -> Iterator[Figure]:
    """Yield the first page beside the names of all pictures, as one text for the browser."""
    settings = hall.services.parts.settings
    mark = "?" if settings.is_sqlite else "%s"
    statement = (
        f"SELECT storage_key FROM assets WHERE workspace_id = {mark} AND is_made"  # noqa: S608 - no value in it
        " AND trashed_at IS NULL ORDER BY is_pinned DESC, created_at DESC"
    )
    with raw_connection(settings) as raw:

        def names() -> str:
            found = raw.execute(statement, (hall.actor.workspace_id,)).fetchall()
            return json.dumps([row[0] for row in found])

        page = partial(hall.services.assets.search, hall.actor, GRID)
        medians = interleaved({"page": page, "names": names}, rounds=7)
    yield Figure(
        f"{label}: 100 of {hall.count:,} pictures, first page",
        medians["page"],
        medians["names"],
        "all names in order",
        NAMES_TARGET,
    )
