"""What the filter of a smart collection finds, as a part of other statements."""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import BindParameter, Select, bindparam
from sqlalchemy.orm import Session
from sqlalchemy.sql import visitors

from core.domain.products import ProductFilter
from core.repositories.product_search import ProductSearch


def matching(session: Session, workspace_id: int, wanted: ProductFilter) -> Select[int]:
    """Return a select of the ids of all products that match, found through an index."""
    ids, values = ProductSearch(session).matching(workspace_id, wanted)
    return _with_values(ids.correlate(None), values)


def _with_values(ids: Select[int], values: Mapping[str, Any]) -> Select[int]:
    """Return the select with its values in it, under names of its own.

    A list of collections asks for several filters in one statement.
    """

    def replaced(element: Any, **_: Any) -> BindParameter[Any] | None:  # noqa: ANN401 - as SQLAlchemy calls it
        if isinstance(element, BindParameter) and element.key in values:
            return bindparam(None, values[element.key], type_=element.type, unique=True)
        return None

    return cast("Select[int]", visitors.replacement_traverse(ids, {}, replaced))
