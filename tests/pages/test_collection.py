"""A collection's page shows its products, and changes what is in it."""

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.collections import Collection
from core.errors import NotFoundError
from tests.support.pages import PageRunner
from tests.ui.making import products
from tests.ui.reading import address, card_ids, click_card, words

COLLECTION = "pages/collection.py"


@pytest.fixture
def spring(services: Services, actor: Actor) -> Collection:
    """Return a collection with two products."""
    spring = services.collections.create(actor, "Spring", "Light and *airy*")
    ids = products(services, actor, "Oak chair", "Pine chair")
    services.collections.add_products(actor, spring.id, ids)
    return spring


def ids_in(services: Services, actor: Actor, collection: Collection) -> list[int]:
    return [item.id for item in services.collections.products(actor, collection.id).items]


class TestCollection:
    def test_shows_its_products_in_order(
        self, page: PageRunner, services: Services, spring: Collection, actor: Actor
    ) -> None:
        at = page(COLLECTION, actor, {"id": str(spring.id)})

        ids = [str(product_id) for product_id in ids_in(services, actor, spring)]
        assert card_ids(at, f"collection.{spring.id}.grid") == ids
        assert "Light and *airy*" in [text.value for text in at.text]

    @pytest.mark.parametrize("collection_id", ["", "999", "x"])
    def test_says_that_there_is_no_such_collection(
        self, page: PageRunner, actor: Actor, collection_id: str
    ) -> None:
        at = page(COLLECTION, actor, {"id": collection_id})

        assert "This collection could not be found" in words(at)

    def test_shows_nothing_of_another_workspace(
        self, page: PageRunner, spring: Collection, other_actor: Actor
    ) -> None:
        at = page(COLLECTION, other_actor, {"id": str(spring.id)})

        assert "This collection could not be found" in words(at)

    def test_says_what_to_do_when_it_is_empty(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        autumn = services.collections.create(actor, "Autumn")

        at = page(COLLECTION, actor, {"id": str(autumn.id)})

        assert "Nothing in here yet" in words(at)
        assert at.button(key="collection.first").label == "Add products"

    def test_takes_out_what_is_ticked(
        self, page: PageRunner, services: Services, spring: Collection, actor: Actor
    ) -> None:
        first, second = ids_in(services, actor, spring)
        at = page(COLLECTION, actor, {"id": str(spring.id)})
        click_card(at, f"collection.{spring.id}.grid", "select", first)

        at.button(key="collection.remove").click().run()

        assert ids_in(services, actor, spring) == [second]
        assert services.products.get(actor, first).trashed_at is None

    def test_leads_to_the_studio_with_all_its_products(
        self, page: PageRunner, spring: Collection, actor: Actor
    ) -> None:
        at = page(COLLECTION, actor, {"id": str(spring.id)})

        at.button(key="collection.generate").click().run()

        assert at.title[0].value == "Studio"
        assert address(at, "collection") == str(spring.id)

    def test_leads_to_the_studio_with_what_is_ticked(
        self, page: PageRunner, services: Services, spring: Collection, actor: Actor
    ) -> None:
        first, _ = ids_in(services, actor, spring)
        at = page(COLLECTION, actor, {"id": str(spring.id)})
        click_card(at, f"collection.{spring.id}.grid", "select", first)

        at.button(key="collection.generate.ticked").click().run()

        assert address(at, "products") == str(first)

    def test_changes_its_name(
        self, page: PageRunner, services: Services, spring: Collection, actor: Actor
    ) -> None:
        at = page(COLLECTION, actor, {"id": str(spring.id)})
        at.button(key="collection.edit").click().run()
        at.text_input(key="collection.edit.name").input("Spring 2027")

        at.button(key="collection.edit").click()
        at.button(key="collection.edit.send").click().run()

        changed = services.collections.get(actor, spring.id)
        assert (changed.name, changed.description) == ("Spring 2027", "Light and *airy*")

    def test_ends_only_after_one_more_question(
        self, page: PageRunner, services: Services, spring: Collection, actor: Actor
    ) -> None:
        kept = ids_in(services, actor, spring)
        at = page(COLLECTION, actor, {"id": str(spring.id)})

        at.button(key="collection.delete").click().run()
        assert services.collections.get(actor, spring.id).name == "Spring"
        at.button(key="collection.delete").click()
        at.button(key="collection.delete.confirm").click().run()

        with pytest.raises(NotFoundError):
            services.collections.get(actor, spring.id)
        assert all(services.products.get(actor, i).trashed_at is None for i in kept)
        assert address(at, "id") == ""
