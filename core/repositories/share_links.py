"""Share links as the team sees them: made, listed, revoked, extended."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, insert, select, update
from sqlalchemy.orm import Session

from core.domain.accounts import Role
from core.domain.assets import AssetRef
from core.domain.paging import Cursor, Page
from core.domain.reviews import ReviewState
from core.domain.share_links import Answer, GuestComment, GuestVerdict, ShareLink, ShareRights
from core.repositories.paging import AnyRow, Order, page_statements, read_page
from db.gallery_tables import AssetCommentRow, ShareLinkRow, SharePictureRow
from db.tables import AssetRow, MembershipRow, ProductRow, UserRow

MAX_COMMENTS_READ = 1000
_MAY_SHARE = tuple(role for role in Role if role.may_edit)

IS_SHOWN = (AssetRow.trashed_at.is_(None), AssetRow.purged_at.is_(None))
"""What a guest may see of the pictures of a link: not what lies in the trash."""

CAPTION: ColumnElement[str] = func.coalesce(func.nullif(AssetRow.title, ""), ProductRow.name, "")
"""Never the label: that can be the name of somebody's file."""

SENDER_MAY_SHARE = (
    select(MembershipRow.user_id)
    .join(UserRow, UserRow.id == MembershipRow.user_id)
    .where(
        MembershipRow.workspace_id == ShareLinkRow.workspace_id,
        MembershipRow.user_id == ShareLinkRow.created_by,
        MembershipRow.role.in_(_MAY_SHARE),
        UserRow.is_disabled.is_(False),
    )
    .correlate(ShareLinkRow)
    .exists()
)
"""A link is its maker's word: whoever may not share here any more, has no link that works."""


class ShareLinkRepository:
    """The share links of a workspace."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(  # noqa: PLR0913 - the columns of a link, by their names
        self,
        workspace_id: int,
        *,
        created_by: int,
        token_hash: str,
        title: str,
        message: str,
        rights: ShareRights,
        now: datetime,
        expires_at: datetime,
    ) -> int:
        """Add a link without pictures and return its id."""
        row = ShareLinkRow(
            workspace_id=workspace_id,
            created_by=created_by,
            token_hash=token_hash,
            title=title,
            message=message,
            may_comment=rights.may_comment,
            may_review=rights.may_review,
            may_download=rights.may_download,
            created_at=now,
            expires_at=expires_at,
        )
        self._session.add(row)
        self._session.flush()
        return row.id

    def shareable(self, workspace_id: int, asset_ids: Sequence[int]) -> list[int]:
        """Return those of the assets that can be shown, in the order given."""
        found = self._session.scalars(
            select(AssetRow.id).where(
                AssetRow.workspace_id == workspace_id, AssetRow.id.in_(asset_ids), *IS_SHOWN
            )
        )
        here = set(found)
        return [asset_id for asset_id in asset_ids if asset_id in here]

    def add_pictures(self, share_link_id: int, asset_ids: Sequence[int]) -> None:
        """Let a link show these, in this order."""
        rows = [
            {"share_link_id": share_link_id, "asset_id": asset_id, "position": position}
            for position, asset_id in enumerate(asset_ids)
        ]
        self._session.execute(insert(SharePictureRow), rows)

    def find(self, workspace_id: int, share_link_id: int) -> ShareLink | None:
        """Return a link with its counts."""
        row = self._session.execute(
            _links().where(
                ShareLinkRow.workspace_id == workspace_id, ShareLinkRow.id == share_link_id
            )
        ).one_or_none()
        return None if row is None else _to_link(row)

    def search(self, workspace_id: int, *, after: Cursor | None, limit: int) -> Page[ShareLink]:
        """Return a page of the workspace's links, the newest first, in two statements."""
        statements = page_statements(
            _links(),
            ShareLinkRow,
            [ShareLinkRow.workspace_id == workspace_id],
            Order(ShareLinkRow.created_at, ShareLinkRow.id),
            is_later=after is not None,
        )
        return read_page(self._session, statements, _to_link, {}, after=after, limit=limit)

    def revoke(self, workspace_id: int, share_link_id: int, now: datetime) -> bool | None:
        """End a link for good; False when it was ended before, None when there is none."""
        ended = (
            update(ShareLinkRow)
            .where(*_one(workspace_id, share_link_id), ShareLinkRow.revoked_at.is_(None))
            .values(revoked_at=now)
            .returning(ShareLinkRow.id)
        )
        if self._session.scalar(ended) is not None:
            return True
        known = select(ShareLinkRow.id).where(*_one(workspace_id, share_link_id))
        return None if self._session.scalar(known) is None else False

    def extend(self, workspace_id: int, share_link_id: int, until: datetime) -> bool:
        """Let a link that was not revoked work until then; False when there is none."""
        extended = (
            update(ShareLinkRow)
            .where(*_one(workspace_id, share_link_id), ShareLinkRow.revoked_at.is_(None))
            .values(expires_at=until)
            .returning(ShareLinkRow.id)
        )
        return self._session.scalar(extended) is not None

    def answers(self, workspace_id: int, share_link_id: int) -> tuple[Answer, ...]:
        """Return the pictures of which guests said something, in the link's order.

        Of comments at most `MAX_COMMENTS_READ` are read, the oldest first.
        """
        said: dict[int, list[GuestComment]] = {}
        comments = (
            select(
                AssetCommentRow.asset_id,
                AssetCommentRow.guest_name,
                AssetCommentRow.body,
                AssetCommentRow.created_at,
            )
            .where(
                AssetCommentRow.workspace_id == workspace_id,
                AssetCommentRow.share_link_id == share_link_id,
                AssetCommentRow.deleted_at.is_(None),
            )
            .order_by(AssetCommentRow.created_at, AssetCommentRow.id)
            .limit(MAX_COMMENTS_READ)
        )
        for asset_id, guest_name, body, at in self._session.execute(comments):
            said.setdefault(asset_id, []).append(GuestComment(guest_name, body, at))
        rows = self._session.execute(
            select(*PICTURE)
            .join(AssetRow, AssetRow.id == SharePictureRow.asset_id)
            .outerjoin(ProductRow, ProductRow.id == AssetRow.product_id)
            .where(
                SharePictureRow.share_link_id == share_link_id,
                AssetRow.workspace_id == workspace_id,
                AssetRow.purged_at.is_(None),
                (SharePictureRow.verdict != "") | AssetRow.id.in_(said),
            )
            .order_by(SharePictureRow.position)
        )
        return tuple(
            Answer(ref_of(row), row.caption, verdict_of(row), tuple(said.get(row.id, ())))
            for row in rows
        )


