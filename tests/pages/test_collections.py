"""The collections of a workspace are seen by their photos, found and made."""

import json
from typing import Any

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.collections import CollectionFilter, CollectionStatus
from core.domain.products import ProductDraft, ProductFilter
from tests.support.generation import chair_with_photo
from tests.support.pages import PageRunner
from tests.ui.making import products
from tests.ui.reading import _components, address, words
from tests.ui.roles import become

COLLECTIONS = "pages/collections.py"


def names(at: AppTest) -> list[str]:
    return [item["title"] for item in covers(at)]


def covers(at: AppTest) -> list[dict[str, Any]]:
    shown = [json.loads(proto.json) for proto in _components(at, "epox_covers")]
    return [item for items in shown for item in items]


def click_cover(at: AppTest, collection_id: int) -> AppTest:
    [proto] = _components(at, "epox_covers")
    states = at._tree.get_widget_states()
    states.widgets.add(
        id=_make_trigger_id(proto.id, "events"),
        json_trigger_value=json.dumps([{"event": "opened", "value": str(collection_id)}]),
    )
    return at._run(states)


class TestCollections:
    def test_shows_each_with_its_photos_and_how_many_products_it_holds(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        chair = chair_with_photo(services, actor)
        others = products(services, actor, "Oak lamp")
        spring = services.collections.create(actor, "Spring")
        services.collections.add_products(actor, spring.id, [chair.id, *others])

        at = page(COLLECTIONS, actor)

        [item] = covers(at)
        assert item == {
            "id": str(spring.id),
            "title": "Spring",
            "subtitle": "2 products",
            "status": "Draft",
            "tone": "gray",
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

    def test_makes_a_smart_one(self, page: PageRunner, services: Services, actor: Actor) -> None:
        products(services, actor, "Oak chair", "Pine table")
        at = page(COLLECTIONS, actor)
        at.button(key="collections.new").click().run()
        at.segmented_control(key="collections.create.kind").set_value("Let a filter decide")
        at.button(key="collections.new").click().run()
        at.text_input(key="collections.create.text").input("oak")
        at.button(key="collections.new").click().run()
        finds = words(at)
        at.text_input(key="collections.create.name").input("Oak")

        at.button(key="collections.new").click()
        at.button(key="collections.create.send").click().run()

        [oak] = services.collections.search(actor).items
        assert "Finds 1 product now" in finds
        assert services.collections.get(actor, oak.id).filter == ProductFilter(text="oak")

    def test_shows_the_status_and_which_are_smart(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        services.products.create(actor, ProductDraft("Oak chair", "OAK"))
        done = services.collections.create(actor, "Done")
        services.collections.set_status(actor, done.id, CollectionStatus.COMPLETED)
        services.collections.create_from_filter(actor, "All", ProductFilter())

        at = page(COLLECTIONS, actor)

        signs = {item["title"]: (item["status"], item["subtitle"]) for item in covers(at)}
        assert signs == {
            "Done": ("Completed", "0 products"),
            "All": ("Draft", "1 product · By filter"),
        }

    def test_narrows_by_status_and_sorts(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        for name in ("b", "a", "c"):
            made = services.collections.create(actor, name)
            if name != "c":
                services.collections.set_status(actor, made.id, CollectionStatus.IN_PROGRESS)
        at = page(COLLECTIONS, actor)

        at.selectbox(key="collections_status").select("In progress").run()
        at.selectbox(key="collections_sort").select("Name").run()

        assert names(at) == ["a", "b"]

    def test_keeps_archived_ones_apart(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        services.collections.create(actor, "Spring")
        autumn = services.collections.create(actor, "Autumn")
        services.collections.archive(actor, [autumn.id])
        at = page(COLLECTIONS, actor)
        active = names(at)

        at.segmented_control(key="collections_view").set_value("Archived").run()

        assert (active, names(at)) == (["Spring"], ["Autumn"])
        click_cover(at, autumn.id)
        assert (at.title[0].value, address(at, "id")) == ("Autumn", str(autumn.id))

    def test_restores_from_the_trash(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        spring = services.collections.create(actor, "Spring")
        services.collections.delete(actor, spring.id)
        at = page(COLLECTIONS, actor)
        at.segmented_control(key="collections_view").set_value("Trash").run()
        click_cover(at, spring.id)
        assert "“Spring” comes back" in words(at)

        # AppTest closes a dialog at each run: the click on the cover goes along.
        at.button(key="collections.restore").click()
        click_cover(at, spring.id)

        assert services.collections.get(actor, spring.id).name == "Spring"
        assert address(at, "id") == str(spring.id)

    def test_says_when_a_part_of_the_list_is_empty(self, page: PageRunner, actor: Actor) -> None:
        at = page(COLLECTIONS, actor)

        at.segmented_control(key="collections_view").set_value("Archived").run()
        archived = words(at)
        at.segmented_control(key="collections_view").set_value("Trash").run()

        assert "Nothing archived" in archived
        assert "Nothing in the trash" in words(at)

    def test_lets_a_viewer_look_only(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        spring = services.collections.create(actor, "Spring")
        services.collections.delete(actor, spring.id)
        become(services, actor, Role.VIEWER)

        at = page(COLLECTIONS, actor)
        at.segmented_control(key="collections_view").set_value("Trash").run()
        click_cover(at, spring.id)

        keys = {button.key for button in at.button}
        assert not keys & {"collections.new", "collections.first", "collections.restore"}
        in_trash = services.collections.search(actor, "", CollectionFilter(is_trashed=True))
        assert [item.name for item in in_trash.items] == ["Spring"]
