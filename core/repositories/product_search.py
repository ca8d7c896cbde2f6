"""Lists of products: narrowed, searched and sorted in at most three statements a page."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.domain.paging import COUNT_CAP, Cursor, Page, bad_cursor
from core.domain.products import ProductFilter, ProductSort, ProductSummary
from core.repositories import product_statements as statements
from core.repositories.paging import AnyRow
from core.repositories.product_conditions import Shape, driven
from core.repositories.product_lists import to_summary
from core.repositories.product_rows import tag_key
from core.repositories.product_similar import SimilarProducts
from core.repositories.product_statements import MANY, Place
from core.repositories.product_terms import Terms, terms_of
from db.tables import ProductRow

_KEY_TYPES: dict[ProductSort, type] = {
    ProductSort.UPDATED: datetime,
    ProductSort.CREATED: datetime,
    ProductSort.NAME: str,
    ProductSort.SKU: str,
    ProductSort.PRICE_LOW: int,
    ProductSort.PRICE_HIGH: int,
}


class ProductSearch:
    """Reads lists of products."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def page(
        self,
        workspace_id: int,
        wanted: ProductFilter,
        sort: ProductSort,
        *,
        after: Cursor | None,
        limit: int,
    ) -> Page[ProductSummary]:
        """Return a page; see `ProductRepository.search`."""
        terms = self._terms(wanted)
        shape = self._shape(wanted, terms)
        values = _values(workspace_id, wanted, terms, shape)
        if after is not None:
            values.update(_after(after, sort))
        place = Place(sort, limit + 1, is_later=after is not None)
        shape, is_long = self._way(shape, sort, values)
        if not is_long:
            found: Sequence[AnyRow] = self._session.execute(
                statements.gathered(shape, place), values
            ).all()
            ids, total = found[0][:2]
            if ids < MANY:
                rows = [row for row in found if row[-1] is not None]
                if total == 0 and after is None:
                    return self._similar(shape, terms, limit, values)
                return _page(rows, total, limit)
        else:
            total = self._count(statements.scan_count(shape, COUNT_CAP), values)
        if total == 0 and after is None:
            return self._similar(shape, terms, limit, values)
        walked = self._session.execute(statements.walked(shape, place), values).all()
        return _page(walked, total, limit)

    def matching(
        self, workspace_id: int, wanted: ProductFilter
    ) -> tuple[Select[Any], dict[str, Any]]:
        """Return a select of the ids of all that match, some more than once, and its values."""
        terms = self._terms(wanted)
        shape = self._shape(wanted, terms)
        return driven(shape), _values(workspace_id, wanted, terms, shape)

    def ids(
        self, workspace_id: int, wanted: ProductFilter, sort: ProductSort, *, limit: int | None
    ) -> "array[int]":
        """Return the ids of all that match, in order."""
        terms = self._terms(wanted)
        shape = self._shape(wanted, terms)
        read = statements.gathered_ids if wanted.is_narrow else statements.walked_ids
        rows = self._session.execute(
            read(shape, Place(sort, limit or 0)),
            _values(workspace_id, wanted, terms, shape),
            execution_options={"yield_per": 5000},
        )
        return array("q", (row[1] for row in rows))

    def neighbours(
        self, workspace_id: int, product_id: int, wanted: ProductFilter, sort: ProductSort
    ) -> tuple[int | None, int | None]:
        """Return the ids before and after a product in a list, in at most four statements."""
        key = self._session.scalar(
            select(statements.key_of(sort)).where(
                ProductRow.workspace_id == workspace_id, ProductRow.id == product_id
            )
        )
        if key is None:
            return None, None
        terms = self._terms(wanted)
        shape = self._shape(wanted, terms)
        values = _values(workspace_id, wanted, terms, shape)
        shape, is_long = self._way(shape, sort, values)
        if not is_long:
            is_long = self._count(statements.count(shape, MANY), values) >= MANY
        read = statements.walked_ids if is_long else statements.gathered_ids
        values.update(_after(Cursor(key, product_id), sort))
        found = []
        for is_backwards in (True, False):
            place = Place(sort, 1, is_later=True, is_backwards=is_backwards)
            row = self._session.execute(read(shape, place), values).first()
            found.append(None if row is None else row[1])
        return found[0], found[1]

    def _way(
        self, shape: Shape, sort: ProductSort, values: Mapping[str, Any]
    ) -> tuple[Shape, bool]:
        """Return the shape with its driver, and whether the order has to be walked."""
        drivers = shape.drivers
        is_estimated = "text" in drivers and not shape.is_sqlite
        if len(drivers) < 1 + (not is_estimated):
            return shape, not drivers
        found = self._session.execute(statements.measures(shape, sort), dict(values)).one()
        least = min(drivers, key=lambda name: (getattr(found, name), drivers.index(name)))
        if getattr(found, least) < MANY:
            return replace(shape, driver=least), False
        # All leave many. Together they may still leave few, which an index that is read bit by bit
        # tells soon; PostgreSQL's search index is not read so.
        usable = [name for name in drivers if name != "text" or shape.is_sqlite]
        return replace(shape, driver=usable[0] if usable else "text"), not usable

    def _similar(
        self, shape: Shape, terms: Terms, limit: int, values: Mapping[str, Any]
    ) -> Page[ProductSummary]:
        rows = SimilarProducts(self._session).rows(shape, terms, values, limit=limit)
        return Page(tuple(map(to_summary, rows)), None, len(rows), is_similar=bool(rows))

    def _count(self, statement: Any, values: Mapping[str, Any]) -> int:  # noqa: ANN401 - a select
        return self._session.scalar(statement, dict(values)) or 0

    def _terms(self, wanted: ProductFilter) -> Terms:
        return terms_of(wanted.text, is_sqlite=self._is_sqlite)

    def _shape(self, wanted: ProductFilter, terms: Terms) -> Shape:
        return Shape(
            is_sqlite=self._is_sqlite,
            archived=None if wanted.trashed else wanted.archived,
            trashed=wanted.trashed,
            category=wanted.category_id is not None,
            tag=bool(wanted.tag),
            collection=wanted.collection_id is not None,
            source=wanted.source,
            has_photo=wanted.has_photo,
            has_approved=wanted.has_approved,
            verdict=bool(wanted.verdict),
            is_analysed=wanted.is_analysed,
            from_import=wanted.import_id is not None,
            indexed_terms=len(terms.indexed),
            plain_terms=len(terms.plain),
        )

    @property
    def _is_sqlite(self) -> bool:
        return self._session.get_bind().dialect.name == "sqlite"


def _page(found: Sequence[AnyRow], total: int, limit: int) -> Page[ProductSummary]:
    last = found[limit - 1] if len(found) > limit else None
    following = None if last is None else Cursor(last[-2], last[-1])
    shown = tuple(to_summary(row) for row in found[:limit])
    return Page(shown, following, min(total, COUNT_CAP))


def _values(workspace_id: int, wanted: ProductFilter, terms: Terms, shape: Shape) -> dict[str, Any]:
    values: dict[str, Any] = {
        "workspace_id": workspace_id,
        "category_id": wanted.category_id,
        "tag": tag_key(wanted.tag),
        "collection_id": wanted.collection_id,
        "verdict": wanted.verdict,
        "import_id": wanted.import_id,
        **terms.values(),
    }
    if shape.is_sqlite and terms.indexed:
        values["match"] = terms.match()
    return values


def _after(after: Cursor, sort: ProductSort) -> dict[str, Any]:
    if type(after.at) is not _KEY_TYPES[sort]:
        raise bad_cursor(after.encode())
    return {"after_at": after.at, "after_id": after.id}
