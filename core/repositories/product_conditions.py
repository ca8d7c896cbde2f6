"""What products of a list have in common: the conditions, and the indexes that find them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    case,
    false,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy import table as sql_table
from sqlalchemy.sql import column as sql_column

from core.domain.photo_checks import Verdict
from core.domain.products import ProductSource
from db.catalogue_tables import PhotoCheckRow, ProductTagRow
from db.gallery_tables import AnalysisRow
from db.tables import (
    CategoryRow,
    CollectionProductRow,
    ProductCategoryRow,
    ProductPhotoRow,
    ProductRow,
)

Conditions = list[ColumnElement[bool]]
SEARCH = sql_table("products_search", sql_column("rowid"), sql_column("products_search"))


@dataclass(frozen=True)
class Shape:
    """Which conditions a list has; their values are bound when it is read."""

    is_sqlite: bool
    archived: bool | None = False
    trashed: bool = False
    category: bool = False
    tag: bool = False
    collection: bool = False
    source: str = ""
    has_photo: bool | None = None
    has_approved: bool | None = None
    verdict: bool = False
    is_analysed: bool | None = None
    from_import: bool = False
    indexed_terms: int = 0
    plain_terms: int = 0
    driver: str = ""

    @property
    def drivers(self) -> tuple[str, ...]:
        """Return the conditions that have an index, those first that usually leave the fewest."""
        is_shelved = not self.trashed and self.archived is False
        found = {
            "from_import": self.from_import,
            "collection": self.collection,
            "text": self.indexed_terms > 0,
            "tag": self.tag,
            "has_approved": self.has_approved is True and is_shelved,
            "has_photo": self.has_photo is False and is_shelved,
            "analysed": self.is_analysed is True,
            "category": self.category,
            "verdict": self.verdict,
            "source": bool(self.source) and is_shelved,
            "few_approved": self.has_approved is False and is_shelved,
            "few_photos": self.has_photo is True and is_shelved,
        }
        return tuple(name for name, is_set in found.items() if is_set)


def driven(shape: Shape) -> Select[Any]:
    """Return the ids of all that match, found through the driver's index.

    A product may be there more than once: with each of its categories that is wanted.
    """
    if not shape.drivers:
        return select(ProductRow.id.label("id")).where(*home(shape), *checks(shape))
    driver = shape.driver or shape.drivers[0]
    rows, product_id = DRIVERS[driver](shape)
    if product_id is not None:
        rows = rows.join(ProductRow, ProductRow.id == product_id)
    if driver == "text" and not shape.is_sqlite:
        driver = "indexed_terms"
    return rows.where(*quiet_home(shape), *checks(shape, _FLAGS.get(driver, driver)))


_Driver = tuple[Select[Any], Any]
"""What finds products through an index; and where that is another table's, its product's id."""


def _by_import(_shape: Shape) -> _Driver:
    rows = select(ProductRow.id.label("id"))
    return rows.where(ProductRow.import_id == bindparam("import_id")), None


def _by_collection(_shape: Shape) -> _Driver:
    product_id = CollectionProductRow.product_id
    held = CollectionProductRow.collection_id == bindparam("collection_id")
    return select(product_id.label("id")).where(held), product_id


def _by_text(shape: Shape) -> _Driver:
    if shape.is_sqlite:
        return select(SEARCH.c.rowid.label("id")).where(matches()), SEARCH.c.rowid
    wanted = words(ProductRow.search_text, 0, shape.indexed_terms)
    return select(ProductRow.id.label("id")).where(*wanted), None


def _by_tag(_shape: Shape) -> _Driver:
    tagged = select(ProductTagRow.product_id.label("id")).where(
        ProductTagRow.workspace_id == bindparam("workspace_id"),
        ProductTagRow.tag == bindparam("tag"),
    )
    return tagged, ProductTagRow.product_id


def _by_category(shape: Shape) -> _Driver:
    below = categories_below()
    inside = ProductCategoryRow.category_id == below.c.id
    if shape.is_sqlite:
        product_id: Any = ProductCategoryRow.product_id
        rows = select(product_id.label("id")).join_from(below, ProductCategoryRow, inside)
        return rows, product_id
    # A category's products are read through their index: PostgreSQL has no idea how few categories
    # lie below one, and would rather read the whole table.
    held = select(ProductCategoryRow.product_id).where(inside).offset(literal_column("0"))
    found = held.lateral("held")
    rows = select(found.c.product_id.label("id")).join_from(below, found, true())
    return rows, found.c.product_id


def _is_judged() -> tuple[ColumnElement[bool], ...]:
    """Return what a photo of the wanted verdict is; a poor one that a person uses is none."""
    is_left_so = or_(bindparam("verdict") != Verdict.POOR, PhotoCheckRow.overridden_at.is_(None))
    return PhotoCheckRow.verdict == bindparam("verdict"), is_left_so


def _by_verdict(_shape: Shape) -> _Driver:
    judged = (
        select(ProductPhotoRow.product_id.label("id"))
        .join_from(PhotoCheckRow, ProductPhotoRow, _is_primary_photo())
        .where(
            PhotoCheckRow.workspace_id == bindparam("workspace_id"),
            *_is_judged(),
        )
    )
    return judged, ProductPhotoRow.product_id


def _by_flag(name: str) -> Callable[[Shape], _Driver]:
    def rows(shape: Shape) -> _Driver:
        flag = _flags(shape)[name]
        return select(ProductRow.id.label("id")).where(*home(shape), flag), None

    return rows


def _by_analysis(_shape: Shape) -> _Driver:
    looks = select(AnalysisRow.product_id.label("id")).where(
        AnalysisRow.workspace_id == bindparam("workspace_id"), *_is_product_look()
    )
    return looks, AnalysisRow.product_id


_FLAGS = {"few_approved": "has_approved", "few_photos": "has_photo"}
DRIVERS: dict[str, Callable[[Shape], _Driver]] = {
    "from_import": _by_import,
    "collection": _by_collection,
    "text": _by_text,
    "tag": _by_tag,
    "category": _by_category,
    "verdict": _by_verdict,
    "analysed": _by_analysis,
    "source": _by_flag("source"),
    "has_approved": _by_flag("has_approved"),
    "has_photo": _by_flag("has_photo"),
    "few_approved": _by_flag("has_approved"),
    "few_photos": _by_flag("has_photo"),
}


def matches() -> ColumnElement[bool]:
    """Return the condition under which SQLite's search index has a row for `match`."""
    return SEARCH.c.products_search.op("MATCH")(bindparam("match", type_=Text))


