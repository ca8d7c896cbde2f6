"""What people without an account do with a share link: look, comment, judge, take along."""

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta

from core.domain.assets import StoredFile
from core.domain.reviews import MAX_NOTE_CHARS, ReviewState, Verdict
from core.domain.share_links import (
    GUEST_VERDICTS,
    MAX_GUEST_COMMENT_CHARS,
    MAX_GUEST_NAME_CHARS,
    SHARE_RENDITIONS,
    OpenLink,
    SharedPage,
    SharedView,
    address_group,
)
from core.errors import (
    AccessDeniedError,
    InvalidInputError,
    NotFoundError,
    TooManyRequestsError,
)
from core.services.assets import SUFFIXES, download_name
from core.services.reviews import write_verdict
from core.services.share_links import hash_of
from core.services.texts import clean_line, clean_text
from core.unit_of_work import Database, UnitOfWork

PICTURES_A_PAGE = 48


@dataclass(frozen=True)
class Limit:
    """How often a deed may be done in a window, from one address through one link."""

    deed: str
    count: int
    window: timedelta


LOOKING = Limit("look", 300, timedelta(minutes=10))
SAYING = Limit("say", 40, timedelta(minutes=10))
TAKING = Limit("take", 600, timedelta(minutes=10))
SAID_BY_ALL = Limit("said by all", 1000, timedelta(days=1))
"""Through one link, from all addresses: so that many addresses cannot fill a database."""


