"""Products as an export holds them: by the thousand, and so without what a page needs besides."""

import json
from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import Text, and_, bindparam, case, cast, func, select
from sqlalchemy.orm import Session

from core.domain.exports import ExportRow
from db.tables import CategoryRow, ProductCategoryRow, ProductRow

_PRODUCTS, _LINKS, _CATEGORIES = (
    row.__table__ for row in (ProductRow, ProductCategoryRow, CategoryRow)
)
_BY_ID = (
    _PRODUCTS.c.workspace_id == bindparam("workspace_id"),
    _PRODUCTS.c.id.in_(bindparam("ids", expanding=True)),
)
# Lists are read as text: most products share theirs with others, and each is parsed once.
_ROWS = (
    select(
        _PRODUCTS.c.id,
        _PRODUCTS.c.sku,
        _PRODUCTS.c.name,
        func.coalesce(_CATEGORIES.c.name, ""),
        _PRODUCTS.c.description,
        _PRODUCTS.c.price,
        cast(_PRODUCTS.c.tags, Text),
        cast(_PRODUCTS.c.materials, Text),
        cast(_PRODUCTS.c.colours, Text),
        _PRODUCTS.c.width_cm,
        _PRODUCTS.c.depth_cm,
        _PRODUCTS.c.height_cm,
        case((_PRODUCTS.c.archived_at.is_(None), "no"), else_="yes"),
        _PRODUCTS.c.photo_count,
        _PRODUCTS.c.approved_count,
        _PRODUCTS.c.source,
        _PRODUCTS.c.created_at,
        _PRODUCTS.c.updated_at,
    )
    .select_from(_PRODUCTS)
    .outerjoin(_LINKS, and_(_LINKS.c.product_id == _PRODUCTS.c.id, _LINKS.c.is_primary))
    .outerjoin(_CATEGORIES, _CATEGORIES.c.id == _LINKS.c.category_id)
    .where(*_BY_ID)
)
_OTHER_CATEGORIES = (
    select(_LINKS.c.product_id, _CATEGORIES.c.name)
    .select_from(_PRODUCTS)
    .join(_LINKS, and_(_LINKS.c.product_id == _PRODUCTS.c.id, _LINKS.c.is_primary.is_(False)))
    .join(_CATEGORIES, _CATEGORIES.c.id == _LINKS.c.category_id)
    .where(*_BY_ID)
    .order_by(_CATEGORIES.c.name, _CATEGORIES.c.id)
)


class ProductExportRepository:
    """Reads the rows of product exports."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def rows(self, workspace_id: int, product_ids: Sequence[int]) -> list[ExportRow]:
        """Return the rows of these products in this order, in two statements.

        Ids that the workspace does not have are left out; products in the trash are not.
        """
        values = {"workspace_id": workspace_id, "ids": list(product_ids)}
        others: dict[int, tuple[str, ...]] = {}
        for product_id, name in self._session.execute(_OTHER_CATEGORIES, values).all():
            others[product_id] = (*others.get(product_id, ()), name)
        rows: dict[int, ExportRow] = {}
        for row in self._session.execute(_ROWS, values).all():
            # In one go: there are a hundred thousand of them.
            number, sku, name, category, text, price, tags, materials, colours, *rest = row
            rows[number] = (
                sku, name, category, others.get(number, ()), text, price,
                _list(tags), _list(materials), _list(colours), *rest,
            )  # fmt: skip
        return [rows[product_id] for product_id in product_ids if product_id in rows]


@lru_cache(maxsize=10_000)
def _list(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))
