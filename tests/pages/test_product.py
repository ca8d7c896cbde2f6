"""A product's page shows everything of it, and changes it."""

from dataclasses import replace

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.generation import Dimensions
from core.domain.products import PhotoUpload, Product, ProductDraft
from core.domain.reviews import ReviewState
from tests.images import photo_bytes
from tests.support.generation import chair_with_photo
from tests.support.pages import PageRunner
from tests.ui.making import pictures, products
from tests.ui.reading import (
    address,
    card_ids,
    cards,
    judge_cards,
    links,
    photo_strip,
    use_photos,
    words,
)
from tests.ui.roles import become

PRODUCT = "pages/product.py"
GRID = "product.pictures.grid"


@pytest.fixture
def chair(services: Services, actor: Actor) -> Product:
    """Return a product with three photos."""
    chair = chair_with_photo(services, actor)
    uploads = [PhotoUpload(f"{c}.jpg", photo_bytes(colour=c)) for c in ("#336699", "#669933")]
    services.products.add_photos(actor, chair.id, uploads)
    return services.products.get(actor, chair.id)


def photo_ids(services: Services, actor: Actor, product: Product) -> list[int]:
    return [photo.id for photo in services.products.get(actor, product.id).photos]


class TestProduct:
    def test_shows_what_is_known(self, page: PageRunner, services: Services, actor: Actor) -> None:
        draft = ProductDraft(
            "*Oak* chair", "OAK-CHAIR-1", "Chairs", "Made of <b>oak</b>",
            tags=("oak", "chair"), dimensions=Dimensions(52, 55.5, 80),
            other_categories=("Dining", "Sale"), materials=("Oak", "Linen"), colours=("Sand",),
        )  # fmt: skip
        oak = services.products.create(actor, draft)

        at = page(PRODUCT, actor, {"id": str(oak.id)})

        assert at.title[0].value == r"\*Oak\* chair"
        shown = [text.value for text in at.text]
        for fact in (
            "Made of <b>oak</b>", "52 cm wide, 55.5 cm deep, 80 cm high", "oak, chair", "Chairs",
            "Dining, Sale", "Oak, Linen", "Sand", "Entered by hand",
        ):  # fmt: skip
            assert fact in shown

    @pytest.mark.parametrize("product_id", ["", "999", "x", "-1", "9" * 30])
    def test_says_that_there_is_no_such_product(
        self, page: PageRunner, actor: Actor, product_id: str
    ) -> None:
        at = page(PRODUCT, actor, {"id": product_id})

        assert "This product could not be found" in words(at)

    def test_shows_nothing_of_another_workspace(
        self, page: PageRunner, chair: Product, other_actor: Actor
    ) -> None:
        at = page(PRODUCT, other_actor, {"id": str(chair.id)})

        assert "This product could not be found" in words(at)

    def test_leads_to_the_studio(self, page: PageRunner, chair: Product, actor: Actor) -> None:
        at = page(PRODUCT, actor, {"id": str(chair.id)})

        at.button(key="product.generate").click().run()

        assert address(at, "product") == str(chair.id)

    def test_lets_a_viewer_only_look(
        self, page: PageRunner, services: Services, chair: Product, actor: Actor
    ) -> None:
        become(services, actor, Role.VIEWER)

        at = page(PRODUCT, actor, {"id": str(chair.id)})

        assert not at.menu_button or all(m.key != "product.more" for m in at.menu_button)
        keys = {button.key for button in at.button}
        assert keys.isdisjoint({"product.edit", "product.generate", "product.photo.delete"})


