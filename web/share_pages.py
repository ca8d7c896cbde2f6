"""What the pages of a share link show; every value is escaped here, and no decision is made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape
from string import Template

from starlette.responses import HTMLResponse, Response

from core.domain.reviews import MAX_NOTE_CHARS, ReviewState
from core.domain.share_links import (
    GUEST_VERDICTS,
    MAX_GUEST_COMMENT_CHARS,
    MAX_GUEST_NAME_CHARS,
    GuestComment,
    GuestVerdict,
    OpenLink,
    SharedPage,
    SharedPicture,
    SharedView,
    ShareRights,
)
from core.services.share_visits import PICTURES_A_PAGE
from web.own_assets import FOLDER, digest_of
from web.page import POLICY, TEMPLATES

SHARE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "X-Robots-Tag": "noindex, nofollow",
}

_WORDS = {
    ReviewState.APPROVED: ("Approved", "good"),
    ReviewState.NEEDS_EDIT: ("Needs an edit", "mend"),
    ReviewState.REJECTED: ("Rejected", "bad"),
}
_SENT = {
    "comment": "Thank you. Your comment was sent.",
    "verdict": "Thank you. Your verdict was sent.",
}


@dataclass(frozen=True)
class Entered:
    """What a guest typed and what went wrong with it, to be shown again."""

    name: str = ""
    body: str = ""
    note: str = ""
    state: str = ""
    problem: str = ""
    status: int = 200


@dataclass(frozen=True)
class Guest:
    """Who looks: the name that they gave before, and what their forms must bring back."""

    name: str = ""
    form: str = ""
    asks_name: bool = False
    sent: str = ""


def grid_page(base: str, shared: SharedPage) -> Response:
    """Return the page with the pictures of a link; `base` is the link's own path."""
    link = shared.link
    what = "1 picture" if shared.total == 1 else f"{shared.total:,} pictures"
    head = _fill(
        "share_head",
        {"message": _fill("share_message", message=link.message) if link.message else ""},
        place="",
        heading=link.title,
        lead=f"{link.sender} shares {what} with you, from {link.workspace_name}.",
    )
    first = (shared.number - 1) * PICTURES_A_PAGE + 1
    tiles = "\n".join(
        _tile(base, picture, place, link.rights)
        for place, picture in enumerate(shared.pictures, first)
    )
    if not tiles:
        body = _fill("notice", sentence="There is nothing to see here at the moment.")
    else:
        body = _fill("share_grid", {"tiles": tiles, "pager": _pager(base, shared)})
    return _page(link.title, head + body, link)


def view_page(base: str, shared: SharedView, guest: Guest, entered: Entered) -> Response:
    """Return the page with one picture of a link, and what may be said of it."""
    link, picture = shared.link, shared.picture
    caption = picture.caption or f"Picture {shared.place}"
    files = f"{base}/files/{picture.ref.id}"
    download = f"{files}/original"
    body = _fill(
        "share_view",
        {
            "back": _link("← All pictures", base, look="quiet"),
            "previous": _turn(base, shared.previous_id, "← Previous", "prev"),
            "next": _turn(base, shared.next_id, "Next →", "next"),
            "download": (
                _fill("share_download", address=download) if link.rights.may_download else ""
            ),
            "notices": _notices(guest, entered),
            "panels": _panels(base, shared, guest, entered),
        },
        place=f"{shared.place:,} of {shared.total:,}",
        full=f"{files}/w1600",
        source=f"{files}/w1600",
        smaller=f"{files}/w640",
        width=str(picture.ref.width_px),
        height=str(picture.ref.height_px),
        described=picture.described or caption,
        caption=caption,
    )
    return _page(f"{caption} - {link.title}", body, link, status=entered.status)


def closed_page() -> Response:
    """Return the one page for every link and picture that is not there, whatever the reason."""
    return _sentence_page(
        "This link does not work",
        "It may have expired or been withdrawn, or it was not copied whole. "
        "Please ask whoever sent it to you for a new one.",
        404,
    )


def refused_page(sentence: str, status: int) -> Response:
    """Return a page that says why something was not done."""
    return _sentence_page("That did not work", sentence, status)


def _sentence_page(heading: str, sentence: str, status: int) -> Response:
    body = _fill("share_head", {"message": ""}, place=" lone", heading=heading, lead=sentence)
    return _page(heading, body, None, status=status)


def _panels(base: str, shared: SharedView, guest: Guest, entered: Entered) -> str:
    here = f"{base}/{shared.picture.ref.id}"
    parts = []
    if shared.link.rights.may_review:
        parts.append(_verdict_panel(here, shared.picture.verdict, guest, entered))
    if shared.link.rights.may_comment:
        comments = "\n".join(map(_comment, shared.comments))
        talk = _fill("share_comments", {"comments": comments}) if comments else ""
        parts.append(
            _fill(
                "share_comment_form",
                {"comments": talk, "who": _who(here, guest, entered, "comment-name")},
                action=f"{here}/comment",
                form=guest.form,
                body=entered.body,
                longest=str(MAX_GUEST_COMMENT_CHARS),
            )
        )
    return "\n".join(parts)


