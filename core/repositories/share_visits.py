"""What guests of a share link find and leave behind: each statement asks whether it still works."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.domain.reviews import Verdict
from core.domain.share_links import (
    GuestComment,
    OpenLink,
    SharedPicture,
    ShareRights,
)
from core.repositories.paging import AnyRow
from core.repositories.share_links import (
    IS_SHOWN,
    PICTURE,
    SENDER_MAY_SHARE,
    ref_of,
    verdict_of,
)
from db.gallery_tables import AssetCommentRow, ShareLinkRow, SharePictureRow, ShareTryRow
from db.tables import AssetRow, ProductRow, UserRow, WorkspaceRow

MAX_COMMENTS_SHOWN = 200
_FORGOTTEN_AFTER = timedelta(days=1)
_FORGOTTEN_AT_ONCE = 200


class ShareVisitRepository:
    """What guests see of a link that works, and what they say."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find_open(self, token_hash: str, now: datetime) -> OpenLink | None:
        """Return the link with this token, None unless it works now.

        One that expired or was revoked, or whose maker may not share any more, is as none.
        """
        row = self._session.execute(
            select(
                ShareLinkRow.id,
                ShareLinkRow.workspace_id,
                WorkspaceRow.name.label("workspace_name"),
                UserRow.name.label("sender"),
                ShareLinkRow.title,
                ShareLinkRow.message,
                ShareLinkRow.may_comment,
                ShareLinkRow.may_review,
                ShareLinkRow.may_download,
                ShareLinkRow.expires_at,
            )
            .join(WorkspaceRow, WorkspaceRow.id == ShareLinkRow.workspace_id)
            .join(UserRow, UserRow.id == ShareLinkRow.created_by)
            .where(
                ShareLinkRow.token_hash == token_hash,
                ShareLinkRow.revoked_at.is_(None),
                ShareLinkRow.expires_at > now,
                SENDER_MAY_SHARE,
            )
        ).one_or_none()
        if row is None:
            return None
        return OpenLink(
            id=row.id,
            workspace_id=row.workspace_id,
            workspace_name=row.workspace_name,
            sender=row.sender,
            title=row.title,
            message=row.message,
            rights=ShareRights(row.may_comment, row.may_review, row.may_download),
            expires_at=row.expires_at,
        )

    def lock(self, link: OpenLink) -> None:
        """Keep the team from revoking the link until the guest's deed is written."""
        self._session.execute(
            select(ShareLinkRow.id).where(ShareLinkRow.id == link.id).with_for_update()
        )

    def count_pictures(self, link: OpenLink) -> int:
        """Return how many pictures the link shows."""
        counted = (
            select(func.count())
            .select_from(SharePictureRow)
            .join(AssetRow, AssetRow.id == SharePictureRow.asset_id)
            .where(*_shown(link))
        )
        return self._session.scalar(counted) or 0

    def pictures(self, link: OpenLink, *, skip: int, limit: int) -> tuple[SharedPicture, ...]:
        """Return some of the link's pictures in its order."""
        # Of comments the link's own are counted: what the team writes is not for guests.
        comments = (
            select(func.count())
            .select_from(AssetCommentRow)
            .where(
                AssetCommentRow.asset_id == AssetRow.id,
                AssetCommentRow.share_link_id == link.id,
                AssetCommentRow.deleted_at.is_(None),
            )
            .correlate(AssetRow)
            .scalar_subquery()
        )
        rows = self._session.execute(
            select(*PICTURE, comments.label("comments"))
            .join(AssetRow, AssetRow.id == SharePictureRow.asset_id)
            .outerjoin(ProductRow, ProductRow.id == AssetRow.product_id)
            .where(*_shown(link))
            .order_by(SharePictureRow.position)
            .offset(skip)
            .limit(limit)
        )
        return tuple(_to_picture(row, row.comments) for row in rows)

    def find_picture(
        self, link: OpenLink, asset_id: int
    ) -> tuple[SharedPicture, int, int | None, int | None] | None:
        """Return a picture of the link, how many stand before it, and its two neighbours."""
        row = self._session.execute(
            select(*PICTURE)
            .join(AssetRow, AssetRow.id == SharePictureRow.asset_id)
            .outerjoin(ProductRow, ProductRow.id == AssetRow.product_id)
            .where(*_shown(link), AssetRow.id == asset_id)
        ).one_or_none()
        if row is None:
            return None
        shown = (
            select(SharePictureRow.asset_id)
            .join(AssetRow, AssetRow.id == SharePictureRow.asset_id)
            .where(*_shown(link))
        )
        before = SharePictureRow.position < row.position
        place = self._session.scalar(
            select(func.count()).select_from(shown.where(before).subquery())
        )
        previous = self._session.scalar(
            shown.where(before).order_by(SharePictureRow.position.desc()).limit(1)
        )
        following = self._session.scalar(
            shown.where(SharePictureRow.position > row.position)
            .order_by(SharePictureRow.position)
            .limit(1)
        )
        return _to_picture(row), place or 0, previous, following

    def comments(self, link: OpenLink, asset_id: int) -> tuple[GuestComment, ...]:
        """Return what guests of this link said of a picture, the oldest of the latest first."""
        rows = self._session.execute(
            select(AssetCommentRow.guest_name, AssetCommentRow.body, AssetCommentRow.created_at)
            .where(
                AssetCommentRow.asset_id == asset_id,
                AssetCommentRow.share_link_id == link.id,
                AssetCommentRow.deleted_at.is_(None),
            )
            .order_by(AssetCommentRow.created_at.desc(), AssetCommentRow.id.desc())
            .limit(MAX_COMMENTS_SHOWN)
        )
        return tuple(GuestComment(*row) for row in reversed(rows.all()))

    def find_file(self, link: OpenLink, asset_id: int) -> tuple[str, str, str, str, str] | None:
        """Return storage key, mime type, sha256, caption and SKU of a picture of the link."""
        row = self._session.execute(
            select(
                AssetRow.storage_key,
                AssetRow.mime_type,
                AssetRow.sha256,
                PICTURE[4],
                func.coalesce(ProductRow.sku, ""),
            )
            .join(SharePictureRow, SharePictureRow.asset_id == AssetRow.id)
            .outerjoin(ProductRow, ProductRow.id == AssetRow.product_id)
            .where(*_shown(link), AssetRow.id == asset_id)
        ).one_or_none()
        return None if row is None else (row[0], row[1], row[2], row[3], row[4])

    def note_view(self, link: OpenLink, now: datetime) -> None:
        """Count that somebody opened the link."""
        self._session.execute(
            update(ShareLinkRow)
            .where(ShareLinkRow.id == link.id)
            .values(view_count=ShareLinkRow.view_count + 1, seen_at=now)
        )

    def set_verdict(
        self, link: OpenLink, asset_id: int, verdict: Verdict, *, by: str, now: datetime
    ) -> None:
        """Keep with the link what a guest last said of a picture."""
        self._session.execute(
            update(SharePictureRow)
            .where(SharePictureRow.share_link_id == link.id, SharePictureRow.asset_id == asset_id)
            .values(verdict=verdict.state, verdict_note=verdict.note, verdict_by=by, verdict_at=now)
        )

    def count_try(self, key: str, now: datetime, *, window: timedelta) -> int:
        """Count a deed under the key and return how many there were since the window began."""
        table = sqlite if self._session.get_bind().dialect.name == "sqlite" else postgresql
        is_over = ShareTryRow.since <= now - window
        adding = table.insert(ShareTryRow).values(key=key, since=now, count=1)
        counted = adding.on_conflict_do_update(
            index_elements=["key"],
            set_={
                "since": case((is_over, now), else_=ShareTryRow.since),
                "count": case((is_over, 1), else_=ShareTryRow.count + 1),
            },
        ).returning(ShareTryRow.count)
        count: int = self._session.execute(counted).scalar_one()
        return count

    def forget_tries(self, now: datetime) -> int:
        """Forget some of the counts that nobody needs any more; return how many."""
        old = (
            select(ShareTryRow.key)
            .where(ShareTryRow.since < now - _FORGOTTEN_AFTER)
            .order_by(ShareTryRow.since)
            .limit(_FORGOTTEN_AT_ONCE)
        )
        gone = delete(ShareTryRow).where(ShareTryRow.key.in_(old)).returning(ShareTryRow.key)
        return len(self._session.scalars(gone).all())


def _shown(link: OpenLink) -> tuple[ColumnElement[bool], ...]:
    # The workspace is asked again: a row that leads elsewhere by a fault shows nothing.
    return (
        SharePictureRow.share_link_id == link.id,
        AssetRow.workspace_id == link.workspace_id,
        *IS_SHOWN,
    )


def _to_picture(row: AnyRow, comment_count: int = 0) -> SharedPicture:
    return SharedPicture(ref_of(row), row.caption, row.alt_text, verdict_of(row), comment_count)
