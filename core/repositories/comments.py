"""Comments on assets, and whom they name."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, insert, literal, select, update
from sqlalchemy.orm import Session

from core.domain.assets import AssetRef
from core.domain.comments import Comment, CommentMention, Member, mentions_in
from core.domain.paging import COUNT_CAP, Cursor, Page
from core.repositories.paging import AnyRow, Order, page_statements, read_page
from db.gallery_tables import AssetCommentRow, CommentMentionRow
from db.tables import AssetRow, MembershipRow, UserRow

_MAX_MEMBERS = 500
"""Whom a text can name: a workspace with more people has other means to talk."""


class CommentRepository:
    """Comments on assets; a deleted one is as if it had never been."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        workspace_id: int,
        asset_id: int,
        body: str,
        now: datetime,
        *,
        created_by: int | None = None,
        guest_name: str = "",
        share_link_id: int | None = None,
    ) -> int:
        """Add a comment of a member, or of a guest of a share link, and return its id."""
        row = AssetCommentRow(
            workspace_id=workspace_id,
            asset_id=asset_id,
            created_by=created_by,
            share_link_id=share_link_id,
            guest_name=guest_name,
            body=body,
            created_at=now,
        )
        self._session.add(row)
        self._session.flush()
        return row.id

    def lock(self, workspace_id: int, comment_id: int) -> tuple[int, int | None, str] | None:
        """Keep others from changing a comment; return its asset, its author and its text."""
        found = self._session.execute(
            select(AssetCommentRow.asset_id, AssetCommentRow.created_by, AssetCommentRow.body)
            .where(*_one(workspace_id, comment_id))
            .with_for_update()
        ).one_or_none()
        return None if found is None else (found[0], found[1], found[2])

    def change(self, workspace_id: int, comment_id: int, body: str, now: datetime) -> None:
        """Replace the text of a comment."""
        self._session.execute(
            update(AssetCommentRow)
            .where(*_one(workspace_id, comment_id))
            .values(body=body, edited_at=now)
        )

    def delete(self, workspace_id: int, comment_id: int, now: datetime) -> None:
        """Delete a comment: its text is gone, and it names nobody any more."""
        self._session.execute(
            update(AssetCommentRow)
            .where(*_one(workspace_id, comment_id))
            .values(body="", deleted_at=now)
        )
        self.set_mentions(workspace_id, comment_id, ())

    def set_mentions(self, workspace_id: int, comment_id: int, user_ids: Collection[int]) -> None:
        """Make these the people whom a comment names; who was named before has seen what they saw.

        People who are no members any more are left out by the caller.
        """
        here = CommentMentionRow.comment_id == comment_id
        known = set(self._session.scalars(select(CommentMentionRow.user_id).where(here)))
        gone = known - set(user_ids)
        if gone:
            self._session.execute(
                delete(CommentMentionRow).where(here, CommentMentionRow.user_id.in_(gone))
            )
        new = [
            {"comment_id": comment_id, "user_id": user_id, "workspace_id": workspace_id}
            for user_id in user_ids
            if user_id not in known
        ]
        if new:
            self._session.execute(insert(CommentMentionRow), new)

    def count(self, workspace_id: int, asset_id: int) -> int:
        """Return how many comments an asset has, counted up to the cap of totals."""
        capped = (
            select(literal(1))
            .select_from(AssetCommentRow)
            .where(*_of_asset(workspace_id, asset_id))
            .limit(COUNT_CAP)
        )
        return self._session.scalar(select(func.count()).select_from(capped.subquery())) or 0

    def of_asset(
        self, workspace_id: int, asset_id: int, *, after: Cursor | None = None, limit: int = 20
    ) -> Page[Comment]:
        """Return a page of an asset's comments, the newest first, in four statements at most."""
        rows = (
            select(*_COMMENT)
            .select_from(AssetCommentRow)
            .outerjoin(UserRow, UserRow.id == AssetCommentRow.created_by)
        )
        page = read_page(
            self._session,
            page_statements(
                rows,
                AssetCommentRow,
                _of_asset(workspace_id, asset_id),
                Order(AssetCommentRow.created_at, AssetCommentRow.id),
                is_later=after is not None,
            ),
            lambda row: row,
            {},
            after=after,
            limit=limit,
        )
        named = self._named([row.id for row in page.items])
        members = self.members(workspace_id) if named else ()
        return Page(
            tuple(_to_comment(row, named, members) for row in page.items), page.next, page.total
        )

    def mentions(
        self,
        workspace_id: int,
        user_id: int,
        *,
        unseen_only: bool,
        after: Cursor | None = None,
        limit: int = 20,
    ) -> Page[CommentMention]:
        """Return a page of the comments that name a person, the newest first.

        Those on assets in the trash are left out until these come back.
        """
        rows = (
            select(
                AssetRow.sha256,
                AssetRow.width_px,
                AssetRow.height_px,
                AssetRow.title,
                AssetRow.label,
                CommentMentionRow.seen_at,
                *_COMMENT,
            )
            .select_from(AssetCommentRow)
            .join(
                CommentMentionRow,
                and_(
                    CommentMentionRow.comment_id == AssetCommentRow.id,
                    CommentMentionRow.user_id == user_id,
                ),
            )
            .join(AssetRow, AssetRow.id == AssetCommentRow.asset_id)
            .outerjoin(UserRow, UserRow.id == AssetCommentRow.created_by)
        )
        mine = _mentions_of(workspace_id, user_id, unseen_only=unseen_only)
        page = read_page(
            self._session,
            page_statements(
                rows,
                AssetCommentRow,
                [AssetCommentRow.id.in_(mine)],
                Order(AssetCommentRow.created_at, AssetCommentRow.id),
                is_later=after is not None,
            ),
            lambda row: row,
            {},
            after=after,
            limit=limit,
        )
        named = self._named([row.id for row in page.items])
        members = self.members(workspace_id) if named else ()
        return Page(
            tuple(_to_mention(row, named, members) for row in page.items), page.next, page.total
        )

    def unseen(self, workspace_id: int, user_id: int) -> int:
        """Return how many comments name a person who has not seen them, up to the cap."""
        mine = _mentions_of(workspace_id, user_id, unseen_only=True).limit(COUNT_CAP)
        return self._session.scalar(select(func.count()).select_from(mine.subquery())) or 0

    def mark_seen(
        self, workspace_id: int, user_id: int, comment_ids: Sequence[int], now: datetime
    ) -> int:
        """Note that a person saw these comments that name them; return how many were unseen."""
        return self._mark(workspace_id, user_id, CommentMentionRow.comment_id.in_(comment_ids), now)

    def mark_seen_on(self, workspace_id: int, user_id: int, asset_id: int, now: datetime) -> int:
        """Note that a person saw what names them on an asset; return how many were unseen."""
        here = select(AssetCommentRow.id).where(*_of_asset(workspace_id, asset_id))
        return self._mark(workspace_id, user_id, CommentMentionRow.comment_id.in_(here), now)

    def members(self, workspace_id: int) -> tuple[Member, ...]:
        """Return who can be named: the members who can sign in, by their names."""
        rows = self._session.execute(
            select(UserRow.id, UserRow.name, UserRow.email)
            .join(MembershipRow, MembershipRow.user_id == UserRow.id)
            .where(MembershipRow.workspace_id == workspace_id, UserRow.is_disabled.is_(False))
            .order_by(func.lower(UserRow.name), UserRow.id)
            .limit(_MAX_MEMBERS)
        )
        return tuple(Member(*row) for row in rows)

    def _mark(
        self, workspace_id: int, user_id: int, which: ColumnElement[bool], now: datetime
    ) -> int:
        marked = (
            update(CommentMentionRow)
            .where(
                CommentMentionRow.workspace_id == workspace_id,
                CommentMentionRow.user_id == user_id,
                CommentMentionRow.seen_at.is_(None),
                which,
            )
            .values(seen_at=now)
            .returning(CommentMentionRow.comment_id)
        )
        return len(list(self._session.scalars(marked)))

    def _named(self, comment_ids: Sequence[int]) -> Mapping[int, frozenset[int]]:
        """Return whom each of the comments names; those that name nobody are left out."""
        if not comment_ids:
            return {}
        found: dict[int, set[int]] = {}
        rows = self._session.execute(
            select(CommentMentionRow.comment_id, CommentMentionRow.user_id).where(
                CommentMentionRow.comment_id.in_(comment_ids)
            )
        )
        for comment_id, user_id in rows:
            found.setdefault(comment_id, set()).add(user_id)
        return {comment_id: frozenset(ids) for comment_id, ids in found.items()}


