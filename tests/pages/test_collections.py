"""The collections of a workspace are seen by their photos, found and made."""

import json

from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from core.domain.accounts import Actor
from tests.support.generation import chair_with_photo
from tests.support.pages import PageRunner
from tests.ui.making import products
from tests.ui.reading import address, words

COLLECTIONS = "pages/collections.py"


def names(at: AppTest) -> list[str]:
    shown = [
        json.loads(element.proto.json) for element in at.get("bidi_component") if element.proto.json
    ]
    return [item["title"] for items in shown for item in items]


class TestCollections:
    def test_shows_each_with_its_photos_and_how_many_products_it_holds(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        chair = chair_with_photo(services, actor)
        others = products(services, actor, "Oak lamp")
        spring = services.collections.create(actor, "Spring")
        services.collections.add_products(actor, spring.id, [chair.id, *others])

        at = page(COLLECTIONS, actor)

        [[item]] = [
            json.loads(element.proto.json)
            for element in at.get("bidi_component")
            if element.proto.json
        ]
        assert item == {
            "id": str(spring.id),
            "title": "Spring",
            "subtitle": "2 products",
            "covers": [chair.photos[0].url("w320")],
        }

    def test_says_what_a_collection_is_when_there_is_none(
        self, page: PageRunner, actor: Actor
    ) -> None:
        at = page(COLLECTIONS, actor)

        assert "No collections yet" in words(at)

    def test_finds_by_name(self, page: PageRunner, services: Services, actor: Actor) -> None:
        services.collections.create(actor, "Spring")
        services.collections.create(actor, "Autumn")
        at = page(COLLECTIONS, actor)

        at.text_input(key="collections_q").input("aut").run()
        found = names(at)
        at.text_input(key="collections_q").input("winter").run()

        assert found == ["Autumn"]
        assert "No collection matches" in words(at)

    def test_shows_nothing_of_another_workspace(
        self, page: PageRunner, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        services.collections.create(actor, "Spring")

        at = page(COLLECTIONS, other_actor)

        assert names(at) == []

    def test_makes_one_and_opens_it(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        at = page(COLLECTIONS, actor)
        at.button(key="collections.new").click().run()
        at.text_input(key="collections.create.name").input("Spring")

        # AppTest closes a dialog at each run, so its opener goes along.
        at.button(key="collections.new").click()
        at.button(key="collections.create.send").click().run()

        [spring] = services.collections.search(actor).items
        assert spring.name == "Spring"
        assert address(at, "id") == str(spring.id)
