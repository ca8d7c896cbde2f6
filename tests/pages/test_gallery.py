"""The gallery shows the pictures of a workspace and takes them to the trash and back."""

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.products import PhotoUpload
from core.domain.reviews import ReviewState
from tests.images import photo_bytes
from tests.support.pages import PageRunner
from tests.ui.making import pictures, run, submit
from tests.ui.reading import address, card_ids, cards, click_card, words

GALLERY = "pages/gallery.py"
GRID = "gallery.generated.grid"


class TestGallery:
    def test_shows_the_newest_picture_first(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        made = pictures(painting, actor)

        at = page(GALLERY, actor)

        assert card_ids(at, GRID) == [str(asset_id) for asset_id in made]

    def test_says_what_to_do_when_there_is_nothing(self, page: PageRunner, actor: Actor) -> None:
        at = page(GALLERY, actor)

        assert "No pictures yet" in words(at)
        assert at.button(key="to.studio").label == "Open studio"

    def test_shows_what_is_being_made_before_the_pictures(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        job = submit(painting, actor, variants=2)
        run(painting, actor, job, slots=1)

        at = page(GALLERY, actor)

        [waiting, done] = card_ids(at, GRID)
        assert waiting == f"slot-{job.slots[1].id}"
        assert done.isdecimal()

    def test_shows_nothing_of_another_workspace(
        self, page: PageRunner, painting: Services, actor: Actor, other_actor: Actor
    ) -> None:
        pictures(painting, actor)

        at = page(GALLERY, other_actor)

        assert card_ids(at, GRID) == []

    def test_shows_inspiration_where_it_is_asked_for(
        self, page: PageRunner, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        mine, theirs = (
            services.inspiration.upload(who, PhotoUpload("mood.jpg", photo_bytes()))
            for who in (actor, other_actor)
        )
        services.assets.upload(actor, PhotoUpload("wall.jpg", photo_bytes(colour="#336699")))

        at = page(GALLERY, actor, {"view": "Inspiration"})

        assert card_ids(at, "gallery.inspiration.grid") == [str(mine.id)]
        assert str(theirs.id) not in card_ids(at, "gallery.inspiration.grid")
        assert cards(at, "gallery.inspiration.grid")[0]["subtitle"] == "Inspiration · just now"
        assert card_ids(page(GALLERY, actor), GRID) == []

    def test_opens_a_picture_that_is_clicked(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, _ = pictures(painting, actor)
        at = page(GALLERY, actor)

        click_card(at, GRID, "open", newest)

        assert address(at, "id") == str(newest)

    @pytest.mark.slow
    def test_goes_through_the_pages_and_back(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        for _ in range(9):
            made = pictures(painting, actor, 12)
        at = page(GALLERY, actor)

        at.button(key="after.next").click().run()
        second_page = card_ids(at, GRID)
        at.button(key="after.previous").click().run()

        assert second_page == [str(asset_id) for asset_id in made[100:]]
        assert card_ids(at, GRID) == [str(asset_id) for asset_id in made[:100]]


class TestSelectAll:
    def test_ticks_everything_on_the_page(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, _ = pictures(painting, actor)
        at = page(GALLERY, actor)
        click_card(at, GRID, "select", newest)

        at.button(key="gallery.select_all").click().run()

        assert "2 selected" in words(at)
        assert "gallery.select_all" not in [button.key for button in at.button]


class TestTrash:
    def test_takes_what_is_ticked_and_gives_it_back(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, oldest = pictures(painting, actor)
        at = page(GALLERY, actor)
        click_card(at, GRID, "select", newest)

        at.button(key="gallery.delete").click().run()

        assert card_ids(at, GRID) == [str(oldest)]

        at.button(key="gallery.undo").click().run()

        assert card_ids(at, GRID) == [str(newest), str(oldest)]

    def test_restores_what_lies_in_it(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, _ = pictures(painting, actor)
        painting.assets.trash(actor, [newest])
        at = page(GALLERY, actor, {"view": "Trash"})
        click_card(at, "gallery.trash.grid", "select", newest)

        at.button(key="gallery.restore").click().run()

        assert painting.assets.get(actor, newest).trashed_at is None

    def test_offers_no_undo_of_what_was_restored_already(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, _ = pictures(painting, actor)
        at = page(GALLERY, actor)
        click_card(at, GRID, "select", newest)
        at.button(key="gallery.delete").click().run()
        at.segmented_control(key="view").set_value("trash").run()
        click_card(at, "gallery.trash.grid", "select", newest)

        at.button(key="gallery.restore").click().run()
        at.segmented_control(key="view").set_value("generated").run()

        assert "gallery.undo" not in {button.key for button in at.button}


@pytest.mark.parametrize(
    ("view", "sentence"), [("Trash", "trash is empty"), ("Uploaded", "No uploads")]
)
def test_says_why_a_view_is_empty(page: PageRunner, actor: Actor, view: str, sentence: str) -> None:
    at = page(GALLERY, actor, {"view": view})

    assert sentence in words(at)


class TestReviewState:
    def test_is_marked_on_the_cards_and_filtered_by(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, oldest = pictures(painting, actor)
        painting.reviews.set_state(actor, [oldest], ReviewState.APPROVED)

        at = page(GALLERY, actor)

        assert [(card["badge"], card["badge_label"]) for card in cards(at, GRID)] == [
            ("", ""), ("\u2713", "Approved"),
        ]  # fmt: skip

        at.selectbox(key="review").set_value(ReviewState.APPROVED).run()
        assert card_ids(at, GRID) == [str(oldest)]

        at.selectbox(key="review").set_value(ReviewState.UNREVIEWED).run()
        assert card_ids(at, GRID) == [str(newest)]

        at.selectbox(key="review").set_value(ReviewState.REJECTED).run()
        assert "None of these" in words(at)
