"""Inspiration from a local stand-in for Unsplash, over HTTP."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest
from pydantic import SecretStr

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.asset_filters import AssetFilter
from core.domain.assets import Origin
from core.domain.inspiration import Credit, Orientation, UnsplashQuery
from core.domain.products import PhotoUpload
from core.errors import (
    AccessDeniedError,
    ImageRejectedError,
    InspirationError,
    InvalidInputError,
    NotFoundError,
    RemoteRefusedError,
)
from core.remote.unsplash import UnsplashClient
from core.services.inspiration import ANSWERS_KEPT, InspirationService
from tests.fakes.unsplash import COUNT, FakeUnsplash
from tests.images import photo_bytes

OAK = UnsplashQuery("Oak table")


def nothing_else(url: str) -> bytes:
    raise AssertionError(f"{url} was fetched")


@pytest.fixture
def fake() -> Iterator[FakeUnsplash]:
    with FakeUnsplash() as fake:
        yield fake
        assert fake.complaints == []


def service_on(
    services: Services, client: UnsplashClient | None, *, calls_an_hour: int = 50
) -> InspirationService:
    return InspirationService(
        services.parts.database,
        services.assets,
        client,
        nothing_else,
        hosts=("cdn.example.com",),
        calls_an_hour=calls_an_hour,
    )


@pytest.fixture
def inspiration(services: Services, fake: FakeUnsplash) -> InspirationService:
    return service_on(services, UnsplashClient(SecretStr(fake.key), fake.url))


class TestSearchUnsplash:
    def test_gives_photos_with_their_credit(
        self, inspiration: InspirationService, actor: Actor
    ) -> None:
        page = inspiration.search_unsplash(actor, OAK)

        assert (page.total, page.page_count, len(page.photos)) == (COUNT, 3, 24)
        first = page.photos[0]
        assert first.label == "oak table number 0"
        assert first.photographer == "Photographer 0"
        assert first.photographer_url.startswith("https://unsplash.com/@photographer0?utm_source=")

    def test_asks_the_same_thing_once_a_day(
        self, inspiration: InspirationService, actor: Actor, other_actor: Actor, fake: FakeUnsplash
    ) -> None:
        inspiration.search_unsplash(actor, OAK)
        inspiration.search_unsplash(other_actor, replace(OAK, text="  oak TABLE "))
        assert len(fake.searches) == 1

        inspiration.search_unsplash(actor, replace(OAK, page=2, orientation="portrait"))
        assert fake.searches[1]["page"] == "2"
        assert fake.searches[1]["orientation"] == "portrait"

    def test_forgets_old_answers(
        self, services: Services, inspiration: InspirationService, actor: Actor, fake: FakeUnsplash
    ) -> None:
        inspiration.search_unsplash(actor, OAK)
        with services.parts.database.begin() as work:
            later = work.now() + ANSWERS_KEPT + timedelta(minutes=1)
            work.inspiration.keep_answer("other", {}, later, forget_before=later - ANSWERS_KEPT)

        inspiration.search_unsplash(actor, OAK)
        assert len(fake.searches) == 2

    def test_stops_at_the_hours_limit_whoever_asks(
        self, services: Services, actor: Actor, other_actor: Actor, fake: FakeUnsplash
    ) -> None:
        client = UnsplashClient(SecretStr(fake.key), fake.url)
        limited = service_on(services, client, calls_an_hour=2)
        limited.search_unsplash(actor, OAK)
        limited.search_unsplash(other_actor, replace(OAK, page=2))

        with pytest.raises(InspirationError, match="2 calls") as refusal:
            limited.search_unsplash(actor, replace(OAK, page=3))

        assert "60 min" in refusal.value.user_message or "59 min" in refusal.value.user_message
        assert len(fake.searches) == 2
        assert limited.search_unsplash(actor, OAK).total == COUNT  # what is known costs nothing

    @pytest.mark.parametrize(
        "query",
        [
            UnsplashQuery(""),
            UnsplashQuery("x" * 101),
            UnsplashQuery("oak", page=0),
            UnsplashQuery("oak", page=10**9),
            UnsplashQuery("oak", colour="rot"),
            UnsplashQuery("oak", orientation=cast("Orientation", "round")),
            UnsplashQuery("oak\0"),
        ],
    )
    def test_refuses_what_is_no_question(
        self,
        inspiration: InspirationService,
        actor: Actor,
        fake: FakeUnsplash,
        query: UnsplashQuery,
    ) -> None:
        with pytest.raises(InvalidInputError):
            inspiration.search_unsplash(actor, query)

        assert fake.searches == []

    @pytest.mark.parametrize(
        "answer",
        [
            (500, b""),
            (403, b"Rate Limit Exceeded"),
            (302, b""),
            (200, b"<html>"),
            (200, b"[]"),
            (200, b"x" * 5_000_000),
        ],
    )
    def test_says_when_there_is_no_answer(
        self,
        inspiration: InspirationService,
        actor: Actor,
        fake: FakeUnsplash,
        answer: tuple[int, bytes],
    ) -> None:
        fake.answer = answer

        with pytest.raises(InspirationError) as refusal:
            inspiration.search_unsplash(actor, OAK)

        assert fake.key not in str(refusal.value) + refusal.value.user_message
        fake.answer = None
        assert inspiration.search_unsplash(actor, OAK).total == COUNT

    def test_leaves_out_what_leads_elsewhere(
        self, inspiration: InspirationService, actor: Actor, fake: FakeUnsplash
    ) -> None:
        found = fake.found({"query": "oak", "per_page": "4"})
        found["results"][0]["urls"]["regular"] = "http://169.254.169.254/latest/meta-data/"
        found["results"][1]["urls"]["small"] = "javascript:alert(1)"
        found["results"][2]["user"]["links"]["html"] = "javascript:alert(1)"
        fake.answer = (200, json.dumps(found).encode())

        page = inspiration.search_unsplash(actor, OAK)

        assert [photo.id for photo in page.photos] == ["photo_2", "photo_3"]
        assert page.photos[0].photographer_url == ""

    def test_needs_a_key(self, services: Services, actor: Actor) -> None:
        without = service_on(services, None)

        assert not without.has_unsplash
        with pytest.raises(InspirationError) as refusal:
            without.search_unsplash(actor, OAK)
        assert "UNSPLASH_ACCESS_KEY" in refusal.value.user_message

    def test_says_when_the_key_is_refused(
        self, services: Services, actor: Actor, fake: FakeUnsplash
    ) -> None:
        wrong = service_on(services, UnsplashClient(SecretStr("wrong"), fake.url))

        with pytest.raises(InspirationError) as refusal:
            wrong.search_unsplash(actor, OAK)

        assert "refused the key" in refusal.value.user_message
        fake.complaints.clear()


class TestUseUnsplash:
    def test_keeps_the_picture_with_its_credit_and_reports_the_download(
        self, inspiration: InspirationService, actor: Actor, fake: FakeUnsplash
    ) -> None:
        asset = inspiration.use_unsplash(actor, OAK, "photo_3")

        assert asset.origin is Origin.INSPIRATION
        assert asset.credit is not None
        assert (asset.credit.source, asset.credit.photographer) == ("Unsplash", "Photographer 3")
        assert fake.downloads == ["photo_3"]
        assert fake.images == ["photo_3"]

    def test_keeps_it_once(self, inspiration: InspirationService, actor: Actor) -> None:
        first = inspiration.use_unsplash(actor, OAK, "photo_3")

        assert inspiration.use_unsplash(actor, OAK, "photo_3").id == first.id

    def test_keeps_nothing_that_unsplash_could_not_be_told_of(
        self, services: Services, actor: Actor, fake: FakeUnsplash
    ) -> None:
        client = UnsplashClient(SecretStr(fake.key), fake.url)
        limited = service_on(services, client, calls_an_hour=1)

        with pytest.raises(InspirationError):
            limited.use_unsplash(actor, OAK, "photo_3")

        assert (fake.images, fake.downloads) == ([], [])
        assert services.assets.search(actor, AssetFilter()).items == ()

    def test_takes_only_what_the_search_found(
        self, inspiration: InspirationService, actor: Actor, fake: FakeUnsplash
    ) -> None:
        for photo_id in ("photo_59", "../../search/photos", ""):
            with pytest.raises(NotFoundError):
                inspiration.use_unsplash(actor, OAK, photo_id)

        assert fake.images == []


class TestUnsplashItself:
    @pytest.mark.parametrize(
        ("url", "is_theirs"),
        [
            ("https://images.unsplash.com/photo-1?w=400", True),
            ("https://plus.unsplash.com/premium-1", True),
            ("http://images.unsplash.com/photo-1", False),
            ("https://images.unsplash.com:8443/photo-1", False),
            ("https://images.unsplash.com@127.0.0.1/photo-1", False),
            ("https://unsplash.com.evil.test/photo-1", False),
            ("https://cdn.shopify.com/photo-1", False),
            ("", False),
        ],
    )
    def test_is_the_only_place_its_photos_come_from(self, url: str, *, is_theirs: bool) -> None:
        client = UnsplashClient(SecretStr("key"))

        assert client.may_fetch(url) == is_theirs
        if not is_theirs:
            with pytest.raises(InspirationError):
                client.fetch(url)


class TestFromAddress:
    def test_keeps_the_picture_and_where_it_was_found(
        self, services: Services, actor: Actor
    ) -> None:
        asked: list[str] = []

        def fetch(url: str) -> bytes:
            asked.append(url)
            return photo_bytes()

        inspiration = InspirationService(
            services.parts.database, services.assets, None, fetch, hosts=(), calls_an_hour=1
        )

        asset = inspiration.from_address(actor, "  https://cdn.example.com/moods/oak.jpg?v=2 ")

        assert asked == ["https://cdn.example.com/moods/oak.jpg?v=2"]
        assert (asset.label, asset.origin) == ("oak.jpg", Origin.INSPIRATION)
        assert asset.credit == Credit("cdn.example.com", page_url=asked[0])

    def test_keeps_only_pictures(self, services: Services, actor: Actor) -> None:
        inspiration = InspirationService(
            services.parts.database,
            services.assets,
            None,
            lambda _url: b"<html>",
            hosts=(),
            calls_an_hour=1,
        )

        with pytest.raises(ImageRejectedError):
            inspiration.from_address(actor, "https://cdn.example.com/a.jpg")

    @pytest.mark.parametrize("host", ["elsewhere.example.com", "images.unsplash.com"])
    def test_says_who_can_allow_a_host(self, services: Services, actor: Actor, host: str) -> None:
        with pytest.raises(RemoteRefusedError) as refusal:
            services.inspiration.from_address(actor, f"https://{host}/a.jpg")

        assert refusal.value.user_message == (
            f"Photos are not fetched from {host}. An administrator can allow it with "
            "EPOX_IMAGE_HOSTS."
        )

    @pytest.mark.parametrize(
        "address",
        [
            "http://169.254.169.254/latest/meta-data/",
            "https://metadata.google.internal/",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://127.1/",
            "https://①②⑦.⓪.⓪.①/",
            "https://[::ffff:127.0.0.1]/",
            "https://[fe80::1%25lo]/",
            "https://cdn.shopify.com@127.0.0.1/",
            "https://127.0.0.1#@cdn.shopify.com",
            "https://cdn.shopify.com\\@127.0.0.1/",
            "https://cdn.shopify.com.evil.test/",
            "https://cdn.sh\u043epify.com/",
            "https://cdn.shopify.com:5432/",
            "http://cdn.shopify.com/a.jpg",
            "file:///etc/passwd",
            "data:image/png;base64,AAAA",
            "javascript:alert(1)",
            "//cdn.shopify.com/a.jpg",
        ],
    )
    def test_refuses_addresses_that_lead_elsewhere(
        self, services: Services, actor: Actor, address: str
    ) -> None:
        with pytest.raises(RemoteRefusedError) as refusal:
            services.inspiration.from_address(actor, address)

        assert refusal.value.user_message.endswith(".")
        assert services.assets.search(actor, AssetFilter()).items == ()

    @pytest.mark.parametrize("address", ["", "https://cdn.shopify.com/\0", "x" * 2001])
    def test_refuses_what_is_no_address(
        self, services: Services, actor: Actor, address: str
    ) -> None:
        with pytest.raises(InvalidInputError):
            services.inspiration.from_address(actor, address)


class TestUpload:
    def test_is_kept_in_the_own_workspace(
        self, inspiration: InspirationService, actor: Actor, other_actor: Actor
    ) -> None:
        upload = PhotoUpload("mood.jpg", photo_bytes())

        mine, theirs = inspiration.upload(actor, upload), inspiration.upload(other_actor, upload)

        assert mine.id != theirs.id
        assert mine.credit == Credit("Upload")

    def test_needs_a_role_that_may_edit(
        self, inspiration: InspirationService, actor: Actor
    ) -> None:
        viewer = replace(actor, role=Role.VIEWER)

        with pytest.raises(AccessDeniedError):
            inspiration.upload(viewer, PhotoUpload("mood.jpg", photo_bytes()))
        with pytest.raises(AccessDeniedError):
            inspiration.search_unsplash(viewer, OAK)
        with pytest.raises(AccessDeniedError):
            inspiration.from_address(viewer, "https://example.com/a.jpg")
        with pytest.raises(AccessDeniedError):
            inspiration.use_unsplash(viewer, OAK, "photo_1")