def home(shape: Shape) -> Conditions:
    """Return the conditions of the workspace's shelf, archive or trash, open to their index."""
    return [ProductRow.workspace_id == bindparam("workspace_id"), *_kept(shape)]


def quiet_home(shape: Shape) -> Conditions:
    """Return the same conditions, through no index."""
    return [quiet(ProductRow.workspace_id == bindparam("workspace_id"), *_kept(shape))]


def _kept(shape: Shape) -> Conditions:
    if shape.trashed:
        return [ProductRow.trashed_at.is_not(None), ProductRow.purged_at.is_(None)]
    kept: Conditions = [ProductRow.trashed_at.is_(None)]
    if shape.archived is not None:
        archived = ProductRow.archived_at
        kept.append(archived.is_not(None) if shape.archived else archived.is_(None))
    return kept


def checks(shape: Shape, *left_out: str) -> Conditions:
    """Return conditions that are looked up for each product, through no index of products."""
    checks = {name: quiet(flag) for name, flag in _flags(shape).items()}
    if shape.category:
        checks["category"] = _there_is(
            select(ProductCategoryRow.category_id).where(
                ProductCategoryRow.product_id == ProductRow.id,
                ProductCategoryRow.category_id.in_(_subtree()),
            )
        )
    if shape.tag:
        checks["tag"] = _there_is(
            select(ProductTagRow.product_id).where(
                ProductTagRow.product_id == ProductRow.id, ProductTagRow.tag == bindparam("tag")
            )
        )
    if shape.collection:
        checks["collection"] = _there_is(
            select(CollectionProductRow.product_id).where(
                CollectionProductRow.collection_id == bindparam("collection_id"),
                CollectionProductRow.product_id == ProductRow.id,
            )
        )
    if shape.verdict:
        checks["verdict"] = _there_is(
            select(PhotoCheckRow.asset_id)
            .join(ProductPhotoRow, _is_primary_photo())
            .where(
                ProductPhotoRow.product_id == ProductRow.id,
                *_is_judged(),
            )
        )
    if shape.is_analysed is not None:
        looked = _there_is(
            select(AnalysisRow.id).where(
                AnalysisRow.workspace_id == bindparam("workspace_id"),
                AnalysisRow.product_id == ProductRow.id,
                *_is_product_look(),
            )
        )
        checks["analysed"] = looked if shape.is_analysed else ~looked
    if shape.from_import:
        checks["from_import"] = quiet(ProductRow.import_id == bindparam("import_id"))
    found = [check for name, check in checks.items() if name not in left_out]
    first = shape.indexed_terms if "indexed_terms" in left_out else 0
    wanted = words(ProductRow.search_text, first, shape.indexed_terms + shape.plain_terms)
    return [*found, quiet(*wanted)] if wanted else found


