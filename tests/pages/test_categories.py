"""The page of categories shows the tree, and begins what changes it."""

import json
from typing import Any

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from tests.support.categories import add_product, shape_of
from tests.support.pages import PageRunner
from tests.ui.reading import address, words
from tests.ui.roles import become

CATEGORIES = "pages/categories.py"


def tree_shown(at: AppTest) -> tuple[list[list[Any]], bool]:
    """Return the rows of the tree, and whether they can be changed."""
    [proto] = _trees(at)
    rows, may_edit = json.loads(proto.json)
    return rows, may_edit


def ask(at: AppTest, action: str, category_id: int) -> AppTest:
    """Ask for something with a category as the tree in a browser does."""
    [proto] = _trees(at)
    states = at._tree.get_widget_states()
    states.widgets.add(
        id=_make_trigger_id(proto.id, "events"),
        json_trigger_value=json.dumps([{"event": "event", "value": [action, category_id]}]),
    )
    return at._run(states)


def _trees(at: AppTest) -> list[Any]:
    protos = [element.proto for element in at.get("bidi_component")]
    return [proto for proto in protos if proto.component_name == "epox_category_tree"]


class TestCategories:
    def test_shows_the_tree_with_counts(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        furniture = services.categories.create(actor, "Furniture")
        chairs = services.categories.create(actor, "<b>Chairs</b>", furniture.id)
        add_product(services, actor, "CHAIR-1", chairs)

        rows, may_edit = tree_shown(page(CATEGORIES, actor))

        assert rows == [
            [furniture.id, "Furniture", 0, 0, 1, False],
            [chairs.id, "<b>Chairs</b>", 1, 1, 1, False],
        ]
        assert may_edit

    def test_says_what_to_do_when_there_is_none(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        at = page(CATEGORIES, actor)
        assert "No categories yet" in words(at)

        at.button(key="categories.first").click().run()
        at.text_input(key="category.create.name").input("Chairs")
        at.button(key="categories.first").click()
        at.button(key="category.create.send").click().run()

        assert shape_of(services, actor) == ["Chairs"]

    def test_says_why_a_name_is_refused(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        services.categories.create(actor, "Chairs")
        at = page(CATEGORIES, actor)

        at.button(key="categories.new").click().run()
        at.text_input(key="category.create.name").input("chairs")
        at.button(key="categories.new").click()
        at.button(key="category.create.send").click().run()

        assert "There is a category “chairs” already" in words(at)
        assert shape_of(services, actor) == ["Chairs"]

    def test_opens_a_category(self, page: PageRunner, services: Services, actor: Actor) -> None:
        chairs = services.categories.create(actor, "Chairs")

        at = ask(page(CATEGORIES, actor), "open", chairs.id)

        assert (at.title[0].value, address(at, "id")) == ("Chairs", str(chairs.id))

    def test_asks_on_in_a_dialog(self, page: PageRunner, services: Services, actor: Actor) -> None:
        chairs = services.categories.create(actor, "Chairs")

        at = ask(page(CATEGORIES, actor), "edit", chairs.id)

        assert at.text_input(key=f"category.edit.{chairs.id}.name").value == "Chairs"

    def test_does_nothing_for_a_category_that_is_gone(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        services.categories.create(actor, "Chairs")

        at = ask(page(CATEGORIES, actor), "delete", 987_654)

        assert at.title[0].value == "Categories"
        assert not at.exception

    def test_undoes_what_was_deleted(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        chairs = services.categories.create(actor, "Chairs *new*")
        services.categories.create(actor, "Lamps")
        services.categories.delete(actor, chairs.id)
        [removal] = services.categories.removals(actor)
        at = page(CATEGORIES, actor)
        assert "Chairs *new* was deleted · 0 products" in words(at)

        at.button(key=f"categories.undo.{removal.id}").click().run()

        assert shape_of(services, actor) == ["Chairs *new*", "Lamps"]

    def test_offers_nothing_to_those_who_may_only_look(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        chairs = services.categories.create(actor, "Chairs")
        services.categories.create(actor, "Lamps")
        services.categories.delete(actor, chairs.id)

        become(services, actor, Role.VIEWER)
        at = page(CATEGORIES, actor)

        _, may_edit = tree_shown(at)
        assert not may_edit
        assert [button.key for button in at.button if "categories" in str(button.key)] == []
