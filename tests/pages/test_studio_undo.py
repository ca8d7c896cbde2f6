"""What the studio replaced at once is put back by one click."""

from dataclasses import replace

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.presets import PresetDraft
from core.domain.products import Product
from core.domain.setting_layers import SettingsLayer
from tests.support.generation import chair_with_photo
from tests.support.pages import PageRunner
from tests.ui.layer_forms import form, say
from tests.ui.making import pictures
from tests.ui.reading import click_card, words
from tests.ui.studios import latest, studio, unfold


@pytest.fixture
def chair(painting: Services, actor: Actor) -> Product:
    """Return a product with a photo, where a fake image model paints."""
    return chair_with_photo(painting, actor)


class TestUndo:
    def test_puts_back_what_was_set_before_the_settings_of_a_picture(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        [made] = pictures(painting, actor, 1)
        at = say(studio(page, actor, chair), style="Japandi", mood="Serene")
        click_card(at, "studio.pictures.grid", "open", made)
        next(each for each in at.button if each.label.startswith("Again with")).click().run()
        assert form(at)["layer"] != {"style": "Japandi", "mood": "Serene"}

        at.button(key="studio.undo.go").click().run()

        assert form(at)["layer"] == {"style": "Japandi", "mood": "Serene"}
        assert latest(painting, actor).state["layer"] == {"style": "Japandi", "mood": "Serene"}
        assert [each for each in at.button if each.key == "studio.undo.go"] == []

    def test_puts_back_what_was_set_before_a_preset(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        preset = painting.presets.save(actor, PresetDraft("Quiet", SettingsLayer(variants=3)))
        at = say(studio(page, actor, chair), mood="Serene")
        at.button(key="studio.preset.choose").click().run()
        click_card(at, "studio.presets.grid", "open", preset.id)
        assert "Started from “Quiet”" in words(at)

        at.button(key="studio.undo.go").click().run()

        assert form(at)["layer"] == {"mood": "Serene"}
        assert latest(painting, actor).state["preset_id"] is None

    def test_is_not_offered_any_more_when_something_else_was_set_since(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        preset = painting.presets.save(actor, PresetDraft("Quiet", SettingsLayer(variants=3)))
        at = studio(page, actor, chair)
        at.button(key="studio.preset.choose").click().run()
        click_card(at, "studio.presets.grid", "open", preset.id)

        say(at, mood="Serene")

        assert [each for each in at.button if each.key == "studio.undo.go"] == []


class TestOwnText:
    def test_says_beside_the_settings_that_they_do_not_change_it(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        at = unfold(studio(page, actor, chair))
        generated = at.code[0].value
        at.button(key="studio.prompt.write").click().run()
        at.text_area[0].input("Only this.").run()
        assert "Your own text is sent; settings do not change it." in words(at)

        at.button(key="studio.prompt.side.back").click().run()

        assert at.code[0].value == generated
        assert latest(painting, actor).state["written"] == {}

    @pytest.mark.parametrize("back", ["studio.prompt.side.back", "studio.prompt.back"])
    def test_is_put_back_after_the_generated_text(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor, back: str
    ) -> None:
        at = unfold(studio(page, actor, chair))
        at.button(key="studio.prompt.write").click().run()
        at.text_area[0].input("Only this.").run()
        at.button(key=back).click().run()

        at.button(key="studio.prompt.side.undo").click().run()

        assert at.text_area[0].value == "Only this."
        assert latest(painting, actor).state["written"] == {str(chair.id): "Only this."}


class TestReferences:
    def test_say_that_they_are_shown_to_a_model_that_sees_them(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor
    ) -> None:
        [made] = pictures(painting, actor, 1)
        at = click_card(studio(page, actor, chair), "studio.pictures.grid", "open", made)

        next(each for each in at.button if each.label == "Use as reference").click().run()

        assert "It is shown to the model from now on." in words(at)

    def test_say_that_a_model_cannot_see_them(
        self, page: PageRunner, painting: Services, chair: Product, actor: Actor,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        [made] = pictures(painting, actor, 1)
        model = painting.parts.models.get("fake")
        monkeypatch.setattr(model, "spec", replace(model.spec, reads_sentences=False))
        at = click_card(studio(page, actor, chair), "studio.pictures.grid", "open", made)

        next(each for each in at.button if each.label == "Use as reference").click().run()

        assert "no image model here can see other pictures" in words(at)
        assert "It is shown to the model" not in words(at)
        assert form(at)["layer"]["references"] == [{"role": "style", "asset_id": made}]
