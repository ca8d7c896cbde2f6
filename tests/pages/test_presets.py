"""The presets of a workspace are seen by what they make, found and opened."""

from dataclasses import replace

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.presets import PresetDraft, starter_presets
from core.domain.reviews import ReviewState
from core.domain.setting_layers import SettingsLayer
from tests.support.pages import PageRunner
from tests.support.people import colleague_of
from tests.ui.preset_reading import (
    CALM,
    STARTERS,
    make_pictures,
    open_card,
    preset_cards,
    titles,
)
from tests.ui.reading import address, words
from tests.ui.roles import become

PRESETS = "pages/presets.py"


class TestPresets:
    def test_begins_with_those_that_ship_with_epox(self, page: PageRunner, actor: Actor) -> None:
        at = page(PRESETS, actor)

        assert titles(at, STARTERS) == [starter.name for starter in starter_presets()]
        assert preset_cards(at, STARTERS)[0]["sources"] == [f"/{starter_presets()[0].picture}"]
        assert preset_cards(at) == []

    def test_shows_own_and_shared_ones_with_who_sees_them(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        cora = colleague_of(services, actor, "Cora", "cora@example.com")
        services.presets.save(actor, CALM)
        services.presets.save(actor, replace(CALM, name="Open", is_shared=True))
        services.presets.save(cora, replace(CALM, name="Coras", is_shared=True))
        services.presets.save(cora, replace(CALM, name="Secret"))

        at = page(PRESETS, actor)

        signs = [(card["title"], card["sign"]) for card in preset_cards(at)]
        assert signs == [("Calm", "Only you"), ("Coras", "By Cora"), ("Open", "Shared")]
        assert preset_cards(at)[0]["text"] == "For quiet rooms"
        assert preset_cards(at)[0]["tiles"][0]["value"] == "Serene"

    def test_shows_the_best_approved_picture_and_what_came_of_it(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        calm = painting.presets.save(actor, CALM)
        pictures = make_pictures(painting, actor, calm, 5)
        painting.reviews.set_state(actor, pictures[1:4], ReviewState.APPROVED)
        painting.reviews.rate(actor, [pictures[2]], 5)

        at = page(PRESETS, actor)

        [card] = preset_cards(at)
        assert card["sources"] == [painting.assets.get(actor, pictures[2]).ref.url("w640")]
        assert card["figures"].startswith("60 % approved of 5, $0.0")
        assert card["is_used"] is True

    def test_leaves_out_starters_that_have_a_copy(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        first = starter_presets()[0]
        services.presets.use_starter(actor, first.slug)

        at = page(PRESETS, actor)

        assert titles(at) == [first.name]
        assert preset_cards(at)[0]["sources"] == [f"/{first.picture}"]
        assert first.name not in titles(at, STARTERS)

    def test_finds_by_name_and_by_what_is_set(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        services.presets.save(actor, CALM)
        services.presets.save(actor, PresetDraft("Loud", SettingsLayer(mood="Playful")))
        at = page(PRESETS, actor)

        at.text_input(key="presets_q").input("SERENE").run()
        by_mood = titles(at), titles(at, STARTERS)
        at.text_input(key="presets_q").input("nothing like it").run()

        assert by_mood == (["Calm"], ["Quiet bedroom"])
        assert titles(at) + titles(at, STARTERS) == []
        assert "No preset matches" in words(at)

    def test_keeps_the_kinds_apart(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        services.presets.save(actor, CALM)
        at = page(PRESETS, actor, {"presets_show": "Yours"})
        yours = titles(at), titles(at, STARTERS)

        at.segmented_control(key="presets_show").set_value("Shared").run()
        shared = titles(at), words(at)
        at.segmented_control(key="presets_show").set_value("Starters").run()

        assert yours == (["Calm"], [])
        assert shared[0] == []
        assert "Nothing is shared yet" in shared[1]
        assert (titles(at), len(titles(at, STARTERS))) == ([], 12)

    def test_opens_a_preset_and_a_starter(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        calm = services.presets.save(actor, CALM)

        own = open_card(page(PRESETS, actor), str(calm.id))
        starter = open_card(page(PRESETS, actor), "white-packshot", STARTERS)

        assert own.title[0].value == "Calm"
        assert starter.title[0].value == "White packshot"
        assert address(starter, "starter") == "white-packshot"

    def test_shows_nothing_of_another_workspace(
        self, page: PageRunner, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        services.presets.save(actor, replace(CALM, is_shared=True))

        at = page(PRESETS, other_actor)

        assert titles(at) == []

    def test_offers_new_ones_to_those_who_may_make_them(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        at = page(PRESETS, actor).button(key="presets.new").click().run()
        become(services, actor, Role.VIEWER)

        looking = page(PRESETS, actor)

        assert at.title[0].value == "New preset"
        assert [button.key for button in looking.button if button.key == "presets.new"] == []
        assert len(titles(looking, STARTERS)) == 12
