"""Which products a collection holds: those people put into it, or those its filter finds now."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_
from sqlalchemy.orm import Session

from core.domain.paging import Cursor, bad_cursor
from core.domain.products import ProductFilter
from core.repositories.collection_filters import matching
from db.tables import CollectionProductRow, ProductRow


@dataclass(frozen=True)
class Members:
    """The products of one collection; with a filter it is smart. Trashed ones are in none.

    `found` selects what the filter finds.
    """

    workspace_id: int
    collection_id: int
    filter: ProductFilter | None = None
    found: Select[int] | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what makes a product one of the collection."""
        held = select(CollectionProductRow.product_id).where(
            CollectionProductRow.collection_id == self.collection_id
        )
        return [
            ProductRow.workspace_id == self.workspace_id,
            ProductRow.trashed_at.is_(None),
            ProductRow.id.in_(held if self.found is None else self.found),
        ]

    def count(self, cap: int) -> ColumnElement[int]:
        """Return how many there are; of a smart one they are counted no further than the cap."""
        if self.filter is None:
            all_of_them = select(func.count()).select_from(ProductRow).where(*self.conditions())
            return all_of_them.correlate(None).scalar_subquery()
        some = select(literal(1)).select_from(ProductRow).where(*self.conditions()).limit(cap)
        return select(func.count()).select_from(some.correlate(None).subquery()).scalar_subquery()

    def in_order(
        self,
        *columns: Any,  # noqa: ANN401 - whatever select takes
        after: Cursor | None = None,
    ) -> Select[*tuple[Any, ...]]:
        """Return a select of these columns, then of what the order is by: a key and the id.

        People's own order, or that of the names where the filter decides: it holds still while
        people work. A cursor of another order raises `InvalidInputError`.
        """
        if self.filter is None:
            at: ColumnElement[Any] = CollectionProductRow.__table__.c.position
            rows = (
                select(*columns, at, ProductRow.id)
                .join_from(
                    CollectionProductRow,
                    ProductRow,
                    ProductRow.id == CollectionProductRow.product_id,
                )
                .where(
                    CollectionProductRow.collection_id == self.collection_id,
                    ProductRow.workspace_id == self.workspace_id,
                    ProductRow.trashed_at.is_(None),
                )
            )
        else:
            at = ProductRow.__table__.c.name_key
            rows = select(*columns, at, ProductRow.id).where(*self.conditions())
        if after is not None:
            if type(after.at) is not (int if self.filter is None else str):
                raise bad_cursor(after.encode())
            here: Any = tuple_(literal(after.at, at.type), literal(after.id, ProductRow.id.type))
            rows = rows.where(tuple_(at, ProductRow.id) > here)
        return rows.order_by(at, ProductRow.id)


def members_of(
    session: Session, workspace_id: int, collection_id: int, query: dict[str, Any] | None
) -> Members:
    """Return the products of a collection; `query` is its filter as it is kept, if it has one."""
    if query is None:
        return Members(workspace_id, collection_id)
    wanted = ProductFilter.from_query(query)
    return Members(workspace_id, collection_id, wanted, matching(session, workspace_id, wanted))