def _verdict_panel(here: str, verdict: GuestVerdict | None, guest: Guest, entered: Entered) -> str:
    chosen = {str(state): " checked" if entered.state == state else "" for state in GUEST_VERDICTS}
    return _fill(
        "share_verdict_form",
        {
            **chosen,
            "said": "" if verdict is None else _said(verdict),
            "who": _who(here, guest, entered, "verdict-name"),
        },
        action=f"{here}/verdict",
        form=guest.form,
        note=entered.note,
        longest=str(MAX_NOTE_CHARS),
    )


def _said(verdict: GuestVerdict) -> str:
    label, tone = _WORDS[verdict.state]
    note = _fill("share_note", note=verdict.note) if verdict.note else ""
    return _fill(
        "share_said", {"note": note}, label=label, tone=tone, name=verdict.by, at=_day(verdict.at)
    )


def _comment(comment: GuestComment) -> str:
    return _fill(
        "share_comment", name=comment.guest_name, at=_moment(comment.at), body=comment.body
    )


def _who(here: str, guest: Guest, entered: Entered, field: str) -> str:
    if guest.name and not guest.asks_name and not entered.problem:
        return _fill("share_known", name=guest.name, address=f"{here}?who=1#{field}")
    return _fill(
        "share_name",
        field=field,
        name=entered.name or guest.name,
        longest=str(MAX_GUEST_NAME_CHARS),
    )


def _notices(guest: Guest, entered: Entered) -> str:
    if entered.problem:
        return _fill("alert", sentence=entered.problem)
    return _fill("notice", sentence=_SENT[guest.sent]) if guest.sent in _SENT else ""


def _tile(base: str, picture: SharedPicture, place: int, rights: ShareRights) -> str:
    caption = picture.caption or f"Picture {place}"
    badges = ""
    if picture.verdict is not None and rights.may_review:
        label, tone = _WORDS[picture.verdict.state]
        badges += _fill("share_badge", label=label, tone=tone)
    if picture.comment_count and rights.may_comment:
        one = picture.comment_count == 1
        words = "1 comment" if one else f"{picture.comment_count:,} comments"
        badges += _fill("share_badge", label=words, tone="plain")
    files = f"{base}/files/{picture.ref.id}"
    return _fill(
        "share_tile",
        {"badges": badges},
        address=f"{base}/{picture.ref.id}",
        source=f"{files}/w320",
        larger=f"{files}/w640",
        width=str(picture.ref.width_px),
        height=str(picture.ref.height_px),
        described=picture.described or caption,
        caption=caption,
    )


def _pager(base: str, shared: SharedPage) -> str:
    if shared.page_count == 1:
        return ""
    links = ""
    if shared.number > 1:
        links += _link("← Previous", f"{base}?page={shared.number - 1}", look="button", rel="prev")
    links += _fill(
        "share_badge", label=f"Page {shared.number} of {shared.page_count}", tone="plain"
    )
    if shared.number < shared.page_count:
        links += _link("Next →", f"{base}?page={shared.number + 1}", look="button", rel="next")
    return _fill("share_pager", {"links": links})


def _turn(base: str, asset_id: int | None, label: str, rel: str) -> str:
    if asset_id is None:
        return ""
    return _link(label, f"{base}/{asset_id}", look="button", rel=rel)


def _link(label: str, address: str, *, look: str, rel: str = "") -> str:
    shown = {"rel": f' rel="{rel}"' if rel else ""}
    return _fill("share_link", shown, label=label, address=address, look=look)


def _page(title: str, body: str, link: OpenLink | None, *, status: int = 200) -> Response:
    until = "" if link is None else _fill("share_until", until=_day(link.expires_at))
    html = _fill(
        "share_frame",
        {"body": body, "aside": until},
        title=title,
        tokens=_style("login.css"),
        style=_style("share.css"),
    )
    return HTMLResponse(html, status, SHARE_HEADERS)


def _fill(template: str, html: Mapping[str, str] | None = None, /, **values: str) -> str:
    """Return the template with values in it as plain text; `html` is what is HTML already."""
    escaped = {name: escape(value) for name, value in values.items()}
    return _template(template).substitute({**escaped, **(html or {})})


@cache
def _template(name: str) -> Template:
    return Template((TEMPLATES / f"{name}.html").read_text(encoding="utf-8").rstrip("\n"))


@cache
def _style(name: str) -> str:
    return f"/assets/{name}?v={digest_of((FOLDER / name).read_bytes())}"


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _moment(moment: datetime) -> str:
    return f"{_day(moment)}, {moment:%H:%M} UTC"
