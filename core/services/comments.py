"""Comments: talking about a picture, and naming those who should look."""

from collections.abc import Sequence

from core.domain.accounts import Actor, Role
from core.domain.comments import (
    MAX_COMMENT_CHARS,
    MAX_COMMENTS,
    MAX_MENTIONS,
    Comment,
    CommentMention,
    Member,
    mentions_in,
)
from core.domain.paging import Cursor, Page
from core.errors import AccessDeniedError, InvalidInputError, NotFoundError
from core.services.access import some_ids
from core.services.texts import clean_text
from core.unit_of_work import Database, UnitOfWork


class CommentService:
    """Talks about pictures: every member may, whatever their role."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(
        self, actor: Actor, asset_id: int, *, after: Cursor | None = None, limit: int = 20
    ) -> Page[Comment]:
        """Return a page of what was said of a picture, trashed or not, the newest first."""
        with self._database.read() as work:
            _must_be_here(work, actor, asset_id)
            return work.comments.of_asset(actor.workspace_id, asset_id, after=after, limit=limit)

    def members(self, actor: Actor) -> tuple[Member, ...]:
        """Return whom a comment can name, by their names."""
        with self._database.read() as work:
            return work.comments.members(actor.workspace_id)

    def add(self, actor: Actor, asset_id: int, body: str) -> int:
        """Say something of a picture and return the comment's id; who is named will be told.

        The actor has then seen what named them on it. Raises `InvalidInputError` for a text that
        cannot be kept, names too many, or is about a picture in the trash.
        """
        body = _cleaned(body)
        with self._database.begin() as work:
            label, _, is_trashed = _must_be_here(work, actor, asset_id)
            if is_trashed:
                raise InvalidInputError(
                    f"asset {asset_id} ({label!r}) is in the trash",
                    user_message="This picture is in the trash. Restore it to talk about it.",
                )
            if work.comments.count(actor.workspace_id, asset_id) >= MAX_COMMENTS:
                raise InvalidInputError(
                    user_message=f"A picture takes at most {MAX_COMMENTS:,} comments."
                )
            now = work.now()
            comment_id = work.comments.add(
                actor.workspace_id, asset_id, body, now, created_by=actor.user_id
            )
            count = _name(work, actor, comment_id, body)
            work.comments.mark_seen_on(actor.workspace_id, actor.user_id, asset_id, now)
            work.audit_events.add(
                actor, "comment", "asset", asset_id, comment_id=comment_id, mentions=count
            )
        return comment_id

    def edit(self, actor: Actor, comment_id: int, body: str) -> None:
        """Replace the text of an own comment; who is named only now will be told."""
        body = _cleaned(body)
        with self._database.begin() as work:
            asset_id, before = _own(work, actor, comment_id)
            if body == before:
                return
            work.comments.change(actor.workspace_id, comment_id, body, work.now())
            count = _name(work, actor, comment_id, body)
            work.audit_events.add(
                actor, "edit_comment", "asset", asset_id, comment_id=comment_id, mentions=count
            )

    def delete(self, actor: Actor, comment_id: int) -> None:
        """Delete an own comment for good; the workspace's owner may delete anybody's."""
        with self._database.begin() as work:
            asset_id, _ = _own(work, actor, comment_id, or_as_owner=True)
            work.comments.delete(actor.workspace_id, comment_id, work.now())
            work.audit_events.add(actor, "delete_comment", "asset", asset_id, comment_id=comment_id)

    def mentions(
        self,
        actor: Actor,
        *,
        unseen_only: bool = True,
        after: Cursor | None = None,
        limit: int = 20,
    ) -> Page[CommentMention]:
        """Return a page of the comments that name the actor, the newest first."""
        with self._database.read() as work:
            return work.comments.mentions(
                actor.workspace_id,
                actor.user_id,
                unseen_only=unseen_only,
                after=after,
                limit=limit,
            )

    def unseen(self, actor: Actor) -> int:
        """Return how many comments name the actor, who has not seen them; counted up to 1,000."""
        with self._database.read() as work:
            return work.comments.unseen(actor.workspace_id, actor.user_id)

    def mark_seen(self, actor: Actor, comment_ids: Sequence[int]) -> int:
        """Note that the actor saw these comments that name them; return how many were unseen."""
        ids = some_ids(comment_ids)
        with self._database.begin() as work:
            return work.comments.mark_seen(actor.workspace_id, actor.user_id, ids, work.now())


def _cleaned(body: str) -> str:
    return clean_text(body, "the comment", max_chars=MAX_COMMENT_CHARS, may_be_empty=False)


def _must_be_here(work: UnitOfWork, actor: Actor, asset_id: int) -> tuple[str, str, bool]:
    found = work.assets.find_file(actor.workspace_id, asset_id)
    if found is None:
        raise NotFoundError(f"asset {asset_id} in workspace {actor.workspace_id}")
    return work.assets.labels(actor.workspace_id, [asset_id])[asset_id]


def _own(
    work: UnitOfWork, actor: Actor, comment_id: int, *, or_as_owner: bool = False
) -> tuple[int, str]:
    """Lock a comment and return its asset and its text, or raise: only its author may change it."""
    found = work.comments.lock(actor.workspace_id, comment_id)
    if found is None:
        raise NotFoundError(f"comment {comment_id} in workspace {actor.workspace_id}")
    asset_id, author_id, body = found
    if author_id != actor.user_id and not (or_as_owner and actor.role is Role.OWNER):
        raise AccessDeniedError(
            f"comment {comment_id} is not of user {actor.user_id}",
            user_message="Only who wrote a comment can change it.",
        )
    return asset_id, body


def _name(work: UnitOfWork, actor: Actor, comment_id: int, body: str) -> int:
    """Note whom the text names, and return how many; nobody is told of their own words."""
    members = work.comments.members(actor.workspace_id)
    named = dict.fromkeys(mention.user_id for mention in mentions_in(body, members))
    others = [user_id for user_id in named if user_id != actor.user_id]
    if len(others) > MAX_MENTIONS:
        raise InvalidInputError(user_message=f"A comment can name at most {MAX_MENTIONS} people.")
    work.comments.set_mentions(actor.workspace_id, comment_id, others)
    return len(others)
