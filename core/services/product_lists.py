"""Lists of products: found, paged, streamed, and stepped through."""

from collections.abc import Iterator, Sequence

from core.domain.accounts import Actor
from core.domain.history import AuditEvent
from core.domain.paging import Cursor, Page
from core.domain.products import ALL, Product, ProductFilter, ProductSort, ProductSummary, fold
from core.errors import InvalidInputError
from core.services.access import MAX_IDS, some_ids
from core.services.batches import in_batches
from core.unit_of_work import Database

_STREAMED_AT_ONCE = 500


class ProductLists:
    """The part of `ProductService` that reads many products."""

    _database: Database

    def search(
        self,
        actor: Actor,
        wanted: ProductFilter | str = ALL,
        *,
        sort: ProductSort = ProductSort.UPDATED,
        after: Cursor | None = None,
        limit: int = 24,
    ) -> Page[ProductSummary]:
        """Return a page of the products that match, and how many there are, capped.

        When nothing holds the words, the page has products that come near and says
        `is_similar`. A text stands for the filter by it. A cursor of another sort raises
        `InvalidInputError`.
        """
        with self._database.read() as work:
            return work.products.search(
                actor.workspace_id, _filter(wanted), sort=sort, after=after, limit=limit
            )

    def ids(
        self,
        actor: Actor,
        wanted: ProductFilter | str = ALL,
        *,
        sort: ProductSort = ProductSort.UPDATED,
        limit: int = MAX_IDS,
    ) -> tuple[int, ...]:
        """Return the ids of the first products that match, in order."""
        if not 0 < limit <= MAX_IDS:
            raise InvalidInputError(f"limit {limit}")
        with self._database.read() as work:
            return tuple(work.products.ids(actor.workspace_id, _filter(wanted), sort, limit=limit))

    def find_many(self, actor: Actor, product_ids: Sequence[int]) -> dict[int, Product]:
        """Return products by their ids, trashed or not; one that is not there is left out."""
        ids = some_ids(product_ids)
        with self._database.read() as work:
            return work.products.find_many(actor.workspace_id, ids)

    def every(
        self,
        actor: Actor,
        wanted: ProductFilter | str = ALL,
        sort: ProductSort = ProductSort.UPDATED,
    ) -> Iterator[Product]:
        """Yield all products that match, in the order they had at the beginning.

        Only their ids are held in memory. What was deleted for good meanwhile is left out.
        """
        with self._database.read() as work:
            ids = work.products.ids(actor.workspace_id, _filter(wanted), sort, limit=None)
        for some in in_batches(ids, _STREAMED_AT_ONCE):
            with self._database.read() as work:
                found = work.products.find_many(actor.workspace_id, some)
            yield from (found[product_id] for product_id in some if product_id in found)

    def neighbours(
        self,
        actor: Actor,
        product_id: int,
        wanted: ProductFilter | str = ALL,
        sort: ProductSort = ProductSort.UPDATED,
    ) -> tuple[int | None, int | None]:
        """Return the ids of the products before and after this one in the list, or None."""
        with self._database.read() as work:
            return work.products.neighbours(actor.workspace_id, product_id, _filter(wanted), sort)

    def categories(self, actor: Actor) -> tuple[str, ...]:
        """Return the names of the workspace's categories."""
        with self._database.read() as work:
            return work.products.categories(actor.workspace_id)

    def tags(self, actor: Actor) -> tuple[str, ...]:
        """Return the tags that products have, once each, as one of the products spells it."""
        with self._database.read() as work:
            known = work.products.tags(actor.workspace_id)
            spelt = work.products.tags_of(actor.workspace_id, sorted(set(known.values())))
        return tuple(
            next((tag for tag in spelt.get(product_id, ()) if fold(tag) == key), key)
            for key, product_id in known.items()
        )

    def history(
        self, actor: Actor, product_id: int, *, after: Cursor | None = None, limit: int = 20
    ) -> Page[AuditEvent]:
        """Return a page of what was done to the product, the newest first; else an empty one."""
        with self._database.read() as work:
            return work.audit_events.history(
                actor.workspace_id, "product", product_id, after=after, limit=limit
            )


def _filter(wanted: ProductFilter | str) -> ProductFilter:
    return ProductFilter(text=wanted) if isinstance(wanted, str) else wanted