class TestWhole:
    def test_goes_to_the_trash_and_back(
        self, page: PageRunner, services: Services, chair: Product, actor: Actor
    ) -> None:
        at = page(PRODUCT, actor, {"id": str(chair.id)})

        at.menu_button(key="product.more").click("trash").run()

        assert "This product is in the trash" in words(at)

        at.button(key="product.restore").click().run()

        assert services.products.get(actor, chair.id).trashed_at is None

    def test_goes_to_the_archive_and_back(
        self, page: PageRunner, services: Services, chair: Product, actor: Actor
    ) -> None:
        at = page(PRODUCT, actor, {"id": str(chair.id)})

        at.menu_button(key="product.more").click("archive").run()

        assert "This product is archived" in words(at)

        at.button(key="product.unarchive").click().run()

        assert services.products.get(actor, chair.id).archived_at is None

    def test_is_copied_and_the_copy_is_opened(
        self, page: PageRunner, services: Services, chair: Product, actor: Actor
    ) -> None:
        at = page(PRODUCT, actor, {"id": str(chair.id)})

        at.menu_button(key="product.more").click("duplicate").run()

        copy = services.products.get(actor, int(address(at, "id")))
        assert copy.id != chair.id
        assert copy.category == chair.category


class TestNeighbours:
    def test_lead_through_the_list_one_came_from(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        pine, oak, elm = products(services, actor, "Pine chair", "Oak chair", "Elm table")
        came_from = {"text": "chair", "sort": "name"}
        at = page(PRODUCT, actor, {"id": str(oak), **came_from})
        assert at.button(key="product.previous").disabled

        at.button(key="product.next").click().run()

        assert (address(at, "id"), address(at, "sort")) == (str(pine), "name")
        assert at.button(key="product.next").disabled
        assert elm not in (pine, oak)

    def test_keep_the_list_for_the_way_back(
        self, page: PageRunner, chair: Product, actor: Actor
    ) -> None:
        at = page(PRODUCT, actor, {"id": str(chair.id), "text": "oak", "page": "hostile\0"})

        at.button(key="header.back").click().run()

        assert address(at, "text") == "oak"


class TestFacts:
    def test_are_changed(
        self, page: PageRunner, services: Services, chair: Product, actor: Actor
    ) -> None:
        at = page(PRODUCT, actor, {"id": str(chair.id)})
        at.button(key="product.edit").click().run()
        at.text_input(key=f"product.edit.{chair.id}.name").input("Pine chair")

        # AppTest closes a dialog at each run, so its opener goes along.
        at.button(key="product.edit").click()
        at.button(key="product.edit.send").click().run()

        assert services.products.get(actor, chair.id).name == "Pine chair"

    def test_show_who_changed_them_last(
        self, page: PageRunner, services: Services, chair: Product, actor: Actor
    ) -> None:
        services.products.update(actor, chair.id, replace(chair.draft, name="Pine chair"))

        at = page(PRODUCT, actor, {"id": str(chair.id)}, run=False)
        at.session_state["product.history"] = True
        at.run()

        assert "just now by Ann" in [text.value for text in at.text]
        assert "Name: Oak chair \u2192 Pine chair" in [text.value for text in at.text]


class TestPhotos:
    def test_stand_in_order_with_the_primary_one_large(
        self, page: PageRunner, chair: Product, actor: Actor
    ) -> None:
        at = page(PRODUCT, actor, {"id": str(chair.id)})

        ids = [photo.id for photo in chair.photos]
        assert photo_strip(at) == (ids, ids[0], False)

    @pytest.mark.parametrize(
        ("action", "order"),
        [("star", (2, 0, 1)), ("arrow_back", (0, 2, 1))],
    )
    def test_moves_the_one_that_was_chosen(
        self,
        page: PageRunner,
        services: Services,
        chair: Product,
        actor: Actor,
        action: str,
        order: tuple[int, ...],
    ) -> None:
        ids = [photo.id for photo in chair.photos]
        at = page(PRODUCT, actor, {"id": str(chair.id)})
        use_photos(at, f"product.photos.{chair.id}.strip", "choose", ids[2])

        at.button(key=f"product.photo.{action}").click().run()

        assert photo_ids(services, actor, chair) == [ids[place] for place in order]
        assert photo_strip(at)[1] == ids[2]

    def test_are_dragged_into_another_order(
        self, page: PageRunner, services: Services, chair: Product, actor: Actor
    ) -> None:
        ids = [photo.id for photo in chair.photos]
        at = page(PRODUCT, actor, {"id": str(chair.id)})

        use_photos(at, f"product.photos.{chair.id}.strip", "order", *reversed(ids))

        assert photo_ids(services, actor, chair) == ids[::-1]

    def test_keep_their_order_where_it_names_another_photo(
        self, page: PageRunner, services: Services, chair: Product, actor: Actor
    ) -> None:
        ids = [photo.id for photo in chair.photos]
        at = page(PRODUCT, actor, {"id": str(chair.id)})

        use_photos(at, f"product.photos.{chair.id}.strip", "order", ids[1], ids[0], 987_654)

        assert photo_ids(services, actor, chair) == ids
        assert not at.exception

    def test_open_at_a_click(self, page: PageRunner, chair: Product, actor: Actor) -> None:
        at = page(PRODUCT, actor, {"id": str(chair.id)})

        use_photos(at, f"product.photos.{chair.id}.strip", "open", chair.photos[1].id)

        assert address(at, "id") == str(chair.photos[1].id)

    def test_are_cut_to_squares_for_a_look(
        self, page: PageRunner, chair: Product, actor: Actor
    ) -> None:
        at = page(PRODUCT, actor, {"id": str(chair.id)})

        at.toggle(key="product.photo.square").set_value(True).run()

        assert photo_strip(at)[2]

    def test_are_taken_off_and_put_back_where_they_were(
        self, page: PageRunner, services: Services, chair: Product, actor: Actor
    ) -> None:
        first, *others = [photo.id for photo in chair.photos]
        at = page(PRODUCT, actor, {"id": str(chair.id)})

        at.button(key="product.photo.delete").click().run()

        assert photo_ids(services, actor, chair) == others
        assert services.assets.get(actor, first).trashed_at is not None

        at.button(key="product.photo.undo").click().run()

        assert photo_ids(services, actor, chair) == [first, *others]
        assert services.assets.get(actor, first).trashed_at is None

    def test_are_replaced_in_their_place(
        self, page: PageRunner, services: Services, chair: Product, actor: Actor
    ) -> None:
        first, *others = [photo.id for photo in chair.photos]
        at = page(PRODUCT, actor, {"id": str(chair.id)})
        at.button(key="product.photo.sync").click().run()
        uploader = at.file_uploader(key=f"product.replace.{first}.0")

        # AppTest closes a dialog at each run, so its opener goes along.
        at.button(key="product.photo.sync").click()
        uploader.upload("new.jpg", photo_bytes(colour="#993366"))
        at.run()

        new, *rest = photo_ids(services, actor, chair)
        assert (new != first, rest) == (True, others)
        assert services.assets.get(actor, first).trashed_at is not None

    def test_takes_in_dropped_files_and_says_which_is_no_picture(
        self, page: PageRunner, services: Services, chair: Product, actor: Actor
    ) -> None:
        at = page(PRODUCT, actor, {"id": str(chair.id)})
        uploader = at.file_uploader(key="product.upload.0")

        uploader.upload("new.jpg", photo_bytes(colour="#993366"))
        uploader.upload("notes.png", b"no picture")
        at.run()

        assert len(photo_ids(services, actor, chair)) == 4
        assert "notes.png" in words(at)
        assert "not a picture" in words(at)

    def test_holds_no_uploaded_bytes_afterwards(
        self, page: PageRunner, chair: Product, actor: Actor
    ) -> None:
        at = page(PRODUCT, actor, {"id": str(chair.id)})

        at.file_uploader(key="product.upload.0").upload("n.jpg", photo_bytes(colour="#993366"))
        at.run()

        assert at.file_uploader(key="product.upload.1").value == []


class TestPictures:
    def test_are_shown_with_their_jobs_and_what_they_cost(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        made = pictures(painting, actor)
        [summary] = painting.products.search(actor).items

        at = page(PRODUCT, actor, {"id": str(summary.id)}, run=False)
        at.session_state["product.jobs"] = True
        at.run()

        assert card_ids(at, GRID) == [str(asset_id) for asset_id in made]
        [line] = [link for link in links(at) if link.startswith(":green-badge")]
        assert line.replace("\\", "").startswith(
            ":green-badge[Ready] 2 of 2 pictures · Plain · $0.08 · by Ann · just now"
        )
        assert "$0.0780 · 2 pictures · $0.0390 each" in words(at)

    def test_are_judged_one_after_the_other(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, older, oldest = pictures(painting, actor, 3)
        [summary] = painting.products.search(actor).items
        at = page(PRODUCT, actor, {"id": str(summary.id)})

        judge_cards(at, GRID, (1, newest, "approved", 0), (2, older, "rejected", 0))
        # The browser sends what it has no answer to once more.
        judge_cards(at, GRID, (2, older, "rejected", 0), (3, oldest, "rate", 4))

        assert [(card["review"], card["rating"]) for card in cards(at, GRID)] == [
            ("approved", 0), ("rejected", 0), ("unreviewed", 4),
        ]  # fmt: skip
        assert painting.products.get(actor, summary.id).approved_count == 1

    def test_say_why_and_take_it_back(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        [newest] = pictures(painting, actor, 1)
        [summary] = painting.products.search(actor).items
        at = page(PRODUCT, actor, {"id": str(summary.id)})
        judge_cards(at, GRID, (1, newest, "rejected", 0))

        at.pills(key="product.pictures.why.1").set_value("colour").run()

        assert painting.assets.get(actor, newest).review.reason == "colour"

        at.button(key="product.pictures.undo").click().run()

        assert painting.assets.get(actor, newest).review.state is ReviewState.UNREVIEWED

    def test_are_counted_and_shown_by_state(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, older, oldest = pictures(painting, actor, 3)
        painting.reviews.set_state(actor, [older], ReviewState.APPROVED)
        [summary] = painting.products.search(actor).items
        at = page(PRODUCT, actor, {"id": str(summary.id)})
        tabs = at.segmented_control(key="product.pictures.tab")
        assert [option.content for option in tabs.proto.options] == [
            "To review :gray[2]", "Approved :gray[1]", "Needs edit :gray[0]", "Rejected :gray[0]",
            "All :gray[3]",
        ]  # fmt: skip

        tabs.set_value(ReviewState.UNREVIEWED).run()
        assert card_ids(at, GRID) == [str(newest), str(oldest)]

        judge_cards(at, GRID, (1, newest, "needs_edit", 0), (2, oldest, "approved", 0))

        assert "All reviewed" in words(at)

    def test_are_only_looked_at_by_a_viewer(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        [newest] = pictures(painting, actor, 1)
        [summary] = painting.products.search(actor).items
        become(painting, actor, Role.VIEWER)
        at = page(PRODUCT, actor, {"id": str(summary.id)})

        judge_cards(at, GRID, (1, newest, "approved", 0))

        assert "may look, but not judge" in words(at)
        assert painting.assets.get(actor, newest).review.state is ReviewState.UNREVIEWED


class TestCollections:
    def test_shows_those_that_hold_it(
        self, page: PageRunner, services: Services, chair: Product, actor: Actor
    ) -> None:
        spring = services.collections.create(actor, "Spring")
        services.collections.add_products(actor, spring.id, [chair.id])

        at = page(PRODUCT, actor, {"id": str(chair.id)})

        assert "Spring" in links(at)

    def test_adds_it_to_a_new_one(
        self, page: PageRunner, services: Services, chair: Product, actor: Actor
    ) -> None:
        at = page(PRODUCT, actor, {"id": str(chair.id)})
        at.button(key="product.collect").click().run()
        at.text_input(key="add_to.create.name").input("Autumn")

        at.button(key="product.collect").click()
        at.button(key="add_to.create.send").click().run()

        [autumn] = services.collections.of_product(actor, chair.id)
        assert autumn.name == "Autumn"
