"""A collection's page shows its products, and changes what is in it."""

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.collections import Collection
from core.domain.products import ProductFilter
from core.domain.reviews import ReviewState
from core.errors import NotFoundError
from tests.support.pages import PageRunner
from tests.support.shots import collection_with, picture_of
from tests.ui.making import products
from tests.ui.reading import address, card_ids, click_card, words
from tests.ui.roles import become

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

    def test_can_be_taken_along_as_a_file(
        self, page: PageRunner, spring: Collection, actor: Actor
    ) -> None:
        at = page(COLLECTION, actor, {"id": str(spring.id)})

        addresses = [link.proto.url for link in at.get("link_button")]
        assert f"/exports/products.csv?collection={spring.id}" in addresses

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
        at.menu_button(key="collection.more").click("Edit").run()
        at.text_input(key="collection.edit.name").input("Spring 2027")

        at.button(key="collection.edit.send").click().run()

        changed = services.collections.get(actor, spring.id)
        assert (changed.name, changed.description) == ("Spring 2027", "Light and *airy*")
        assert at.title[0].value == "Spring 2027"
        assert not at.get("dialog")

    def test_ends_only_after_one_more_question(
        self, page: PageRunner, services: Services, spring: Collection, actor: Actor
    ) -> None:
        kept = ids_in(services, actor, spring)
        at = page(COLLECTION, actor, {"id": str(spring.id)})

        at.menu_button(key="collection.more").click("Delete").run()
        assert services.collections.get(actor, spring.id).name == "Spring"
        at.button(key="collection.delete.confirm").click().run()

        with pytest.raises(NotFoundError):
            services.collections.get(actor, spring.id)
        assert all(services.products.get(actor, i).trashed_at is None for i in kept)
        assert address(at, "id") == ""

    def test_is_deleted_with_the_pictures_that_one_chooses(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        spring, [chair], [front] = collection_with(services, actor, ["Chair"], ["Front"])
        approved = picture_of(services, actor, chair.id, front, ReviewState.APPROVED)
        plain = picture_of(services, actor, chair.id, front)
        at = page(COLLECTION, actor, {"id": str(spring.id)})
        at.menu_button(key="collection.more").click("Delete").run()
        at.radio(key="collection.delete.pictures").set_value(
            "Delete those that are neither approved nor pinned"
        ).run()

        at.button(key="collection.delete.confirm").click().run()

        assert services.assets.get(actor, approved).trashed_at is None
        assert services.assets.get(actor, plain).trashed_at is not None

    def test_stays_when_one_thinks_better_of_it(
        self, page: PageRunner, services: Services, spring: Collection, actor: Actor
    ) -> None:
        at = page(COLLECTION, actor, {"id": str(spring.id)})
        at.menu_button(key="collection.more").click("Delete").run()

        at.button(key="collection.delete.cancel").click().run()

        assert services.collections.get(actor, spring.id).name == "Spring"
        assert not at.get("dialog")

    def test_has_a_status(
        self, page: PageRunner, services: Services, spring: Collection, actor: Actor
    ) -> None:
        at = page(COLLECTION, actor, {"id": str(spring.id)})

        at.menu_button(key="collection.status").click("Completed").run()

        assert services.collections.get(actor, spring.id).status == "completed"
        assert at.menu_button(key="collection.status").label == "Completed"

    def test_is_copied(self, page: PageRunner, spring: Collection, actor: Actor) -> None:
        at = page(COLLECTION, actor, {"id": str(spring.id)})

        at.menu_button(key="collection.more").click("Duplicate").run()

        assert at.title[0].value == "Copy of Spring"
        assert address(at, "id") != str(spring.id)

    def test_is_archived_and_brought_back(
        self, page: PageRunner, services: Services, spring: Collection, actor: Actor
    ) -> None:
        at = page(COLLECTION, actor, {"id": str(spring.id)})

        at.menu_button(key="collection.more").click("Archive").run()
        archived = services.collections.get(actor, spring.id).archived_at
        at.menu_button(key="collection.more").click("Bring back from the archive").run()

        assert archived is not None
        assert services.collections.get(actor, spring.id).archived_at is None

    def test_takes_a_cover(self, page: PageRunner, services: Services, actor: Actor) -> None:
        spring, [chair], _ = collection_with(services, actor, ["Chair"], [])
        at = page(COLLECTION, actor, {"id": str(spring.id)})
        at.menu_button(key="collection.more").click("Choose cover").run()

        click_card(at, "collection.cover.grid", "open", chair.id)

        assert services.collections.get(actor, spring.id).cover == chair.photos[0]
        at.menu_button(key="collection.more").click("Choose cover").run()
        at.button(key="collection.cover.none").click().run()
        assert services.collections.get(actor, spring.id).cover is None

    def test_moves_what_is_ticked(
        self, page: PageRunner, services: Services, spring: Collection, actor: Actor
    ) -> None:
        first, second = ids_in(services, actor, spring)
        at = page(COLLECTION, actor, {"id": str(spring.id)})
        click_card(at, f"collection.{spring.id}.grid", "select", first)

        at.menu_button(key="collection.move").click("To the end").run()

        assert ids_in(services, actor, spring) == [second, first]
        assert card_ids(at, f"collection.{spring.id}.grid") == [str(second), str(first)]

    @pytest.mark.parametrize(
        ("order", "expected"),
        [((1, 0), [1, 0]), ((0, 0), [0, 1]), ((1,), [0, 1]), (None, [0, 1])],
    )
    def test_is_arranged_by_dragging(
        self,
        page: PageRunner,
        services: Services,
        spring: Collection,
        actor: Actor,
        order: tuple[int, ...] | None,
        expected: list[int],
    ) -> None:
        ids = ids_in(services, actor, spring)
        at = page(COLLECTION, actor, {"id": str(spring.id)})
        at.menu_button(key="collection.more").click("Arrange").run()
        dragged = None if order is None else [str(ids[place]) for place in order]
        at.session_state[f"collection.order.{spring.id}.{hash(tuple(ids))}"] = {"order": dragged}

        at.button(key="collection.order.go").click().run()

        assert ids_in(services, actor, spring) == [ids[place] for place in expected]
        assert not at.get("dialog")

    def test_shows_a_viewer_no_buttons(
        self, page: PageRunner, services: Services, spring: Collection, actor: Actor
    ) -> None:
        become(services, actor, Role.VIEWER)
        first, _ = ids_in(services, actor, spring)
        at = page(COLLECTION, actor, {"id": str(spring.id)})
        click_card(at, f"collection.{spring.id}.grid", "select", first)

        keys = {str(button.key) for button in [*at.button, *at.menu_button]}

        assert not any(
            key.startswith("collection.") and key != f"collection.{spring.id}.clear" for key in keys
        )
        assert "2 products · Draft" in words(at)


class TestSmartCollection:
    @pytest.fixture
    def oak(self, services: Services, actor: Actor) -> Collection:
        products(services, actor, "Oak chair", "Pine chair")
        return services.collections.create_from_filter(actor, "Oak", ProductFilter(text="oak"))

    def test_shows_what_matches(
        self, page: PageRunner, services: Services, oak: Collection, actor: Actor
    ) -> None:
        at = page(COLLECTION, actor, {"id": str(oak.id)})

        ids = [str(product_id) for product_id in ids_in(services, actor, oak)]
        assert card_ids(at, f"collection.{oak.id}.grid") == ids
        assert "Holds what matches now: “oak”" in words(at)
        assert "collection.add" not in {button.key for button in at.button}

    def test_cannot_be_ordered_by_hand(
        self, page: PageRunner, services: Services, oak: Collection, actor: Actor
    ) -> None:
        [first] = ids_in(services, actor, oak)
        at = page(COLLECTION, actor, {"id": str(oak.id)})

        click_card(at, f"collection.{oak.id}.grid", "select", first)

        keys = {button.key for button in [*at.button, *at.menu_button]}
        assert "collection.generate.ticked" in keys
        assert not keys & {"collection.move", "collection.remove"}

    def test_finds_something_else(
        self, page: PageRunner, services: Services, oak: Collection, actor: Actor
    ) -> None:
        at = page(COLLECTION, actor, {"id": str(oak.id)})
        at.menu_button(key="collection.more").click("Edit").run()
        at.text_input(key="collection.edit.text").input("elm").run()
        assert "Finds 0 products now" in words(at)

        at.button(key="collection.edit.send").click().run()

        assert services.collections.get(actor, oak.id).filter == ProductFilter(text="elm")
        assert "Nothing matches now" in words(at)

    def test_is_frozen(
        self, page: PageRunner, services: Services, oak: Collection, actor: Actor
    ) -> None:
        at = page(COLLECTION, actor, {"id": str(oak.id)})
        at.menu_button(key="collection.more").click("Freeze").run()

        at.button(key="collection.freeze.confirm").click().run()

        assert not services.collections.get(actor, oak.id).is_smart
        assert at.button(key="collection.add").label == "Add products"
