"""Default settings are kept where they belong: product, category, scene, collection, shot."""

import pytest
from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.products import ProductDraft
from core.domain.setting_layers import SettingsLayer
from tests.support.pages import PageRunner
from tests.ui.layer_forms import form, say
from tests.ui.reading import address, words
from tests.ui.roles import become

SERENE = SettingsLayer(mood="Serene")


def keys(at: AppTest) -> set[str]:
    return {str(button.key) for button in at.button}


def set_mood(at: AppTest, panel: str, mood: str = "Serene") -> AppTest:
    """Open the panel, choose a mood and save."""
    at.button(key=f"{panel}.edit").click().run()
    say(at, key=f"{panel}.form", mood=mood)
    return at.button(key=f"{panel}.save").click().run()


@pytest.fixture
def chair_id(services: Services, actor: Actor) -> int:
    return services.products.create(actor, ProductDraft("Chair", "C-1", category="Chairs")).id


@pytest.fixture
def category_id(services: Services, actor: Actor, chair_id: int) -> int:
    [category] = services.categories.of_product(actor, chair_id)
    return category.id


@pytest.fixture
def spring_id(services: Services, actor: Actor, chair_id: int) -> int:
    return services.collections.create_with(actor, "Spring", [chair_id]).id


class TestProductPage:
    def test_keeps_settings_and_shows_what_the_category_says(
        self, page: PageRunner, services: Services, actor: Actor, chair_id: int, category_id: int
    ) -> None:
        services.categories.set_defaults(actor, category_id, SettingsLayer(style="Japandi"))
        panel = f"product.defaults.{chair_id}"
        at = page("pages/product.py", actor, {"id": str(chair_id)})
        at.button(key=f"{panel}.edit").click().run()
        below = form(at, f"{panel}.form")["below"]
        say(at, key=f"{panel}.form", mood="Serene")

        at.button(key=f"{panel}.save").click().run()

        assert (below["values"]["style"], below["notes"]["style"][0]) == ("Japandi", "Chairs")
        assert services.products.get(actor, chair_id).defaults == SERENE
        assert "Serene" in words(at)

    def test_offers_nothing_in_the_trash_and_to_those_who_look(
        self, page: PageRunner, services: Services, actor: Actor, chair_id: int
    ) -> None:
        services.products.trash(actor, [chair_id])
        trashed = page("pages/product.py", actor, {"id": str(chair_id)})
        services.products.restore(actor, [chair_id])
        become(services, actor, Role.VIEWER)

        looked_at = page("pages/product.py", actor, {"id": str(chair_id)})

        edit = f"product.defaults.{chair_id}.edit"
        assert edit not in keys(trashed) | keys(looked_at)
        assert "Default settings" in words(looked_at)


class TestCategoryPage:
    def test_keeps_settings(
        self, page: PageRunner, services: Services, actor: Actor, category_id: int
    ) -> None:
        at = page("pages/category.py", actor, {"id": str(category_id)})

        set_mood(at, f"category.defaults.{category_id}")

        assert services.categories.get(actor, category_id).defaults == SERENE

    def test_adds_settings_for_a_scene_type_and_takes_them_away(
        self, page: PageRunner, services: Services, actor: Actor, category_id: int
    ) -> None:
        at = page("pages/category.py", actor, {"id": str(category_id)})
        at.selectbox(key="category.scene.new").set_value("Bedroom").run()
        at.button(key="category.scene.add").click().run()
        panel = f"category.scene.{category_id}.Bedroom"
        set_mood(at, panel)
        kept = services.categories.get(actor, category_id).scene_defaults

        at.button(key=f"{panel}.remove").click().run()

        assert kept == {"Bedroom": SERENE}
        assert services.categories.get(actor, category_id).scene_defaults == {}
        assert f"{panel}.edit" not in keys(at)

    def test_offers_nothing_to_those_who_look(
        self, page: PageRunner, services: Services, actor: Actor, category_id: int
    ) -> None:
        services.categories.set_scene_defaults(actor, category_id, "Bedroom", SERENE)
        become(services, actor, Role.VIEWER)

        at = page("pages/category.py", actor, {"id": str(category_id)})

        assert "In scenes of type “Bedroom”" in words(at)
        assert not [key for key in keys(at) if key.startswith("category.scene")]


class TestCollectionPage:
    def test_keeps_settings_of_the_collection_and_of_each_shot(
        self, page: PageRunner, services: Services, actor: Actor, spring_id: int
    ) -> None:
        front = services.shots.add(actor, spring_id, "Front")
        services.shots.add(actor, spring_id, "Side")
        at = page("pages/collection.py", actor, {"id": str(spring_id), "part": "Settings"})

        set_mood(at, f"collection.defaults.{spring_id}")
        set_mood(at, f"shot.defaults.{front.id}", "Playful")

        assert services.collections.get(actor, spring_id).defaults == SERENE
        layers = [shot.defaults for shot in services.shots.shots(actor, spring_id)]
        assert layers == [SettingsLayer(mood="Playful"), SettingsLayer()]

    def test_says_what_a_shot_is_when_there_is_none(
        self, page: PageRunner, actor: Actor, spring_id: int
    ) -> None:
        at = page("pages/collection.py", actor, {"id": str(spring_id), "part": "Settings"})

        assert "No wanted shots yet" in words(at)
        assert address(at, "part") == "Settings"
