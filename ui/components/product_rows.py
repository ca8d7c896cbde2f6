"""Rows that stay where they are while one edits them, whatever the list is sorted by."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from core.domain.accounts import Actor
from core.domain.products import Product, ProductSummary
from core.errors import NotFoundError
from ui.context import services
from ui.state import state_of


@dataclass
class RowState:
    """The order in which rows were shown, of which list, and which of them were edited in it."""

    place: str = ""
    order: tuple[int, ...] = ()
    edited: set[int] = field(default_factory=set)


def steady_rows(
    actor: Actor, products: Sequence[ProductSummary], place: object, *, is_fresh: bool
) -> list[ProductSummary]:
    """Return the products in the order in which they were shown before they were edited.

    An edited one is the last changed, so the list would take it away from under one's hands.
    Another `place`, or a table that is shown anew, begins with the list's own order.
    """
    state = state_of(RowState)
    if is_fresh or state.place != repr(place):
        state.place, state.edited = repr(place), set()
    rows = {product.id: product for product in products}
    if state.edited:
        for product_id in state.edited - rows.keys():
            rows.update(_found(actor, product_id))
        order = [product_id for product_id in state.order if product_id in rows]
        rows = {product_id: rows[product_id] for product_id in dict.fromkeys([*order, *rows])}
    state.order = tuple(rows)
    return list(rows.values())


def note_edited(product_ids: Iterable[int]) -> None:
    """Note that these rows were edited where they are shown."""
    state_of(RowState).edited.update(product_ids)


def _found(actor: Actor, product_id: int) -> dict[int, ProductSummary]:
    try:
        product = services().products.get(actor, product_id)
    except NotFoundError:
        return {}
    return {} if product.trashed_at else {product_id: _summary(product)}


def _summary(product: Product) -> ProductSummary:
    return ProductSummary(
        id=product.id,
        name=product.name,
        sku=product.sku,
        category=product.category,
        price=product.price,
        photo=product.photos[0] if product.photos else None,
        photo_count=product.photo_count,
        updated_at=product.updated_at,
        tags=product.tags,
        materials=product.materials,
        approved_count=product.approved_count,
        archived=product.archived_at is not None,
        version=product.version,
        source=product.source,
    )
