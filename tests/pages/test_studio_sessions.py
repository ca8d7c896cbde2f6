"""What is set in the studio is saved by itself and found again; presets begin it."""

import pytest
from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.presets import PresetDraft
from core.domain.products import Product
from core.domain.setting_layers import SettingsLayer
from tests.support.generation import chair_with_photo
from tests.support.pages import PageRunner
from tests.ui.layer_forms import form, say
from tests.ui.reading import address, card_ids, click_card, words
from tests.ui.studios import STUDIO, generate, jobs, latest, studio


@pytest.fixture
def chair(painting: Services, actor: Actor) -> Product:
    """Return a product with a photo, where a fake image model paints."""
    return chair_with_photo(painting, actor)


class TestPresets:
    def test_begin_what_is_set(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        preset = painting.presets.save(
            actor, PresetDraft("Quiet", SettingsLayer(style="Japandi", variants=3))
        )
        at = say(studio(page, actor, chair), mood="Serene")

        at.button(key="studio.preset.choose").click().run()
        click_card(at, "studio.presets.grid", "open", preset.id)

        assert form(at)["layer"] == {}
        assert form(at)["below"]["notes"]["style"][0] == "Preset: Quiet"
        assert "Quiet" in words(at)
        generate(at)
        job = jobs(painting, actor)[0]
        assert (job.settings.style, job.settings.variants) == ("Japandi", 3)

    def test_are_kept_from_what_is_set(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        at = say(studio(page, actor, chair), style="Japandi")

        at.button(key="studio.preset.save").click().run()
        next(each for each in at.text_input if each.label == "Name").input("Quiet")
        next(each for each in at.button if each.label == "Save").click().run()

        [preset] = painting.presets.list(actor)
        assert (preset.name, preset.layer) == ("Quiet", SettingsLayer(style="Japandi"))
        assert latest(painting, actor).state["preset_id"] == preset.id

    def test_are_gone_on_without(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        preset = painting.presets.save(actor, PresetDraft("Quiet", SettingsLayer(style="Japandi")))
        state = {"product_ids": [chair.id], "preset_id": preset.id}
        session = painting.studio_sessions.open(actor, "Quiet chair", state)
        at = page(STUDIO, actor, {"session": str(session.id)})

        at.button(key="studio.preset.drop").click().run()

        assert "style" not in form(at)["below"]["notes"]
        assert latest(painting, actor).state["preset_id"] is None

    def test_in_the_address_begin_a_session(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        preset = painting.presets.save(actor, PresetDraft("Quiet", SettingsLayer(style="Japandi")))
        at = page(STUDIO, actor, {"preset": str(preset.id)})

        click_card(at, "studio.products.grid", "open", chair.id)

        assert form(at)["below"]["notes"]["style"][0] == "Preset: Quiet"
        assert latest(painting, actor).state["preset_id"] == preset.id

    def test_that_are_gone_can_be_let_go_of(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        preset = painting.presets.save(actor, PresetDraft("Quiet", SettingsLayer(style="Japandi")))
        state = {"product_ids": [chair.id], "preset_id": preset.id}
        session = painting.studio_sessions.open(actor, "Quiet chair", state)
        painting.presets.trash(actor, [preset.id])
        at = page(STUDIO, actor, {"session": str(session.id)})
        assert "This preset is not there any more" in words(at)

        at.button(key="studio.preset.drop").click().run()

        assert "This preset is not there any more" not in words(at)
        assert form(at)["layer"] == {}


class TestSessions:
    def test_are_saved_by_themselves_and_found_again(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        at = say(studio(page, actor, chair), style="Japandi", prompt="at dusk")

        session = latest(painting, actor)
        assert address(at, "session") == str(session.id)
        assert session.name == chair.name
        elsewhere = page(STUDIO, actor, {"session": str(session.id)})
        assert form(elsewhere)["layer"] == {"style": "Japandi", "prompt": "at dusk"}
        assert address(elsewhere, "product") == str(chair.id)

    def test_go_on_where_the_last_one_was_left(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        say(studio(page, actor, chair), style="Japandi")

        at = page(STUDIO, actor)

        assert form(at)["layer"] == {"style": "Japandi"}
        assert address(at, "session") == str(latest(painting, actor).id)

    def test_are_not_begun_before_something_is_said(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        studio(page, actor, chair)

        assert painting.studio_sessions.find_latest(actor) is None

    def test_overwrite_nothing_that_another_tab_saved(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        at = say(studio(page, actor, chair), style="Japandi")
        session = latest(painting, actor)
        theirs = {**session.state, "layer": {"style": "Modern"}}
        painting.studio_sessions.save(actor, session.id, theirs, version=session.version)

        say(at, style="Japandi", mood="Serene")

        assert "also open in another tab" in words(at)
        assert latest(painting, actor).state["layer"] == {"style": "Modern"}
        at.button(key="studio.both.open").click().run()
        assert form(at)["layer"] == {"style": "Modern"}

    def test_are_taken_over_when_asked_to(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        at = say(studio(page, actor, chair), style="Japandi")
        session = latest(painting, actor)
        painting.studio_sessions.save(actor, session.id, {}, version=session.version)
        say(at, style="Japandi", mood="Serene")

        at.button(key="studio.both.over").click().run()

        assert latest(painting, actor).state["layer"] == {"style": "Japandi", "mood": "Serene"}
        assert "also open in another tab" not in words(at)

    def test_of_somebody_else_are_not_there(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor,
        other_actor: Actor,
    ) -> None:  # fmt: skip
        session = painting.studio_sessions.open(actor, "Mine", {"product_ids": [chair.id]})

        at = page(STUDIO, other_actor, {"session": str(session.id)})

        assert "This session could not be found" in words(at)

    def test_in_the_trash_can_be_restored(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        session = painting.studio_sessions.open(actor, "Mine", {"product_ids": [chair.id]})
        painting.studio_sessions.trash(actor, [session.id])
        at = page(STUDIO, actor, {"session": str(session.id)})
        assert "This session is in the trash" in words(at)

        next(each for each in at.button if each.label == "Restore").click().run()

        assert form(at)["layer"] == {}

    def test_are_listed_renamed_copied_and_put_into_the_trash(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        state = {"product_ids": [chair.id], "layer": {"style": "Japandi"}}
        other = painting.studio_sessions.open(actor, "Spring", state)
        at = page(STUDIO, actor, {"product": str(chair.id)})
        key = f"studio.sessions.{other.id}"

        at.button(key="studio.sessions").click().run()
        at.text_input(key=f"{key}.name").input("Summer")
        before = popovers(at, key)
        at.button(key=f"{key}.rename.go").click().run()
        assert popovers(at, key) != before  # another one is closed
        at.button(key=f"{key}.copy").click().run()

        assert [each.name for each in painting.studio_sessions.list(actor).items] == [
            "Summer, copy", "Summer",
        ]  # fmt: skip
        assert form(at)["layer"] == {"style": "Japandi"}
        at.button(key="studio.sessions").click().run()
        at.button(key=f"{key}.trash").click().run()
        assert len(painting.studio_sessions.list(actor).items) == 1

    def test_begin_anew(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        at = say(studio(page, actor, chair), style="Japandi")

        at.button(key="studio.new").click().run()

        assert card_ids(at, "studio.products.grid") == [str(chair.id)]
        assert latest(painting, actor).state["layer"] == {"style": "Japandi"}


def popovers(at: AppTest, key: str) -> list[str]:
    """Return the keys of the popovers that rename the session with this key."""
    blocks = [each.proto for each in at.get("popover")]
    return [each.id for each in blocks if f"{key}.rename" in each.id]
