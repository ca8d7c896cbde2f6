"""Share links: editors hand out some pictures, for a while, to people without an account."""

import hashlib
import re
import secrets
from collections.abc import Sequence

from core.domain.accounts import Actor
from core.domain.paging import Cursor, Page
from core.domain.share_links import (
    DEFAULT_DAYS,
    MAX_MESSAGE_CHARS,
    MAX_TITLE_CHARS,
    Answer,
    ShareLink,
    ShareRights,
    check_days,
    expiry,
)
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.services.access import must_edit, some_ids
from core.services.texts import clean_line, clean_text
from core.unit_of_work import Database

_TOKEN_BYTES = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_DEFAULT_TITLE = "Pictures for you"


class ShareLinkService:
    """Makes share links, lists them with what came of them, revokes and extends them.

    A link works while its maker may share here: it stops when they are disabled, lose their role
    or leave, and goes with the workspace.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self,
        actor: Actor,
        asset_ids: Sequence[int],
        *,
        title: str = "",
        message: str = "",
        days: int = DEFAULT_DAYS,
        rights: ShareRights | None = None,
    ) -> tuple[ShareLink, str]:
        """Return a link that shows these pictures in this order, and its token, once.

        Only the token's hash is kept, so the address cannot be told again. Pictures in the trash
        and ids of nobody's are left out; raises `InvalidInputError` when nothing is left.
        """
        must_edit(actor)
        ids = some_ids(asset_ids)
        title = clean_line(title, "the title", max_chars=MAX_TITLE_CHARS, may_be_empty=True)
        message = clean_text(message, "the message", max_chars=MAX_MESSAGE_CHARS)
        check_days(days)
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        with self._database.begin() as work:
            shown = work.share_links.shareable(actor.workspace_id, ids)
            if not shown:
                raise InvalidInputError(user_message="Please choose at least one picture to share.")
            now = work.now()
            link_id = work.share_links.add(
                actor.workspace_id,
                created_by=actor.user_id,
                token_hash=hash_of(token) or "",
                title=title or _DEFAULT_TITLE,
                message=message,
                rights=rights or ShareRights(),
                now=now,
                expires_at=expiry(now, days),
            )
            work.share_links.add_pictures(link_id, shown)
            work.audit_events.add(
                actor, "share", "share_link", link_id, pictures=len(shown), days=days
            )
        return self.get(actor, link_id), token

    def get(self, actor: Actor, share_link_id: int) -> ShareLink:
        """Return a link of the workspace, whatever its state."""
        with self._database.read() as work:
            found = work.share_links.find(actor.workspace_id, share_link_id)
        if found is None:
            raise _unknown(actor, share_link_id)
        return found

    def list(
        self, actor: Actor, *, after: Cursor | None = None, limit: int = 20
    ) -> Page[ShareLink]:
        """Return a page of the workspace's links, the newest first."""
        with self._database.read() as work:
            return work.share_links.search(actor.workspace_id, after=after, limit=limit)

    def answers(self, actor: Actor, share_link_id: int) -> tuple[Answer, ...]:
        """Return what guests of a link said, by picture, in the link's order."""
        self.get(actor, share_link_id)
        with self._database.read() as work:
            return work.share_links.answers(actor.workspace_id, share_link_id)

    def revoke(self, actor: Actor, share_link_id: int) -> bool:
        """End a link at once and for good; False when it was revoked before."""
        must_edit(actor)
        with self._database.begin() as work:
            ended = work.share_links.revoke(actor.workspace_id, share_link_id, work.now())
            if ended is None:
                raise _unknown(actor, share_link_id)
            if ended:
                work.audit_events.add(actor, "revoke", "share_link", share_link_id)
        return ended

    def extend(self, actor: Actor, share_link_id: int, days: int) -> ShareLink:
        """Let a link work for so many days from now, an expired one too, and return it.

        Raises `ConflictError` for one that was revoked.
        """
        must_edit(actor)
        check_days(days)
        known = self.get(actor, share_link_id)
        with self._database.begin() as work:
            until = expiry(work.now(), days)
            if not work.share_links.extend(actor.workspace_id, share_link_id, until):
                raise ConflictError(
                    f"share link {known.id} is revoked",
                    user_message="A revoked link cannot come back. Please share the pictures anew.",
                )
            work.audit_events.add(actor, "extend", "share_link", share_link_id, days=days)
        return self.get(actor, share_link_id)


def hash_of(token: str) -> str | None:
    """Return under which hash a token is kept, None for what can be no token."""
    return hashlib.sha256(token.encode()).hexdigest() if _TOKEN.fullmatch(token) else None


def _unknown(actor: Actor, share_link_id: int) -> NotFoundError:
    return NotFoundError(f"share link {share_link_id} in workspace {actor.workspace_id}")
