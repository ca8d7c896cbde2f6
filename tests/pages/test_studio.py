"""The studio shows what a click would do, does exactly that, and shows what came of it."""

from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.brand_kits import BrandKit
from core.domain.generation import Backdrop
from core.domain.photo_checks import Verdict
from core.domain.products import PhotoUpload, Product
from core.domain.queueing import Priority
from core.domain.reviews import ReviewState
from core.domain.setting_layers import SettingsLayer
from tests.images import photo_bytes
from tests.support.generation import chair_with_photo
from tests.support.pages import PageRunner
from tests.support.queueing import park
from tests.support.tasks import run_tasks
from tests.ui.layer_forms import ask_for_picture, form, say, saying
from tests.ui.making import pictures, products, submit
from tests.ui.reading import address, cards, click_card, links, viewed, words
from tests.ui.roles import become
from tests.ui.studios import STUDIO, generate, jobs, latest, slim_rows, studio, unfold


@pytest.fixture
def chair(painting: Services, actor: Actor) -> Product:
    """Return a product with a photo, where a fake image model paints."""
    return chair_with_photo(painting, actor)


class TestChoosingAProduct:
    def test_begins_with_the_catalogue(
        self, page: PageRunner, chair: Product, actor: Actor
    ) -> None:
        at = page(STUDIO, actor)

        click_card(at, "studio.products.grid", "open", chair.id)

        assert address(at, "product") == str(chair.id)
        assert at.button(key="studio.generate.0").label == "Generate 1 picture"

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


