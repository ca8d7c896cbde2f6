"""Which products and wanted shots the studio's address is about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

import streamlit as st

from core.domain.accounts import Actor
from core.domain.collections import Collection
from core.domain.plans import MAX_PLAN_PRODUCTS
from core.domain.shots import WantedShot
from ui.components.counted import counted
from ui.components.empty import empty_state
from ui.components.missing import found
from ui.components.studio_rows import BatchRow
from ui.context import services
from ui.navigation import MAX_ID

_MAX_DIGITS = 19


@dataclass(frozen=True)
class Batch:
    """What the address names: its rows, what they are together, and where they were chosen."""

    name: str
    title: str
    rows: tuple[BatchRow, ...]
    page: str
    query: dict[str, str] = field(default_factory=dict)
    note: str = ""
    collection_id: int | None = None

    @property
    def has_shots(self) -> bool:
        """Say whether it is about wanted shots."""
        return any(row.shot for row in self.rows)


def batch_of_address(actor: Actor) -> Batch:
    """Return the batch that the address names, or say that there is none and stop."""
    if "collection" not in st.query_params:
        return _of_products(actor)
    collection = found(
        services().collections.get, actor, "collection", name="collection",
        back="pages/collections.py",
    )  # fmt: skip
    if "shot" in st.query_params:
        return _of_shots(actor, collection)
    return _of_collection(actor, collection)


def _of_products(actor: Actor) -> Batch:
    ids = numbers_in_address("products")
    too_many = len(ids) > MAX_PLAN_PRODUCTS
    known = services().products.find_many(actor, ids[:MAX_PLAN_PRODUCTS]) if ids else {}
    rows = tuple(BatchRow(known[number]) for number in ids if number in known)
    if not rows:
        row = empty_state(
            "search_off",
            "These products could not be found",
            "They may have been deleted, or the link is not complete.",
        )
        row.page_link("pages/products.py", label="Find products", icon=":material/arrow_back:")
        st.stop()
    return Batch(
        name=f"products {','.join(map(str, ids))}",
        title=counted(len(rows), "product"),
        rows=rows,
        page="pages/products.py",
        note=_first_only(len(rows), f"{len(ids):,}") if too_many else "",
    )


def _of_collection(actor: Actor, collection: Collection) -> Batch:
    page = services().collections.products(actor, collection.id, limit=MAX_PLAN_PRODUCTS)
    known = services().products.find_many(actor, [product.id for product in page.items])
    rows = tuple(BatchRow(known[one.id]) for one in page.items if one.id in known)
    if not rows:
        _say_nothing(collection, "Nothing in here yet", "This collection has no products.")
    return Batch(
        name=f"collection {collection.id}",
        title=collection.name,
        rows=rows,
        page="pages/collection.py",
        query={"id": str(collection.id)},
        note="" if page.next is None else _first_only(len(rows), page.total_label),
        collection_id=collection.id,
    )


def _of_shots(actor: Actor, collection: Collection) -> Batch:
    wanted, chosen = numbers_in_address("shot"), numbers_in_address("products")
    shots = [s for s in services().shots.shots(actor, collection.id) if s.id in wanted]
    ids = [shot.id for shot in shots]
    gaps = services().shots.gaps(actor, collection.id, ids, limit=MAX_PLAN_PRODUCTS) if ids else ()
    lacking = {(gap.product_id, gap.shot_id): gap.lacking for gap in gaps}
    if chosen:
        # One that lacks nothing was asked for by name: it is made once more.
        lacking = {(one, s.id): lacking.get((one, s.id), 1) for s in shots for one in chosen}
    rows = _rows_of(actor, lacking, shots)
    if ids and not chosen:
        left_out = services().shots.gap_sums(actor, collection.id, ids).left_out
        bare = services().products.find_many(actor, [number for number, _ in left_out])
        rows += tuple(BatchRow(bare[number]) for number, _ in left_out if number in bare)
    if not rows:
        _say_nothing(collection, "Nothing is missing", "All that is wanted is there or on its way.")
    names = ", ".join(shot.name for shot in shots)
    return Batch(
        name=f"collection {collection.id} shots {ids} {chosen}",
        title=f"{collection.name} · {names}",
        rows=rows,
        page="pages/collection.py",
        query={"id": str(collection.id)},
        note="These are the first gaps: more do not fit in one plan."
        if len(gaps) == MAX_PLAN_PRODUCTS
        else "",
        collection_id=collection.id,
    )


def _rows_of(
    actor: Actor, lacking: dict[tuple[int, int], int], shots: Sequence[WantedShot]
) -> tuple[BatchRow, ...]:
    ids = list(dict.fromkeys(product_id for product_id, _ in lacking))
    known = services().products.find_many(actor, ids[:MAX_PLAN_PRODUCTS])
    return tuple(
        BatchRow(known[product_id], shot, count)
        for shot in shots
        for (product_id, shot_id), count in lacking.items()
        if shot_id == shot.id and product_id in known
    )


def _say_nothing(collection: Collection, title: str, text: str) -> NoReturn:
    row = empty_state("inventory_2", title, text)
    row.page_link(
        "pages/collection.py", label="Open the collection", icon=":material/arrow_back:",
        query_params={"id": str(collection.id)},
    )  # fmt: skip
    st.stop()


def _first_only(count: int, total: str) -> str:
    return f"These are the first {count:,} of {total} products: more do not fit in one plan."


def numbers_in_address(name: str) -> list[int]:
    """Return the ids that this part of the address lists, each once; what is none is left out."""
    return list(_numbers(st.query_params.get(name, "").split(",")))


def _numbers(words: Iterable[str]) -> dict[int, None]:
    plain = [
        int(word)
        for word in words
        if word.isascii() and word.isdecimal() and len(word) <= _MAX_DIGITS
    ]
    return dict.fromkeys(number for number in plain if 0 < number <= MAX_ID)
