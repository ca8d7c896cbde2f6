"""The studio shows what a click would do, does exactly that, and shows what came of it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.generation import Backdrop
from core.domain.jobs import GenerationJob
from core.domain.products import PhotoUpload, Product
from core.domain.queueing import Priority
from tests.images import photo_bytes
from tests.support.generation import chair_with_photo, many_products
from tests.support.pages import PageRunner
from tests.support.queueing import park
from tests.ui.making import pictures, products, submit
from tests.ui.reading import address, card_ids, cards, click_card, links, words
from tests.ui.roles import become

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


def slim_rows(at: AppTest, key: str) -> list[dict[str, Any]]:
    """Return the slim rows with this key; none if they are not on the page."""
    protos = [element.proto for element in at.get("bidi_component")]
    found = [json.loads(proto.json)[0] for proto in protos if proto.id.endswith(f"-{key}")]
    return found[0] if found else []


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

        assert "3 pictures · $0.12 · 1 to 2 s" in words(at)
        assert at.button(key="studio.generate.0").label == "Generate 3 pictures"
        assert jobs(painting, actor) == ()

    def test_shows_the_pictures_that_are_sent(
        self, page: PageRunner, chair: Product, actor: Actor
    ) -> None:
        at = studio(page, actor, chair)

        photo, room = slim_rows(at, "studio.sent.references")
        assert (photo["title"], photo["text"]) == ("Product photo", "c.jpg")
        assert photo["src"] == chair.photos[0].url("w160")
        assert (room["title"], room["text"]) == ("Backdrop", "Living room")
        assert room["src"] == "/assets/rooms/living-room.webp"

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

    def test_makes_no_job_of_a_plan_that_was_not_shown(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        at = studio(page, actor, chair)

        at.slider(key="studio.variants").set_value(12)  # arrives together with the click
        generate(at)

        assert jobs(painting, actor) == ()
        assert "The plan changed with that click" in words(at)
        generate(at)
        assert len(jobs(painting, actor)[0].slots) == 12

    def test_takes_words_that_were_typed_right_before_the_click(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        at = studio(page, actor, chair)

        at.text_area(key="studio.prompt").input("at dusk")
        generate(at)

        assert "at dusk" in jobs(painting, actor)[0].prompt

    def test_makes_another_job_of_a_later_click(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        at = studio(page, actor, chair)

        generate(at)
        generate(at, submissions=1)

        assert len(jobs(painting, actor)) == 2

    def test_shows_the_pictures_to_come(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        at = studio(page, actor, chair)

        generate(at)

        assert len(jobs(painting, actor)) == 1
        states = [card["state"] for card in cards(at, "studio.pictures.grid")]
        assert states == ["queued"] * 4

    def test_submits_the_priority_that_was_chosen(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        at = studio(page, actor, chair)

        at.segmented_control(key="studio.0.priority").set_value(Priority.HIGH).run()
        assert "High priority" in words(at)
        generate(at)

        assert jobs(painting, actor)[0].priority == Priority.HIGH.rank
        assert at.segmented_control(key="studio.1.priority").value is Priority.NORMAL

    def test_submits_for_later(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        at = studio(page, actor, chair)
        tomorrow = (datetime.now(UTC) + timedelta(days=1)).replace(second=0, microsecond=0)

        at.toggle(key="studio.0.is_later").set_value(True).run()
        at.datetime_input(key="studio.0.run_at").set_value(tomorrow.replace(tzinfo=None)).run()
        assert "Starts " in words(at)
        generate(at)

        assert jobs(painting, actor)[0].run_at == tomorrow
        assert not at.toggle(key="studio.1.is_later").value

    def test_refuses_what_the_budget_has_no_room_for(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        painting.budgets.set_limit(actor, 120_000)
        at = studio(page, actor, chair)
        assert "This month's budget has $0.12 left; this may cost up to $0.16." in words(at)
        assert at.button(key="studio.generate.0").disabled
        assert "Open Usage" in [link.proto.label for link in at.get("page_link")]

        at.slider(key="studio.variants").set_value(2).run()

        assert "$0.0400 of the month's budget left after it" in words(at)
        assert not at.button(key="studio.generate.0").disabled

    def test_queues_what_will_wait(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        park(painting, "fake")
        at = studio(page, actor, chair)
        assert "Will wait: the model is stopped" in words(at)
        assert at.button(key="studio.generate.0").label == "Queue 4 pictures"

        generate(at)

        assert len(jobs(painting, actor)[0].slots) == 4

    def test_says_so_when_others_used_up_the_budget_meanwhile(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        painting.budgets.set_limit(actor, 200_000)
        at = studio(page, actor, chair)
        submit(painting, actor, product=chair)

        generate(at)

        assert len(jobs(painting, actor)) == 1
        assert "of this month's budget of" in words(at) or "this may cost up to" in words(at)

    def test_lets_viewers_look_only(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        become(painting, actor, Role.VIEWER)

        at = studio(page, actor, chair)

        assert at.button(key="studio.generate.0").disabled


class TestSeveralProducts:
    def batch(self, page: PageRunner, actor: Actor, ids: list[int], **more: str) -> AppTest:
        return page(STUDIO, actor, {"products": ",".join(map(str, ids)), **more})

    def test_shows_what_is_made_of_each_and_what_is_left_out(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        ids = many_products(painting, actor, 3)
        bare = products(painting, actor, "Oak lamp")

        at = self.batch(page, actor, [*ids, *bare])

        planned = slim_rows(at, "studio.planned")
        assert [row["path"] for row in planned] == [f"/product?id={i}" for i in ids]
        assert {row["end"] for row in planned} == {"$0.16"}
        assert all(row["src"].endswith("/w160") for row in planned)
        [left_out] = slim_rows(at, "studio.skipped")
        assert (left_out["title"], left_out["is_off"]) == ("Oak lamp", True)
        assert "no photo yet" in left_out["text"]
        assert "12 pictures · $0.48 · " in words(at)
        assert at.button(key="studio.generate.0").label == "Generate 12 pictures for 3 products"

    def test_submits_all_at_once_and_leads_to_the_jobs(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        ids = many_products(painting, actor, 3)
        at = self.batch(page, actor, ids)

        generate(at)

        made = jobs(painting, actor)
        assert sorted(job.product_id for job in made) == sorted(ids)
        assert len({job.submission_id for job in made}) == 1
        assert at.title[0].value == "Jobs"
        assert address(at, "submission") == str(made[0].submission_id)

    def test_makes_one_submission_of_a_double_click(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        at = self.batch(page, actor, many_products(painting, actor, 3))
        states = at.button(key="studio.generate.0").click()._widget_state

        at.run()
        again = at._tree.get_widget_states()
        again.widgets.append(states)
        at._run(again)

        assert len(jobs(painting, actor)) == 3

    def test_takes_the_products_of_a_collection(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        ids = many_products(painting, actor, 3)
        spring = painting.collections.create(actor, "Spring")
        painting.collections.add_products(actor, spring.id, ids[:2])

        at = page(STUDIO, actor, {"collection": str(spring.id)})

        assert "Spring" in words(at)
        assert [row["path"] for row in slim_rows(at, "studio.planned")] == [
            f"/product?id={i}" for i in ids[:2]
        ]

    def test_shows_the_prompt_of_each(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        at = self.batch(page, actor, many_products(painting, actor, 2))
        first = at.code[0].value

        at.selectbox(key="studio.sent.product").select_index(1).run()

        assert at.code[0].value != first

    def test_says_that_an_empty_collection_has_nothing(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        empty = painting.collections.create(actor, "Empty")

        at = page(STUDIO, actor, {"collection": str(empty.id)})

        assert "This collection has no products" in words(at)
        assert "Open the collection" in links(at)

    @pytest.mark.parametrize("ids", ["", "x", "0,-1", "9" * 30])
    @pytest.mark.usefixtures("painting")
    def test_says_that_the_address_names_no_products(
        self, page: PageRunner, actor: Actor, ids: str
    ) -> None:
        at = page(STUDIO, actor, {"products": ids})

        assert "These products could not be found" in words(at)

    def test_shows_nothing_of_another_workspace(
        self, page: PageRunner, painting: Services, actor: Actor, other_actor: Actor
    ) -> None:
        ids = many_products(painting, actor, 2)

        at = self.batch(page, other_actor, ids)

        assert "could not be found" in words(at)
        assert slim_rows(at, "studio.planned") == []
        assert [button for button in at.button if "generate" in str(button.key)] == []

    def test_takes_no_more_than_fit_in_a_plan(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        at = self.batch(page, actor, list(range(1, 502)))

        assert "at most 500 products" in words(at)
        assert jobs(painting, actor) == ()


class TestResults:
    def test_shows_the_pictures_and_opens_the_one_that_is_clicked(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        made = pictures(painting, actor)
        at = studio(page, actor, chair)
        assert card_ids(at, "studio.pictures.grid") == [str(asset_id) for asset_id in made]

        click_card(at, "studio.pictures.grid", "open", made[0])

        assert address(at, "id") == str(made[0])
