"""A preset's page: what it sets, what came of it, its versions, and changing it."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.presets import Preset, PresetDraft
from core.domain.reviews import ReviewState
from core.domain.setting_layers import SettingsLayer
from tests.support.pages import PageRunner
from tests.support.people import colleague_of
from tests.ui.layer_forms import say
from tests.ui.preset_reading import CALM, make_pictures, tiles
from tests.ui.reading import address, card_ids, words
from tests.ui.roles import become, join

PRESET = "pages/preset.py"


@pytest.fixture
def calm(services: Services, actor: Actor) -> Preset:
    return services.presets.save(actor, replace(CALM, is_shared=True))


def opened(page: PageRunner, actor: Actor, preset: Preset) -> AppTest:
    return page(PRESET, actor, {"id": str(preset.id)})


def keys(at: AppTest) -> set[str]:
    return {str(button.key) for button in at.button}


class TestPreset:
    def test_shows_what_it_sets_and_for_whom(
        self, page: PageRunner, actor: Actor, calm: Preset
    ) -> None:
        at = opened(page, actor, calm)

        assert at.title[0].value == "Calm"
        assert [(tile["label"], tile["value"]) for tile in tiles(at)] == [("Mood", "Serene")]
        said = words(at)
        for words_of_it in ("For quiet rooms", "The workspace", "No pictures yet", "The first one"):
            assert words_of_it in said

    def test_shows_pictures_made_with_it_and_their_figures(
        self, page: PageRunner, painting: Services, actor: Actor, calm: Preset
    ) -> None:
        pictures = make_pictures(painting, actor, calm, 2)
        painting.reviews.set_state(actor, pictures[:1], ReviewState.APPROVED)

        at = opened(page, actor, calm)

        assert card_ids(at, "preset.pictures.grid") == [str(picture) for picture in pictures]
        assert "2 pictures, 1 approved, $0.0" in words(at)

    def test_says_what_changed_in_each_version_and_goes_back(
        self, page: PageRunner, services: Services, actor: Actor, calm: Preset
    ) -> None:
        louder = SettingsLayer(mood="Playful", lighting="Warm light")
        services.presets.update(actor, calm.id, replace(calm.draft, layer=louder))
        at = opened(page, actor, calm)
        said = words(at)

        at.button(key="preset.back.1").click().run()

        assert "Mood: Serene \u2192 Playful" in said
        assert "Lighting: not set \u2192 Warm light" in said
        now = services.presets.get(actor, calm.id)
        assert (now.version, now.layer) == (3, calm.layer)
        assert "Lighting: Warm light \u2192 not set" in words(at)

    def test_keeps_other_settings_as_a_new_version(
        self, page: PageRunner, services: Services, actor: Actor, calm: Preset
    ) -> None:
        at = opened(page, actor, calm)
        at.button(key="preset.tune").click().run()
        unchanged = at.button(key="preset.save").disabled

        say(at, key=f"preset.form.{calm.id}", mood="Playful", variants=3)
        at.button(key="preset.save").click().run()

        now = services.presets.get(actor, calm.id)
        assert unchanged
        assert (now.version, now.layer) == (2, SettingsLayer(mood="Playful", variants=3))
        assert tiles(at)[0]["value"] == "Playful"

    def test_cancels_without_a_trace(
        self, page: PageRunner, services: Services, actor: Actor, calm: Preset
    ) -> None:
        at = opened(page, actor, calm)
        at.button(key="preset.tune").click().run()
        say(at, key=f"preset.form.{calm.id}", mood="Playful")

        at.button(key="preset.cancel").click().run()

        assert services.presets.get(actor, calm.id) == calm
        assert tiles(at)[0]["value"] == "Serene"

    def test_overwrites_nothing_that_another_person_saved_meanwhile(
        self, page: PageRunner, services: Services, actor: Actor, calm: Preset
    ) -> None:
        at = opened(page, actor, calm)
        at.button(key="preset.tune").click().run()
        say(at, key=f"preset.form.{calm.id}", mood="Playful")
        theirs = replace(calm.draft, layer=SettingsLayer(mood="Raw"))
        services.presets.update(actor, calm.id, theirs)

        at.button(key="preset.save").click().run()

        assert services.presets.get(actor, calm.id).layer.mood == "Raw"
        assert "Somebody else changed this preset" in at.error[0].value
        assert "preset.save" in keys(at)

    def test_changes_name_text_and_who_sees_it(
        self, page: PageRunner, services: Services, actor: Actor, calm: Preset
    ) -> None:
        at = opened(page, actor, calm)
        at.menu_button(key="preset.more").click("Edit name and sharing").run()
        at.text_input(key="preset.edit.name").input("Calmer")
        at.text_area(key="preset.edit.description").input("For beds")
        at.toggle(key="preset.edit.shared").set_value(False)

        # AppTest closes a dialog at each run, so its opener goes along.
        at.menu_button(key="preset.more").click("Edit name and sharing")
        at.button(key="preset.edit.send").click().run()

        now = services.presets.get(actor, calm.id)
        assert now.draft == PresetDraft("Calmer", calm.layer, "For beds", is_shared=False)
        assert now.version == 1

    def test_duplicates_into_one_of_ones_own(
        self, page: PageRunner, services: Services, actor: Actor, calm: Preset
    ) -> None:
        at = opened(page, actor, calm)

        at.menu_button(key="preset.more").click("Duplicate").run()

        copy = next(each for each in services.presets.list(actor) if each.id != calm.id)
        assert (copy.name, copy.layer, copy.is_shared) == ("Calm, copy", calm.layer, False)
        assert address(at, "id") == str(copy.id)

    def test_goes_to_the_trash_and_comes_back(
        self, page: PageRunner, services: Services, actor: Actor, calm: Preset
    ) -> None:
        at = opened(page, actor, calm)

        at.menu_button(key="preset.more").click("Delete").run()
        gone = at.title[0].value, services.presets.list(actor), words(at)
        at.switch_page("pages/presets.py").run()
        at.button(key="presets.undo").click().run()

        assert gone[:2] == ("Presets", ())
        assert "“Calm” is in the trash" in gone[2]
        assert services.presets.list(actor) == (calm,)
        assert "is in the trash" not in words(at)

    def test_can_be_restored_on_its_own_page(
        self, page: PageRunner, services: Services, actor: Actor, calm: Preset
    ) -> None:
        services.presets.trash(actor, [calm.id])
        at = opened(page, actor, calm)
        said, offered = words(at), keys(at)

        at.button(key="preset.restore").click().run()

        assert "This preset is in the trash" in said
        assert not {"preset.tune", "preset.start"} & offered
        assert services.presets.list(actor) == (calm,)

    def test_leads_to_the_studio(self, page: PageRunner, actor: Actor, calm: Preset) -> None:
        at = opened(page, actor, calm)

        at.button(key="preset.start").click().run()

        assert at.title[0].value == "Studio"

    def test_lets_a_colleague_use_and_copy_but_not_change_it(
        self, page: PageRunner, services: Services, actor: Actor, calm: Preset
    ) -> None:
        cora = colleague_of(services, actor, "Cora", "cora@example.com")
        join(services, cora)
        become(services, cora, Role.EDITOR)

        at = opened(page, cora, calm)

        assert "preset.start" in keys(at)
        assert "preset.tune" not in keys(at)
        assert list(at.menu_button(key="preset.more").options) == ["Duplicate"]

    def test_offers_nothing_to_those_who_only_look(
        self, page: PageRunner, services: Services, actor: Actor, calm: Preset
    ) -> None:
        become(services, actor, Role.VIEWER)

        at = opened(page, actor, calm)

        assert tiles(at)[0]["value"] == "Serene"
        assert not {"preset.start", "preset.tune", "preset.back.1"} & keys(at)

    @pytest.mark.parametrize("preset_id", ["1", "999", "x", ""])
    def test_of_another_workspace_is_not_there(
        self, page: PageRunner, other_actor: Actor, calm: Preset, preset_id: str
    ) -> None:
        assert calm.id == 1

        at = page(PRESET, other_actor, {"id": preset_id})

        assert "This preset could not be found" in words(at)


class TestNewPreset:
    def test_is_made_of_a_name_and_settings(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        at = page(PRESET, actor, {"new": "1"})
        at.text_input(key="preset.new.name").input("Calm")
        say(at, key="preset.new.form", mood="Serene", palette=["#f1ebe0"])

        at.button(key="preset.new.send").click().run()

        [preset] = services.presets.list(actor)
        assert (preset.name, preset.version) == ("Calm", 1)
        assert preset.layer == SettingsLayer(mood="Serene", palette=("#f1ebe0",))
        assert address(at, "id") == str(preset.id)

    def test_needs_a_name(self, page: PageRunner, services: Services, actor: Actor) -> None:
        at = page(PRESET, actor, {"new": "1"})
        say(at, key="preset.new.form", mood="Serene")

        at.button(key="preset.new.send").click().run()

        assert services.presets.list(actor) == ()
        assert "a name" in at.error[0].value

    def test_is_not_for_those_who_only_look(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        become(services, actor, Role.VIEWER)

        at = page(PRESET, actor, {"new": "1"})

        assert "This preset could not be found" in words(at)


class TestStarter:
    def test_is_copied_when_it_is_used(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        at = page(PRESET, actor, {"starter": "white-packshot"})
        shown = at.title[0].value, services.presets.list(actor)

        at.button(key="starter.copy").click().run()

        [copy] = services.presets.list(actor)
        assert shown == ("White packshot", ())
        assert (copy.name, copy.is_shared) == ("White packshot", True)
        assert address(at, "id") == str(copy.id)

    def test_only_shows_itself_to_those_who_may_not_edit(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        become(services, actor, Role.REVIEWER)

        at = page(PRESET, actor, {"starter": "white-packshot"})

        assert len(tiles(at)) == 5
        assert not {"starter.copy", "starter.start"} & keys(at)

    def test_that_nobody_ships_is_not_there(self, page: PageRunner, actor: Actor) -> None:
        at = page(PRESET, actor, {"starter": "../../etc"})

        assert "This preset could not be found" in words(at)
