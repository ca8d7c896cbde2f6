"""What assets of a list have in common: the conditions, and the indexes that find them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    literal_column,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy import table as sql_table
from sqlalchemy.sql import column as sql_column

from core.domain.asset_filters import AssetSort
from core.domain.assets import Origin
from core.domain.reviews import ReviewState
from core.repositories.product_conditions import (
    Conditions,
    categories_below,
    quiet,
    words,
)
from db.base import UtcDateTime
from db.gallery_tables import AssetTagRow
from db.tables import AssetRow, CollectionProductRow, ProductCategoryRow, ProductRow

SEARCH = sql_table("assets_search", sql_column("rowid"), sql_column("assets_search"))
IN_TIME = (AssetSort.NEWEST, AssetSort.OLDEST)
MAX_TOOLS = 12


@dataclass(frozen=True)
class Shape:
    """Which conditions a list has; their values are bound when it is read.

    `members` are the products that the filter of a smart collection finds, with its values.
    """

    is_sqlite: bool
    trashed: bool = False
    made: bool | None = None
    origins: tuple[Origin, ...] = ()
    product: bool = False
    sku: bool = False
    category: bool = False
    collection: bool = False
    members: Select[int] | None = None
    tag: bool = False
    person: bool = False
    job: bool = False
    model: bool = False
    preset: bool = False
    template: bool = False
    states: tuple[ReviewState, ...] = ()
    rating: int = 0
    pinned: bool | None = None
    aspect: bool = False
    longest: bool = False
    since: bool = False
    until: bool = False
    cost: bool = False
    tools: int = 0
    collapsed: bool = False
    in_stack: bool = False
    judged: bool = False
    indexed_terms: int = 0
    plain_terms: int = 0
    driver: str = ""

    @property
    def drivers(self) -> tuple[str, ...]:
        """Return the conditions that have an index, those first that usually leave the fewest.

        The indexes leave the trash out; there it is read as a whole.
        """
        found = {
            "in_stack": self.in_stack,
            "job": self.job,
            "sku": self.sku,
            "product": self.product,
            "collection": self.collection,
            "text": self.indexed_terms > 0,
            "tag": self.tag,
            "preset": self.preset,
            "tools": self.tools > 0,
            "template": self.template,
            "pinned": self.pinned is True,
            "rating": self.rating > 0,
            "person": self.person,
            "states": bool(self.states),
            "category": self.category,
            "model": self.model,
            "dates": self.since or self.until,
            "aspect": self.aspect,
            "longest": self.longest,
            "cost": self.cost,
            "origins": bool(self.origins),
        }
        if self.trashed:
            return tuple(name for name in ("in_stack", "job", "text") if found[name])
        return tuple(name for name, is_set in found.items() if is_set)

    @property
    def walkable(self) -> tuple[str, ...]:
        """Return the drivers whose index holds what they leave in the order of time."""
        in_order = {
            "product": self.made is not None,
            "tag": True,
            "preset": True,
            "tools": self.tools == 1,
            "template": True,
            "pinned": True,
            "person": True,
            "states": len(self.states) == 1 and self.made is not None,
            "model": True,
            "origins": len(self.origins) == 1,
        }
        return tuple(name for name in self.drivers if in_order.get(name, False))


def driven(shape: Shape) -> Select[Any]:
    """Return the ids of all that match, found through the driver's index.

    An asset may be there more than once: with each category of its product that is wanted.
    """
    driver = shape.driver or next(iter(shape.drivers), "")
    if not driver:
        return select(AssetRow.id.label("id")).where(*home(shape), *checks(shape))
    rows = driver_rows(shape, driver)
    left_out = "indexed_terms" if driver == "text" and not shape.is_sqlite else driver
    return rows.where(*quiet_home(shape), *checks(shape, left_out))


def driver_rows(shape: Shape, driver: str) -> Select[Any]:
    """Return the ids of all that the driver leaves, whatever else is wanted."""
    if driver in _ELSEWHERE:
        return _ELSEWHERE[driver](shape)
    rows = select(AssetRow.id.label("id"))
    if driver == "in_stack":
        return rows.where(flags(shape)[driver])
    if driver == "job":
        return rows.where(AssetRow.job_id == bindparam("job_id"))
    return rows.where(*home(shape), *loud(shape, driver))


def measured_rows(shape: Shape, driver: str) -> Select[Any]:
    """Return about as many rows as the driver leaves, read through its index alone."""
    if driver == "tag":
        return select(AssetTagRow.asset_id).where(*tagged())
    if driver == "text":
        return select(SEARCH.c.rowid).where(matches())
    return driver_rows(shape, driver)


def loud(shape: Shape, driver: str) -> Conditions:
    """Return the driver's conditions, open to its index."""
    found = [flags(shape)[driver]]
    if driver in ("product", "states", "dates") and shape.made is not None:
        found.append(_is_made(shape))
    return found