def words(text: Any, begin: int, end: int) -> Conditions:  # noqa: ANN401 - any column of text
    """Return conditions under which a text holds these of the words, each literally."""
    return [text.like(bindparam(f"term{n}", type_=Text), escape="\\") for n in range(begin, end)]


def _flags(shape: Shape) -> dict[str, ColumnElement[bool]]:
    flags: dict[str, ColumnElement[bool]] = {}
    # Not bound: PostgreSQL's plans for any value forget how rare some of these few are.
    none: ColumnElement[int] = literal_column("0")
    if shape.source:
        flags["source"] = ProductRow.source == literal_column(f"'{ProductSource(shape.source)}'")
    if shape.has_photo is not None:
        photos = ProductRow.photo_count
        flags["has_photo"] = photos > none if shape.has_photo else photos == none
    if shape.has_approved is not None:
        approved = ProductRow.approved_count
        flags["has_approved"] = approved > none if shape.has_approved else approved == none
    return flags


def _is_product_look() -> Conditions:
    return [AnalysisRow.product_id.is_not(None), AnalysisRow.kind == literal_column("'product'")]


def _is_primary_photo() -> ColumnElement[bool]:
    return (ProductPhotoRow.asset_id == PhotoCheckRow.asset_id) & (
        ProductPhotoRow.position == literal_column("0")
    )


def _there_is(rows: Select[int]) -> ColumnElement[bool]:
    # Not EXISTS: PostgreSQL turns that into a join, and may then read all of the other table.
    return rows.correlate(ProductRow).limit(literal_column("1")).scalar_subquery().is_not(None)


def _subtree() -> Select[int]:
    return select(categories_below().c.id)


def categories_below() -> CTE:
    """Return the ids of a category and of all below it."""
    top = (
        select(CategoryRow.id)
        .where(
            CategoryRow.workspace_id == bindparam("workspace_id"),
            CategoryRow.id == bindparam("category_id"),
        )
        .cte("below", recursive=True, nesting=True)
    )
    inside = select(CategoryRow.id).join(top, CategoryRow.parent_id == top.c.id)
    return top.union(inside)


def quiet(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the conditions as one for which no index is used, however it tempts the database.

    PostgreSQL takes half of all rows for its answer, not a thousandth as of a comparison of what it
    has no statistics for: with that it would look for a short way where there is none.
    """
    return case((and_(*conditions), true()), else_=false())
