from collections.abc import Callable
from dataclasses import replace

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.categories import MAX_LEVELS, Category
from core.domain.products import ProductDraft
from core.domain.setting_layers import SettingsLayer
from core.errors import (
    AccessDeniedError,
    ConflictError,
    InvalidInputError,
    NotFoundError,
)
from tests.support.at_once import at_once
from tests.support.categories import add_product, add_products, put_into, shape_of
from tests.support.people import colleague_of
from tests.support.statements import statements

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</style><script>",
    "=HYPERLINK(1)",
    "{{7*7}} ${7*7} %s%n {0.__class__}",
    "'; DROP TABLE categories; --",
    "**bold** [link](javascript:alert(1))",
    "a/b\\c",
)
UNKEEPABLE = ("", "   ", "\x00", "a\x00b", "\ud800", "\u202eabc", "e" + "\u0301" * 60, "x" * 121)


def chain(services: Services, actor: Actor, length: int, prefix: str = "Level") -> list[Category]:
    made: list[Category] = []
    for number in range(length):
        parent_id = made[-1].id if made else None
        made.append(services.categories.create(actor, f"{prefix} {number}", parent_id))
    return made


class TestTree:
    def test_shows_categories_in_their_places_with_true_counts(
        self, services: Services, actor: Actor
    ) -> None:
        furniture = services.categories.create(actor, "Furniture")
        chairs = services.categories.create(actor, "Chairs", furniture.id)
        lamps = services.categories.create(actor, "Lamps")
        add_product(services, actor, "BOTH-1", chairs, furniture)
        add_product(services, actor, "CHAIR-1", chairs)
        trashed = add_product(services, actor, "TRASH-1", chairs)
        services.products.trash(actor, [trashed])

        tree = services.categories.tree(actor)

        assert [(each.full_name, each.product_count, each.total_count) for each in tree] == [
            ("Furniture", 1, 2),
            ("Furniture / Chairs", 2, 2),
            ("Lamps", 0, 0),
        ]
        assert lamps.id == tree[-1].id

    def test_does_not_count_archived_products(self, services: Services, actor: Actor) -> None:
        chairs = services.categories.create(actor, "Chairs")
        archived = add_product(services, actor, "CHAIR-1", chairs)
        services.products.archive(actor, [archived])

        [shown] = services.categories.tree(actor)

        assert (shown.product_count, shown.total_count) == (0, 0)

    def test_is_read_in_two_statements_whatever_its_size(
        self, services: Services, actor: Actor
    ) -> None:
        levels = chain(services, actor, MAX_LEVELS)
        add_products(services, actor, 60, levels[-1], levels[0])

        with statements(services) as said:
            services.categories.tree(actor)

        assert len([each for each in said if each.startswith("SELECT")]) == 2

    def test_of_a_new_workspace_is_empty(self, services: Services, other_actor: Actor) -> None:
        assert services.categories.tree(other_actor) == ()


