"""Share links: some pictures, shown to people without an account until the link expires."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.domain.assets import AssetRef
from core.domain.reviews import ReviewState
from core.errors import InvalidInputError

MAX_SHARED_PICTURES = 500
MIN_DAYS, DEFAULT_DAYS, MAX_DAYS = 1, 14, 90
MAX_TITLE_CHARS = 120
MAX_MESSAGE_CHARS = 2000
MAX_GUEST_NAME_CHARS = 80
MAX_GUEST_COMMENT_CHARS = 2000
SHARE_RENDITIONS = ("w320", "w640", "w1600")
"""What a guest gets to see; the original only where the link lets them download."""

GUEST_VERDICTS = (ReviewState.APPROVED, ReviewState.NEEDS_EDIT, ReviewState.REJECTED)


class LinkState(StrEnum):
    """Whether a link works; each but the first looks the same to a guest."""

    LIVE = "live"
    EXPIRED = "expired"
    REVOKED = "revoked"
    ORPHANED = "orphaned"
    """Whoever made it may share nothing here any more: it works again if they may again."""


@dataclass(frozen=True)
class ShareRights:
    """What a guest may do besides looking."""

    may_comment: bool = True
    may_review: bool = False
    may_download: bool = False


@dataclass(frozen=True)
class ShareLink:
    """A share link as the team sees it; its address was shown once and is kept nowhere.

    `picture_count` counts what a guest sees now. The verdicts are those that guests gave last.
    """

    id: int
    title: str
    message: str
    rights: ShareRights
    created_by: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    seen_at: datetime | None
    view_count: int
    is_orphaned: bool
    picture_count: int
    comment_count: int
    approved_count: int
    needs_edit_count: int
    rejected_count: int

    def state(self, now: datetime) -> LinkState:
        """Return whether the link works at this moment, and why not."""
        if self.revoked_at is not None:
            return LinkState.REVOKED
        if self.expires_at <= now:
            return LinkState.EXPIRED
        return LinkState.ORPHANED if self.is_orphaned else LinkState.LIVE


@dataclass(frozen=True)
class GuestVerdict:
    """What a guest of a link last said of one of its pictures."""

    state: ReviewState
    note: str
    by: str
    at: datetime


@dataclass(frozen=True)
class GuestComment:
    """A comment that a guest left through a link."""

    guest_name: str
    body: str
    at: datetime


@dataclass(frozen=True)
class SharedPicture:
    """A picture as a link shows it: nothing here is for the team alone."""

    ref: AssetRef
    caption: str
    alt_text: str
    verdict: GuestVerdict | None
    comment_count: int = 0

    @property
    def described(self) -> str:
        """Return what stands for the picture where it cannot be seen."""
        return self.alt_text or self.caption


@dataclass(frozen=True)
class Answer:
    """What guests said of one picture, as the team reads it."""

    ref: AssetRef
    caption: str
    verdict: GuestVerdict | None
    comments: tuple[GuestComment, ...]


@dataclass(frozen=True)
class OpenLink:
    """A link that works, as its guests see it. `workspace_id` is for the server alone."""

    id: int
    workspace_id: int
    workspace_name: str
    sender: str
    title: str
    message: str
    rights: ShareRights
    expires_at: datetime


@dataclass(frozen=True)
class SharedPage:
    """Some of a link's pictures; `number` begins at 1."""

    link: OpenLink
    pictures: tuple[SharedPicture, ...]
    number: int
    page_count: int
    total: int


@dataclass(frozen=True)
class SharedView:
    """One picture of a link, with its neighbours in the link's order and what guests said."""

    link: OpenLink
    picture: SharedPicture
    place: int
    total: int
    previous_id: int | None
    next_id: int | None
    comments: tuple[GuestComment, ...]


def check_days(days: int) -> int:
    """Return the days, or raise `InvalidInputError` unless a link may live so long."""
    if not MIN_DAYS <= days <= MAX_DAYS:
        raise InvalidInputError(
            user_message=f"A link works for {MIN_DAYS} to {MAX_DAYS} days; please choose."
        )
    return days


def expiry(now: datetime, days: int) -> datetime:
    """Return when a link ends that is made or extended now."""
    return now + timedelta(days=check_days(days))


def address_group(address: str) -> str:
    """Return the address as far as it says who asks: of IPv6 the network, which one house has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if found.version == 6:  # noqa: PLR2004 - the protocol's name
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