_COMMENT: Sequence[Any] = (
    AssetCommentRow.asset_id,
    AssetCommentRow.created_by,
    func.coalesce(UserRow.name, "").label("author"),
    AssetCommentRow.guest_name,
    AssetCommentRow.body,
    AssetCommentRow.edited_at,
    AssetCommentRow.created_at,
    AssetCommentRow.id,
)


def _one(workspace_id: int, comment_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        AssetCommentRow.workspace_id == workspace_id,
        AssetCommentRow.id == comment_id,
        AssetCommentRow.deleted_at.is_(None),
    )


def _of_asset(workspace_id: int, asset_id: int) -> list[ColumnElement[bool]]:
    return [
        AssetCommentRow.workspace_id == workspace_id,
        AssetCommentRow.asset_id == asset_id,
        AssetCommentRow.deleted_at.is_(None),
    ]


def _mentions_of(workspace_id: int, user_id: int, *, unseen_only: bool) -> Any:  # noqa: ANN401 - a statement for ids
    found = (
        select(CommentMentionRow.comment_id)
        .join(AssetCommentRow, AssetCommentRow.id == CommentMentionRow.comment_id)
        .join(AssetRow, AssetRow.id == AssetCommentRow.asset_id)
        .where(
            CommentMentionRow.user_id == user_id,
            CommentMentionRow.workspace_id == workspace_id,
            AssetCommentRow.deleted_at.is_(None),
            AssetRow.trashed_at.is_(None),
        )
    )
    return found.where(CommentMentionRow.seen_at.is_(None)) if unseen_only else found


def _to_comment(
    row: AnyRow, named: Mapping[int, frozenset[int]], members: Iterable[Member]
) -> Comment:
    ids = named.get(row.id, frozenset())
    places = mentions_in(row.body, tuple(members)) if ids else ()
    return Comment(
        id=row.id,
        asset_id=row.asset_id,
        author_id=row.created_by,
        author=row.author,
        guest=row.guest_name,
        body=row.body,
        created_at=row.created_at,
        edited_at=row.edited_at,
        # A name may have changed hands since: only whom the comment named is named by it.
        mentions=tuple(place for place in places if place.user_id in ids),
    )


def _to_mention(
    row: AnyRow, named: Mapping[int, frozenset[int]], members: Iterable[Member]
) -> CommentMention:
    return CommentMention(
        comment=_to_comment(row, named, members),
        ref=AssetRef(row.asset_id, row.sha256, row.width_px, row.height_px),
        label=row.title or row.label,
        seen_at=row.seen_at,
    )
