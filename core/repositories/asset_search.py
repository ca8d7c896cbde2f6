"""Lists of assets: narrowed, searched and sorted in at most three statements a page.

Where a collection is asked for, one more tells whether it is smart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.domain.asset_filters import AssetFilter, AssetSort
from core.domain.assets import AssetSummary
from core.domain.paging import COUNT_CAP, Cursor, Page, bad_cursor
from core.repositories import asset_statements as statements
from core.repositories.asset_conditions import IN_TIME, MAX_TOOLS, Shape
from core.repositories.asset_lists import summaries, to_summary
from core.repositories.asset_statements import MANY, Place
from core.repositories.collection_members import members_of
from core.repositories.paging import AnyRow
from core.repositories.product_rows import tag_key
from core.repositories.product_terms import Terms, terms_of
from db.tables import AssetRow, CollectionRow

_ENOUGH = COUNT_CAP + 1
_KEY_TYPES: dict[AssetSort, type] = {
    AssetSort.NEWEST: datetime,
    AssetSort.OLDEST: datetime,
    AssetSort.RATING: int,
    AssetSort.COST: int,
    AssetSort.PRODUCT: str,
    AssetSort.LARGEST: int,
    AssetSort.REVIEWED: datetime,
}


class AssetSearch:
    """Reads lists of assets."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def page(
        self,
        workspace_id: int,
        wanted: AssetFilter,
        sort: AssetSort,
        *,
        after: Cursor | None,
        limit: int,
    ) -> Page[AssetSummary]:
        """Return a page; see `AssetRepository.search`."""
        shape, values = self._asked(workspace_id, wanted, sort)
        if after is not None:
            values.update(_after(after, sort))
        place = Place(sort, limit + 1, is_later=after is not None)
        shape, most = self._way(shape, sort, values)
        if most:
            found: Sequence[AnyRow] = self._all(statements.gathered(shape, place, most), values)
            ids, total = found[0][:2]
            if ids < most:
                return _page([row for row in found if row[-1] is not None], total, limit)
            # Its index led to many all the same.
            shape = replace(shape, driver=_along(shape, sort))
        elif after is None and sort in IN_TIME:
            found = self._all(statements.first(shape, place), values)
            return _page([row for row in found if row[-1] is not None], found[0][0], limit)
        else:
            total = 0
        rows = self._all(statements.walked(shape, place), values)
        if after is None and len(rows) <= limit:
            # All of them are here: there is nothing to count.
            return _page(rows, len(rows), limit)
        if total < COUNT_CAP:
            total = self._count(statements.walked_count(shape, COUNT_CAP), values)
        return _page(rows, total, limit)

    def ids(
        self, workspace_id: int, wanted: AssetFilter, sort: AssetSort, *, limit: int
    ) -> list[int]:
        """Return the ids of those that match, in order, at most so many."""
        shape, values = self._asked(workspace_id, wanted, sort)
        shape, most = self._way(shape, sort, values)
        read = statements.walked_ids if not most else statements.gathered_ids
        rows = self._session.execute(read(shape, Place(sort, limit)), values)
        return [row[1] for row in rows]

    def count(self, workspace_id: int, wanted: AssetFilter, *, most: int) -> int:
        """Return how many match, no further than `most`."""
        shape, values = self._asked(workspace_id, wanted, AssetSort.NEWEST)
        shape, is_gathered = self._way(shape, AssetSort.NEWEST, values)
        read = statements.count if is_gathered else statements.walked_count
        return self._count(read(shape, most), values)

    def neighbours(
        self, workspace_id: int, asset_id: int, wanted: AssetFilter, sort: AssetSort
    ) -> tuple[int | None, int | None]:
        """Return the ids before and after an asset in a list, in at most five statements."""
        here = select(statements.key_of(sort)).where(
            AssetRow.workspace_id == workspace_id, AssetRow.id == asset_id
        )
        key = self._session.scalar(here)
        if key is None:
            return None, None
        shape, values = self._asked(workspace_id, wanted, sort)
        shape, most = self._way(shape, sort, values)
        if most and self._count(statements.count(shape, MANY), values) >= MANY:
            shape, most = replace(shape, driver=_along(shape, sort)), 0
        read = statements.gathered_ids if most else statements.walked_ids
        values.update(_after(Cursor(key, asset_id), sort))
        found = []
        for is_backwards in (True, False):
            place = Place(sort, 1, is_later=True, is_backwards=is_backwards)
            row = self._session.execute(read(shape, place), values).first()
            found.append(None if row is None else row[1])
        return found[0], found[1]

    def summaries(self, workspace_id: int, asset_ids: Sequence[int]) -> tuple[AssetSummary, ...]:
        """Return the assets that are here and not purged, in the order of the ids."""
        rows = summaries().add_columns(AssetRow.created_at, AssetRow.id)
        found = self._session.execute(
            rows.where(
                AssetRow.workspace_id == workspace_id,
                AssetRow.id.in_(asset_ids),
                AssetRow.purged_at.is_(None),
            )
        )
        known = {row[-1]: to_summary(row) for row in found}
        return tuple(known[asset_id] for asset_id in asset_ids if asset_id in known)

    def _way(self, shape: Shape, sort: AssetSort, values: Mapping[str, Any]) -> tuple[Shape, int]:
        """Return the shape with its driver, and up to how many are gathered; 0 is: walk."""
        drivers = shape.drivers
        along = _along(shape, sort)
        # One index has it all in order, or nothing is to be found in another one.
        if drivers in ((), (along,)) or (sort in IN_TIME and drivers == ("dates",)):
            return replace(shape, driver=along), 0
        found = self._session.execute(statements.measures(shape), dict(values)).one()
        least = min(drivers, key=lambda name: (getattr(found, name), drivers.index(name)))
        if getattr(found, least) < MANY:
            return replace(shape, driver=least), MANY
        # All leave many. Together they may still leave few, which an index that is read bit by bit
        # tells soon; PostgreSQL's search index is not read so. In the order of time there is less
        # to be won: its index holds what most filters ask for, only no words.
        usable = [name for name in drivers if name != "text" or shape.is_sqlite]
        is_slow = sort not in IN_TIME or "text" in drivers
        if len(drivers) > 1 and usable and is_slow:
            return replace(shape, driver=usable[0]), _ENOUGH
        return replace(shape, driver=along), 0

    def _asked(
        self, workspace_id: int, wanted: AssetFilter, sort: AssetSort
    ) -> tuple[Shape, dict[str, Any]]:
        terms = terms_of(wanted.text, is_sqlite=self._is_sqlite)
        shape = _shape(wanted, sort, terms, is_sqlite=self._is_sqlite)
        if wanted.collection_id is not None:
            members = self._members(workspace_id, wanted.collection_id)
            shape = replace(shape, members=members)
        return shape, _values(workspace_id, wanted, terms, shape)

    def _members(self, workspace_id: int, collection_id: int) -> Select[int] | None:
        """Return what finds the products of a smart collection, None for one that is not smart."""
        query = self._session.scalar(
            select(CollectionRow.filter).where(
                CollectionRow.workspace_id == workspace_id, CollectionRow.id == collection_id
            )
        )
        return members_of(self._session, workspace_id, collection_id, query).found

    def _all(self, statement: Any, values: Mapping[str, Any]) -> Sequence[AnyRow]:  # noqa: ANN401 - a select
        return self._session.execute(statement, dict(values)).all()

    def _count(self, statement: Any, values: Mapping[str, Any]) -> int:  # noqa: ANN401 - a select
        return self._session.scalar(statement, dict(values)) or 0

    @property
    def _is_sqlite(self) -> bool:
        return self._session.get_bind().dialect.name == "sqlite"


