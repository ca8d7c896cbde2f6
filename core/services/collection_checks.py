"""What is checked before a collection is changed, and what is changed along with it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from core.domain.accounts import Actor
from core.domain.collections import Collection
from core.domain.products import ProductFilter
from core.errors import InvalidInputError, NotFoundError
from core.repositories.collection_members import Members
from core.services.texts import clean_line, clean_text
from core.unit_of_work import UnitOfWork

_CHUNK = 500


def clean_words(name: str, description: str) -> tuple[str, str]:
    """Return a collection's name and description cleaned, or raise `InvalidInputError`."""
    return (
        clean_line(name, "a name", max_chars=120),
        clean_text(description, "the description", max_chars=2000),
    )


def clean_filter(wanted: ProductFilter) -> ProductFilter:
    """Return the filter as it is kept, or raise for one that no collection can have."""
    if wanted.trashed:
        raise InvalidInputError(user_message="A collection cannot be of products in the trash.")
    # What cannot be written into an address is dropped before it is kept, not at the next look.
    return ProductFilter.from_query(wanted.to_query())


def refuse_nesting(work: UnitOfWork, actor: Actor, wanted: ProductFilter) -> None:
    """Raise unless the filter stands on its own, or on a collection that people fill."""
    if wanted.collection_id is None:
        return
    base = work.collections.find(actor.workspace_id, wanted.collection_id)
    if base is None:
        raise unknown(actor, wanted.collection_id)
    if base.filter is not None:
        raise InvalidInputError(
            user_message="A smart collection cannot be made of another smart collection. "
            "Freeze that one first."
        )


def found(work: UnitOfWork, actor: Actor, collection_id: int) -> Collection:
    """Return a collection's own facts, or raise `NotFoundError`."""
    collection = work.collections.find(actor.workspace_id, collection_id)
    if collection is None:
        raise unknown(actor, collection_id)
    return collection


def locked(work: UnitOfWork, actor: Actor, collection_id: int) -> Members:
    """Return how its products are found, once nobody else can change them; or raise."""
    members = work.collections.members(actor.workspace_id, collection_id, is_locked=True)
    if members is None:
        raise unknown(actor, collection_id)
    return members


def by_hand(work: UnitOfWork, actor: Actor, collection_id: int) -> None:
    """Lock a collection, or raise when its filter decides what is in it."""
    if locked(work, actor, collection_id).filter is not None:
        raise InvalidInputError(
            user_message="The filter decides what is in this collection. "
            "Freeze it to choose its products by hand."
        )


def note_products(
    work: UnitOfWork, actor: Actor, action: str, collection_id: int, ids: Sequence[int]
) -> None:
    """Note which products of a collection were changed."""
    work.collections.touch(actor.workspace_id, collection_id, datetime.now(UTC))
    work.audit_events.add(actor, action, "collection", collection_id, ids=list(ids))


def move_pictures(
    work: UnitOfWork, actor: Actor, asset_ids: Sequence[int], *, trashed_at: datetime | None
) -> None:
    """Trash pictures at this moment, or restore them, with the counts of their products."""
    chunks = [asset_ids[start : start + _CHUNK] for start in range(0, len(asset_ids), _CHUNK)]
    # All products first, in order of their ids: two who move pictures must not wait in a ring.
    wanted = {one for some in chunks for one in work.reviews.products_of(actor.workspace_id, some)}
    work.products.lock_many(actor.workspace_id, sorted(wanted))
    for some in chunks:
        product_ids = work.reviews.lock_products(actor.workspace_id, some)
        if trashed_at is None:
            moved = work.assets.restore(actor.workspace_id, some)
        else:
            moved = work.assets.trash(actor.workspace_id, some, trashed_at)
        for asset_id in moved:
            action = "restore" if trashed_at is None else "trash"
            work.audit_events.add(actor, action, "asset", asset_id, with_collection=True)
        work.products.recount_approved(actor.workspace_id, product_ids)


def unknown(actor: Actor, collection_id: int) -> NotFoundError:
    """Return what is raised for a collection that is not there."""
    return NotFoundError(f"collection {collection_id} in workspace {actor.workspace_id}")
