"""The products that people put into a collection, and the order they gave them."""

from collections.abc import Sequence

from sqlalchemy import delete, func, insert, literal, select, update
from sqlalchemy.orm import Session

from core.domain.collections import Place
from core.domain.paging import COUNT_CAP, Cursor, Page
from core.domain.products import ProductSummary
from core.repositories.collection_members import Members
from core.repositories.product_lists import summaries, to_summary
from db.tables import CollectionProductRow, ProductRow


class CollectionProductRepository:
    """The products of collections that people fill; each is to be locked before it is changed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, collection_id: int, product_ids: Sequence[int]) -> list[int]:
        """Append the products that it does not hold yet, and return those."""
        held = set(
            self._session.scalars(
                select(CollectionProductRow.product_id).where(
                    CollectionProductRow.collection_id == collection_id,
                    CollectionProductRow.product_id.in_(product_ids),
                )
            )
        )
        fresh = [product_id for product_id in dict.fromkeys(product_ids) if product_id not in held]
        if fresh:
            _, last = self._ends(collection_id)
            rows = [
                {"collection_id": collection_id, "product_id": product_id, "position": position}
                for position, product_id in enumerate(fresh, start=last + 1)
            ]
            self._session.execute(insert(CollectionProductRow), rows)
        return fresh

    def remove(self, collection_id: int, product_ids: Sequence[int]) -> list[int]:
        """Take products out, and return those that it held."""
        gone = (
            delete(CollectionProductRow)
            .where(
                CollectionProductRow.collection_id == collection_id,
                CollectionProductRow.product_id.in_(product_ids),
            )
            .returning(CollectionProductRow.product_id)
        )
        return list(self._session.scalars(gone))

    def page(self, members: Members, *, after: Cursor | None, limit: int) -> Page[ProductSummary]:
        """Return a page of a collection's products in order, in two statements."""
        ids = members.in_order(after=after).limit(limit + 1).subquery("page")
        key, row_id = ids.c
        found = self._session.execute(
            summaries()
            .add_columns(key, ProductRow.id)
            .join(ids, row_id == ProductRow.id)
            .order_by(key, row_id)
        ).all()
        last = found[limit - 1] if len(found) > limit else None
        return Page(
            tuple(to_summary(row) for row in found[:limit]),
            None if last is None else Cursor(last[-2], last[-1]),
            min(COUNT_CAP, self.count(members, COUNT_CAP)),
        )

    def count(self, members: Members, cap: int) -> int:
        """Return how many products a collection holds; of a smart one no more than the cap."""
        return self._session.scalar(select(members.count(cap))) or 0

    def freeze(self, members: Members) -> int:
        """Put in what the filter of a smart collection finds now, by name; return how many."""
        found = members.in_order(ProductRow.id.label("product_id")).subquery()
        _, key, row_id = found.c
        place = func.row_number().over(order_by=(key, row_id)) - 1
        collection_id = literal(members.collection_id, CollectionProductRow.collection_id.type)
        here = CollectionProductRow.collection_id == members.collection_id
        self._session.execute(delete(CollectionProductRow).where(here))
        put = insert(CollectionProductRow).from_select(
            ["collection_id", "product_id", "position"],
            select(collection_id, found.c.product_id, place),
        )
        self._session.execute(put)
        return (
            self._session.scalar(select(func.count()).select_from(CollectionProductRow).where(here))
            or 0
        )

    def move(self, collection_id: int, product_ids: Sequence[int], place: Place) -> int:
        """Move products that it holds; return how many there are. Unknown ids are left out.

        Together they keep their order. What is at an end already stays there.
        """
        order = self._order(collection_id)
        wanted = set(product_ids)
        moved = [product_id for product_id, _ in order if product_id in wanted]
        if place in (Place.FIRST, Place.LAST):
            first, last = self._ends(collection_id)
            start = first - len(moved) if place is Place.FIRST else last + 1
            self._write(
                collection_id, dict(zip(moved, range(start, start + len(moved)), strict=True))
            )
        else:
            ids = [product_id for product_id, _ in order]
            self._arrange(collection_id, order, _shifted(ids, wanted, up=place is Place.UP))
        return len(moved)

    def arrange(self, collection_id: int, product_ids: Sequence[int]) -> int:
        """Put these into this order, on the places that they hold now; return how many it held."""
        order = self._order(collection_id)
        wanted = set(product_ids)
        held = {product_id for product_id, _ in order}
        new = [product_id for product_id in dict.fromkeys(product_ids) if product_id in held]
        following = iter(new)
        ids = [next(following) if i in wanted else i for i, _ in order]
        self._arrange(collection_id, order, ids)
        return len(new)

    def _order(self, collection_id: int) -> list[tuple[int, int]]:
        # Those in the trash keep their places, and come back to them.
        rows = self._session.execute(
            select(CollectionProductRow.product_id, CollectionProductRow.position)
            .join(ProductRow, ProductRow.id == CollectionProductRow.product_id)
            .where(
                CollectionProductRow.collection_id == collection_id,
                ProductRow.trashed_at.is_(None),
            )
            .order_by(CollectionProductRow.position, CollectionProductRow.product_id)
        )
        return [(row[0], row[1]) for row in rows]

    def _ends(self, collection_id: int) -> tuple[int, int]:
        ends = self._session.execute(
            select(
                func.coalesce(func.min(CollectionProductRow.position), 0),
                func.coalesce(func.max(CollectionProductRow.position), -1),
            ).where(CollectionProductRow.collection_id == collection_id)
        ).one()
        return ends[0], ends[1]

    def _arrange(
        self, collection_id: int, old: Sequence[tuple[int, int]], ids: Sequence[int]
    ) -> None:
        positions = dict(old)
        new = dict(zip(ids, (position for _, position in old), strict=True))
        self._write(collection_id, {i: at for i, at in new.items() if positions[i] != at})

    def _write(self, collection_id: int, positions: dict[int, int]) -> None:
        if positions:
            self._session.execute(
                update(CollectionProductRow),
                [
                    {"collection_id": collection_id, "product_id": product_id, "position": position}
                    for product_id, position in positions.items()
                ],
            )


def _shifted(ids: Sequence[int], wanted: set[int], *, up: bool) -> list[int]:
    shifted = list(ids) if up else list(reversed(ids))
    for at in range(1, len(shifted)):
        if shifted[at] in wanted and shifted[at - 1] not in wanted:
            shifted[at - 1], shifted[at] = shifted[at], shifted[at - 1]
    return shifted if up else list(reversed(shifted))
