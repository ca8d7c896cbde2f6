"""Inspiration: pictures from elsewhere, found, fetched safely and kept with their credit."""

import hashlib
import json
from collections.abc import Callable, Collection
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from core.domain.accounts import Actor
from core.domain.assets import Asset, Origin
from core.domain.inspiration import (
    MAX_PAGE,
    MAX_QUERY_CHARS,
    ORIENTATIONS,
    UNSPLASH_COLOURS,
    Credit,
    UnsplashPage,
    UnsplashPhoto,
    UnsplashQuery,
)
from core.domain.products import PhotoUpload
from core.errors import InspirationError, InvalidInputError, NotFoundError
from core.remote.unsplash import UnsplashClient
from core.services.access import must_edit
from core.services.assets import AssetService
from core.services.looks import submit_looks
from core.services.texts import clean_line
from core.unit_of_work import Database

ANSWERS_KEPT = timedelta(hours=24)
LIMIT_PERIOD = timedelta(hours=1)

Fetch = Callable[[str], bytes]
"""Returns the bytes behind an address, or raises an error with a sentence for the person."""


class InspirationService:
    """Finds and keeps inspiration images."""

    def __init__(
        self,
        database: Database,
        assets: AssetService,
        unsplash: UnsplashClient | None,
        fetch: Fetch,
        *,
        hosts: Collection[str],
        calls_an_hour: int,
    ) -> None:
        self._database = database
        self._assets = assets
        self._unsplash = unsplash
        self._fetch = fetch
        self._hosts = tuple(hosts)
        self._calls_an_hour = calls_an_hour

    @property
    def has_unsplash(self) -> bool:
        """Say whether the operator has set a key for Unsplash."""
        return self._unsplash is not None

    @property
    def hosts(self) -> tuple[str, ...]:
        """Return the hosts that addresses may lead to; "*.example.com" is all below it."""
        return self._hosts

    def upload(self, actor: Actor, upload: PhotoUpload) -> Asset:
        """Keep a picture from the person's machine."""
        must_edit(actor)
        return self._keep(actor, upload, Credit("Upload"))

    def from_address(self, actor: Actor, address: str) -> Asset:
        """Fetch a picture by its address and keep it.

        Raises an error with a sentence for addresses that are not allowed or hold no picture.
        """
        must_edit(actor)
        address = clean_line(address, "an address", max_chars=2000)
        data = self._fetch(address)
        parts = urlsplit(address)
        name = parts.path.rsplit("/", 1)[-1] or parts.hostname or "Picture"
        credit = Credit(parts.hostname or "Web", page_url=address)
        return self._keep(actor, PhotoUpload(name, data), credit)

    def search_unsplash(self, actor: Actor, query: UnsplashQuery) -> UnsplashPage:
        """Return a page of what Unsplash finds; the same question within a day is not asked again.

        Raises `InspirationError` without a key, when the hour's limit is used up, and when
        Unsplash does not answer.
        """
        must_edit(actor)
        return self._search(_clean(query))

    def use_unsplash(self, actor: Actor, query: UnsplashQuery, photo_id: str) -> Asset:
        """Keep a photo that this search found, tell Unsplash that it is used, and return it."""
        must_edit(actor)
        page = self._search(_clean(query))
        photo = next((photo for photo in page.photos if photo.id == photo_id), None)
        if photo is None:
            raise NotFoundError(f"photo {photo_id!r} at Unsplash")
        # Nothing is kept that Unsplash was not told of; so the call for it is made sure of first.
        self._reserve_call()
        data = self._client.fetch(photo.image_url)
        self._client.report_download(photo)
        upload = PhotoUpload(f"{photo.label} - {photo.photographer}", data)
        return self._keep(actor, upload, _credit(photo))

    @property
    def _client(self) -> UnsplashClient:
        if self._unsplash is None:
            raise InspirationError(
                "no key",
                user_message="Unsplash needs a key: an administrator sets UNSPLASH_ACCESS_KEY.",
            )
        return self._unsplash

    def _search(self, query: UnsplashQuery) -> UnsplashPage:
        client = self._client
        key = hashlib.sha256(json.dumps(asdict(query), sort_keys=True).encode()).hexdigest()
        with self._database.read() as work:
            answer = work.inspiration.find_answer(key, work.now() - ANSWERS_KEPT)
        if answer is None:
            self._reserve_call()
            answer = client.search(query)
            with self._database.begin() as work:
                now = work.now()
                work.inspiration.keep_answer(key, answer, now, forget_before=now - ANSWERS_KEPT)
        return client.to_page(answer)

    def _reserve_call(self) -> None:
        """Count a call before it is made: all processes share the key's limit."""
        with self._database.begin() as work:
            work.inspiration.lock_calls()
            now = work.now()
            count, first = work.inspiration.calls_since(now - LIMIT_PERIOD)
            if count >= self._calls_an_hour and first is not None:
                minutes = max(1, round((first + LIMIT_PERIOD - now).total_seconds() / 60))
                raise InspirationError(
                    f"{count} calls in an hour",
                    user_message=f"Unsplash allows {self._calls_an_hour} questions an hour. The "
                    f"next is possible in about {minutes} min.",
                )
            work.inspiration.add_call(now, forget_before=now - LIMIT_PERIOD)

    def _keep(self, actor: Actor, upload: PhotoUpload, credit: Credit) -> Asset:
        sha256 = hashlib.sha256(upload.data).hexdigest()
        with self._database.read() as work:
            known = work.inspiration.find_same(actor.workspace_id, sha256)
        if known is not None:
            return self._assets.get(actor, known)
        new = self._assets.keep(actor.workspace_id, upload)
        new = replace(new, origin=Origin.INSPIRATION, credit=credit.to_json())
        with self._database.begin() as work:
            asset_id = work.assets.add(
                actor.workspace_id, new, created_by=actor.user_id, now=datetime.now(UTC)
            )
            submit_looks(work, actor.workspace_id, [asset_id], actor.user_id)
            work.audit_events.add(actor, "keep", "asset", asset_id, source=credit.source)
        return self._assets.get(actor, asset_id)


def _clean(query: UnsplashQuery) -> UnsplashQuery:
    text = clean_line(query.text, "what to look for", max_chars=MAX_QUERY_CHARS)
    if query.orientation not in ORIENTATIONS or query.colour not in UNSPLASH_COLOURS:
        raise InvalidInputError(user_message="Please choose an orientation and a colour again.")
    if not 1 <= query.page <= MAX_PAGE:
        raise InvalidInputError(user_message="There are no more pages of this search.")
    return replace(query, text=text.casefold())


def _credit(photo: UnsplashPhoto) -> Credit:
    return Credit("Unsplash", photo.photographer, photo.photographer_url, photo.page_url)
