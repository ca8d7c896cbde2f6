from dataclasses import dataclass, replace

import pytest

from core.bootstrap import Services
from core.domain import category_removals
from core.domain.accounts import Actor
from core.domain.categories import MAX_LEVELS, Category
from core.domain.product_filters import ProductFilter
from core.domain.setting_layers import SettingsLayer
from core.errors import ConflictError, InvalidInputError, NotFoundError
from tests.support.at_once import at_once
from tests.support.categories import add_product, add_products, categories_of, put_into, shape_of
from tests.support.generation import CHAIR


@dataclass(frozen=True)
class Shop:
    """Seats inside Furniture, Chairs beside it; who is in both, and whose primary it is."""

    furniture: Category
    seats: Category
    chairs: Category
    lamps: Category
    only: int
    only_as_other: int
    both: int
    both_as_other: int
    elsewhere: int

    @property
    def all(self) -> tuple[int, ...]:
        return (self.only, self.only_as_other, self.both, self.both_as_other, self.elsewhere)


@pytest.fixture
def shop(services: Services, actor: Actor) -> Shop:
    furniture = services.categories.create(actor, "Furniture")
    seats = services.categories.create(actor, "Seats", furniture.id)
    chairs = services.categories.create(actor, "Chairs")
    lamps = services.categories.create(actor, "Lamps")
    return Shop(
        furniture,
        seats,
        chairs,
        lamps,
        only=add_product(services, actor, "ONLY-1", seats),
        only_as_other=add_product(services, actor, "ONLY-2", lamps, seats),
        both=add_product(services, actor, "BOTH-1", seats, chairs),
        both_as_other=add_product(services, actor, "BOTH-2", chairs, seats),
        elsewhere=add_product(services, actor, "LAMP-1", lamps),
    )


def held(services: Services, shop: Shop) -> list[list[str]]:
    return [categories_of(services, product_id) for product_id in shop.all]


class TestMerge:
    def test_keeps_every_product_and_its_primary_category(
        self, services: Services, actor: Actor, shop: Shop
    ) -> None:
        count = services.categories.merge(actor, shop.seats.id, shop.chairs.id)

        assert count == 4
        assert held(services, shop) == [
            ["Chairs*"],
            ["Chairs", "Lamps*"],
            ["Chairs*"],
            ["Chairs*"],
            ["Lamps*"],
        ]
        assert shape_of(services, actor) == ["Chairs", "Furniture", "Lamps"]

    def test_is_told_before_it_is_done(self, services: Services, actor: Actor, shop: Shop) -> None:
        services.products.trash(actor, [shop.only])
        services.categories.create(actor, "Stools", shop.seats.id)
        services.categories.set_defaults(actor, shop.seats.id, SettingsLayer(mood="Serene"))

        effect = services.categories.preview_merge(actor, shop.seats.id, shop.chairs.id)

        assert (effect.moved, effect.shared, effect.dropped) == (2, 2, 0)
        assert (effect.hidden, effect.children, effect.brings_settings) == (1, 1, True)
        assert effect.can_be_undone
        assert "Furniture / Seats" in shape_of(services, actor)

    def test_keeps_what_only_the_source_said(
        self, services: Services, actor: Actor, shop: Shop
    ) -> None:
        services.categories.set_defaults(
            actor, shop.seats.id, SettingsLayer(style="Rustic", mood="Serene")
        )
        services.categories.set_scene_defaults(
            actor, shop.seats.id, "Bedroom", SettingsLayer(mood="Serene")
        )
        services.categories.set_defaults(actor, shop.chairs.id, SettingsLayer(style="Modern"))

        services.categories.merge(actor, shop.seats.id, shop.chairs.id)

        kept = services.categories.get(actor, shop.chairs.id)
        assert kept.defaults == SettingsLayer(style="Modern", mood="Serene")
        assert kept.scene_defaults == {"Bedroom": SettingsLayer(mood="Serene")}

    def test_takes_the_categories_inside_along(
        self, services: Services, actor: Actor, shop: Shop
    ) -> None:
        services.categories.create(actor, "Stools", shop.seats.id)

        services.categories.merge(actor, shop.seats.id, shop.chairs.id)

        assert "Chairs / Stools" in shape_of(services, actor)

    @pytest.mark.parametrize("target", ["itself", "inside"])
    def test_refuses_itself_and_what_is_inside(
        self, services: Services, actor: Actor, shop: Shop, target: str
    ) -> None:
        target_id = shop.furniture.id if target == "itself" else shop.seats.id

        with pytest.raises(InvalidInputError):
            services.categories.merge(actor, shop.furniture.id, target_id)

        assert held(services, shop)[0] == ["Seats*"]

    def test_refuses_what_would_be_too_deep(self, services: Services, actor: Actor) -> None:
        parent_id = None
        for number in range(MAX_LEVELS):
            parent_id = services.categories.create(actor, f"Level {number}", parent_id).id
        tall = services.categories.create(actor, "Tall")
        services.categories.create(actor, "Inside", tall.id)

        with pytest.raises(InvalidInputError):
            services.categories.merge(actor, tall.id, parent_id or 0)

    def test_ends_in_the_history_of_both(
        self, services: Services, actor: Actor, shop: Shop
    ) -> None:
        services.categories.merge(actor, shop.seats.id, shop.chairs.id)

        [latest, *_] = services.categories.history(actor, shop.chairs.id).items
        assert (latest.action, latest.who) == ("take_in", "Ann")
        assert latest.detail["name"] == "Furniture / Seats"