PICTURE = (
    AssetRow.id,
    AssetRow.sha256,
    AssetRow.width_px,
    AssetRow.height_px,
    CAPTION.label("caption"),
    AssetRow.alt_text,
    SharePictureRow.verdict,
    SharePictureRow.verdict_note,
    SharePictureRow.verdict_by,
    SharePictureRow.verdict_at,
    SharePictureRow.position,
)
"""What is read of a picture of a link."""


def ref_of(row: AnyRow) -> AssetRef:
    """Return what shows a picture that was read."""
    return AssetRef(row.id, row.sha256, row.width_px, row.height_px)


def verdict_of(row: AnyRow) -> GuestVerdict | None:
    """Return what a guest said of a picture that was read."""
    if not row.verdict:
        return None
    return GuestVerdict(ReviewState(row.verdict), row.verdict_note, row.verdict_by, row.verdict_at)


def _one(workspace_id: int, share_link_id: int) -> tuple[ColumnElement[bool], ...]:
    return ShareLinkRow.workspace_id == workspace_id, ShareLinkRow.id == share_link_id


def _links() -> Any:  # noqa: ANN401 - a select of many columns
    shown = (
        select(func.count())
        .select_from(SharePictureRow)
        .join(AssetRow, AssetRow.id == SharePictureRow.asset_id)
        .where(SharePictureRow.share_link_id == ShareLinkRow.id, *IS_SHOWN)
        .correlate(ShareLinkRow)
        .scalar_subquery()
    )
    comments = (
        select(func.count())
        .select_from(AssetCommentRow)
        .where(
            AssetCommentRow.share_link_id == ShareLinkRow.id,
            AssetCommentRow.deleted_at.is_(None),
        )
        .correlate(ShareLinkRow)
        .scalar_subquery()
    )
    return select(
        ShareLinkRow.title,
        ShareLinkRow.message,
        ShareLinkRow.may_comment,
        ShareLinkRow.may_review,
        ShareLinkRow.may_download,
        func.coalesce(UserRow.name, "").label("sender"),
        ShareLinkRow.expires_at,
        ShareLinkRow.revoked_at,
        ShareLinkRow.seen_at,
        ShareLinkRow.view_count,
        SENDER_MAY_SHARE.label("sender_may_share"),
        shown.label("shown"),
        comments.label("comments"),
        _given(ReviewState.APPROVED).label("approved"),
        _given(ReviewState.NEEDS_EDIT).label("needs_edit"),
        _given(ReviewState.REJECTED).label("rejected"),
        ShareLinkRow.created_at,
        ShareLinkRow.id,
    ).outerjoin(UserRow, UserRow.id == ShareLinkRow.created_by)


def _given(state: ReviewState) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(SharePictureRow)
        .where(SharePictureRow.share_link_id == ShareLinkRow.id, SharePictureRow.verdict == state)
        .correlate(ShareLinkRow)
        .scalar_subquery()
    )


def _to_link(row: AnyRow) -> ShareLink:
    return ShareLink(
        id=row.id,
        title=row.title,
        message=row.message,
        rights=ShareRights(row.may_comment, row.may_review, row.may_download),
        created_by=row.sender,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        seen_at=row.seen_at,
        view_count=row.view_count,
        is_orphaned=not row.sender_may_share,
        picture_count=row.shown,
        comment_count=row.comments,
        approved_count=row.approved,
        needs_edit_count=row.needs_edit,
        rejected_count=row.rejected,
    )
