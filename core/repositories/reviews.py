"""What people think of pictures: states, ratings, pins."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from core.domain.reviews import Review, ReviewState, Verdict
from core.repositories.product_locks import lock_with_products
from db.gallery_tables import ShareLinkRow
from db.tables import AssetRow, WorkspaceRow


class ReviewRepository:
    """What people think of pictures that are not in the trash."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lock_products(self, workspace_id: int, asset_ids: Sequence[int]) -> list[int]:
        """Lock the products of these pictures, then those with their stacks; return the products.

        Whoever changes both takes the product first: so no two wait for one another.
        """
        return lock_with_products(self._session, workspace_id, asset_ids)

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
                AssetRow.is_made,
                AssetRow.trashed_at.is_(None),
            )
            .order_by(AssetRow.id)
            .with_for_update()
        )
        return {row.id: review_of(row, None) for row in rows}

    def set_verdict(
        self,
        asset_ids: Sequence[int],
        verdict: Verdict,
        *,
        by: int | None,
        reviewed_as: str = "",
        now: datetime,
    ) -> None:
        """Say this of pictures that `lock` returned; `reviewed_as` names a guest, who is nobody.

        One that is back at unreviewed was judged by nobody.
        """
        is_judged = verdict.state is not ReviewState.UNREVIEWED
        self._session.execute(
            update(AssetRow)
            .where(AssetRow.id.in_(asset_ids))
            .values(
                review_state=verdict.state,
                review_reason=verdict.reason,
                review_note=verdict.note,
                reviewed_by=by if is_judged else None,
                reviewed_at=now if is_judged else None,
                reviewed_as=reviewed_as if is_judged else "",
            )
        )

    def forbids_own_approval(self, workspace_id: int) -> bool:
        """Say whether nobody there approves a picture that they made."""
        return bool(
            self._session.scalar(
                select(WorkspaceRow.forbids_own_approval).where(WorkspaceRow.id == workspace_id)
            )
        )

    def set_forbids_own_approval(self, workspace_id: int, *, forbids: bool) -> bool:
        """Set the rule; return whether that changed anything."""
        changed = (
            update(WorkspaceRow)
            .where(
                WorkspaceRow.id == workspace_id, WorkspaceRow.forbids_own_approval.is_(not forbids)
            )
            .values(forbids_own_approval=forbids)
            .returning(WorkspaceRow.id)
        )
        return self._session.scalar(changed) is not None

    def made_by(self, workspace_id: int, asset_ids: Sequence[int], user_id: int) -> frozenset[int]:
        """Return those of the results that the person made."""
        found = select(AssetRow.id).where(
            AssetRow.workspace_id == workspace_id,
            AssetRow.id.in_(asset_ids),
            AssetRow.is_made,
            AssetRow.created_by == user_id,
        )
        return frozenset(self._session.scalars(found))

    def is_by_member(self, workspace_id: int, asset_id: int) -> bool:
        """Say whether a member judged the picture, and no guest after them."""
        judged = select(AssetRow.id).where(
            AssetRow.workspace_id == workspace_id,
            AssetRow.id == asset_id,
            AssetRow.review_state != ReviewState.UNREVIEWED,
            AssetRow.reviewed_as == "",
        )
        return self._session.scalar(judged) is not None

    def is_by_sender(self, workspace_id: int, asset_id: int, share_link_id: int) -> bool:
        """Say whether it is a result that the person made who made the share link."""
        found = (
            select(AssetRow.id)
            .join(ShareLinkRow, ShareLinkRow.created_by == AssetRow.created_by)
            .where(
                AssetRow.workspace_id == workspace_id,
                AssetRow.id == asset_id,
                AssetRow.is_made,
                ShareLinkRow.id == share_link_id,
            )
        )
        return self._session.scalar(found) is not None

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
            AssetRow.is_made,
            AssetRow.trashed_at.is_(None),
        )
        counts = self._session.execute(counted).one()
        return {state: int(count) for state, count in zip(ReviewState, counts, strict=True)}


def review_of(row: AssetRow, by: str | None) -> Review:
    """Return what is said of a picture; `by` is the name of the member who said it."""
    return Review(
        state=ReviewState(row.review_state),
        reason=row.review_reason,
        note=row.review_note,
        by=by or row.reviewed_as or None,
        at=row.reviewed_at,
        rating=row.rating,
        is_pinned=row.is_pinned,
    )