class ShareVisitService:
    """Answers guests. Whatever is wrong with a link, it is one `NotFoundError`.

    The link is looked up anew at each call, so what was revoked or trashed is gone at once.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, token: str, number: int, *, address: str) -> SharedPage:
        """Return some of the link's pictures, `number` from 1 on; the first one counts a view."""
        link = self._open(token, LOOKING, address)
        with self._database.begin() as work:
            total = work.share_visits.count_pictures(link)
            page_count = max(1, -(-total // PICTURES_A_PAGE))
            if not 1 <= number <= page_count:
                raise NotFoundError(f"page {number} of share link {link.id}")
            skip = (number - 1) * PICTURES_A_PAGE
            found = work.share_visits.pictures(link, skip=skip, limit=PICTURES_A_PAGE)
            if number == 1:
                work.share_visits.note_view(link, work.now())
        return SharedPage(link, found, number, page_count, total)

    def view(self, token: str, asset_id: int, *, address: str) -> SharedView:
        """Return one picture of the link with its neighbours and what its guests said."""
        link = self._open(token, LOOKING, address)
        with self._database.read() as work:
            found = work.share_visits.find_picture(link, asset_id)
            if found is None:
                raise _not_in(link, asset_id)
            picture, before, previous, following = found
            return SharedView(
                link=link,
                picture=picture,
                place=before + 1,
                total=work.share_visits.count_pictures(link),
                previous_id=previous,
                next_id=following,
                comments=work.share_visits.comments(link, asset_id),
            )

    def comment(
        self, token: str, asset_id: int, *, guest_name: str, body: str, address: str
    ) -> None:
        """Leave a comment on a picture of the link, under a name that nobody checks."""
        link = self._open(token, SAYING, address)
        if not link.rights.may_comment:
            raise _may_not(link)
        name = guest_name_of(guest_name)
        body = clean_text(body, "a comment", max_chars=MAX_GUEST_COMMENT_CHARS, may_be_empty=False)
        with self._writing(token, asset_id) as (work, link):
            comment_id = work.comments.add(
                link.workspace_id,
                asset_id,
                body,
                work.now(),
                guest_name=name,
                share_link_id=link.id,
            )
            work.audit_events.add_by_guest(
                link.workspace_id, _guest(name), "comment", "asset", asset_id,
                share_link_id=link.id, comment_id=comment_id,
            )  # fmt: skip

    def judge(
        self,
        token: str,
        asset_id: int,
        *,
        guest_name: str,
        state: str,
        note: str = "",
        address: str,
    ) -> None:
        """Say of a picture of the link that it is good, needs an edit, or cannot be used.

        A result that no member has judged takes the state at once; of one that a member judged, and
        of a photo, only the link remembers it. So it is with an approval of what the link's maker
        made, where nobody approves their own: a link that one sends oneself is no other person.
        The history tells which it was.
        """
        link = self._open(token, SAYING, address)
        if not link.rights.may_review:
            raise _may_not(link)
        if state not in GUEST_VERDICTS:
            raise InvalidInputError(user_message="Please choose what you think of this picture.")
        name = guest_name_of(guest_name)
        verdict = Verdict(
            ReviewState(state), note=clean_text(note, "the note", max_chars=MAX_NOTE_CHARS)
        )
        with self._writing(token, asset_id) as (work, link):
            now, guest = work.now(), _guest(name)
            is_beside = _is_own(work, link, asset_id, verdict) or work.reviews.is_by_member(
                link.workspace_id, asset_id
            )
            changed = {} if is_beside else write_verdict(
                work, link.workspace_id, [asset_id], verdict, by=None, reviewed_as=guest, now=now
            )  # fmt: skip
            work.share_visits.set_verdict(link, asset_id, verdict, by=name, now=now)
            work.audit_events.add_by_guest(
                link.workspace_id, guest, "review", "asset", asset_id,
                share_link_id=link.id, changes=changed.get(asset_id, {}),
                **({"is_kept_by_link_alone": True} if is_beside else {}),
            )  # fmt: skip

    def file(self, token: str, asset_id: int, rendition: str, *, address: str) -> StoredFile:
        """Return where a rendition of a picture of the link is; the original if it may be taken."""
        is_original = rendition == "original"
        if is_original:
            link = self._open(token, TAKING, address)
        else:
            with self._database.read() as work:
                link = _find(work, token)
        is_allowed = link.rights.may_download if is_original else rendition in SHARE_RENDITIONS
        with self._database.read() as work:
            found = work.share_visits.find_file(link, asset_id) if is_allowed else None
        if found is None:
            raise _not_in(link, asset_id)
        key, mime_type, sha256, caption, sku = found
        name = download_name(sku, caption, asset_id)
        if is_original:
            return StoredFile(key, mime_type, f"{name}.{SUFFIXES[mime_type]}", sha256)
        folder = key.rpartition("/")[0]
        return StoredFile(f"{folder}/{rendition}.webp", "image/webp", f"{name}.webp", sha256)

    def _open(self, token: str, limit: Limit, address: str) -> OpenLink:
        """Return the link and count the deed, in a transaction of its own: a refused one counts."""
        with self._database.read() as work:
            link = _find(work, token)
        limits = [(limit, address_group(address))]
        if limit is SAYING:
            limits.append((SAID_BY_ALL, ""))
        with self._database.begin() as work:
            now = work.now()
            for one, whose in limits:
                key = hashlib.sha256(f"{link.id} {one.deed} {whose}".encode()).hexdigest()
                count = work.share_visits.count_try(key, now, window=one.window)
                if count == 1:
                    work.share_visits.forget_tries(now)
                if count > one.count:
                    break
            else:
                return link
        raise TooManyRequestsError(
            f"{one.deed!r} through share link {link.id}", wait_s=round(one.window.total_seconds())
        )

    def _writing(
        self, token: str, asset_id: int
    ) -> AbstractContextManager[tuple[UnitOfWork, OpenLink]]:
        return _writing(self._database, token, asset_id)


@contextmanager
def _writing(
    database: Database, token: str, asset_id: int
) -> Iterator[tuple[UnitOfWork, OpenLink]]:
    """Begin a transaction in which the link works and shows the picture, until it ends."""
    with database.begin() as work:
        work.share_visits.lock(_find(work, token))
        link = _find(work, token)
        if work.share_visits.find_picture(link, asset_id) is None:
            raise _not_in(link, asset_id)
        yield work, link


def guest_name_of(text: str) -> str:
    """Return the name under which a guest speaks, or raise a sentence."""
    return clean_line(text, "your name", max_chars=MAX_GUEST_NAME_CHARS)


def _is_own(work: UnitOfWork, link: OpenLink, asset_id: int, verdict: Verdict) -> bool:
    """Say whether it would be an approval of the sender's own picture, where that is forbidden."""
    return (
        verdict.state is ReviewState.APPROVED
        and work.reviews.forbids_own_approval(link.workspace_id)
        and work.reviews.is_by_sender(link.workspace_id, asset_id, link.id)
    )


def _guest(name: str) -> str:
    return f"{name} (guest)"


def _find(work: UnitOfWork, token: str) -> OpenLink:
    token_hash = hash_of(token)
    found = None if token_hash is None else work.share_visits.find_open(token_hash, work.now())
    if found is None:
        raise NotFoundError("no share link that works has this token")
    return found


def _not_in(link: OpenLink, asset_id: int) -> NotFoundError:
    return NotFoundError(f"asset {asset_id} in share link {link.id}")


def _may_not(link: OpenLink) -> AccessDeniedError:
    return AccessDeniedError(
        f"share link {link.id}", user_message="This link is for looking at the pictures only."
    )
