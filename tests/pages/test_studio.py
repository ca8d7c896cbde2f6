"""The studio shows what a click would do, does exactly that, and shows what came of it."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.generation import Backdrop, GenerationJob
from core.domain.products import PhotoUpload, Product
from tests.images import photo_bytes
from tests.support.generation import chair_with_photo
from tests.support.pages import PageRunner
from tests.ui.making import pictures, products, submit
from tests.ui.reading import address, card_ids, cards, click_card, links, words

STUDIO = "pages/studio.py"


@pytest.fixture
def chair(painting: Services, actor: Actor) -> Product:
    """Return a product with a photo, where a fake image model paints."""
    return chair_with_photo(painting, actor)


def studio(page: PageRunner, actor: Actor, product: Product, **more: str) -> AppTest:
    return page(STUDIO, actor, {"product": str(product.id), **more})


def generate(at: AppTest, submissions: int = 0) -> AppTest:
    return at.button(key=f"studio.generate.{submissions}").click().run()


def jobs(services: Services, actor: Actor) -> tuple[GenerationJob, ...]:
    return services.generation.jobs(actor).items


def choices(at: AppTest, key: str) -> list[str]:
    """Return the ids of the thumbs with this key."""
    protos = [element.proto for element in at.get("bidi_component")]
    [thumbs] = [json.loads(p.json)[1] for p in protos if p.id.endswith(f"-{key}")]
    return [thumb["id"] for thumb in thumbs]


class TestChoosingAProduct:
    def test_begins_with_the_catalogue(
        self, page: PageRunner, chair: Product, actor: Actor
    ) -> None:
        at = page(STUDIO, actor)

        click_card(at, "studio.products.grid", "open", chair.id)

        assert address(at, "product") == str(chair.id)
        assert at.button(key="studio.generate.0").label == "Generate 4 pictures"

    @pytest.mark.usefixtures("painting")
    def test_leads_to_the_products_when_there_is_none(self, page: PageRunner, actor: Actor) -> None:
        at = page(STUDIO, actor)

        assert "No products yet" in words(at)

    @pytest.mark.parametrize("product_id", ["", "999", "x"])
    def test_says_that_there_is_no_such_product(
        self, page: PageRunner, actor: Actor, product_id: str
    ) -> None:
        at = page(STUDIO, actor, {"product": product_id})

        assert "This product could not be found" in words(at)

    def test_shows_nothing_of_another_workspace(
        self, page: PageRunner, chair: Product, other_actor: Actor
    ) -> None:
        at = studio(page, other_actor, chair)

        assert "This product could not be found" in words(at)

    def test_says_that_a_product_needs_a_photo_first(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        [bare] = products(painting, actor, "Oak lamp")

        at = page(STUDIO, actor, {"product": str(bare)})

        assert "This product has no photo yet" in words(at)
        assert "Add a photo" in links(at)

    def test_says_that_a_product_in_the_trash_rests(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        painting.products.trash(actor, [chair.id])

        at = studio(page, actor, chair)

        assert "This product is in the trash" in words(at)


class TestPhoto:
    def test_takes_the_one_that_the_address_names(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        upload = PhotoUpload("side.jpg", photo_bytes(colour="#336699"))
        side = painting.products.add_photos(actor, chair.id, [upload]).kept[0]

        generate(studio(page, actor, chair, photo=str(side.id)))

        assert jobs(painting, actor)[0].settings.photo_id == side.id

    def test_says_that_a_photo_in_the_address_is_not_the_products(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        at = studio(page, actor, chair, photo="999")

        assert "not one of this product's" in words(at)
        generate(at)
        assert jobs(painting, actor)[0].settings.photo_id == chair.photos[0].id


class TestPlan:
    def test_shows_count_cost_and_time_before_the_click(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        at = studio(page, actor, chair)

        at.slider(key="studio.variants").set_value(3).run()

        [spec] = painting.generation.models()
        cost = 3 * (spec.price_micros["1K"] + 2 * spec.reference_micros)
        assert f"3 pictures · {'free' if not cost else f'${cost / 1e6:,.4f}'} · " in words(at)
        assert at.button(key="studio.generate.0").label == "Generate 3 pictures"
        assert jobs(painting, actor) == ()

    def test_shows_the_prompt_that_is_sent(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        at = studio(page, actor, chair)
        at.text_area(key="studio.prompt").input("soft *morning* light").run()
        shown = at.code[0].value

        generate(at)

        assert jobs(painting, actor)[0].prompt == shown

    def test_sends_what_was_chosen(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        at = studio(page, actor, chair)
        at.segmented_control(key="studio.backdrop").set_value("gradient")
        at.selectbox(key="studio.ratio.fake").select("4:5")
        at.slider(key="studio.variants").set_value(2).run()

        generate(at)

        settings = jobs(painting, actor)[0].settings
        assert settings.backdrop == Backdrop("gradient", "#f7efe5,#d9c3a5")
        assert (settings.aspect_ratio, settings.variants) == ("4:5", 2)

    def test_says_that_a_backdrop_picture_is_missing(
        self, page: PageRunner, chair: Product, actor: Actor
    ) -> None:
        at = studio(page, actor, chair)

        at.segmented_control(key="studio.backdrop").set_value("picture").run()

        assert "Choose a picture for the backdrop" in words(at)
        assert [button.key for button in at.button if "generate" in str(button.key)] == []

    def test_takes_an_uploaded_backdrop_at_once(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        at = studio(page, actor, chair)
        at.segmented_control(key="studio.backdrop").set_value("picture").run()

        at.file_uploader(key="studio.backdrop.file.0").upload("sky.jpg", photo_bytes())
        at.run()
        generate(at)

        backdrop = jobs(painting, actor)[0].settings.backdrop
        assert backdrop.kind == "picture"
        assert painting.assets.get(actor, int(backdrop.value)).label == "sky.jpg"

    def test_offers_every_room(self, page: PageRunner, chair: Product, actor: Actor) -> None:
        at = studio(page, actor, chair)

        assert len(choices(at, "studio.room")) == 5


class TestSubmit:
    def test_makes_one_job_of_a_double_click(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        at = studio(page, actor, chair)
        states = at.button(key="studio.generate.0").click()._widget_state  # both clicks' button

        at.run()
        again = at._tree.get_widget_states()
        again.widgets.append(states)
        at._run(again)

        assert len(jobs(painting, actor)) == 1

    def test_makes_another_job_of_a_later_click(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        at = studio(page, actor, chair)

        generate(at)
        generate(at, submissions=1)

        assert len(jobs(painting, actor)) == 2

    def test_shows_the_job_and_its_pictures_to_come(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        at = studio(page, actor, chair)

        generate(at)

        states = [card["state"] for card in cards(at, "studio.pictures.grid")]
        assert states == ["queued"] * 4
        assert at.button(key=f"job.{jobs(painting, actor)[0].id}.close").label == "Cancel"


class TestResults:
    def test_shows_the_pictures_and_opens_the_one_that_is_clicked(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        made = pictures(painting, actor)
        at = studio(page, actor, chair)
        assert card_ids(at, "studio.pictures.grid") == [str(asset_id) for asset_id in made]

        click_card(at, "studio.pictures.grid", "open", made[0])

        assert address(at, "id") == str(made[0])

    def test_cancels_what_waits(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        job = submit(painting, actor, product=chair)
        at = studio(page, actor, chair)

        at.button(key=f"job.{job.id}.close").click().run()

        assert painting.generation.get(actor, job.id).status == "cancelled"
