"""Collections: picked sets of products."""

from collections.abc import Sequence
from datetime import UTC, datetime

from core.domain.accounts import Actor
from core.domain.collections import Collection, CollectionSummary
from core.domain.paging import Cursor, Page
from core.domain.products import ProductSummary
from core.errors import NotFoundError
from core.services.access import must_edit, some_ids
from core.services.texts import clean_line, clean_text
from core.unit_of_work import Database


class CollectionService:
    """The collections of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, actor: Actor, name: str, description: str = "") -> Collection:
        """Add an empty collection."""
        must_edit(actor)
        name, description = _clean(name, description)
        with self._database.begin() as work:
            collection_id = work.collections.add(
                actor.workspace_id, name, description, datetime.now(UTC)
            )
            work.audit_events.add(actor, "create", "collection", collection_id)
        return self.get(actor, collection_id)

    def rename(self, actor: Actor, collection_id: int, name: str, description: str = "") -> None:
        """Give a collection another name and description."""
        must_edit(actor)
        name, description = _clean(name, description)
        with self._database.begin() as work:
            changed = work.collections.update(
                actor.workspace_id, collection_id, name, description, datetime.now(UTC)
            )
            if not changed:
                raise _unknown(actor, collection_id)
            work.audit_events.add(actor, "rename", "collection", collection_id)

    def get(self, actor: Actor, collection_id: int) -> Collection:
        """Return a collection's own facts."""
        with self._database.read() as work:
            collection = work.collections.find(actor.workspace_id, collection_id)
        if collection is None:
            raise _unknown(actor, collection_id)
        return collection

    def search(
        self, actor: Actor, text: str = "", *, after: Cursor | None = None, limit: int = 24
    ) -> Page[CollectionSummary]:
        """Return a page of collections by name, the latest changed first."""
        with self._database.read() as work:
            return work.collections.search(actor.workspace_id, text, after=after, limit=limit)

    def products(
        self, actor: Actor, collection_id: int, *, after: Cursor | None = None, limit: int = 24
    ) -> Page[ProductSummary]:
        """Return a page of a collection's products, in its order."""
        with self._database.read() as work:
            if work.collections.find(actor.workspace_id, collection_id) is None:
                raise _unknown(actor, collection_id)
            return work.products.of_collection(
                actor.workspace_id, collection_id, after=after, limit=limit
            )

    def add_products(self, actor: Actor, collection_id: int, product_ids: Sequence[int]) -> int:
        """Append products; return how many it did not hold yet. Unknown ids are left out."""
        must_edit(actor)
        with self._database.begin() as work:
            known = work.products.existing(actor.workspace_id, some_ids(product_ids))
            count = work.collections.add_products(
                actor.workspace_id, collection_id, known, datetime.now(UTC)
            )
            if count is None:
                raise _unknown(actor, collection_id)
            work.audit_events.add(actor, "add_products", "collection", collection_id, ids=known)
        return count

    def remove_products(self, actor: Actor, collection_id: int, product_ids: Sequence[int]) -> int:
        """Take products out of the collection; return how many it held."""
        must_edit(actor)
        ids = some_ids(product_ids)
        with self._database.begin() as work:
            count = work.collections.remove_products(
                actor.workspace_id, collection_id, ids, datetime.now(UTC)
            )
            if count is None:
                raise _unknown(actor, collection_id)
            work.audit_events.add(actor, "remove_products", "collection", collection_id, ids=ids)
        return count

    def of_product(self, actor: Actor, product_id: int) -> tuple[CollectionSummary, ...]:
        """Return the collections that hold the product, by name."""
        with self._database.read() as work:
            return work.collections.of_product(actor.workspace_id, product_id)

    def delete(self, actor: Actor, collection_id: int) -> None:
        """Delete a collection; its products and their pictures stay."""
        must_edit(actor)
        with self._database.begin() as work:
            if not work.collections.trash(actor.workspace_id, collection_id, datetime.now(UTC)):
                raise _unknown(actor, collection_id)
            work.audit_events.add(actor, "delete", "collection", collection_id)


def _clean(name: str, description: str) -> tuple[str, str]:
    return (
        clean_line(name, "a name", max_chars=120),
        clean_text(description, "the description", max_chars=2000),
    )


def _unknown(actor: Actor, collection_id: int) -> NotFoundError:
    return NotFoundError(f"collection {collection_id} in workspace {actor.workspace_id}")
