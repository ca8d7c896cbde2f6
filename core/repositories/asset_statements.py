"""The statements of asset lists, by what they are narrowed to and sorted by.

Two ways lead to a page, as with products: what is asked for finds few, which are then sorted, or
the order is walked until the page is full. An index that holds what is asked for in the order of
time is both at once.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    ScalarSelect,
    Select,
    Subquery,
    distinct,
    func,
    literal_column,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy import bindparam as bound

from core.domain.asset_filters import AssetSort
from core.domain.paging import COUNT_CAP
from core.repositories.asset_conditions import (
    IN_TIME,
    Shape,
    checks,
    driven,
    home,
    loud,
    measured_rows,
    quiet_home,
    tagged,
)
from core.repositories.asset_lists import summary_columns, with_names
from core.repositories.paging import AnySelect, Column
from core.repositories.product_conditions import Conditions, words
from db.gallery_tables import AssetTagRow
from db.tables import AssetRow

MANY = 2000
"""From here on walking the order is the shorter way."""

SAMPLE = 500
COMMON = SAMPLE // 20
"""So many hits in the sample make words common: their pictures are found by walking."""

_SORTED_BY: dict[AssetSort, tuple[Column, bool]] = {
    AssetSort.NEWEST: (AssetRow.created_at, False),
    AssetSort.OLDEST: (AssetRow.created_at, True),
    AssetSort.RATING: (AssetRow.rating, False),
    AssetSort.COST: (AssetRow.cost_micros, False),
    AssetSort.PRODUCT: (AssetRow.product_key, True),
    AssetSort.LARGEST: (AssetRow.longest_px, False),
    AssetSort.REVIEWED: (AssetRow.reviewed_at, False),
}


@dataclass(frozen=True)
class Place:
    """Which rows of an order: the first, those after a cursor, or those before it, backwards."""

    sort: AssetSort
    limit: int
    is_later: bool = False
    is_backwards: bool = False

    @property
    def is_ascending(self) -> bool:
        """Say whether it reads from the least to the largest."""
        return _SORTED_BY[self.sort][1] != self.is_backwards


def key_of(sort: AssetSort) -> Column:
    """Return the column that a list is sorted by."""
    return _SORTED_BY[sort][0]


@lru_cache(maxsize=1024)
def measures(shape: Shape) -> AnySelect:
    """Return the statement that tells how many assets each driver leaves, up to `MANY`.

    PostgreSQL's search index gives all matches or none, so there the words are looked for in the
    newest pictures, and what is told of them is an estimate.
    """
    return select(*(_measure(shape, name).label(name) for name in shape.drivers))


def _measure(shape: Shape, name: str) -> ScalarSelect[int]:
    if name == "text" and not shape.is_sqlite:
        newest = (
            select(AssetRow.search_text)
            .where(*home(shape))
            .order_by(AssetRow.created_at.desc(), AssetRow.id.desc())
            .limit(literal_column(str(SAMPLE)))
            .subquery()
        )
        wanted = words(newest.c.search_text, 0, shape.indexed_terms)
        found = select(func.count() * literal_column(str(MANY // COMMON)))
        return found.select_from(newest).where(*wanted).scalar_subquery()
    return _count_of(measured_rows(shape, name), MANY).scalar_subquery()


def _count_of(rows: Select[Any], most: int) -> Select[int]:
    return select(func.count()).select_from(rows.limit(literal_column(str(most))).subquery())


@lru_cache(maxsize=1024)
def count(shape: Shape, most: int) -> Select[int]:
    """Return the statement that counts what the driver finds, no further than `most`."""
    # Of what may be found more than once, all are read.
    found = _found(shape, 0 if shape.category else most)
    return _count_of(select(found.c.id).distinct(), most)


@lru_cache(maxsize=1024)
def walked_count(shape: Shape, most: int) -> Select[int]:
    """Return the statement that counts while walking an order, no further than `most`."""
    # In an order that has an index: PostgreSQL else reads the table from its beginning, where the
    # pictures of this workspace may not be.
    order = AssetSort.REVIEWED if shape.judged else AssetSort.NEWEST
    return _count_of(_walk(shape, Place(order, 0)), most)


@lru_cache(maxsize=1024)
def walked(shape: Shape, place: Place) -> AnySelect:
    """Return the statement of a page that is found by walking the order."""
    page = _walk(shape, place).subquery("page")
    rows = select(*summary_columns(), page.c.key, AssetRow.id).select_from(page)
    rows = rows.join(AssetRow, AssetRow.id == page.c.id)
    return with_names(rows).order_by(*_order(place, page.c.key, page.c.id))


@lru_cache(maxsize=1024)
def first(shape: Shape, place: Place) -> AnySelect:
    """Return the statement of the first page in the order of time, with how many match.

    Rows begin as those of `gathered` do. The order is walked as far as is counted.
    """
    enough = replace(place, limit=COUNT_CAP + 1)
    found = _walk(shape, enough).cte("found").prefix_with("MATERIALIZED")
    page = (
        select(found.c.key, found.c.id)
        .order_by(*_order(place, found.c.key, found.c.id))
        .limit(literal_column(str(place.limit)))
    )
    return _counted(found, page.subquery("page"), place)


@lru_cache(maxsize=1024)
def gathered(shape: Shape, place: Place, most: int = MANY) -> AnySelect:
    """Return the statement of a page that is found by what is asked for, and then sorted.

    Each row begins with how many ids were found and how many assets those are, and there is a row
    even if the page is empty. From `most` ids on the page is of some of them only: then it must be
    walked.
    """
    found = _found(shape, most)
    page = _ids(place, [AssetRow.id.in_(select(found.c.id))])
    return _counted(found, page.subquery("page"), place)


def _counted(found: CTE, page: Subquery, place: Place) -> AnySelect:
    counted = select(
        func.count().label("ids"), func.count(distinct(found.c.id)).label("assets")
    ).subquery("counted")
    rows = (
        select(counted.c.ids, counted.c.assets, *summary_columns(), page.c.key, page.c.id)
        .select_from(counted)
        .join(page, true(), isouter=True)
        .join(AssetRow, AssetRow.id == page.c.id, isouter=True)
    )
    return with_names(rows).order_by(*_order(place, page.c.key, page.c.id))


@lru_cache(maxsize=256)
def walked_ids(shape: Shape, place: Place) -> AnySelect:
    """Return the statement of ids in order, found by walking it; no limit when it is 0."""
    return _walk(shape, place)


@lru_cache(maxsize=256)
def gathered_ids(shape: Shape, place: Place) -> AnySelect:
    """Return the statement of ids in order, found by what is asked for; no limit when it is 0."""
    return _ids(place, [AssetRow.id.in_(select(_found(shape, 0).c.id))])


def _walk(shape: Shape, place: Place) -> AnySelect:
    if place.sort not in IN_TIME:
        judged = loud(shape, "judged") if shape.judged else []
        return _ids(place, [*home(shape), *judged, *checks(shape, "judged")])
    if shape.driver == "tag":
        return _walk_tag(shape, place)
    # Along the index of one condition, which is in the order of time within it.
    along = shape.driver
    if not along and not shape.trashed:
        if shape.made is None:
            return _walk_both(shape, place)
        along = "made"
    left_out = {"dates"} if shape.since or shape.until else set()
    conditions = home(shape)
    if along:
        conditions += loud(shape, along)
        left_out |= {along, "made"} if along in ("product", "states") else {along}
    if "dates" in left_out:
        conditions += loud(shape, "dates")[:1]
    return _ids(place, [*conditions, *checks(shape, *left_out)])


def _walk_both(shape: Shape, place: Place) -> AnySelect:
    """Return what walks results and what was brought in beside one another."""
    # Not an index of its own: PostgreSQL would take it for results too, which are the most.
    each = [_walk(replace(shape, made=made), place).subquery() for made in (True, False)]
    both = union_all(*(select(one.c.key, one.c.id) for one in each)).subquery()
    rows = select(both.c.key, both.c.id).order_by(*_order(place, both.c.key, both.c.id))
    return rows.limit(literal_column(str(place.limit))) if place.limit else rows


def _walk_tag(shape: Shape, place: Place) -> AnySelect:
    keys = (AssetTagRow.created_at, AssetTagRow.asset_id)
    rows = (
        select(AssetTagRow.created_at.label("key"), AssetTagRow.asset_id.label("id"))
        .join(AssetRow, AssetRow.id == AssetTagRow.asset_id)
        .where(*tagged(), *quiet_home(shape), *checks(shape, "tag"))
    )
    return _placed(rows, place, *keys)


def _ids(place: Place, conditions: Conditions) -> AnySelect:
    key = key_of(place.sort)
    rows = select(key.label("key"), AssetRow.id).where(*conditions)
    return _placed(rows, place, key, AssetRow.id)


def _placed(rows: AnySelect, place: Place, key: Column, row_id: Column) -> AnySelect:
    rows = rows.order_by(*_order(place, key, row_id))
    if place.is_later:
        here = tuple_(key, row_id)
        there = tuple_(bound("after_at", type_=key.type), bound("after_id"))
        rows = rows.where(here > there if place.is_ascending else here < there)
    return rows.limit(literal_column(str(place.limit))) if place.limit else rows


def _order(place: Place, *keys: Any) -> list[Any]:  # noqa: ANN401 - columns of any table
    return list(keys) if place.is_ascending else [key.desc() for key in keys]


def _found(shape: Shape, most: int) -> CTE:
    # Materialised: else the database mixes the two ways. The limit tells PostgreSQL how few there
    # are, whatever it thinks of the conditions.
    found = driven(shape)
    found = found.limit(literal_column(str(most))) if most else found
    return found.cte("found").prefix_with("MATERIALIZED")
