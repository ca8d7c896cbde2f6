"""A picture's page says everything about it and leads on."""

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from tests.support.generation import chair_with_photo
from tests.support.pages import PageRunner
from tests.ui.making import pictures
from tests.ui.reading import address, viewed, words

ASSET = "pages/asset.py"


class TestAsset:
    def test_shows_the_picture_and_its_facts(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, _ = pictures(painting, actor)
        asset = painting.assets.get(actor, newest)

        at = page(ASSET, actor, {"id": str(newest)})

        assert viewed(at)[:2] == [asset.ref.url("w1600"), asset.ref.url("original")]
        for fact in ("OAK-CHAIR-1", "Fake model", "$0.0390", "64 \u00d7 64 px", asset.sha256[:12]):
            assert fact in words(at)
        assert "soft morning light" in words(at)

    def test_offers_the_original_for_download(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, _ = pictures(painting, actor)

        at = page(ASSET, actor, {"id": str(newest)})

        [link] = at.get("link_button")
        expected = painting.assets.get(actor, newest).ref.url("original")
        assert link.proto.url == f"{expected}?download=1"

    def test_leads_to_the_next_older_picture_and_not_beyond(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, oldest = pictures(painting, actor)
        at = page(ASSET, actor, {"id": str(newest)})
        assert at.button(key="asset.newer").disabled

        at.button(key="asset.older").click().run()

        assert address(at, "id") == str(oldest)
        assert at.button(key="asset.older").disabled

    def test_goes_to_the_trash_and_back(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, _ = pictures(painting, actor)
        at = page(ASSET, actor, {"id": str(newest)})

        at.button(key="asset.delete").click().run()

        assert "This picture is in the trash." in words(at)

        at.button(key="asset.restore").click().run()

        assert painting.assets.get(actor, newest).trashed_at is None

    def test_leads_to_the_studio_with_its_product(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, _ = pictures(painting, actor)
        product_id = painting.assets.get(actor, newest).product_id
        at = page(ASSET, actor, {"id": str(newest)})

        at.button(key="asset.studio").click().run()

        assert address(at, "product") == str(product_id)

    def test_shows_uploads_too(self, page: PageRunner, services: Services, actor: Actor) -> None:
        photo = chair_with_photo(services, actor).photos[0]

        at = page(ASSET, actor, {"id": str(photo.id)})

        assert "Added by" in words(at)

    @pytest.mark.parametrize("address", ["", "0", "-1", "9999999", "1e9", "x", "9" * 40])
    def test_says_that_there_is_no_such_picture(
        self, page: PageRunner, actor: Actor, address: str
    ) -> None:
        at = page(ASSET, actor, {"id": address})

        assert "could not be found" in words(at)

    def test_shows_nobody_elses_picture(
        self, page: PageRunner, painting: Services, actor: Actor, other_actor: Actor
    ) -> None:
        newest, _ = pictures(painting, actor)

        at = page(ASSET, other_actor, {"id": str(newest)})

        assert "could not be found" in words(at)
        assert viewed(at) == []
