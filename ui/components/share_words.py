"""The words for share links."""

from datetime import datetime

from core.domain.share_links import LinkState, ShareLink, ShareRights
from ui.components.counted import counted
from ui.components.table import Tone
from ui.format import ago, exact

STATES: dict[LinkState, tuple[str, Tone]] = {
    LinkState.LIVE: ("Works", "green"),
    LinkState.EXPIRED: ("Expired", "gray"),
    LinkState.REVOKED: ("Revoked", "red"),
    LinkState.ORPHANED: ("Stopped", "orange"),
}


def rights_words(rights: ShareRights) -> str:
    """Return what guests may do, as a list that reads."""
    may = [
        word
        for word, is_theirs in (
            ("comment", rights.may_comment),
            ("judge", rights.may_review),
            ("download originals", rights.may_download),
        )
        if is_theirs
    ]
    if not may:
        return "Guests may only look."
    return f"Guests may {', '.join(('look', *may[:-1]))} and {may[-1]}."


def life_words(link: ShareLink, now: datetime) -> str:
    """Return until when a link works, or since when and why it does not."""
    match link.state(now):
        case LinkState.REVOKED:
            return f"Revoked {ago(link.revoked_at or now)}"
        case LinkState.EXPIRED:
            return f"Expired {ago(link.expires_at)}"
        case LinkState.ORPHANED:
            return f"{link.created_by or 'Whoever made it'} may not share here any more"
        case LinkState.LIVE:
            return f"Works until {exact(link.expires_at)}"


def seen_words(link: ShareLink) -> str:
    """Return how often a link was opened, and when last."""
    if link.seen_at is None:
        return "not opened yet"
    times = "once" if link.view_count == 1 else f"{link.view_count:,} times"
    return f"opened {times}, last {ago(link.seen_at)}"


def answer_words(link: ShareLink) -> str:
    """Return what guests said, in numbers; "" if they said nothing."""
    parts = [
        f"{count:,} {word}"
        for count, word in (
            (link.approved_count, "approved"),
            (link.needs_edit_count, "to edit"),
            (link.rejected_count, "rejected"),
        )
        if count
    ]
    if link.comment_count:
        parts.append(counted(link.comment_count, "comment"))
    return " · ".join(parts)
