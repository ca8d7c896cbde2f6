"""Unsplash's search, as its guidelines ask: credits, download events, hot-linked thumbnails."""

import json
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from core.domain.inspiration import PHOTOS_A_PAGE, UnsplashPage, UnsplashPhoto, UnsplashQuery
from core.errors import InspirationError
from core.remote.fetcher import Fetcher, FetchRules

UNSPLASH_URL = "https://api.unsplash.com"
IMAGE_HOSTS = frozenset({"images.unsplash.com", "plus.unsplash.com"})
_REFERRAL = "utm_source=epox&utm_medium=referral"
_TIMEOUT_S = 10.0
_MAX_ANSWER_BYTES = 4 * 1024 * 1024
_MAX_IMAGE_BYTES = 20 * 1024 * 1024
_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_UNAUTHORIZED, _FORBIDDEN, _TOO_MANY = 401, 403, 429


class UnsplashClient:
    """Asks Unsplash with the operator's key, which goes nowhere else."""

    def __init__(self, key: SecretStr, base_url: str = "") -> None:
        self._key = key
        self._base_url = (base_url or UNSPLASH_URL).rstrip("/")
        self._is_official = not base_url
        # For their photos alone: what people paste is held to the operator's own list.
        self._fetcher = Fetcher(FetchRules(hosts=IMAGE_HOSTS))

    @property
    def image_origin(self) -> str:
        """Return the origin of a stand-in's pictures; "" for Unsplash itself."""
        if self._is_official:
            return ""
        parts = urlsplit(self._base_url)
        return f"{parts.scheme}://{parts.netloc}"

    def search(self, query: UnsplashQuery) -> Mapping[str, Any]:
        """Return the answer as JSON can hold it, or raise `InspirationError`."""
        wanted = {"query": query.text, "page": query.page, "per_page": PHOTOS_A_PAGE}
        if query.orientation:
            wanted["orientation"] = query.orientation
        if query.colour:
            wanted["color"] = query.colour
        return self._ask("/search/photos", {**wanted, "content_filter": "high"})

    def report_download(self, photo: UnsplashPhoto) -> None:
        """Tell Unsplash that a photo is used, as its guidelines ask."""
        path = self._own_path(photo.download_url)
        if path:
            self._ask(path, {})

    def may_fetch(self, url: str) -> bool:
        """Say whether a picture's address is one of Unsplash's own."""
        parts = urlsplit(url)
        if self._is_official:
            return parts.scheme == "https" and parts.netloc.lower() in IMAGE_HOSTS
        return f"{parts.scheme}://{parts.netloc}" == self.image_origin

    def fetch(self, url: str) -> bytes:
        """Return a photo's bytes: from Unsplash's own hosts, a stand-in's from its own origin."""
        if not self.may_fetch(url):
            raise InspirationError("a picture elsewhere")
        if self._is_official:
            return self._fetcher.fetch(url)
        return self._read(url, {}, {}, _MAX_IMAGE_BYTES)

    def to_page(self, answer: Mapping[str, Any]) -> UnsplashPage:
        """Return the photos of an answer; those that are not as promised are left out."""
        results = answer.get("results")
        photos = [self._photo(one) for one in results] if isinstance(results, list) else []
        return UnsplashPage(
            tuple(photo for photo in photos if photo is not None),
            _number(answer.get("total")),
            _number(answer.get("total_pages")),
        )

    def _photo(self, found: object) -> UnsplashPhoto | None:
        if not isinstance(found, dict):
            return None
        urls, links, user = (_object(found.get(name)) for name in ("urls", "links", "user"))
        photo_id, colour = _text(found.get("id")), _text(found.get("color"))
        photo = UnsplashPhoto(
            id=photo_id,
            label=_text(found.get("alt_description") or found.get("description")) or "Photo",
            width_px=_number(found.get("width")),
            height_px=_number(found.get("height")),
            colour=colour if _COLOUR.fullmatch(colour) else "",
            thumb_url=_text(urls.get("small")),
            image_url=_text(urls.get("regular")),
            download_url=_text(links.get("download_location")),
            page_url=self._page(links.get("html")),
            photographer=_text(user.get("name")) or "Unknown",
            photographer_url=self._page(_object(user.get("links")).get("html")),
        )
        is_sound = (
            _ID.fullmatch(photo_id)
            and self.may_fetch(photo.thumb_url)
            and self.may_fetch(photo.image_url)
            and min(photo.width_px, photo.height_px) > 0
        )
        return photo if is_sound else None

    @staticmethod
    def _page(url: object) -> str:
        """Return the address of a page at Unsplash with the referral it asks for; "" for others."""
        text = _text(url)
        parts = urlsplit(text)
        is_theirs = parts.scheme == "https" and parts.netloc.lower() in (
            "unsplash.com",
            "www.unsplash.com",
        )
        if not is_theirs:
            return ""
        return f"{text}{'&' if parts.query else '?'}{_REFERRAL}"

    def _own_path(self, url: str) -> str:
        """Return the path below our base address, or "" for an address elsewhere."""
        if not url.startswith(f"{self._base_url}/"):
            return ""
        return url.removeprefix(self._base_url)

    def _ask(self, path: str, wanted: Mapping[str, Any]) -> Mapping[str, Any]:
        headers = {
            "Authorization": f"Client-ID {self._key.get_secret_value()}",
            "Accept-Version": "v1",
        }
        content = self._read(f"{self._base_url}{path}", wanted, headers, _MAX_ANSWER_BYTES)
        try:
            found = json.loads(content)
        except ValueError as error:
            raise InspirationError(f"the answer to {path} is no JSON") from error
        if not isinstance(found, dict):
            raise InspirationError(f"the answer to {path} is no object")
        return found

    @staticmethod
    def _read(
        url: str, wanted: Mapping[str, Any], headers: Mapping[str, str], max_bytes: int
    ) -> bytes:
        # Imported here: it is heavy, and most starts never ask.
        import httpx2  # noqa: PLC0415

        deadline = time.monotonic() + _TIMEOUT_S
        with _as_our_errors(), httpx2.Client(timeout=_TIMEOUT_S, follow_redirects=False) as client:
            params = dict(wanted) or None
            with client.stream("GET", url, params=params, headers=dict(headers)) as answer:
                _check_status(answer.status_code)
                content = bytearray()
                for piece in answer.iter_bytes():
                    content += piece
                    if len(content) > max_bytes or time.monotonic() > deadline:
                        raise InspirationError("an answer is too large or too slow")
        return bytes(content)


def _check_status(status: int) -> None:
    if status in (_FORBIDDEN, _TOO_MANY):
        raise InspirationError(
            f"status {status}",
            user_message="Unsplash's limit for this hour is used up. Please try again later.",
        )
    if status == _UNAUTHORIZED:
        raise InspirationError(
            f"status {status}",
            user_message="Unsplash refused the key. An administrator has to set "
            "UNSPLASH_ACCESS_KEY.",
        )
    if not 200 <= status < 300:  # noqa: PLR2004
        raise InspirationError(f"status {status}")


@contextmanager
def _as_our_errors() -> Iterator[None]:
    import httpx2  # noqa: PLC0415

    try:
        yield
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        # Never the error's own text: it may hold the address with all that was asked.
        raise InspirationError(type(error).__name__) from None


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return " ".join(value.split())[:500] if isinstance(value, str) else ""


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0
