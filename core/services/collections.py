"""Collections: sets of products, picked by hand or by a filter."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from core.domain.accounts import Actor
from core.domain.collections import (
    LIVE_COLLECTIONS,
    Collection,
    CollectionFilter,
    CollectionStatus,
    CollectionSummary,
    PicturePolicy,
    Place,
)
from core.domain.paging import Cursor, Page
from core.domain.products import ProductFilter, ProductSummary
from core.domain.setting_layers import SettingsLayer
from core.errors import InvalidInputError, NotFoundError
from core.repositories.collections import NewCollection
from core.services.access import must_edit, some_ids
from core.services.cascade import require_pictures
from core.services.collection_checks import (
    by_hand,
    clean_filter,
    clean_words,
    found,
    locked,
    move_pictures,
    note_products,
    refuse_nesting,
    unknown,
)
from core.services.layers import clean_layer
from core.unit_of_work import Database, UnitOfWork

MAX_FROZEN = 10_000
"""A smart collection that finds more products than this cannot become one that people fill."""


class CollectionService:
    """The collections of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, actor: Actor, name: str, description: str = "") -> Collection:
        """Add an empty collection."""
        return self._add(actor, name, description, None, ())

    def create_with(
        self, actor: Actor, name: str, product_ids: Sequence[int], description: str = ""
    ) -> Collection:
        """Add a collection of these products, in this order. Unknown ids are left out."""
        return self._add(actor, name, description, None, some_ids(product_ids))

    def create_from_filter(
        self, actor: Actor, name: str, wanted: ProductFilter, description: str = ""
    ) -> Collection:
        """Add a smart collection: it holds what matches, at each look anew."""
        must_edit(actor)
        return self._add(actor, name, description, clean_filter(wanted), ())

    def rename(self, actor: Actor, collection_id: int, name: str, description: str = "") -> None:
        """Give a collection another name and description."""
        name, description = clean_words(name, description)
        self._change(
            actor,
            collection_id,
            "rename",
            lambda work, now: work.collections.rename(
                actor.workspace_id, collection_id, name, description, now
            ),
            name=name,
        )

    def set_status(self, actor: Actor, collection_id: int, status: CollectionStatus) -> None:
        """Say how far the work on a collection is."""
        self._change(
            actor,
            collection_id,
            "set_status",
            lambda work, now: work.collections.set_status(
                actor.workspace_id, collection_id, status, now
            ),
            status=status,
        )

    def set_defaults(self, actor: Actor, collection_id: int, layer: SettingsLayer) -> None:
        """Keep the settings with which pictures of this collection begin."""
        layer = clean_layer(layer)

        def keep(work: UnitOfWork, now: datetime) -> bool:
            require_pictures(work, actor, layer)
            return work.collections.set_defaults(actor.workspace_id, collection_id, layer, now)

        self._change(actor, collection_id, "set_defaults", keep)

    def set_filter(self, actor: Actor, collection_id: int, wanted: ProductFilter) -> None:
        """Let a smart collection find something else; one by hand is refused."""
        must_edit(actor)
        kept = clean_filter(wanted)
        with self._database.begin() as work:
            if locked(work, actor, collection_id).filter is None:
                raise InvalidInputError(
                    user_message="The products of this collection are chosen by hand."
                )
            refuse_nesting(work, actor, kept)
            now = datetime.now(UTC)
            work.collections.set_filter(actor.workspace_id, collection_id, kept, now)
            work.audit_events.add(
                actor, "set_filter", "collection", collection_id, filter=kept.to_query()
            )

    def freeze(self, actor: Actor, collection_id: int) -> int:
        """Turn a smart collection into one by hand with what it finds now; return how many."""
        must_edit(actor)
        with self._database.begin() as work:
            members = locked(work, actor, collection_id)
            if members.filter is None:
                raise InvalidInputError(
                    user_message="The products of this collection are chosen by hand already."
                )
            if work.collection_products.count(members, MAX_FROZEN + 1) > MAX_FROZEN:
                raise InvalidInputError(
                    user_message=f"This filter finds more than {MAX_FROZEN:,} products. "
                    "Please narrow it down first."
                )
            count = work.collection_products.freeze(members)
            now = datetime.now(UTC)
            work.collections.set_filter(actor.workspace_id, collection_id, None, now)
            work.audit_events.add(actor, "freeze", "collection", collection_id, count=count)
        return count

    def set_cover(self, actor: Actor, collection_id: int, asset_id: int | None) -> None:
        """Choose a picture as the cover; with None the first products' photos are it again."""
        must_edit(actor)
        with self._database.begin() as work:
            locked(work, actor, collection_id)
            if asset_id is not None:
                picture = work.assets.labels(actor.workspace_id, [asset_id]).get(asset_id)
                if picture is None or picture[2]:
                    raise NotFoundError(f"picture {asset_id} in workspace {actor.workspace_id}")
            now = datetime.now(UTC)
            work.collections.set_cover(actor.workspace_id, collection_id, asset_id, now)
            work.audit_events.add(
                actor, "set_cover", "collection", collection_id, asset_id=asset_id
            )

    def duplicate(self, actor: Actor, collection_id: int) -> Collection:
        """Add a draft with the same products, order, shots, settings and cover."""
        must_edit(actor)
        with self._database.begin() as work:
            locked(work, actor, collection_id)
            source = found(work, actor, collection_id)
            new_id = work.collections.copy(
                actor.workspace_id,
                collection_id,
                f"Copy of {source.name}"[:120].rstrip(),
                by=actor.user_id,
                now=datetime.now(UTC),
            )
            work.shots.copy(collection_id, new_id)
            work.audit_events.add(actor, "duplicate", "collection", new_id, source_id=collection_id)
        return self.get(actor, new_id)

    def archive(self, actor: Actor, collection_ids: Sequence[int]) -> int:
        """Put collections away; return how many there are. They still hold their products."""
        return self._set_archived(actor, collection_ids, is_archived=True)

    def unarchive(self, actor: Actor, collection_ids: Sequence[int]) -> int:
        """Bring archived collections back; return how many there are."""
        return self._set_archived(actor, collection_ids, is_archived=False)

    def delete(self, actor: Actor, collection_id: int, *, pictures: PicturePolicy = "keep") -> int:
        """Put a collection in the trash; its products stay. Return how many pictures went along.

        Only pictures of its shots go, and none that a shot of another collection wants; with
        "trash_unless_approved" those that are approved or pinned stay too.
        """
        must_edit(actor)
        with self._database.begin() as work:
            now = datetime.now(UTC)
            if not work.collections.trash(actor.workspace_id, collection_id, now):
                raise unknown(actor, collection_id)
            ids: list[int] = []
            if pictures != "keep":
                ids = work.shots.ids_to_trash(
                    collection_id, keeps_good=pictures == "trash_unless_approved"
                )
            move_pictures(work, actor, ids, trashed_at=now)
            work.audit_events.add(
                actor, "trash", "collection", collection_id, pictures=pictures, count=len(ids)
            )
        return len(ids)

    def restore(self, actor: Actor, collection_ids: Sequence[int]) -> int:
        """Take collections out of the trash with the pictures that went along; return how many."""
        must_edit(actor)
        with self._database.begin() as work:
            trashed = work.collections.restore(actor.workspace_id, some_ids(collection_ids))
            for collection_id, at in trashed.items():
                ids = work.shots.trashed_with(collection_id, at)
                move_pictures(work, actor, ids, trashed_at=None)
                work.audit_events.add(actor, "restore", "collection", collection_id)
        return len(trashed)

    def get(self, actor: Actor, collection_id: int) -> Collection:
        """Return a collection's own facts."""
        with self._database.read() as work:
            return found(work, actor, collection_id)

    def search(
        self,
        actor: Actor,
        text: str = "",
        wanted: CollectionFilter = LIVE_COLLECTIONS,
        *,
        after: Cursor | None = None,
        limit: int = 24,
    ) -> Page[CollectionSummary]:
        """Return a page of collections whose name holds every word of the text."""
        with self._database.read() as work:
            return work.collections.search(
                actor.workspace_id, text, wanted, after=after, limit=limit
            )

    def products(
        self, actor: Actor, collection_id: int, *, after: Cursor | None = None, limit: int = 24
    ) -> Page[ProductSummary]:
        """Return a page of a collection's products: in its order, or by name where it is smart."""
        with self._database.read() as work:
            members = work.collections.members(actor.workspace_id, collection_id)
            if members is None:
                raise unknown(actor, collection_id)
            return work.collection_products.page(members, after=after, limit=limit)

    def add_products(self, actor: Actor, collection_id: int, product_ids: Sequence[int]) -> int:
        """Append products; return how many it did not hold yet. Unknown ids are left out."""
        must_edit(actor)
        ids = some_ids(product_ids)
        with self._database.begin() as work:
            by_hand(work, actor, collection_id)
            known = work.products.existing(actor.workspace_id, ids)
            added = work.collection_products.add(collection_id, known)
            note_products(work, actor, "add_products", collection_id, added)
        return len(added)

    def remove_products(self, actor: Actor, collection_id: int, product_ids: Sequence[int]) -> int:
        """Take products out of the collection; return how many it held."""
        must_edit(actor)
        ids = some_ids(product_ids)
        with self._database.begin() as work:
            by_hand(work, actor, collection_id)
            gone = work.collection_products.remove(collection_id, ids)
            note_products(work, actor, "remove_products", collection_id, gone)
        return len(gone)

    def move(
        self, actor: Actor, collection_id: int, product_ids: Sequence[int], place: Place
    ) -> int:
        """Move products within the order; return how many it holds. They keep their own order."""
        must_edit(actor)
        ids = some_ids(product_ids)
        with self._database.begin() as work:
            by_hand(work, actor, collection_id)
            count = work.collection_products.move(collection_id, ids, place)
            note_products(work, actor, "move_products", collection_id, ids[:count])
        return count

    def order_products(self, actor: Actor, collection_id: int, product_ids: Sequence[int]) -> int:
        """Put these products into this order on the places they hold; return how many it holds."""
        must_edit(actor)
        ids = some_ids(product_ids)
        with self._database.begin() as work:
            by_hand(work, actor, collection_id)
            count = work.collection_products.arrange(collection_id, ids)
            note_products(work, actor, "order_products", collection_id, ids[:count])
        return count

    def of_product(self, actor: Actor, product_id: int) -> tuple[CollectionSummary, ...]:
        """Return the collections into which people put the product, by name."""
        with self._database.read() as work:
            return work.collections.of_product(actor.workspace_id, product_id)

    def _add(
        self,
        actor: Actor,
        name: str,
        description: str,
        wanted: ProductFilter | None,
        product_ids: Sequence[int],
    ) -> Collection:
        must_edit(actor)
        new = NewCollection(*clean_words(name, description), wanted)
        with self._database.begin() as work:
            if wanted is not None:
                refuse_nesting(work, actor, wanted)
            now = datetime.now(UTC)
            new_id = work.collections.add(actor.workspace_id, new, by=actor.user_id, now=now)
            known = work.products.existing(actor.workspace_id, product_ids)
            work.collection_products.add(new_id, known)
            work.audit_events.add(actor, "create", "collection", new_id, count=len(known))
        return self.get(actor, new_id)

    def _change(
        self,
        actor: Actor,
        collection_id: int,
        action: str,
        change: Callable[[UnitOfWork, datetime], bool],
        **detail: object,
    ) -> None:
        must_edit(actor)
        with self._database.begin() as work:
            if not change(work, datetime.now(UTC)):
                raise unknown(actor, collection_id)
            work.audit_events.add(actor, action, "collection", collection_id, **detail)

    def _set_archived(
        self, actor: Actor, collection_ids: Sequence[int], *, is_archived: bool
    ) -> int:
        must_edit(actor)
        count = 0
        with self._database.begin() as work:
            for collection_id in sorted(some_ids(collection_ids)):
                is_there = work.collections.set_archived(
                    actor.workspace_id,
                    collection_id,
                    is_archived=is_archived,
                    now=datetime.now(UTC),
                )
                if is_there:
                    count += 1
                    action = "archive" if is_archived else "unarchive"
                    work.audit_events.add(actor, action, "collection", collection_id)
        return count