class TestSettings:
    def test_begins_with_what_the_levels_below_say(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        painting.products.set_defaults(actor, chair.id, SettingsLayer(lighting="Morning light"))

        given = form(studio(page, actor, chair))

        assert given["layer"] == {}
        assert given["below"]["values"]["lighting"] == "Morning light"
        assert given["below"]["notes"]["lighting"][0] == chair.name

    def test_sends_what_was_set(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        at = studio(page, actor, chair)

        say(
            at, scene_type="Patio", style="Japandi", aspect_ratio="4:5", variants=2,
            backdrop={"kind": "gradient", "value": "#f7efe5,#d9c3a5"},
        )  # fmt: skip
        generate(at)

        settings = jobs(painting, actor)[0].settings
        assert (settings.scene_type, settings.style) == ("Patio", "Japandi")
        assert settings.lighting == "Morning light"  # as the style has it
        assert settings.backdrop == Backdrop("gradient", "#f7efe5,#d9c3a5")
        assert (settings.aspect_ratio, settings.variants) == ("4:5", 2)

    def test_takes_nothing_that_a_browser_may_not_say(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        at = studio(page, actor, chair)

        say(at, variants=999, size="16K", palette=["red"], backdrop={"kind": "plain", "value": ""})
        generate(at)

        settings = jobs(painting, actor)[0].settings
        assert (settings.variants, settings.size, settings.palette) == (1, "1K", ())

    def test_ignores_an_answer_to_an_older_form(
        self, page: PageRunner, chair: Product, actor: Actor
    ) -> None:
        at = say(studio(page, actor, chair), style="Japandi")

        say(at, epoch=form(at)["epoch"] - 1, style="Modern")

        assert form(at)["layer"] == {"style": "Japandi"}

    def test_says_that_a_word_is_banned(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        painting.brand_kits.set(actor, BrandKit(words=("calm",), banned=("cheap",)))
        at = studio(page, actor, chair)
        assert "Words: calm" in words(at)

        say(at, prompt="a cheap look")

        assert "The brand kit bans “cheap”" in words(at)
        assert at.button(key="studio.generate.0").disabled
        unfold(at)
        assert "Nothing can be sent yet" in words(at)

    def test_lets_a_written_text_with_a_banned_word_be_put_right(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        painting.brand_kits.set(actor, BrandKit(banned=("cheap",)))
        at = unfold(studio(page, actor, chair))
        at.button(key="studio.prompt.write").click().run()
        at.text_area[0].input("A cheap chair.").run()
        assert "The brand kit bans “cheap”" in words(at)
        assert at.button(key="studio.generate.0").disabled

        at.text_area[0].input("A fine chair.").run()

        assert "The brand kit bans" not in words(at)
        generate(at)
        assert jobs(painting, actor)[0].prompt == "A fine chair."

    def test_offers_other_photos_as_references(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        upload = PhotoUpload("side.jpg", photo_bytes(colour="#336699"))
        side = painting.products.add_photos(actor, chair.id, [upload]).kept[0]
        at = studio(page, actor, chair)
        assert [each[0] for each in form(at)["sides"]] == [side.id]

        say(at, references=[{"role": "product", "asset_id": side.id}])
        generate(at)

        [reference] = jobs(painting, actor)[0].settings.references
        assert reference.asset_id == side.id

    def test_takes_an_uploaded_picture_as_a_reference_or_backdrop(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        at = ask_for_picture(studio(page, actor, chair), "references")
        at.file_uploader[0].upload("sky.jpg", photo_bytes(colour="#336699")).run()

        [reference] = form(at)["layer"]["references"]
        assert reference["role"] == "style"
        assert painting.assets.get(actor, reference["asset_id"]).label == "sky.jpg"
        assert form(at)["pictures"][str(reference["asset_id"])][1] == "sky.jpg"
        ask_for_picture(at, "backdrop")
        at.file_uploader[0].upload("sea.jpg", photo_bytes(colour="#339966")).run()
        assert form(at)["layer"]["backdrop"]["kind"] == "picture"
        assert latest(painting, actor).state["layer"] == form(at)["layer"]

    def test_lets_viewers_look_only(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        become(painting, actor, Role.VIEWER)

        at = studio(page, actor, chair)

        assert not form(at)["may_edit"]
        assert at.button(key="studio.generate.0").disabled


class TestPhotoCheck:
    def test_warns_of_a_poor_photo_until_somebody_uses_it_anyway(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        chair = chair_with_photo(painting, actor)
        run_tasks(painting)
        poor = painting.photo_checks.of(actor, [chair.photos[0].id])[chair.photos[0].id]
        assert poor.verdict is Verdict.POOR
        at = studio(page, actor, chair)
        assert poor.findings[0].reason in words(at)

        at.text_input[0].input("it is all we have")
        next(each for each in at.button if each.label == "Use it anyway").click().run()

        assert poor.findings[0].reason not in words(at)
        check = painting.photo_checks.of(actor, [chair.photos[0].id])[chair.photos[0].id]
        assert check.override_reason == "it is all we have"


class TestPrompt:
    def test_is_shown_as_it_is_sent(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        at = studio(page, actor, chair)
        say(unfold(at), prompt="soft *morning* light")
        shown = at.code[0].value

        generate(at)

        assert jobs(painting, actor)[0].prompt == shown
        assert "soft *morning* light" in shown

    def test_is_written_by_hand_and_shows_what_was_changed(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        at = unfold(studio(page, actor, chair))
        generated = at.code[0].value

        at.button(key="studio.prompt.write").click().run()
        at.text_area[0].input(f"{generated} At dusk.").run()

        assert ":green-background[At dusk" in words(at)
        generate(at)
        assert jobs(painting, actor)[0].prompt == f"{generated} At dusk."
        assert latest(painting, actor).state["written"] == {str(chair.id): f"{generated} At dusk."}

    def test_is_made_as_it_was_typed_right_before_the_click(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        at = unfold(studio(page, actor, chair))
        at.button(key="studio.prompt.write").click().run()

        at.text_area[0].input("Only this.")
        generate(at)

        assert jobs(painting, actor)[0].prompt == "Only this."

    def test_goes_back_to_the_generated_text(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        at = unfold(studio(page, actor, chair))
        generated = at.code[0].value
        at.button(key="studio.prompt.write").click().run()
        at.text_area[0].input("Only this.").run()

        at.button(key="studio.prompt.back").click().run()

        assert latest(painting, actor).state["written"] == {}
        assert at.code[0].value == generated

    def test_names_the_pictures_that_go_with_it(
        self, page: PageRunner, chair: Product, actor: Actor
    ) -> None:
        at = studio(page, actor, chair)
        say(unfold(at), backdrop={"kind": "room", "value": "living-room"})

        photo, room = slim_rows(at, "studio.prompt.pictures")
        assert (photo["title"], photo["text"]) == ("Product photo", "c.jpg")
        assert photo["src"] == chair.photos[0].url("w160")
        assert (room["title"], room["text"]) == ("Backdrop", "Living room")


class TestPlan:
    def test_shows_count_cost_and_time_before_the_click(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        at = studio(page, actor, chair)

        say(at, variants=3)

        assert "3 pictures · $0.12 · 1 to 2 s" in words(at)
        assert at.button(key="studio.generate.0").label == "Generate 3 pictures"
        assert jobs(painting, actor) == ()


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

        states = saying(at, variants=12)  # arrives together with the click
        states.widgets.append(at.button(key="studio.generate.0").click()._widget_state)
        at._run(states)

        assert jobs(painting, actor) == ()
        assert "The plan changed with that click" in words(at)
        generate(at)
        assert len(jobs(painting, actor)[0].slots) == 12

    def test_takes_words_that_were_typed_right_before_the_click(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        at = studio(page, actor, chair)

        states = saying(at, prompt="at dusk")
        states.widgets.append(at.button(key="studio.generate.0").click()._widget_state)
        at._run(states)

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
        assert states == ["queued"]

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
        at = say(studio(page, actor, chair), variants=4)
        assert "This month's budget has $0.12 left; this may cost up to $0.16." in words(at)
        assert at.button(key="studio.generate.0").disabled
        assert "Open Usage" in [link.proto.label for link in at.get("page_link")]

        say(at, variants=2)

        assert "$0.0400 of the month's budget left after it" in words(at)
        assert not at.button(key="studio.generate.0").disabled

    def test_queues_what_will_wait(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        park(painting, "fake")
        at = studio(page, actor, chair)
        assert "Will wait: the model is stopped" in words(at)
        assert at.button(key="studio.generate.0").label == "Queue 1 picture"

        generate(at)

        assert len(jobs(painting, actor)[0].slots) == 1

    def test_says_so_when_others_used_up_the_budget_meanwhile(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        painting.budgets.set_limit(actor, 200_000)
        at = say(studio(page, actor, chair), variants=4)
        submit(painting, actor, product=chair)

        generate(at)

        assert len(jobs(painting, actor)) == 1
        assert "of this month's budget of" in words(at) or "this may cost up to" in words(at)


class TestResults:
    @pytest.fixture
    def made(self, painting: Services, chair: Product, actor: Actor) -> int:
        """Return a picture of the chair in a plain place."""
        del chair
        return pictures(painting, actor, 1)[0]

    def look(self, page: PageRunner, actor: Actor, chair: Product, asset_id: int) -> AppTest:
        return click_card(studio(page, actor, chair), "studio.pictures.grid", "open", asset_id)

    def press(self, at: AppTest, label: str) -> AppTest:
        return next(each for each in at.button if each.label.startswith(label)).click().run()

    def test_show_the_one_that_is_clicked(
        self, page: PageRunner, made: int, chair: Product, actor: Actor
    ) -> None:
        at = self.look(page, actor, chair, made)

        assert viewed(at)

    def test_are_approved_without_leaving(
        self, page: PageRunner, painting: Services, made: int, chair: Product, actor: Actor
    ) -> None:
        at = self.look(page, actor, chair, made)

        self.press(at, "Approve")

        assert painting.assets.get(actor, made).review.state is ReviewState.APPROVED

    def test_are_shown_to_the_model_next(
        self, page: PageRunner, made: int, chair: Product, actor: Actor
    ) -> None:
        at = self.look(page, actor, chair, made)

        self.press(at, "Use as reference")

        assert form(at)["layer"]["references"] == [{"role": "style", "asset_id": made}]

    def test_give_their_settings_to_go_on_from(
        self, page: PageRunner, painting: Services, made: int, chair: Product, actor: Actor
    ) -> None:
        used = jobs(painting, actor)[0].settings
        at = self.look(page, actor, chair, made)

        self.press(at, "Again with")

        again = form(at)["layer"]
        assert again["aspect_ratio"] == used.aspect_ratio
        assert again["backdrop"] == {"kind": used.backdrop.kind, "value": used.backdrop.value}
        assert latest(painting, actor).state["photos"] == {str(chair.id): used.photo_id}

    def test_are_made_once_more(
        self, page: PageRunner, painting: Services, made: int, chair: Product, actor: Actor
    ) -> None:
        at = self.look(page, actor, chair, made)

        self.press(at, "Again ·")

        newest, first = jobs(painting, actor)
        assert newest.prompt == first.prompt
        assert len(newest.slots) == 1

    def test_are_compared_with_the_photo(
        self, page: PageRunner, made: int, chair: Product, actor: Actor
    ) -> None:
        at = self.look(page, actor, chair, made)

        self.press(at, "Compare")

        shown = slim_rows(at, "studio.compare")
        assert [each["id"] for each in shown] == [str(chair.photos[0].id), str(made)]
