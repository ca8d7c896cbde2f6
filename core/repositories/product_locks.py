"""Products and their pictures, locked in one order: so no two wait for one another."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.repositories.stacks import lock_stacks
from db.tables import AssetRow, ProductRow


def lock_with_products(
    session: Session, workspace_id: int, asset_ids: Sequence[int], *, also: Sequence[int] = ()
) -> list[int]:
    """Lock the products of assets and some more, then the assets with their stacks.

    Returns the products that are here; of `also` those alone that are not in the trash. Until the
    transaction ends nobody moves one of the assets to a product that is not among them.
    """
    if session.get_bind().dialect.name == "sqlite":
        # One writer at a time: nothing changes in between.
        return _lock(session, workspace_id, asset_ids, also)
    while True:
        try:
            with session.begin_nested():
                locked = _lock(session, workspace_id, asset_ids, also)
                _require_there(_products_of(session, workspace_id, asset_ids), locked)
        except _MovedError:
            # Products come before pictures, so all are let go and locked anew.
            continue
        return locked


class _MovedError(Exception):
    """Somebody moved one of the assets while this waited for its product."""


def _require_there(products: set[int], locked: Sequence[int]) -> None:
    if not products <= set(locked):
        raise _MovedError


def _lock(
    session: Session, workspace_id: int, asset_ids: Sequence[int], also: Sequence[int]
) -> list[int]:
    locked = _lock_products(session, workspace_id, asset_ids, also)
    lock_stacks(session, workspace_id, asset_ids)
    return locked


def _lock_products(
    session: Session, workspace_id: int, asset_ids: Sequence[int], also: Sequence[int]
) -> list[int]:
    of_assets = select(AssetRow.product_id).where(
        AssetRow.workspace_id == workspace_id, AssetRow.id.in_(asset_ids)
    )
    is_theirs = ProductRow.id.in_(of_assets)
    is_wanted = ProductRow.id.in_(also) & ProductRow.trashed_at.is_(None)
    locked = (
        select(ProductRow.id)
        .where(ProductRow.workspace_id == workspace_id, is_theirs | is_wanted)
        .order_by(ProductRow.id)
        .with_for_update()
    )
    return list(session.scalars(locked))


def _products_of(session: Session, workspace_id: int, asset_ids: Sequence[int]) -> set[int]:
    found = session.scalars(
        select(AssetRow.product_id).where(
            AssetRow.workspace_id == workspace_id,
            AssetRow.id.in_(asset_ids),
            AssetRow.product_id.is_not(None),
        )
    )
    return {product_id for product_id in found if product_id is not None}
