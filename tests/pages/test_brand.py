"""The brand kit is seen by all, changed by those who may, and shown as prompts say it."""

import json

from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.brand_kits import BrandKit
from core.domain.products import PhotoUpload
from core.domain.setting_layers import SettingsLayer
from tests.images import photo_bytes
from tests.support.generation import chair_with_photo
from tests.support.pages import PageRunner
from tests.ui.layer_forms import say
from tests.ui.reading import _components, card_ids, words
from tests.ui.roles import become
from ui.components.brand_preview import added_lines

BRAND = "pages/brand.py"
KIT = BrandKit(("#f4f1ec", "#24262b"), ("calm",), ("cheap",), "Daylight from the left.")


def palette(at: AppTest) -> tuple[list[str], bool]:
    """Return the colours on the page and whether they can be changed."""
    [proto] = _components(at, "epox_brand_palette")
    colours, _, _, is_editable = json.loads(proto.json)
    return colours, is_editable


def choose_colours(at: AppTest, *colours: str) -> AppTest:
    """Set the colours as the palette in a browser does."""
    [proto] = _components(at, "epox_brand_palette")
    epoch = json.loads(proto.json)[1]
    states = at._tree.get_widget_states()
    states.widgets.add(id=proto.id, json_value=json.dumps({"colours": [epoch, list(colours)]}))
    return at._run(states)


class TestBrandKit:
    def test_says_what_it_is_for_while_it_is_empty(self, page: PageRunner, actor: Actor) -> None:
        at = page(BRAND, actor)

        said = words(at)
        assert "Nothing yet: choose colours, words or notes" in said
        assert "No word is banned" in said
        assert at.button(key="brand.save").disabled

    def test_shows_to_the_letter_what_prompts_say(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        chair = chair_with_photo(painting, actor)
        painting.brand_kits.set(actor, KIT)

        at = page(BRAND, actor)

        [preview] = [block.value for block in at.code]
        [item] = painting.generation.plan(actor, [chair.id], SettingsLayer()).items
        assert preview.splitlines() == list(added_lines(KIT))
        assert set(preview.splitlines()) <= set(item.prompt.splitlines())
        for part in ("#f4f1ec", "calm", "Daylight from the left"):
            assert part in preview

    def test_previews_what_is_not_saved_yet_and_keeps_it(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        at = choose_colours(page(BRAND, actor), "#8a9a86")
        at.text_area(key="brand.notes").input("Few things.").run()
        preview, before = at.code[0].value, services.brand_kits.get(actor)

        at.button(key="brand.save").click().run()

        assert "#8a9a86" in preview
        assert "Few things" in preview
        assert before == BrandKit()
        assert services.brand_kits.get(actor) == BrandKit(("#8a9a86",), notes="Few things.")
        assert at.button(key="brand.save").disabled

    def test_discards_what_was_not_saved(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        services.brand_kits.set(actor, KIT)
        at = choose_colours(page(BRAND, actor), "#8a9a86")
        at.text_area(key="brand.notes").input("Few things.").run()

        at.button(key="brand.discard").click().run()

        assert palette(at) == (list(KIT.palette), True)
        assert at.text_area(key="brand.notes").value == KIT.notes
        assert services.brand_kits.get(actor) == KIT

    def test_takes_words_away(self, page: PageRunner, services: Services, actor: Actor) -> None:
        services.brand_kits.set(actor, KIT)
        at = page(BRAND, actor)

        at.multiselect(key="brand.banned").unselect("cheap").run()
        at.button(key="brand.save").click().run()

        assert services.brand_kits.get(actor).banned == ()

    def test_refuses_words_that_ban_each_other_and_loses_nothing(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        services.brand_kits.set(actor, KIT)
        at = page(BRAND, actor)
        at.text_area(key="brand.notes").input("Never cheap.").run()

        at.button(key="brand.save").click().run()

        assert "“cheap” is banned" in at.error[0].value.replace("\\", "")
        assert at.text_area(key="brand.notes").value == "Never cheap."
        assert services.brand_kits.get(actor) == KIT

    def test_names_the_banned_word_of_a_sentence(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        services.brand_kits.set(actor, KIT)
        at = page(BRAND, actor)

        at.text_input(key="brand.try").input("A CHEAP sofa").run()
        banned = words(at)
        at.text_input(key="brand.try").input("A cheaper sofa").run()

        assert "“cheap” is banned" in banned
        assert "Nothing in it is banned" in words(at)

    def test_shows_the_logo_and_takes_it_away(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        logo = services.assets.upload(actor, PhotoUpload("logo.jpg", photo_bytes()))
        services.brand_kits.set(actor, BrandKit(logo_asset_id=logo.id))
        at = page(BRAND, actor)
        shown = card_ids(at, "brand.logo.grid")

        at.button(key="brand.logo.none").click().run()
        at.button(key="brand.save").click().run()

        assert shown == [str(logo.id)]
        assert services.brand_kits.get(actor).logo_asset_id is None

    def test_is_only_seen_by_those_who_may_not_edit(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        services.brand_kits.set(actor, KIT)
        become(services, actor, Role.REVIEWER)

        at = page(BRAND, actor)

        assert palette(at) == (list(KIT.palette), False)
        assert at.text_area(key="brand.notes").disabled
        assert at.multiselect(key="brand.words").disabled
        assert "Owners and editors" in words(at)
        offered = {str(button.key) for button in at.button}
        assert not {"brand.save", "brand.logo.choose", "brand.defaults.edit"} & offered

    def test_is_each_workspaces_own(
        self, page: PageRunner, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        services.brand_kits.set(actor, KIT)

        at = page(BRAND, other_actor)

        assert palette(at)[0] == []


class TestWorkspaceSettings:
    def test_hold_for_every_product(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        at = page(BRAND, actor)
        at.button(key="brand.defaults.edit").click().run()
        say(at, key="brand.defaults.form", mood="Serene")

        at.button(key="brand.defaults.save").click().run()

        assert services.cascade.workspace_layer(actor) == SettingsLayer(mood="Serene")
        assert "Serene" in words(at)
