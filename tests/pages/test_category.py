"""A category's page shows what is in it, and changes, merges and deletes it."""

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.categories import Category
from core.errors import NotFoundError
from tests.support.categories import add_product, categories_of, shape_of
from tests.support.pages import PageRunner
from tests.ui.reading import address, card_ids, click_card, links, words
from tests.ui.roles import become

CATEGORY = "pages/category.py"


@pytest.fixture
def chairs(services: Services, actor: Actor) -> Category:
    """Return a category inside another one, with one inside it."""
    furniture = services.categories.create(actor, "Furniture")
    chairs = services.categories.create(actor, "Chairs", furniture.id, "To *sit* on")
    services.categories.create(actor, "Stools", chairs.id)
    return chairs


class TestCategory:
    def test_shows_its_products_and_facts(
        self, page: PageRunner, services: Services, actor: Actor, chairs: Category
    ) -> None:
        product_id = add_product(services, actor, "CHAIR-1", chairs)

        at = page(CATEGORY, actor, {"id": str(chairs.id)})

        assert card_ids(at, "category.products") == [str(product_id)]
        assert "To *sit* on" in [text.value for text in at.text]
        assert "Show all 1 in the catalogue" in links(at)
        assert "Furniture" in words(at)

    def test_opens_a_product(
        self, page: PageRunner, services: Services, actor: Actor, chairs: Category
    ) -> None:
        product_id = add_product(services, actor, "CHAIR-1", chairs)
        at = page(CATEGORY, actor, {"id": str(chairs.id)})

        at = click_card(at, "category.products", "open", product_id)

        assert address(at, "id") == str(product_id)

    def test_leads_up(self, page: PageRunner, actor: Actor, chairs: Category) -> None:
        at = page(CATEGORY, actor, {"id": str(chairs.id)})

        at.button(key=f"category.up.{chairs.parent_id}").click().run()

        assert at.title[0].value == "Furniture"

    @pytest.mark.parametrize("category_id", ["", "999", "x", "-1", "9" * 30])
    def test_says_that_there_is_no_such_category(
        self, page: PageRunner, actor: Actor, category_id: str
    ) -> None:
        at = page(CATEGORY, actor, {"id": category_id})

        assert "This category could not be found" in words(at)

    def test_shows_nothing_of_another_workspace(
        self, page: PageRunner, chairs: Category, other_actor: Actor
    ) -> None:
        at = page(CATEGORY, other_actor, {"id": str(chairs.id)})

        assert "This category could not be found" in words(at)

    def test_says_what_to_do_when_it_is_empty(
        self, page: PageRunner, actor: Actor, chairs: Category
    ) -> None:
        assert "No products in it yet" in words(page(CATEGORY, actor, {"id": str(chairs.id)}))

    def test_is_renamed(
        self, page: PageRunner, services: Services, actor: Actor, chairs: Category
    ) -> None:
        at = page(CATEGORY, actor, {"id": str(chairs.id)})
        at.button(key="category.edit").click().run()
        at.text_input(key=f"category.edit.{chairs.id}.name").input("Seats")

        at.button(key="category.edit").click()
        at.button(key="category.edit.send").click().run()

        renamed = services.categories.get(actor, chairs.id).category
        assert (renamed.name, renamed.description) == ("Seats", "To *sit* on")

    def test_is_moved(
        self, page: PageRunner, services: Services, actor: Actor, chairs: Category
    ) -> None:
        at = page(CATEGORY, actor, {"id": str(chairs.id)})
        at.button(key="category.move").click().run()
        at.selectbox(key=f"category.move.{chairs.id}.parent").select(0)
        at.button(key="category.move").click().run()
        assert "1 category inside it will come along" in words(at)

        at.button(key="category.move").click()
        at.button(key="category.move.send").click().run()

        assert shape_of(services, actor) == ["Furniture", "Chairs", "Chairs / Stools"]

    def test_says_what_a_merge_will_do_before_it_does(
        self, page: PageRunner, services: Services, actor: Actor, chairs: Category
    ) -> None:
        product_id = add_product(services, actor, "CHAIR-1", chairs)
        lamps = services.categories.create(actor, "Lamps")
        at = page(CATEGORY, actor, {"id": str(chairs.id)})
        at.button(key="category.merge").click().run()
        at.selectbox(key=f"category.merge.{chairs.id}.other").select(lamps.id)

        at.button(key="category.merge").click().run()
        said = words(at)
        assert "1 product moves to Lamps." in said
        assert "1 category inside Chairs will be inside Lamps." in said
        assert "You can undo this for 30 days." in said
        assert categories_of(services, product_id) == ["Chairs*"]
        at.button(key="category.merge").click()
        at.button(key="category.merge.confirm").click().run()

        assert categories_of(services, product_id) == ["Lamps*"]
        assert at.title[0].value == "Lamps"

    @pytest.mark.parametrize(
        ("way", "then"),
        [(0, ["Furniture*"]), (2, [])],
        ids=["to the parent", "to none"],
    )
    def test_is_deleted_with_the_choice_where_its_products_go(
        self,
        page: PageRunner,
        services: Services,
        actor: Actor,
        chairs: Category,
        way: int,
        then: list[str],
    ) -> None:
        product_id = add_product(services, actor, "CHAIR-1", chairs)
        at = page(CATEGORY, actor, {"id": str(chairs.id)})
        at.button(key="category.delete").click().run()
        ways = at.radio(key=f"category.delete.{chairs.id}.way")
        ways.set_value(ways.options[way])

        at.button(key="category.delete").click()
        at.button(key="category.delete.confirm").click().run()

        with pytest.raises(NotFoundError):
            services.categories.get(actor, chairs.id)
        assert categories_of(services, product_id) == then
        assert services.products.get(actor, product_id).trashed_at is None

    def test_tells_its_history(
        self, page: PageRunner, services: Services, actor: Actor, chairs: Category
    ) -> None:
        services.categories.update(actor, chairs.id, name="Seats", description="")
        services.categories.move(actor, chairs.id, None)
        at = page(CATEGORY, actor, {"id": str(chairs.id)}, run=False)
        at.session_state["category.history"] = True

        said = words(at.run())

        assert "Name: Chairs \u2192 Seats" in said
        assert "Inside: Furniture \u2192 top of the tree" in said

    def test_offers_nothing_to_those_who_may_only_look(
        self, page: PageRunner, services: Services, actor: Actor, chairs: Category
    ) -> None:
        become(services, actor, Role.VIEWER)

        at = page(CATEGORY, actor, {"id": str(chairs.id)})

        keys = {str(button.key) for button in at.button}
        assert (
            keys & {"category.edit", "category.merge", "category.delete", "category.add"} == set()
        )
