"""A picture's page says everything about it and leads on."""

from dataclasses import replace

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.assets import Origin
from core.domain.inspiration import Credit
from core.domain.products import PhotoUpload
from core.domain.reviews import ReviewState
from tests.images import photo_bytes
from tests.support.generation import chair_with_photo
from tests.support.pages import PageRunner
from tests.ui.looking import looked_at
from tests.ui.making import pictures
from tests.ui.reading import address, words
from tests.ui.roles import become

ASSET = "pages/asset.py"


class TestAsset:
    def test_shows_the_picture_and_its_facts(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, _ = pictures(painting, actor)
        asset = painting.assets.get(actor, newest)

        at = page(ASSET, actor, {"id": str(newest)})

        [[picture], options] = looked_at(at, "asset.picture")
        assert picture["sources"] == [[64, asset.ref.url("original")]]
        assert (options["mode"], options["may_review"]) == ("single", False)
        for fact in ("OAK-CHAIR-1", "Fake model", "$0.0390", "64 \u00d7 64 px"):
            assert fact in words(at)
        assert asset.sha256 in [code.value for code in at.code]
        assert asset.prompt in [code.value for code in at.code]

    def test_names_whom_a_found_picture_is_by(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        credit = Credit(
            "Unsplash", "Ann Lee", "https://unsplash.com/@ann", "https://unsplash.com/x"
        )
        new = services.assets.keep(actor.workspace_id, PhotoUpload("a.jpg", photo_bytes()))
        new = replace(new, origin=Origin.INSPIRATION, credit=credit.to_json())
        with services.parts.database.begin() as work:
            kept = work.assets.add(actor.workspace_id, new, created_by=None, now=work.now())

        at = page(ASSET, actor, {"id": str(kept)})

        assert "Photo by [Ann Lee](https://unsplash.com/@ann) on [Unsplash]" in words(at)
        assert "Inspiration" in words(at)

    def test_offers_the_original_for_download(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, _ = pictures(painting, actor)

        at = page(ASSET, actor, {"id": str(newest)})

        [link] = at.get("link_button")
        expected = painting.assets.get(actor, newest).ref.url("original")
        assert link.proto.url == f"{expected}?download=1"

    def test_offers_smaller_files_of_a_large_picture(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        data = photo_bytes(1000, 700)
        asset = services.assets.upload(actor, PhotoUpload("large.jpg", data))

        at = page(ASSET, actor, {"id": str(asset.id)})

        urls = [link.proto.url for link in at.get("link_button")]
        assert urls == [
            f"{asset.ref.url(name)}?download=1" for name in ("original", "w640", "w320")
        ]

    def test_leads_to_the_next_picture_and_not_beyond(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, oldest = pictures(painting, actor)
        at = page(ASSET, actor, {"id": str(newest)})
        assert at.button(key="asset.previous").disabled

        at.button(key="asset.next").click().run()

        assert address(at, "id") == str(oldest)
        assert at.button(key="asset.next").disabled

    def test_stays_in_the_list_that_one_came_from(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, _, oldest = pictures(painting, actor, 3)
        painting.reviews.rate(actor, [newest, oldest], 4)
        at = page(ASSET, actor, {"id": str(newest), "rating": "4"})

        at.button(key="asset.next").click().run()
        assert (address(at, "id"), address(at, "rating")) == (str(oldest), "4")

        at.button(key="header.back").click().run()
        assert (address(at, "id"), address(at, "rating")) == ("", "4")

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
        assert looked_at(at, "asset.picture") == ([], {})


class TestReview:
    def test_approves_at_a_click_and_takes_it_back_with_another(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, _ = pictures(painting, actor)
        at = page(ASSET, actor, {"id": str(newest)})

        at.button(key="asset.review.approved").click().run()

        assert painting.assets.get(actor, newest).review.state is ReviewState.APPROVED
        assert "Approved by Ann, just now" in words(at)

        at.button(key="asset.review.approved").click().run()

        assert painting.assets.get(actor, newest).review.state is ReviewState.UNREVIEWED

    def test_asks_what_is_wrong_with_a_rejected_one(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, _ = pictures(painting, actor)
        at = page(ASSET, actor, {"id": str(newest)})
        at.button(key="asset.review.rejected").click().run()
        key = f"asset.review.{newest}.rejected"

        at.pills(key=f"{key}.reason").set_value("edge").run()
        at.text_area(key=f"{key}.note").input("The hind leg is cut off.")
        at.button(key="asset.review.note.send").click().run()

        review = painting.assets.get(actor, newest).review
        assert (review.reason, review.note) == ("edge", "The hind leg is cut off.")
        assert "Rejected for its edge by Ann" in words(at)

    def test_rates_and_pins(self, page: PageRunner, painting: Services, actor: Actor) -> None:
        newest, _ = pictures(painting, actor)
        at = page(ASSET, actor, {"id": str(newest)})

        at.feedback(key=f"asset.review.{newest}.stars.0").set_value(3).run()
        at.button(key="asset.review.pin").click().run()

        review = painting.assets.get(actor, newest).review
        assert (review.rating, review.is_pinned) == (4, True)

    def test_shows_a_viewer_what_was_said_and_no_button(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, _ = pictures(painting, actor)
        painting.reviews.set_state(
            actor, [newest], ReviewState.NEEDS_EDIT, reason="scale", note="*Too* small"
        )
        become(painting, actor, Role.VIEWER)

        at = page(ASSET, actor, {"id": str(newest)})

        assert "*Too* small" in [text.value for text in at.text]
        assert "Scale" in [text.value for text in at.text]
        assert not [b for b in at.button if (b.key or "").startswith("asset.review")]

    def test_judges_no_uploads(self, page: PageRunner, services: Services, actor: Actor) -> None:
        photo = chair_with_photo(services, actor).photos[0]

        at = page(ASSET, actor, {"id": str(photo.id)})

        assert not [b for b in at.button if (b.key or "").startswith("asset.review")]
