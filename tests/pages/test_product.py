"""A product's page shows everything of it, and changes it."""

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.generation import Dimensions
from core.domain.products import PhotoUpload, Product, ProductDraft
from tests.images import photo_bytes
from tests.support.generation import chair_with_photo
from tests.support.pages import PageRunner
from tests.ui.making import pictures
from tests.ui.reading import address, card_ids, cards, click_card, links, words

PRODUCT = "pages/product.py"


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
        )  # fmt: skip
        oak = services.products.create(actor, draft)

        at = page(PRODUCT, actor, {"id": str(oak.id)})

        assert at.title[0].value == r"\*Oak\* chair"
        shown = [text.value for text in at.text]
        assert "Made of <b>oak</b>" in shown
        assert "52 cm wide, 55.5 cm deep, 80 cm high" in shown
        assert "oak, chair" in shown

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

    def test_goes_to_the_trash_and_back(
        self, page: PageRunner, services: Services, chair: Product, actor: Actor
    ) -> None:
        at = page(PRODUCT, actor, {"id": str(chair.id)})

        at.button(key="product.trash").click().run()

        assert "This product is in the trash" in words(at)

        at.button(key="product.restore").click().run()

        assert services.products.get(actor, chair.id).trashed_at is None

    def test_changes_the_facts(
        self, page: PageRunner, services: Services, chair: Product, actor: Actor
    ) -> None:
        at = page(PRODUCT, actor, {"id": str(chair.id)})
        at.button(key="product.edit").click().run()
        at.text_input(key=f"product.edit.{chair.id}.name").input("Pine chair")

        # AppTest closes a dialog at each run, so its opener goes along.
        at.button(key="product.edit").click()
        at.button(key="product.edit.send").click().run()

        assert services.products.get(actor, chair.id).name == "Pine chair"

    def test_shows_its_pictures_and_its_jobs(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        made = pictures(painting, actor)
        [summary] = painting.products.search(actor).items

        at = page(PRODUCT, actor, {"id": str(summary.id)}, run=False)
        at.session_state["product.jobs"] = True
        at.run()

        assert card_ids(at, "product.pictures.grid") == [str(asset_id) for asset_id in made]
        [line] = [link for link in links(at) if link.startswith(":green-badge")]
        assert line.replace("\\", "").startswith(
            ":green-badge[Ready] 2 of 2 pictures · Plain · $0.08 · by Ann · just now"
        )


class TestPhotos:
    def test_marks_the_first_as_primary(
        self, page: PageRunner, chair: Product, actor: Actor
    ) -> None:
        at = page(PRODUCT, actor, {"id": str(chair.id)})

        titles = [card["title"] for card in cards(at, f"product.photos.{chair.id}.grid")]
        assert titles == ["Primary photo", "Photo 2", "Photo 3"]

    @pytest.mark.parametrize(
        ("action", "order"),
        [("star", (2, 0, 1)), ("arrow_back", (0, 2, 1))],
    )
    def test_moves_the_one_that_was_clicked(
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
        click_card(at, f"product.photos.{chair.id}.grid", "open", ids[2])

        at.button(key=f"product.photo.{action}").click().run()

        assert photo_ids(services, actor, chair) == [ids[place] for place in order]

    def test_takes_one_off(
        self, page: PageRunner, services: Services, chair: Product, actor: Actor
    ) -> None:
        first, *others = [photo.id for photo in chair.photos]
        at = page(PRODUCT, actor, {"id": str(chair.id)})
        click_card(at, f"product.photos.{chair.id}.grid", "open", first)

        at.button(key="product.photo.delete").click().run()

        assert photo_ids(services, actor, chair) == others
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