def _by_sku(shape: Shape) -> Select[Any]:
    rows = select(AssetRow.id.label("id")).join_from(ProductRow, AssetRow, _of_product(shape))
    return rows.where(*_has_sku())


def _by_collection(shape: Shape) -> Select[Any]:
    if shape.members is not None:
        smart = select(AssetRow.id.label("id")).join_from(ProductRow, AssetRow, _of_product(shape))
        return smart.where(ProductRow.id.in_(shape.members))
    held = CollectionProductRow.collection_id == bindparam("collection_id")
    is_its = _of_product(shape, CollectionProductRow.product_id)
    rows = select(AssetRow.id.label("id")).join_from(CollectionProductRow, AssetRow, is_its)
    return rows.where(held)


def _by_category(shape: Shape) -> Select[Any]:
    tree = categories_below()
    inside = ProductCategoryRow.category_id == tree.c.id
    if shape.is_sqlite:
        products: Any = ProductCategoryRow
        held = select(AssetRow.id.label("id")).join_from(tree, products, inside)
        return held.join(AssetRow, _of_product(shape, products.product_id))
    # As with products: PostgreSQL has no idea how few categories lie below one, and would rather
    # read the whole table.
    found = select(ProductCategoryRow.product_id).where(inside)
    lateral = found.offset(literal_column("0")).lateral("held")
    rows = select(AssetRow.id.label("id")).join_from(tree, lateral, true())
    return rows.join(AssetRow, _of_product(shape, lateral.c.product_id))


def _by_tag(_shape: Shape) -> Select[Any]:
    rows = select(AssetTagRow.asset_id.label("id"))
    return rows.join(AssetRow, AssetRow.id == AssetTagRow.asset_id).where(*tagged())


def _by_text(shape: Shape) -> Select[Any]:
    if shape.is_sqlite:
        rows = select(SEARCH.c.rowid.label("id"))
        return rows.join(AssetRow, AssetRow.id == SEARCH.c.rowid).where(matches())
    wanted = words(AssetRow.search_text, 0, shape.indexed_terms)
    return select(AssetRow.id.label("id")).where(*wanted)


_ELSEWHERE: dict[str, Callable[[Shape], Select[Any]]] = {
    "sku": _by_sku,
    "collection": _by_collection,
    "category": _by_category,
    "tag": _by_tag,
    "text": _by_text,
}
"""What finds assets through an index that is not one of `ASSET_INDEXES`."""


def _of_product(
    shape: Shape,
    product_id: Any = ProductRow.id,  # noqa: ANN401 - any column of ids
) -> ColumnElement[bool]:
    joined: ColumnElement[bool] = AssetRow.product_id == product_id
    joined &= AssetRow.workspace_id == bindparam("workspace_id")
    if not shape.trashed:
        joined &= AssetRow.trashed_at.is_(None)
    return joined & _is_made(shape) if shape.made is not None else joined


def _has_sku() -> Conditions:
    return [
        ProductRow.workspace_id == bindparam("workspace_id"),
        ProductRow.sku == bindparam("sku"),
        ProductRow.trashed_at.is_(None),
    ]


def tagged() -> Conditions:
    """Return the conditions of the wanted tag."""
    return [
        AssetTagRow.workspace_id == bindparam("workspace_id"),
        AssetTagRow.tag == bindparam("tag"),
    ]


def matches() -> ColumnElement[bool]:
    """Return the condition under which SQLite's search index has a row for `match`."""
    return SEARCH.c.assets_search.op("MATCH")(bindparam("match", type_=Text))


def home(shape: Shape) -> Conditions:
    """Return the conditions of the workspace's pictures or of its trash, open to their index."""
    return [AssetRow.workspace_id == bindparam("workspace_id"), *_kept(shape)]


def quiet_home(shape: Shape) -> Conditions:
    """Return the same conditions, through no index."""
    return [quiet(*home(shape))]


def _kept(shape: Shape) -> Conditions:
    if shape.trashed:
        return [AssetRow.trashed_at.is_not(None), AssetRow.purged_at.is_(None)]
    return [AssetRow.trashed_at.is_(None)]


def _is_made(shape: Shape) -> ColumnElement[bool]:
    return _claim(AssetRow.is_made, is_true=bool(shape.made))