class TestCreate:
    def test_puts_a_category_inside_another(self, services: Services, actor: Actor) -> None:
        furniture = services.categories.create(actor, " Furniture ", description="All of it")
        chairs = services.categories.create(actor, "Chairs", furniture.id)

        detail = services.categories.get(actor, chairs.id)

        assert detail.category.path == ("Furniture",)
        assert detail.ancestors == ((furniture.id, "Furniture"),)
        assert furniture.description == "All of it"
        assert services.categories.get(actor, furniture.id).children == (detail.category,)

    @pytest.mark.parametrize("name", HOSTILE)
    def test_keeps_a_hostile_name_as_it_is(
        self, services: Services, actor: Actor, name: str
    ) -> None:
        made = services.categories.create(actor, name)

        assert made.name == name
        assert [each.name for each in services.categories.tree(actor)] == [name]

    @pytest.mark.parametrize("name", UNKEEPABLE)
    def test_refuses_a_name_that_cannot_be_kept(
        self, services: Services, actor: Actor, name: str
    ) -> None:
        with pytest.raises(InvalidInputError):
            services.categories.create(actor, name)

        assert services.categories.tree(actor) == ()

    def test_refuses_a_name_that_is_taken_whatever_its_case(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        services.categories.create(actor, "Chairs")

        with pytest.raises(ConflictError) as refused:
            services.categories.create(actor, "CHAIRS ")

        assert "already" in refused.value.user_message
        assert services.categories.create(other_actor, "chairs").name == "chairs"

    def test_refuses_a_level_too_many(self, services: Services, actor: Actor) -> None:
        levels = chain(services, actor, MAX_LEVELS)

        with pytest.raises(InvalidInputError) as refused:
            services.categories.create(actor, "Too deep", levels[-1].id)

        assert str(MAX_LEVELS) in refused.value.user_message


class TestUpdate:
    def test_renames_and_describes(self, services: Services, actor: Actor) -> None:
        chairs = services.categories.create(actor, "Chairs")

        services.categories.update(actor, chairs.id, name="CHAIRS", description="To sit on")

        shown = services.categories.get(actor, chairs.id).category
        assert (shown.name, shown.description) == ("CHAIRS", "To sit on")

    def test_refuses_another_ones_name(self, services: Services, actor: Actor) -> None:
        services.categories.create(actor, "Seats")
        chairs = services.categories.create(actor, "Chairs")

        with pytest.raises(ConflictError):
            services.categories.update(actor, chairs.id, name="seats", description="")

    def test_renames_for_all_products(self, services: Services, actor: Actor) -> None:
        chairs = services.categories.create(actor, "Chairs")
        product_id = add_product(services, actor, "CHAIR-1", chairs)

        services.categories.update(actor, chairs.id, name="Seats", description="")

        assert services.products.get(actor, product_id).category == "Seats"

    def test_is_not_undone_by_a_form_that_was_open(self, services: Services, actor: Actor) -> None:
        shown = services.products.create(actor, ProductDraft("Oak", "A-1", category="Chairs"))
        chairs = next(one for one in services.categories.tree(actor) if one.name == "Chairs")
        services.categories.update(actor, chairs.id, name="Seating", description="")

        with pytest.raises(ConflictError):
            services.products.update(actor, shown.id, shown.draft, version=shown.version)

        assert services.products.get(actor, shown.id).category == "Seating"


class TestMove:
    def test_takes_all_inside_along(self, services: Services, actor: Actor) -> None:
        first, second, _ = chain(services, actor, 3)
        other = services.categories.create(actor, "Other")

        services.categories.move(actor, second.id, other.id)
        services.categories.move(actor, first.id, other.id, position=0)

        assert shape_of(services, actor) == [
            "Other",
            "Other / Level 0",
            "Other / Level 1",
            "Other / Level 1 / Level 2",
        ]

    def test_orders_siblings(self, services: Services, actor: Actor) -> None:
        a, b, c = (services.categories.create(actor, name) for name in "ABC")

        services.categories.move(actor, c.id, None, position=0)
        services.categories.move(actor, a.id, None)

        assert shape_of(services, actor) == ["C", "B", "A"]
        assert b.position == 0

    @pytest.mark.parametrize("inside", [0, 1, 2])
    def test_refuses_to_put_a_category_into_itself(
        self, services: Services, actor: Actor, inside: int
    ) -> None:
        levels = chain(services, actor, 3)
        before = shape_of(services, actor)

        with pytest.raises(InvalidInputError):
            services.categories.move(actor, levels[0].id, levels[inside].id)

        assert shape_of(services, actor) == before

    def test_refuses_what_would_be_too_deep_with_all_inside(
        self, services: Services, actor: Actor
    ) -> None:
        tall = chain(services, actor, MAX_LEVELS - 1, "Tall")
        small = chain(services, actor, 2, "Small")
        services.categories.move(actor, tall[0].id, small[0].id)

        with pytest.raises(InvalidInputError):
            services.categories.move(actor, tall[0].id, small[1].id)

    @pytest.mark.slow
    def test_of_two_people_never_makes_a_ring(self, services: Services, actor: Actor) -> None:
        ben = colleague_of(services, actor, "Ben", "ben@example.com")
        for number in range(8):
            a = services.categories.create(actor, f"A{number}")
            b = services.categories.create(actor, f"B{number}")

            outcomes = at_once(
                lambda a=a, b=b: services.categories.move(actor, a.id, b.id),  # type: ignore[misc]
                lambda a=a, b=b: services.categories.move(ben, b.id, a.id),  # type: ignore[misc]
            )

            assert sorted(outcomes) == ["InvalidInputError", "done"]
            parents = {each.id: each.parent_id for each in services.categories.tree(actor)}
            assert {parents[a.id], parents[b.id]} in ({None, a.id}, {None, b.id})


class TestSettings:
    def test_are_kept_by_default_and_by_scene(self, services: Services, actor: Actor) -> None:
        chairs = services.categories.create(actor, "Chairs")
        calm = SettingsLayer(mood="Serene")

        services.categories.set_defaults(actor, chairs.id, calm)
        services.categories.set_scene_defaults(actor, chairs.id, "Bedroom", calm)
        services.categories.set_scene_defaults(actor, chairs.id, "Office", calm)
        services.categories.set_scene_defaults(actor, chairs.id, "Office", None)

        detail = services.categories.get(actor, chairs.id)
        assert (detail.defaults, detail.scene_defaults) == (calm, {"Bedroom": calm})
        assert detail.category.has_settings

    def test_that_say_nothing_are_none(self, services: Services, actor: Actor) -> None:
        chairs = services.categories.create(actor, "Chairs")

        services.categories.set_defaults(actor, chairs.id, SettingsLayer(mood="Calm"))
        services.categories.set_defaults(actor, chairs.id, SettingsLayer())

        assert not services.categories.get(actor, chairs.id).category.has_settings

    def test_need_a_scene_type(self, services: Services, actor: Actor) -> None:
        chairs = services.categories.create(actor, "Chairs")

        with pytest.raises(InvalidInputError):
            services.categories.set_scene_defaults(actor, chairs.id, " ", SettingsLayer())


class TestOfProduct:
    def test_begins_with_the_primary_one(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        lamps = services.categories.create(actor, "Lamps")
        chairs = services.categories.create(actor, "Chairs", lamps.id)
        product_id = add_product(services, actor, "LAMP-1", lamps)
        put_into(services, product_id, chairs)

        found = services.categories.of_product(actor, product_id)

        assert [each.full_name for each in found] == ["Lamps", "Lamps / Chairs"]
        assert services.categories.of_product(other_actor, product_id) == ()


WRITES: dict[str, Callable[[Services, Actor, int], object]] = {
    "create": lambda s, a, _: s.categories.create(a, "New"),
    "create inside": lambda s, a, i: s.categories.create(a, "New", i),
    "update": lambda s, a, i: s.categories.update(a, i, name="New", description=""),
    "move": lambda s, a, i: s.categories.move(a, i, None),
    "merge": lambda s, a, i: s.categories.merge(a, i, i),
    "preview_merge": lambda s, a, i: s.categories.preview_merge(a, i, i),
    "delete": lambda s, a, i: s.categories.delete(a, i),
    "preview_delete": lambda s, a, i: s.categories.preview_delete(a, i),
    "restore": lambda s, a, i: s.categories.restore(a, i),
    "set_defaults": lambda s, a, i: s.categories.set_defaults(a, i, SettingsLayer()),
    "set_scene_defaults": lambda s, a, i: s.categories.set_scene_defaults(a, i, "Office", None),
}


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER])
def test_those_who_may_only_look_change_nothing(
    services: Services, actor: Actor, write: str, role: Role
) -> None:
    chairs = services.categories.create(actor, "Chairs")

    with pytest.raises(AccessDeniedError):
        WRITES[write](services, replace(actor, role=role), chairs.id)


@pytest.mark.parametrize("write", [name for name in WRITES if name != "create"])
def test_categories_of_others_are_not_there(
    services: Services, actor: Actor, other_actor: Actor, write: str
) -> None:
    chairs = services.categories.create(actor, "Chairs")

    with pytest.raises(NotFoundError):
        WRITES[write](services, other_actor, chairs.id)

    assert shape_of(services, actor) == ["Chairs"]
    assert services.categories.tree(other_actor) == ()


@pytest.mark.slow
def test_two_people_may_want_the_same_new_name_at_once(services: Services, actor: Actor) -> None:
    outcomes = at_once(
        *(lambda name=name: services.categories.create(actor, name) for name in ("Oak", "OAK")),
    )

    assert sorted(outcomes) == ["ConflictError", "done"]