class TestDelete:
    def test_moves_the_products_where_the_person_says(
        self, services: Services, actor: Actor, shop: Shop
    ) -> None:
        services.categories.delete(actor, shop.seats.id, move_products_to=shop.furniture.id)

        assert held(services, shop) == [
            ["Furniture*"],
            ["Furniture", "Lamps*"],
            ["Chairs", "Furniture*"],
            ["Chairs*", "Furniture"],
            ["Lamps*"],
        ]

    def test_makes_another_category_primary_where_the_products_go_nowhere(
        self, services: Services, actor: Actor, shop: Shop
    ) -> None:
        effect = services.categories.preview_delete(actor, shop.seats.id)
        services.categories.delete(actor, shop.seats.id)

        assert (effect.moved, effect.dropped) == (0, 4)
        assert held(services, shop) == [[], ["Lamps*"], ["Chairs*"], ["Chairs*"], ["Lamps*"]]

    def test_moves_the_categories_inside_up(
        self, services: Services, actor: Actor, shop: Shop
    ) -> None:
        services.categories.create(actor, "Stools", shop.seats.id)

        services.categories.delete(actor, shop.seats.id)

        assert shape_of(services, actor)[1:3] == ["Furniture", "Furniture / Stools"]


class TestRestore:
    @pytest.mark.parametrize("way", ["merge", "move to the parent", "move to none"])
    def test_brings_everything_back(
        self, services: Services, actor: Actor, shop: Shop, way: str
    ) -> None:
        services.categories.create(actor, "Stools", shop.seats.id)
        services.categories.set_defaults(actor, shop.seats.id, SettingsLayer(mood="Serene"))
        services.categories.set_defaults(actor, shop.chairs.id, SettingsLayer(style="Modern"))
        before = held(services, shop), services.categories.tree(actor)
        if way == "merge":
            services.categories.merge(actor, shop.seats.id, shop.chairs.id)
        else:
            target_id = shop.furniture.id if way == "move to the parent" else None
            services.categories.delete(actor, shop.seats.id, move_products_to=target_id)
        [removal] = services.categories.removals(actor)

        restored = services.categories.restore(actor, removal.id)

        assert (removal.name, removal.is_merge, removal.removed_by) == (
            "Seats",
            way == "merge",
            "Ann",
        )
        assert (held(services, shop), services.categories.tree(actor)) == before
        assert services.categories.get(actor, restored.id).defaults == SettingsLayer(mood="Serene")
        chairs = services.categories.get(actor, shop.chairs.id)
        assert chairs.defaults == SettingsLayer(style="Modern")
        assert services.categories.removals(actor) == ()

    def test_leaves_alone_what_people_changed_since(
        self, services: Services, actor: Actor, shop: Shop
    ) -> None:
        services.categories.merge(actor, shop.seats.id, shop.chairs.id)
        services.categories.delete(actor, shop.chairs.id, move_products_to=shop.lamps.id)
        put_into(services, shop.both, shop.furniture)
        merge = services.categories.removals(actor)[-1]

        services.categories.restore(actor, merge.id)

        assert held(services, shop)[0] == ["Lamps*"]
        assert held(services, shop)[2] == ["Furniture", "Lamps*"]

    def test_never_makes_a_ring(self, services: Services, actor: Actor, shop: Shop) -> None:
        stools = services.categories.create(actor, "Stools", shop.seats.id)
        services.categories.merge(actor, shop.seats.id, shop.chairs.id)
        services.categories.move(actor, shop.furniture.id, stools.id)
        [removal] = services.categories.removals(actor)

        services.categories.restore(actor, removal.id)

        assert shape_of(services, actor) == [
            "Chairs",
            "Lamps",
            "Seats",
            "Seats / Stools",
            "Seats / Stools / Furniture",
        ]

    def test_waits_until_its_name_is_free(
        self, services: Services, actor: Actor, shop: Shop
    ) -> None:
        services.categories.delete(actor, shop.seats.id)
        services.categories.create(actor, "SEATS")
        [removal] = services.categories.removals(actor)

        with pytest.raises(ConflictError):
            services.categories.restore(actor, removal.id)

        assert services.categories.removals(actor) == (removal,)

    def test_happens_once(
        self, services: Services, actor: Actor, other_actor: Actor, shop: Shop
    ) -> None:
        services.categories.delete(actor, shop.seats.id)
        [removal] = services.categories.removals(actor)
        assert services.categories.removals(other_actor) == ()
        with pytest.raises(NotFoundError):
            services.categories.restore(other_actor, removal.id)

        services.categories.restore(actor, removal.id)

        with pytest.raises(NotFoundError):
            services.categories.restore(actor, removal.id)

    def test_is_not_offered_for_more_than_can_be_remembered(
        self, services: Services, actor: Actor, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(category_removals, "MAX_UNDO_PRODUCTS", 10)
        add_products(services, actor, 11, shop.seats)

        effect = services.categories.preview_delete(actor, shop.seats.id)
        services.categories.delete(actor, shop.seats.id)

        assert not effect.can_be_undone
        assert services.categories.removals(actor) == ()


def test_filters_that_name_a_merged_category_follow_and_come_back(
    services: Services, actor: Actor, other_actor: Actor, shop: Shop
) -> None:
    wanted = ProductFilter(category_id=shop.seats.id)
    smart = services.collections.create_from_filter(actor, "Seats", wanted)
    view = services.saved_views.save(actor, "products", "Seats", wanted.to_query())
    services.saved_views.save(other_actor, "products", "Seats", wanted.to_query())

    def named() -> set[str]:
        views = services.saved_views.list(actor, "products")
        collection = services.collections.get(actor, smart.id)
        assert [each.id for each in views] == [view]
        assert collection.filter is not None
        return {views[0].query["category"], collection.filter.to_query()["category"]}

    effect = services.categories.preview_merge(actor, shop.seats.id, shop.chairs.id)
    services.categories.merge(actor, shop.seats.id, shop.chairs.id)
    merged = named()
    [removal] = services.categories.removals(actor)
    services.categories.restore(actor, removal.id)

    assert (effect.followers, merged) == (2, {str(shop.chairs.id)})
    assert named() == {str(shop.seats.id)}
    [others] = services.saved_views.list(other_actor, "products")
    assert others.query["category"] == str(shop.seats.id)


@pytest.mark.slow
def test_a_product_that_is_put_into_a_category_while_it_is_merged_loses_nothing(
    services: Services, actor: Actor
) -> None:
    target = services.categories.create(actor, "Target")
    for number in range(6):
        source = services.categories.create(actor, "Source")
        draft = replace(CHAIR, sku=f"OLD-{number}", category="Source")
        old = services.products.create(actor, draft)
        new = replace(draft, sku=f"NEW-{number}")

        outcomes = at_once(
            lambda source=source: services.categories.merge(actor, source.id, target.id),  # type: ignore[misc]
            lambda new=new: services.products.create(actor, new),  # type: ignore[misc]
            lambda old=old, draft=draft: services.products.update(actor, old.id, draft),  # type: ignore[misc]
        )

        assert outcomes == ["done"] * 3
        held = {
            name
            for product in services.products.search(actor).items
            if product.sku.endswith(f"-{number}")
            for name in categories_of(services, product.id)
        }
        assert held <= {"Source*", "Target*"}
        assert held
        for each in services.categories.tree(actor):
            if each.name == "Source":  # one of the two came after the merge
                services.categories.merge(actor, each.id, target.id)
        [only] = services.categories.tree(actor)
        assert only.product_count == 2 * (number + 1)