def checks(shape: Shape, *left_out: str) -> Conditions:
    """Return conditions that are looked up for each asset, through no index of assets."""
    found = [quiet(flag) for name, flag in flags(shape).items() if name not in left_out]
    if shape.sku and "sku" not in left_out:
        found.append(
            _there_is(
                select(ProductRow.id).where(ProductRow.id == AssetRow.product_id, *_has_sku())
            )
        )
    if shape.category and "category" not in left_out:
        found.append(
            _there_is(
                select(ProductCategoryRow.category_id).where(
                    ProductCategoryRow.product_id == AssetRow.product_id,
                    ProductCategoryRow.category_id.in_(select(categories_below().c.id)),
                )
            )
        )
    if shape.members is not None and "collection" not in left_out:
        found.append(quiet(AssetRow.product_id.in_(shape.members)))
    elif shape.collection and "collection" not in left_out:
        found.append(
            _there_is(
                select(CollectionProductRow.product_id).where(
                    CollectionProductRow.collection_id == bindparam("collection_id"),
                    CollectionProductRow.product_id == AssetRow.product_id,
                )
            )
        )
    if shape.tag and "tag" not in left_out:
        is_tagged = (AssetTagRow.asset_id == AssetRow.id, AssetTagRow.tag == bindparam("tag"))
        found.append(_there_is(select(AssetTagRow.asset_id).where(*is_tagged)))
    first = shape.indexed_terms if "indexed_terms" in left_out else 0
    wanted = words(AssetRow.search_text, first, shape.indexed_terms + shape.plain_terms)
    return [*found, quiet(*wanted)] if wanted else found


def flags(shape: Shape) -> dict[str, ColumnElement[bool]]:
    """Return the conditions on the asset's own columns, by name."""
    found: dict[str, ColumnElement[bool]] = {}
    plain: tuple[tuple[str, bool, Any], ...] = (
        ("product", shape.product, AssetRow.product_id == bindparam("product_id")),
        ("person", shape.person, AssetRow.created_by == bindparam("created_by")),
        ("job", shape.job, AssetRow.job_id == bindparam("job_id")),
        ("model", shape.model, AssetRow.image_model == bindparam("image_model")),
        ("preset", shape.preset, AssetRow.preset_id == bindparam("preset_id")),
        ("template", shape.template, AssetRow.template == bindparam("template")),
        ("longest", shape.longest, AssetRow.longest_px >= bindparam("min_longest_px")),
        ("cost", shape.cost, AssetRow.cost_micros <= bindparam("max_cost_micros")),
        ("aspect", shape.aspect, _has_aspect()),
        ("in_stack", shape.in_stack, _is_in_stack()),
        ("collapsed", shape.collapsed, AssetRow.stack_id.is_(None)),
        ("judged", shape.judged, AssetRow.reviewed_at.is_not(None)),
    )
    found = {name: condition for name, is_set, condition in plain if is_set}
    if shape.made is not None:
        found["made"] = _is_made(shape)
    if shape.pinned is not None:
        found["pinned"] = _claim(AssetRow.is_pinned, is_true=shape.pinned)
    # Not bound, as there are few values: PostgreSQL's plans for any value forget how rare some are.
    if shape.origins:
        found["origins"] = _one_of(AssetRow.origin, shape.origins)
    if shape.states:
        found["states"] = _one_of(AssetRow.review_state, shape.states)
    if shape.rating:
        found["rating"] = AssetRow.rating >= literal_column(str(shape.rating))
    if shape.tools:
        names = [bindparam(f"tool{number}", type_=Text) for number in range(shape.tools)]
        is_one = AssetRow.tool == names[0]
        found["tools"] = is_one if shape.tools == 1 else AssetRow.tool.in_(names)
    if shape.since or shape.until:
        found["dates"] = _in_days(shape)
    return found


def _claim(column: Any, *, is_true: bool) -> ColumnElement[bool]:  # noqa: ANN401 - a column
    return and_(column) if is_true else not_(column)


def _one_of(column: Any, words: tuple[Any, ...]) -> ColumnElement[bool]:  # noqa: ANN401 - a column
    literals: list[Any] = [literal_column(f"'{word.value}'") for word in words]
    is_one: ColumnElement[bool] = column == literals[0]
    is_some: ColumnElement[bool] = column.in_(literals)
    return is_one if len(literals) == 1 else is_some


def _has_aspect() -> ColumnElement[bool]:
    least, most = bindparam("aspect_from", type_=Integer), bindparam("aspect_to", type_=Integer)
    return AssetRow.aspect_permille.between(least, most)


def _is_in_stack() -> ColumnElement[bool]:
    return or_(AssetRow.id == bindparam("stack_id"), AssetRow.stack_id == bindparam("stack_id"))


def _in_days(shape: Shape) -> ColumnElement[bool]:
    moment = AssetRow.created_at
    begin = moment >= bindparam("begins_at", type_=UtcDateTime())
    end = moment < bindparam("ends_before", type_=UtcDateTime())
    if shape.since and shape.until:
        return begin & end
    return begin if shape.since else end


def _there_is(rows: Select[Any]) -> ColumnElement[bool]:
    # Not EXISTS: PostgreSQL turns that into a join, and may then read all of the other table.
    found = rows.correlate(AssetRow).limit(literal_column("1"))
    return found.scalar_subquery().is_not(None)
