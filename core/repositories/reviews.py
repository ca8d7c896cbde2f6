"""What people think of pictures: states, ratings, pins."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from core.domain.assets import Origin
from core.domain.reviews import Review, ReviewState, Verdict
from db.tables import AssetRow, ProductRow


class ReviewRepository:
    """What people think of pictures that are not in the trash."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lock_products(self, workspace_id: int, asset_ids: Sequence[int]) -> list[int]:
        """Lock the products of these pictures, before the pictures, and return their ids.

        Whoever changes both takes the product first: so no two wait for one another.
        """
        of_pictures = select(AssetRow.product_id).where(
            AssetRow.workspace_id == workspace_id, AssetRow.id.in_(asset_ids)
        )
        locked = (
            select(ProductRow.id)
            .where(ProductRow.workspace_id == workspace_id, ProductRow.id.in_(of_pictures))
            .order_by(ProductRow.id)
            .with_for_update()
        )
        return list(self._session.scalars(locked))

    def products_of(self, workspace_id: int, asset_ids: Sequence[int]) -> list[int]:
        """Return the products of these pictures."""
        found = select(AssetRow.product_id).where(
            AssetRow.workspace_id == workspace_id,
            AssetRow.id.in_(asset_ids),
            AssetRow.product_id.is_not(None),
        )
        return [product_id for product_id in self._session.scalars(found) if product_id is not None]

    def lock(self, workspace_id: int, asset_ids: Sequence[int]) -> dict[int, Review]:
        """Return what is said of each generated picture, and keep others from changing it."""
        rows = self._session.scalars(
            select(AssetRow)
            .where(
                AssetRow.workspace_id == workspace_id,
                AssetRow.id.in_(asset_ids),
                AssetRow.origin == Origin.GENERATED,
                AssetRow.trashed_at.is_(None),
            )
            .order_by(AssetRow.id)
            .with_for_update()
        )
        return {row.id: review_of(row, None) for row in rows}

    def set_verdict(
        self, asset_ids: Sequence[int], verdict: Verdict, *, by: int, now: datetime
    ) -> None:
        """Say this of pictures that `lock` returned."""
        self._session.execute(
            update(AssetRow)
            .where(AssetRow.id.in_(asset_ids))
            .values(
                review_state=verdict.state,
                review_reason=verdict.reason,
                review_note=verdict.note,
                reviewed_by=by,
                reviewed_at=now,
            )
        )

    def set_rating(self, asset_ids: Sequence[int], rating: int) -> None:
        """Rate pictures that `lock` returned."""
        self._session.execute(
            update(AssetRow).where(AssetRow.id.in_(asset_ids)).values(rating=rating)
        )

    def set_pinned(self, asset_ids: Sequence[int], *, is_pinned: bool) -> None:
        """Pin pictures that `lock` returned, or take the pin off."""
        self._session.execute(
            update(AssetRow).where(AssetRow.id.in_(asset_ids)).values(is_pinned=is_pinned)
        )

    def counts(self, workspace_id: int, product_id: int) -> dict[ReviewState, int]:
        """Return how many pictures of a product are in each state; none is 0."""
        # Counted without GROUP BY: SQLite would read the pictures of all products in its order.
        in_states = (
            func.coalesce(func.sum(case((AssetRow.review_state == state, 1), else_=0)), 0)
            for state in ReviewState
        )
        counted = select(*in_states).where(
            AssetRow.workspace_id == workspace_id,
            AssetRow.product_id == product_id,
            AssetRow.origin == Origin.GENERATED,
            AssetRow.trashed_at.is_(None),
        )
        counts = self._session.execute(counted).one()
        return {state: int(count) for state, count in zip(ReviewState, counts, strict=True)}


def review_of(row: AssetRow, by: str | None) -> Review:
    """Return what is said of a picture; `by` is the name of who said it."""
    return Review(
        state=ReviewState(row.review_state),
        reason=row.review_reason,
        note=row.review_note,
        by=by,
        at=row.reviewed_at,
        rating=row.rating,
        is_pinned=row.is_pinned,
    )
