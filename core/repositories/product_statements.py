"""The statements of product lists, by what they are narrowed to and sorted by.

Two ways lead to a page. Where few products match, they are found through the index of what is
asked for, and then sorted. Where many do, the index of the order is walked until the page is full,
each product being looked at on the way. Each way closes the other's indexes to the database: its
own estimates know too little of a filter to choose between them.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    ScalarSelect,
    Select,
    Text,
    bindparam,
    distinct,
    func,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)

from core.domain.products import ProductSort
from core.repositories.paging import AnySelect, Column
from core.repositories.product_conditions import (
    DRIVERS,
    SEARCH,
    Conditions,
    Shape,
    checks,
    driven,
    home,
    matches,
    quiet_home,
    words,
)
from core.repositories.product_lists import summaries, summary_columns
from db.tables import AssetRow, ProductRow

MANY = 2000
"""From here on walking the order is the shorter way, even among a million."""

SAMPLE = 2000
COMMON = SAMPLE // 20
"""So many hits in the sample make words common: their products are found by walking."""

_SORTED_BY: dict[ProductSort, tuple[Column, bool]] = {
    ProductSort.UPDATED: (ProductRow.updated_at, False),
    ProductSort.CREATED: (ProductRow.created_at, False),
    ProductSort.NAME: (ProductRow.name_key, True),
    ProductSort.SKU: (ProductRow.sku, True),
    ProductSort.PRICE_LOW: (ProductRow.price_key, True),
    ProductSort.PRICE_HIGH: (ProductRow.price_key, False),
}


@dataclass(frozen=True)
class Place:
    """Which rows of an order: the first, those after a cursor, or those before it, backwards."""

    sort: ProductSort
    limit: int
    is_later: bool = False
    is_backwards: bool = False


@lru_cache(maxsize=1024)
def count(shape: Shape, most: int) -> Select[int]:
    """Return the statement that counts what matches, no further than `most`."""
    return _count_of(driven(shape), most)


@lru_cache(maxsize=1024)
def measures(shape: Shape, sort: ProductSort) -> AnySelect:
    """Return the statement that tells how many products each driver leaves, up to `MANY`.

    PostgreSQL's search index gives all matches or none, so there the words are looked for in the
    first products of the order, and what is told of them is an estimate.
    """
    return select(*(_measure(shape, name, sort).label(name) for name in shape.drivers))


def _measure(shape: Shape, name: str, sort: ProductSort) -> ScalarSelect[int]:
    if name == "text" and not shape.is_sqlite:
        order, _ = _order(Place(sort, SAMPLE))
        first = (
            select(ProductRow.search_text)
            .where(*home(shape))
            .order_by(*order)
            .limit(literal_column(str(SAMPLE)))
            .subquery()
        )
        wanted = words(first.c.search_text, 0, shape.indexed_terms)
        found = select(func.count() * literal_column(str(MANY // COMMON)))
        return found.select_from(first).where(*wanted).scalar_subquery()
    rows, _ = DRIVERS[name](shape)
    return _count_of(rows, MANY).scalar_subquery()


def _count_of(rows: Select[Any], most: int) -> Select[int]:
    return select(func.count()).select_from(rows.limit(literal_column(str(most))).subquery())


@lru_cache(maxsize=1024)
def scan_count(shape: Shape, most: int) -> Select[int]:
    """Return the statement that counts as `count` does, looking at one product after the other."""
    # In an order that has an index: PostgreSQL else reads the table from its beginning, where the
    # products of this workspace may not be.
    order, _ = _order(Place(ProductSort.UPDATED, most))
    rows = select(ProductRow.id).where(*home(shape), *checks(shape)).order_by(*order)
    return _count_of(rows, most)


@lru_cache(maxsize=1024)
def walked(shape: Shape, place: Place) -> AnySelect:
    """Return the statement of a page that is found by walking the order."""
    return _page(place, [*home(shape), *checks(shape)])


@lru_cache(maxsize=1024)
def gathered(shape: Shape, place: Place) -> AnySelect:
    """Return the statement of a page that is found by what is asked for, and then sorted.

    Each row begins with how many ids were found and how many products those are, and there is a row
    even if the page is empty. From `MANY` ids on the page is of some of them only: then it must be
    walked.
    """
    found = _found(shape, MANY)
    counted = select(
        func.count().label("ids"), func.count(distinct(found.c.id)).label("products")
    ).subquery("counted")
    page = _ids(place, [ProductRow.id.in_(select(found.c.id))]).subquery("page")
    order, _ = _order(place, page.c.key, page.c.id)
    columns, photo = summary_columns()
    return (
        select(counted.c.ids, counted.c.products, *columns, page.c.key, page.c.id)
        .select_from(counted)
        .join(page, true(), isouter=True)
        .join(ProductRow, ProductRow.id == page.c.id, isouter=True)
        .join(AssetRow, AssetRow.id == photo, isouter=True)
        .order_by(*order)
    )


@lru_cache(maxsize=256)
def walked_ids(shape: Shape, place: Place) -> AnySelect:
    """Return the statement of ids in order, found by walking it; no limit when it is 0."""
    return _ids(place, [*home(shape), *checks(shape)])


@lru_cache(maxsize=256)
def gathered_ids(shape: Shape, place: Place) -> AnySelect:
    """Return the statement of ids in order, found by what is asked for; no limit when it is 0."""
    return _ids(place, [ProductRow.id.in_(select(_found(shape, 0).c.id))])


def key_of(sort: ProductSort) -> Column:
    """Return the column that a list is sorted by."""
    return _SORTED_BY[sort][0]


@lru_cache(maxsize=256)
def candidates(shape: Shape, alternatives: tuple[int, ...], most: int) -> AnySelect:
    """Return the statement of products that hold one of the alternatives of each word.

    On PostgreSQL these are bound as `near{word}_{alternative}`, on SQLite all as `match`.
    """
    others = replace(shape, indexed_terms=0, plain_terms=0)
    conditions = [*quiet_home(shape), *checks(others)]
    rows = summaries().add_columns(ProductRow.search_text, ProductRow.id)
    if shape.is_sqlite:
        rows = rows.join(SEARCH, SEARCH.c.rowid == ProductRow.id).where(matches())
    else:
        conditions += [
            or_(
                *(
                    ProductRow.search_text.like(
                        bindparam(f"near{word}_{n}", type_=Text), escape="\\"
                    )
                    for n in range(count)
                )
            )
            for word, count in enumerate(alternatives)
        ]
    return rows.where(*conditions).limit(literal_column(str(most)))


def _page(place: Place, conditions: Conditions) -> AnySelect:
    # The facts are looked up for the page's rows only, not for all that are sorted.
    page = _ids(place, conditions).subquery("page")
    order, _ = _order(place, page.c.key, page.c.id)
    return (
        summaries()
        .add_columns(page.c.key, ProductRow.id)
        .join(page, page.c.id == ProductRow.id)
        .order_by(*order)
    )


def _ids(place: Place, conditions: Conditions) -> AnySelect:
    order, key = _order(place)
    rows = select(key.label("key"), ProductRow.id).where(*conditions).order_by(*order)
    if place.is_later:
        here = tuple_(key, ProductRow.id)
        there = tuple_(bindparam("after_at", type_=key.type), bindparam("after_id"))
        rows = rows.where(here > there if _is_ascending(place) else here < there)
    return rows.limit(literal_column(str(place.limit))) if place.limit else rows


def _is_ascending(place: Place) -> bool:
    return _SORTED_BY[place.sort][1] != place.is_backwards


def _order(place: Place, *columns: Any) -> tuple[list[Any], Column]:  # noqa: ANN401 - columns
    key = _SORTED_BY[place.sort][0]
    keys = columns or (key, ProductRow.id)
    return list(keys) if _is_ascending(place) else [key.desc() for key in keys], key


def _found(shape: Shape, most: int) -> CTE:
    # Materialised: else the database mixes the two ways. The limit tells PostgreSQL how few there
    # are, whatever it thinks of the conditions.
    found = driven(shape)
    found = found.limit(literal_column(str(most))) if most else found
    return found.cte("found").prefix_with("MATERIALIZED")
