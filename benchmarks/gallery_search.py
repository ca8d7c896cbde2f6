"""Searching pictures: words that few, some, all or none of them have, and words of the product.

The floor is the names of all pictures that hold the words, in order, from the raw driver: that is
what a gallery reads that searches before it pages.
"""

import json
from collections.abc import Iterator
from functools import partial

from benchmarks.figures import Figure, interleaved
from benchmarks.gallery_hall import Hall, hall_of
from benchmarks.gallery_list import MAX_STATEMENTS
from benchmarks.raw import RawConnection, raw_connection, recorded
from benchmarks.scratch import LABELS, kinds
from core.domain.asset_filters import AssetFilter, Stacks

SIZE = 200_000
QUICK_SIZE = 10_000
WORST_MS = 100.0
NAMES_TARGET = 0.2


def figures(*, is_quick: bool) -> Iterator[Figure]:
    """Measure each search on each database."""
    size = QUICK_SIZE if is_quick else SIZE
    for kind in kinds():
        with hall_of(kind, size) as hall:
            yield from _measured(hall, f"{LABELS[kind]}: {size:,} pictures,")


def _measured(hall: Hall, name: str) -> Iterator[Figure]:
    search = partial(hall.services.assets.search, hall.actor)
    for label, words in _searches(hall).items():
        page = partial(search, AssetFilter(words, is_made=True, stack=Stacks.COLLAPSED))
        with raw_connection(hall.services.parts.settings) as raw:
            names = partial(_names, raw, hall, words)
            medians = interleaved({"page": page, "names": names}, rounds=7)
        with recorded() as statements:
            page()
        value = medians["page"]
        yield Figure(f"{name} {label}", value, medians["names"], "the names of all", NAMES_TARGET)
        yield Figure(f"{name} {label}", value, WORST_MS, "as long as is allowed", 1.0)
        yield Figure.of_count(f"{name} {label}: statements", len(statements), MAX_STATEMENTS)


def _names(raw: RawConnection, hall: Hall, words: str) -> str:
    """Return the names of all that hold the words, as one text for the browser."""
    mark = "?" if hall.services.parts.settings.is_sqlite else "%s"
    holds = "".join(f" AND search_text LIKE {mark}" for _ in words.split())
    statement = (
        f"SELECT storage_key FROM assets WHERE workspace_id = {mark} AND is_made"  # noqa: S608 - no value in it
        f" AND trashed_at IS NULL{holds} ORDER BY is_pinned DESC, created_at DESC"
    )
    values = (hall.actor.workspace_id, *(f"%{word}%" for word in words.split()))
    return json.dumps([row[0] for row in raw.execute(statement, values).fetchall()])


def _searches(hall: Hall) -> dict[str, str]:
    return {
        "a rare word": "heron",
        "an SKU": f"oak-{hall.products[7]}",
        "one in five has it": "library",
        "all have it": "oak",
        "none has it": "zzzqqq",
        "two words": "library festive",
        "product and prompt": "lamp lobby",
        "a common and a rare word": "oak heron",
    }
