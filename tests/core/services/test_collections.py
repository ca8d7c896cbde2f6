from dataclasses import replace

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.products import PhotoUpload
from core.errors import InvalidInputError, NotFoundError
from tests.images import photo_bytes
from tests.support.generation import CHAIR, chair_with_photo


class TestCollections:
    def test_hold_products_in_the_order_they_came(self, services: Services, actor: Actor) -> None:
        products = [
            services.products.create(actor, replace(CHAIR, sku=f"S-{number}"))
            for number in range(5)
        ]
        spring = services.collections.create(actor, "Spring", "For April")
        ids = [product.id for product in products]

        added = services.collections.add_products(actor, spring.id, [ids[3], ids[1], ids[3]])
        more = services.collections.add_products(actor, spring.id, ids)

        assert (added, more) == (2, 3)
        first = services.collections.products(actor, spring.id, limit=3)
        rest = services.collections.products(actor, spring.id, after=first.next, limit=3)
        assert [p.sku for p in first.items + rest.items] == ["S-3", "S-1", "S-0", "S-2", "S-4"]
        assert (first.total, rest.next) == (5, None)

    def test_show_photos_as_covers(self, services: Services, actor: Actor) -> None:
        chair = chair_with_photo(services, actor)
        spring = services.collections.create(actor, "Spring")
        services.collections.add_products(actor, spring.id, [chair.id])

        [shown] = services.collections.search(actor, "SPR").items

        assert (shown.product_count, shown.covers) == (1, chair.photos[:1])
        assert services.collections.of_product(actor, chair.id) == (shown,)

    def test_keep_their_products_when_deleted(self, services: Services, actor: Actor) -> None:
        chair = services.products.create(actor, CHAIR)
        spring = services.collections.create(actor, "Spring")
        services.collections.add_products(actor, spring.id, [chair.id])

        services.collections.delete(actor, spring.id)

        assert services.products.get(actor, chair.id).trashed_at is None
        assert services.collections.search(actor).items == ()
        with pytest.raises(NotFoundError):
            services.collections.get(actor, spring.id)

    def test_are_renamed_and_let_go_of_products(self, services: Services, actor: Actor) -> None:
        chair = services.products.create(actor, CHAIR)
        spring = services.collections.create(actor, "Spring")
        services.collections.add_products(actor, spring.id, [chair.id])

        services.collections.rename(actor, spring.id, " Summer ")
        removed = services.collections.remove_products(actor, spring.id, [chair.id, 12345])

        assert removed == 1
        summer = services.collections.get(actor, spring.id)
        assert (summer.name, summer.product_count) == ("Summer", 0)

    def test_do_not_count_products_in_the_trash(self, services: Services, actor: Actor) -> None:
        chair = services.products.create(actor, CHAIR)
        spring = services.collections.create(actor, "Spring")
        services.collections.add_products(actor, spring.id, [chair.id])

        services.products.trash(actor, [chair.id])

        assert services.collections.get(actor, spring.id).product_count == 0
        assert services.collections.products(actor, spring.id).items == ()

    def test_need_a_name(self, services: Services, actor: Actor) -> None:
        with pytest.raises(InvalidInputError):
            services.collections.create(actor, "  ")

    def test_are_closed_to_others(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        chair = chair_with_photo(services, actor)
        spring = services.collections.create(actor, "Spring")
        services.collections.add_products(actor, spring.id, [chair.id])
        theirs = services.collections.create(other_actor, "Theirs")
        collections = services.collections

        for attempt in (
            lambda: collections.get(other_actor, spring.id),
            lambda: collections.rename(other_actor, spring.id, "Mine"),
            lambda: collections.products(other_actor, spring.id),
            lambda: collections.add_products(other_actor, spring.id, [chair.id]),
            lambda: collections.remove_products(other_actor, spring.id, [chair.id]),
            lambda: collections.delete(other_actor, spring.id),
        ):
            with pytest.raises(NotFoundError):
                attempt()

        assert collections.add_products(other_actor, theirs.id, [chair.id]) == 0
        assert collections.of_product(other_actor, chair.id) == ()
        assert [c.name for c in collections.search(other_actor).items] == ["Theirs"]


def test_covers_come_from_at_most_four_products(services: Services, actor: Actor) -> None:
    spring = services.collections.create(actor, "Spring")
    for number in range(5):
        product = services.products.create(actor, replace(CHAIR, sku=f"S-{number}"))
        photo = PhotoUpload("p.jpg", photo_bytes(colour=f"#{number}0{number}0{number}0"))
        services.products.add_photos(actor, product.id, [photo])
        services.collections.add_products(actor, spring.id, [product.id])

    [shown] = services.collections.search(actor).items

    assert len(shown.covers) == 4