def _along(shape: Shape, sort: AssetSort) -> str:
    """Return the condition whose index can be walked in the order, if that is the shortest way."""
    if sort not in IN_TIME:
        return ""
    ways = shape.walkable
    if len(shape.drivers) > 1 and shape.made is not None and not shape.trashed:
        # The gallery's own index holds both of two facts, where another one holds one of them.
        ways = tuple(way for way in ways if way in ("product", "tag"))
    return next(iter(ways), "")


def _page(found: Sequence[AnyRow], total: int, limit: int) -> Page[AssetSummary]:
    last = found[limit - 1] if len(found) > limit else None
    following = None if last is None else Cursor(last[-2], last[-1])
    return Page(tuple(map(to_summary, found[:limit])), following, min(total, COUNT_CAP))


def _shape(wanted: AssetFilter, sort: AssetSort, terms: Terms, *, is_sqlite: bool) -> Shape:
    is_judged = bool(wanted.review_states)
    return Shape(
        is_sqlite=is_sqlite,
        trashed=wanted.trashed,
        # Only results are judged: what was brought in waits for nobody.
        made=True if is_judged and wanted.is_made is None else wanted.is_made,
        origins=wanted.origins,
        product=wanted.product_id is not None,
        sku=bool(wanted.sku),
        category=wanted.category_id is not None,
        collection=wanted.collection_id is not None,
        tag=bool(tag_key(wanted.tag)),
        person=wanted.created_by is not None,
        job=wanted.job_id is not None,
        model=bool(wanted.image_model),
        preset=wanted.preset_id is not None,
        template=bool(wanted.template),
        states=wanted.review_states,
        rating=wanted.min_rating,
        pinned=wanted.is_pinned,
        aspect=wanted.aspect is not None,
        longest=wanted.min_longest_px is not None,
        since=wanted.begins_at is not None,
        until=wanted.ends_before is not None,
        cost=wanted.max_cost_micros is not None,
        tools=min(len(wanted.tools), MAX_TOOLS),
        # A list of what was judged leaves out those that were not, on top of a stack too.
        collapsed=wanted.is_collapsed and sort is not AssetSort.REVIEWED,
        in_stack=wanted.stack_id is not None,
        judged=sort is AssetSort.REVIEWED,
        indexed_terms=len(terms.indexed),
        plain_terms=len(terms.plain),
    )


def _values(workspace_id: int, wanted: AssetFilter, terms: Terms, shape: Shape) -> dict[str, Any]:
    least, most = (0, 0) if wanted.aspect is None else wanted.aspect.permille
    values: dict[str, Any] = {
        "workspace_id": workspace_id,
        "product_id": wanted.product_id,
        "sku": wanted.sku,
        "category_id": wanted.category_id,
        "collection_id": wanted.collection_id,
        "tag": tag_key(wanted.tag),
        "created_by": wanted.created_by,
        "job_id": wanted.job_id,
        "image_model": wanted.image_model,
        "preset_id": wanted.preset_id,
        "template": wanted.template,
        "aspect_from": least,
        "aspect_to": most,
        "min_longest_px": wanted.min_longest_px,
        "begins_at": wanted.begins_at,
        "ends_before": wanted.ends_before,
        "max_cost_micros": wanted.max_cost_micros,
        "stack_id": wanted.stack_id,
        **{f"tool{number}": tool for number, tool in enumerate(wanted.tools[:MAX_TOOLS])},
        **terms.values(),
    }
    if shape.is_sqlite and terms.indexed:
        values["match"] = terms.match()
    return values


def _after(after: Cursor, sort: AssetSort) -> dict[str, Any]:
    if type(after.at) is not _KEY_TYPES[sort]:
        raise bad_cursor(after.encode())
    return {"after_at": after.at, "after_id": after.id}
