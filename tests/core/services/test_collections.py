from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.collections import (
    Collection,
    CollectionFilter,
    CollectionSort,
    CollectionStatus,
    Place,
)
from core.domain.products import PhotoUpload, ProductDraft, ProductFilter
from core.domain.setting_layers import SettingsLayer
from core.errors import AccessDeniedError, InvalidInputError, NotFoundError
from tests.images import photo_bytes
from tests.support.generation import CHAIR, chair_with_photo
from tests.support.statements import statements


def made(services: Services, actor: Actor, *names: str, **facts: object) -> list[int]:
    drafts = [ProductDraft(name, name.upper().replace(" ", "-")) for name in names]
    return [
        services.products.create(actor, replace(draft, **facts)).id  # type: ignore[arg-type] # the test names real fields
        for draft in drafts
    ]


def names_in(services: Services, actor: Actor, collection: Collection) -> list[str]:
    return [item.name for item in services.collections.products(actor, collection.id).items]


def names_of(
    services: Services, actor: Actor, wanted: CollectionFilter, text: str = ""
) -> list[str]:
    return [item.name for item in services.collections.search(actor, text, wanted).items]


class TestCollections:
    def test_hold_products_in_the_order_they_came(self, services: Services, actor: Actor) -> None:
        ids = made(services, actor, "S0", "S1", "S2", "S3", "S4")
        spring = services.collections.create(actor, "Spring", "For April")

        added = services.collections.add_products(actor, spring.id, [ids[3], ids[1], ids[3]])
        more = services.collections.add_products(actor, spring.id, ids)

        assert (added, more) == (2, 3)
        first = services.collections.products(actor, spring.id, limit=3)
        rest = services.collections.products(actor, spring.id, after=first.next, limit=3)
        assert [p.sku for p in first.items + rest.items] == ["S3", "S1", "S0", "S2", "S4"]
        assert (first.total, rest.next) == (5, None)

    def test_show_photos_as_covers(self, services: Services, actor: Actor) -> None:
        chair = chair_with_photo(services, actor)
        spring = services.collections.create(actor, "Spring")
        services.collections.add_products(actor, spring.id, [chair.id])

        [shown] = services.collections.search(actor, "SPR").items

        assert (shown.product_count, shown.covers) == (1, chair.photos[:1])
        assert services.collections.of_product(actor, chair.id) == (shown,)

    def test_keep_their_products_when_deleted(self, services: Services, actor: Actor) -> None:
        [chair] = made(services, actor, "Chair")
        spring = services.collections.create_with(actor, "Spring", [chair])

        services.collections.delete(actor, spring.id)

        assert services.products.get(actor, chair).trashed_at is None
        assert services.collections.search(actor).items == ()
        with pytest.raises(NotFoundError):
            services.collections.get(actor, spring.id)

    def test_are_renamed_and_let_go_of_products(self, services: Services, actor: Actor) -> None:
        [chair] = made(services, actor, "Chair")
        spring = services.collections.create_with(actor, "Spring", [chair])

        services.collections.rename(actor, spring.id, " Summer ")
        removed = services.collections.remove_products(actor, spring.id, [chair, 12345])

        assert removed == 1
        summer = services.collections.get(actor, spring.id)
        assert (summer.name, summer.product_count) == ("Summer", 0)

    def test_do_not_count_products_in_the_trash(self, services: Services, actor: Actor) -> None:
        [chair] = made(services, actor, "Chair")
        spring = services.collections.create_with(actor, "Spring", [chair])

        services.products.trash(actor, [chair])

        assert services.collections.get(actor, spring.id).product_count == 0
        assert services.collections.products(actor, spring.id).items == ()

    @pytest.mark.parametrize("name", ["", "  ", "x" * 121, "turned \u202eround", "a\0b"])
    def test_need_a_name_that_can_be_read(
        self, services: Services, actor: Actor, name: str
    ) -> None:
        with pytest.raises(InvalidInputError):
            services.collections.create(actor, name)

    def test_are_found_in_any_case_and_without_accents(
        self, services: Services, actor: Actor
    ) -> None:
        services.collections.create(actor, "\u00c9T\u00c9 100%")
        services.collections.create(actor, "Hiver")

        found = [
            names_of(services, actor, CollectionFilter(), text)
            for text in ("ete", "0%", "t\u00e9 1", "x")
        ]

        assert found == [["\u00c9T\u00c9 100%"], ["\u00c9T\u00c9 100%"], ["\u00c9T\u00c9 100%"], []]

    def test_are_sorted_and_paged(self, services: Services, actor: Actor) -> None:
        for name in ("b", "C", "a"):
            services.collections.create(actor, name)

        by_name = CollectionFilter(sort=CollectionSort.NAME)
        first = services.collections.search(actor, "", by_name, limit=2)
        rest = services.collections.search(actor, "", by_name, after=first.next, limit=2)

        assert [item.name for item in first.items + rest.items] == ["a", "b", "C"]
        assert names_of(services, actor, CollectionFilter(sort=CollectionSort.CREATED)) == [
            "a",
            "C",
            "b",
        ]

    def test_have_a_status_and_an_archive(self, services: Services, actor: Actor) -> None:
        spring = services.collections.create(actor, "Spring")
        autumn = services.collections.create(actor, "Autumn")

        services.collections.set_status(actor, spring.id, CollectionStatus.COMPLETED)
        count = services.collections.archive(actor, [autumn.id, 12345])

        completed = CollectionFilter(status=CollectionStatus.COMPLETED)
        assert count == 1
        assert names_of(services, actor, CollectionFilter()) == ["Spring"]
        assert names_of(services, actor, completed) == ["Spring"]
        assert names_of(services, actor, CollectionFilter(is_archived=True)) == ["Autumn"]
        assert services.collections.unarchive(actor, [autumn.id]) == 1
        assert names_of(services, actor, CollectionFilter(is_archived=True)) == []

    def test_have_a_cover_of_ones_own_choice(self, services: Services, actor: Actor) -> None:
        chair = chair_with_photo(services, actor)
        photo = services.assets.upload(actor, PhotoUpload("b.jpg", photo_bytes(colour="#334455")))
        spring = services.collections.create_with(actor, "Spring", [chair.id])

        services.collections.set_cover(actor, spring.id, photo.id)

        [shown] = services.collections.search(actor).items
        cover = services.collections.get(actor, spring.id).cover
        assert cover is not None
        assert (cover.id, [ref.id for ref in shown.covers]) == (photo.id, [photo.id])
        services.assets.trash(actor, [photo.id])
        [shown] = services.collections.search(actor).items
        assert (services.collections.get(actor, spring.id).cover, shown.covers) == (
            None,
            chair.photos[:1],
        )

    def test_take_no_cover_from_the_trash(self, services: Services, actor: Actor) -> None:
        photo = services.assets.upload(actor, PhotoUpload("b.jpg", photo_bytes()))
        services.assets.trash(actor, [photo.id])
        spring = services.collections.create(actor, "Spring")

        with pytest.raises(NotFoundError):
            services.collections.set_cover(actor, spring.id, photo.id)

    def test_keep_settings_of_their_own(self, services: Services, actor: Actor) -> None:
        layer = SettingsLayer(prompt="soft light", palette=("#ff0000",))
        spring = services.collections.create(actor, "Spring")

        services.collections.set_defaults(actor, spring.id, layer)

        assert services.collections.get(actor, spring.id).defaults == layer

    def test_are_copied_with_all_that_people_chose(self, services: Services, actor: Actor) -> None:
        chair = chair_with_photo(services, actor)
        others = made(services, actor, "Lamp", "Sofa")
        spring = services.collections.create_with(actor, "Spring", [*others, chair.id], "Airy")
        services.shots.add(actor, spring.id, "Front on white", 2)
        services.collections.set_cover(actor, spring.id, chair.photos[0].id)
        services.collections.set_status(actor, spring.id, CollectionStatus.COMPLETED)
        services.collections.set_defaults(actor, spring.id, SettingsLayer(prompt="airy"))

        copy = services.collections.duplicate(actor, spring.id)

        assert (copy.name, copy.description, copy.status) == ("Copy of Spring", "Airy", "draft")
        assert copy.defaults == SettingsLayer(prompt="airy")
        assert copy.cover == chair.photos[0]
        assert names_in(services, actor, copy) == ["Lamp", "Sofa", "Oak chair"]
        [shot] = services.shots.shots(actor, copy.id)
        assert (shot.name, shot.wanted, shot.collection_id) == ("Front on white", 2, copy.id)

    def test_come_back_from_the_trash(self, services: Services, actor: Actor) -> None:
        ids = made(services, actor, "Chair")
        spring = services.collections.create_with(actor, "Spring", ids)
        services.collections.delete(actor, spring.id)
        in_trash = CollectionFilter(is_trashed=True)

        assert names_of(services, actor, in_trash) == ["Spring"]
        count = services.collections.restore(actor, [spring.id, 12345])

        assert (count, services.collections.restore(actor, [spring.id])) == (1, 0)
        assert names_of(services, actor, in_trash) == []
        assert names_in(services, actor, spring) == ["Chair"]

    @pytest.mark.parametrize("role", [Role.REVIEWER, Role.VIEWER])
    def test_may_be_changed_by_editors_only(
        self, services: Services, actor: Actor, role: Role
    ) -> None:
        guest = replace(actor, role=role)
        spring = services.collections.create(actor, "Spring")
        collections = services.collections

        for attempt in (
            lambda: collections.create(guest, "Mine"),
            lambda: collections.create_from_filter(guest, "Mine", ProductFilter()),
            lambda: collections.rename(guest, spring.id, "Mine"),
            lambda: collections.set_status(guest, spring.id, CollectionStatus.DRAFT),
            lambda: collections.set_cover(guest, spring.id, None),
            lambda: collections.duplicate(guest, spring.id),
            lambda: collections.archive(guest, [spring.id]),
            lambda: collections.delete(guest, spring.id),
            lambda: collections.restore(guest, [spring.id]),
            lambda: collections.move(guest, spring.id, [1], Place.UP),
            lambda: collections.freeze(guest, spring.id),
        ):
            with pytest.raises(AccessDeniedError):
                attempt()
        assert collections.get(guest, spring.id).name == "Spring"

    def test_are_closed_to_others(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        chair = chair_with_photo(services, actor)
        spring = services.collections.create_with(actor, "Spring", [chair.id])
        theirs = services.collections.create(other_actor, "Theirs")
        collections = services.collections

        for attempt in (
            lambda: collections.get(other_actor, spring.id),
            lambda: collections.rename(other_actor, spring.id, "Mine"),
            lambda: collections.products(other_actor, spring.id),
            lambda: collections.add_products(other_actor, spring.id, [chair.id]),
            lambda: collections.remove_products(other_actor, spring.id, [chair.id]),
            lambda: collections.move(other_actor, spring.id, [chair.id], Place.FIRST),
            lambda: collections.order_products(other_actor, spring.id, [chair.id]),
            lambda: collections.set_status(other_actor, spring.id, CollectionStatus.COMPLETED),
            lambda: collections.set_defaults(other_actor, spring.id, SettingsLayer(prompt="x")),
            lambda: collections.set_cover(other_actor, spring.id, None),
            lambda: collections.set_cover(other_actor, theirs.id, chair.photos[0].id),
            lambda: collections.duplicate(other_actor, spring.id),
            lambda: collections.freeze(other_actor, spring.id),
            lambda: collections.set_filter(other_actor, spring.id, ProductFilter()),
            lambda: collections.delete(other_actor, spring.id),
        ):
            with pytest.raises(NotFoundError):
                attempt()

        assert collections.archive(other_actor, [spring.id]) == 0
        assert collections.restore(other_actor, [spring.id]) == 0
        assert collections.add_products(other_actor, theirs.id, [chair.id]) == 0
        assert collections.create_with(other_actor, "More", [chair.id]).product_count == 0
        assert collections.of_product(other_actor, chair.id) == ()
        assert [c.name for c in collections.search(other_actor).items] == ["More", "Theirs"]
        assert collections.get(actor, spring.id) == spring


class TestOrder:
    @pytest.mark.parametrize(
        ("moved", "place", "order"),
        [
            ("d", Place.FIRST, "dabce"),
            ("bd", Place.FIRST, "bdace"),
            ("b", Place.LAST, "acdeb"),
            ("db", Place.LAST, "acebd"),
            ("c", Place.UP, "acbde"),
            ("a", Place.UP, "abcde"),
            ("ab", Place.UP, "abcde"),
            ("bce", Place.UP, "bcaed"),
            ("c", Place.DOWN, "abdce"),
            ("e", Place.DOWN, "abcde"),
            ("ad", Place.DOWN, "baced"),
        ],
    )
    def test_moves_products(
        self, services: Services, actor: Actor, moved: str, place: Place, order: str
    ) -> None:
        ids = dict(zip("abcde", made(services, actor, *"abcde"), strict=True))
        spring = services.collections.create_with(actor, "Spring", list(ids.values()))

        count = services.collections.move(actor, spring.id, [ids[name] for name in moved], place)

        assert count == len(moved)
        assert "".join(names_in(services, actor, spring)) == order

    def test_moves_past_what_is_in_the_trash(self, services: Services, actor: Actor) -> None:
        a, b, c = made(services, actor, *"abc")
        spring = services.collections.create_with(actor, "Spring", [a, b, c])
        services.products.trash(actor, [b])

        services.collections.move(actor, spring.id, [c], Place.UP)

        assert names_in(services, actor, spring) == ["c", "a"]
        services.products.restore(actor, [b])
        assert names_in(services, actor, spring) == ["c", "b", "a"]

    def test_takes_an_order_of_some(self, services: Services, actor: Actor) -> None:
        a, b, c, d = made(services, actor, *"abcd")
        spring = services.collections.create_with(actor, "Spring", [a, b, c, d])

        count = services.collections.order_products(actor, spring.id, [d, 12345, b, d])

        assert count == 2
        assert names_in(services, actor, spring) == ["a", "d", "c", "b"]

    def test_new_products_follow_what_was_moved_to_the_end(
        self, services: Services, actor: Actor
    ) -> None:
        a, b, c = made(services, actor, *"abc")
        spring = services.collections.create_with(actor, "Spring", [a, b])
        services.collections.move(actor, spring.id, [a], Place.LAST)

        services.collections.add_products(actor, spring.id, [c])

        assert names_in(services, actor, spring) == ["b", "a", "c"]


class TestSmartCollections:
    def test_hold_what_matches_at_each_look(self, services: Services, actor: Actor) -> None:
        made(services, actor, "Oak chair", "Ash chair", tags=("new",))
        [lamp] = made(services, actor, "Lamp")

        news = services.collections.create_from_filter(actor, "New", ProductFilter(tag="new"))

        assert (news.is_smart, news.product_count) == (True, 2)
        assert names_in(services, actor, news) == ["Ash chair", "Oak chair"]
        product = services.products.get(actor, lamp)
        services.products.update(
            actor, lamp, ProductDraft(product.name, product.sku, tags=("New",))
        )
        assert names_in(services, actor, news) == ["Ash chair", "Lamp", "Oak chair"]
        [shown] = services.collections.search(actor).items
        assert (shown.is_smart, shown.product_count) == (True, 3)

    def test_are_paged_in_the_order_of_names(self, services: Services, actor: Actor) -> None:
        made(services, actor, "c", "a", "B")
        everything = services.collections.create_from_filter(actor, "All", ProductFilter())

        first = services.collections.products(actor, everything.id, limit=2)
        rest = services.collections.products(actor, everything.id, after=first.next, limit=2)

        assert [item.name for item in first.items + rest.items] == ["a", "B", "c"]
        assert (first.total, rest.next) == (3, None)

    def test_hold_nothing_where_words_only_come_near(
        self, services: Services, actor: Actor
    ) -> None:
        made(services, actor, "Armchair")

        none = services.collections.create_from_filter(actor, "?", ProductFilter(text="armchait"))

        assert none.product_count == 0
        assert names_in(services, actor, none) == []

    def test_each_counts_its_own_in_one_list(self, services: Services, actor: Actor) -> None:
        made(services, actor, "Oak chair", "Oak table", "Ash chair")
        for text in ("oak", "chair", "oak chair", "elm"):
            services.collections.create_from_filter(actor, text, ProductFilter(text=text))

        shown = services.collections.search(actor).items

        assert {item.name: item.product_count for item in shown} == {
            "oak": 2,
            "chair": 2,
            "oak chair": 1,
            "elm": 0,
        }

    def test_have_covers(self, services: Services, actor: Actor) -> None:
        chair = chair_with_photo(services, actor)
        made(services, actor, "Aa without a photo")
        services.collections.create_from_filter(actor, "All", ProductFilter())

        [shown] = services.collections.search(actor).items

        assert shown.covers == chair.photos[:1]

    def test_are_frozen_into_what_people_can_change(self, services: Services, actor: Actor) -> None:
        made(services, actor, "Oak chair", "Ash chair", tags=("new",))
        news = services.collections.create_from_filter(actor, "New", ProductFilter(tag="new"))

        count = services.collections.freeze(actor, news.id)
        made(services, actor, "Elm chair", tags=("new",))

        assert count == 2
        assert not services.collections.get(actor, news.id).is_smart
        assert names_in(services, actor, news) == ["Ash chair", "Oak chair"]

    def test_take_no_products_by_hand(self, services: Services, actor: Actor) -> None:
        [chair] = made(services, actor, "Chair")
        smart = services.collections.create_from_filter(actor, "All", ProductFilter())

        attempts: list[Callable[[], object]] = [
            lambda: services.collections.add_products(actor, smart.id, [chair]),
            lambda: services.collections.remove_products(actor, smart.id, [chair]),
            lambda: services.collections.move(actor, smart.id, [chair], Place.FIRST),
            lambda: services.collections.order_products(actor, smart.id, [chair]),
        ]
        for attempt in attempts:
            with pytest.raises(InvalidInputError, match="filter decides"):
                attempt()

    def test_can_be_told_to_find_something_else(self, services: Services, actor: Actor) -> None:
        made(services, actor, "Oak chair", "Ash table")
        smart = services.collections.create_from_filter(actor, "X", ProductFilter(text="oak"))

        services.collections.set_filter(actor, smart.id, ProductFilter(text="ash"))

        assert names_in(services, actor, smart) == ["Ash table"]

    def test_stand_on_collections_by_hand_only(self, services: Services, actor: Actor) -> None:
        ids = made(services, actor, "Oak chair", "Ash chair")
        made(services, actor, "Oak table")
        chairs = services.collections.create_with(actor, "Chairs", ids)
        oak = ProductFilter(text="oak", collection_id=chairs.id)

        smart = services.collections.create_from_filter(actor, "Oak chairs", oak)

        assert names_in(services, actor, smart) == ["Oak chair"]
        for wanted in (ProductFilter(collection_id=smart.id), ProductFilter(trashed=True)):
            with pytest.raises(InvalidInputError):
                services.collections.create_from_filter(actor, "?", wanted)
        with pytest.raises(NotFoundError):
            services.collections.create_from_filter(actor, "?", ProductFilter(collection_id=9999))

    def test_find_nothing_of_another_workspace(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        made(services, actor, "Oak chair")

        theirs = services.collections.create_from_filter(other_actor, "All", ProductFilter())

        assert theirs.product_count == 0
        assert names_in(services, other_actor, theirs) == []


def test_covers_come_from_at_most_four_products(services: Services, actor: Actor) -> None:
    spring = services.collections.create(actor, "Spring")
    for number in range(5):
        product = services.products.create(actor, replace(CHAIR, sku=f"S-{number}"))
        photo = PhotoUpload("p.jpg", photo_bytes(colour=f"#{number}0{number}0{number}0"))
        services.products.add_photos(actor, product.id, [photo])
        services.collections.add_products(actor, spring.id, [product.id])

    [shown] = services.collections.search(actor).items

    assert len(shown.covers) == 4


def test_a_list_takes_three_statements_whatever_is_in_it(services: Services, actor: Actor) -> None:
    def fill(names: Sequence[str]) -> None:
        for name in names:
            ids = made(services, actor, f"{name} chair")
            services.collections.create_with(actor, name, ids)
            services.collections.create_from_filter(
                actor, f"{name} smart", ProductFilter(text=name)
            )

    fill(["a", "b", "c", "d", "e", "f"])
    with statements(services) as said:
        page = services.collections.search(actor, limit=8)

    assert (len(page.items), page.total) == (8, 12)
    assert len([one for one in said if "SELECT" in one]) == 3
