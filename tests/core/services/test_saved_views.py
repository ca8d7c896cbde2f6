from dataclasses import replace

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.products import ProductFilter
from core.errors import ConflictError, InvalidInputError, NotFoundError
from tests.support.people import colleague_of

QUERY = ProductFilter("oak", tag="red", has_photo=False).to_query()


class TestSave:
    def test_keeps_filters_under_a_name(self, services: Services, actor: Actor) -> None:
        services.saved_views.save(actor, "products", "  No photo ", QUERY)

        [view] = services.saved_views.list(actor, "products")
        assert (view.name, view.is_mine, view.is_shared) == ("No photo", True, False)
        assert view.created_by == "Ann"
        assert ProductFilter.from_query(view.query) == ProductFilter(
            "oak", tag="red", has_photo=False
        )
        assert services.saved_views.list(actor, "gallery") == ()

    def test_replaces_the_one_of_the_same_name(self, services: Services, actor: Actor) -> None:
        first = services.saved_views.save(actor, "products", "Mine", QUERY)

        second = services.saved_views.save(actor, "products", "Mine", {}, is_shared=True)

        [view] = services.saved_views.list(actor, "products")
        assert (first, view.query, view.is_shared) == (second, {}, True)

    @pytest.mark.parametrize(
        ("name", "query"),
        [
            ("", QUERY),
            ("x" * 81, QUERY),
            ("a\0b", QUERY),
            ("A", {"text": "x" * 401}),
            ("A", {"text": "\ud800"}),
            ("A", {"text": "a\0"}),
            ("A", {"text": 7}),
            ("A", {str(number): "x" for number in range(31)}),
        ],
    )
    def test_refuses_what_cannot_be_meant(
        self, services: Services, actor: Actor, name: str, query: dict[str, str]
    ) -> None:
        with pytest.raises(InvalidInputError):
            services.saved_views.save(actor, "products", name, query)

        assert services.saved_views.list(actor, "products") == ()

    def test_has_an_end(self, services: Services, actor: Actor) -> None:
        for number in range(100):
            services.saved_views.save(actor, "products", f"View {number}", {})

        with pytest.raises(InvalidInputError):
            services.saved_views.save(actor, "products", "One more", {})

    def test_is_for_viewers_too(self, services: Services, actor: Actor) -> None:
        viewer = replace(actor, role=Role.VIEWER)

        services.saved_views.save(viewer, "products", "Mine", QUERY)

        assert len(services.saved_views.list(viewer, "products")) == 1


class TestOthers:
    def test_see_what_is_shared_and_change_nothing(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        cleo = colleague_of(services, actor, "Cleo", "cleo@example.com")
        services.saved_views.save(actor, "products", "Mine", QUERY)
        shared = services.saved_views.save(actor, "products", "Ours", QUERY, is_shared=True)

        [view] = services.saved_views.list(cleo, "products")
        assert (view.name, view.is_mine, view.created_by) == ("Ours", False, "Ann")
        assert services.saved_views.list(other_actor, "products") == ()
        for person in (cleo, other_actor):
            with pytest.raises(NotFoundError):
                services.saved_views.delete(person, shared)
            with pytest.raises(NotFoundError):
                services.saved_views.rename(person, shared, "Theirs")
        assert len(services.saved_views.list(actor, "products")) == 2


class TestRenameAndDelete:
    def test_change_ones_own(self, services: Services, actor: Actor) -> None:
        first = services.saved_views.save(actor, "products", "A", QUERY)
        second = services.saved_views.save(actor, "products", "B", QUERY)

        services.saved_views.rename(actor, first, "C")
        with pytest.raises(ConflictError):
            services.saved_views.rename(actor, first, "B")
        services.saved_views.delete(actor, second)

        assert [view.name for view in services.saved_views.list(actor, "products")] == ["C"]
