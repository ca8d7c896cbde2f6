"""Changing products: one by one, in bulk and cell by cell, with the history that it leaves."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.asset_filters import AssetFilter
from core.domain.generation import Dimensions
from core.domain.products import (
    CellEdit,
    PhotoUpload,
    Product,
    ProductChange,
    ProductDraft,
    ProductFilter,
)
from core.domain.setting_layers import SettingsLayer
from core.errors import (
    AccessDeniedError,
    ConflictError,
    ImageRejectedError,
    InvalidInputError,
    NotFoundError,
)
from tests.images import photo_bytes
from tests.support.people import colleague_of

CHAIR = ProductDraft(
    name="Oak chair",
    sku="C-1",
    category="Chairs",
    other_categories=("Dining", "Oak"),
    description="Solid",
    price=Decimal("129.00"),
    tags=("Oak", "dining"),
    dimensions=Dimensions(45, 50, 90),
    materials=("Oak", "Linen"),
    colours=("Natural",),
)


def history(services: Services, actor: Actor, product: Product) -> list[tuple[str, str, object]]:
    page = services.products.history(actor, product.id)
    return [(event.who, event.action, dict(event.changes)) for event in page.items]


class TestCreate:
    def test_keeps_every_field(self, services: Services, actor: Actor) -> None:
        chair = services.products.create(actor, CHAIR)

        assert chair.draft == CHAIR
        assert (chair.source, chair.version, chair.archived_at) == ("entered", 1, None)
        assert (chair.photo_count, chair.approved_count, chair.import_id) == (0, 0, None)
        assert chair.defaults == SettingsLayer()

    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ({"tags": (" Oak ", "OAK", "óak", "elm")}, {"tags": ("Oak", "elm")}),
            ({"other_categories": ("Chairs", "", "Oak")}, {"other_categories": ("Oak",)}),
            ({"other_categories": ("chairs", "OAK")}, {"other_categories": ("OAK",)}),
            ({"materials": ("Oak", "Oak", " ")}, {"materials": ("Oak",)}),
        ],
    )
    def test_keeps_of_two_that_mean_the_same_the_first(
        self, services: Services, actor: Actor, given: dict[str, object], kept: dict[str, object]
    ) -> None:
        chair = services.products.create(actor, replace(CHAIR, **given))  # type: ignore[arg-type] # as given

        assert chair.draft == replace(CHAIR, **kept)  # type: ignore[arg-type] # likewise

    @pytest.mark.parametrize(
        "given",
        [
            {"materials": ("x" * 61,)},
            {"colours": tuple(map(str, range(21)))},
            {"other_categories": ("a\u202eb",)},
            {"other_categories": tuple(map(str, range(21)))},
            {"tags": ("a\0b",)},
            {"materials": ("\ud800",)},
        ],
    )
    def test_refuses_with_a_sentence(
        self, services: Services, actor: Actor, given: dict[str, object]
    ) -> None:
        with pytest.raises(InvalidInputError) as refused:
            services.products.create(actor, replace(CHAIR, **given))  # type: ignore[arg-type] # as given

        assert refused.value.user_message.endswith(".")
        assert services.products.search(actor).total == 0


class TestUpdate:
    def test_notes_what_each_field_held_before_and_after(
        self, services: Services, actor: Actor
    ) -> None:
        chair = services.products.create(actor, CHAIR)

        services.products.update(
            actor,
            chair.id,
            replace(CHAIR, name="Elm chair", price=None, tags=("elm",), dimensions=None),
        )

        assert history(services, actor, chair) == [
            (
                "Ann",
                "update",
                {
                    "name": ("Oak chair", "Elm chair"),
                    "price": ("129.00", None),
                    "tags": (["Oak", "dining"], ["elm"]),
                    "dimensions": ([45, 50, 90], None),
                },
            ),
            ("Ann", "create", {}),
        ]

    def test_makes_no_new_version_of_what_is_as_before(
        self, services: Services, actor: Actor
    ) -> None:
        chair = services.products.create(actor, CHAIR)

        same = services.products.update(actor, chair.id, replace(CHAIR, name=" Oak  chair "))

        assert (same.version, same.updated_at) == (1, chair.updated_at)
        assert len(history(services, actor, chair)) == 1

    def test_refuses_a_version_that_somebody_else_changed_and_names_them(
        self, services: Services, actor: Actor
    ) -> None:
        chair = services.products.create(actor, CHAIR)
        cleo = colleague_of(services, actor, "Cleo", "cleo@example.com")
        services.products.update(cleo, chair.id, replace(CHAIR, name="Elm"), version=1)

        with pytest.raises(ConflictError) as refused:
            services.products.update(actor, chair.id, replace(CHAIR, name="Ash"), version=1)

        assert refused.value.user_message.startswith("Cleo changed this product meanwhile.")
        assert services.products.get(actor, chair.id).name == "Elm"
        assert services.products.update(actor, chair.id, CHAIR, version=2).version == 3

    def test_lets_one_of_two_who_read_the_same_version_win(
        self, services: Services, actor: Actor
    ) -> None:
        chair = services.products.create(actor, CHAIR)
        at_once = threading.Barrier(4)

        def rename(number: int) -> bool:
            at_once.wait()
            try:
                services.products.update(
                    actor, chair.id, replace(CHAIR, name=f"Name {number}"), version=1
                )
            except ConflictError:
                return False
            return True

        with ThreadPoolExecutor(4) as threads:
            won = list(threads.map(rename, range(4)))

        assert won.count(True) == 1
        assert services.products.get(actor, chair.id).name == f"Name {won.index(True)}"


class TestHistory:
    def test_is_paged_newest_first(self, services: Services, actor: Actor) -> None:
        chair = services.products.create(actor, CHAIR)
        for number in range(4):
            services.products.update(actor, chair.id, replace(CHAIR, name=f"Name {number}"))

        first = services.products.history(actor, chair.id, limit=3)
        second = services.products.history(actor, chair.id, after=first.next, limit=3)

        names = [event.changes["name"][1] for event in first.items]
        assert names == ["Name 3", "Name 2", "Name 1"]
        assert [event.action for event in second.items] == ["update", "create"]
        assert (first.total, second.next) == (5, None)

    def test_shows_nothing_of_another_workspace(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        chair = services.products.create(actor, CHAIR)

        assert services.products.history(other_actor, chair.id).items == ()


class TestDuplicate:
    def test_takes_over_all_but_the_sku(self, services: Services, actor: Actor) -> None:
        chair = services.products.create(actor, CHAIR)
        photos = services.products.add_photos(
            actor, chair.id, [PhotoUpload("a.jpg", photo_bytes())]
        ).kept
        services.products.set_defaults(actor, chair.id, SettingsLayer(style="calm"))

        copy = services.products.duplicate(actor, chair.id)
        second = services.products.duplicate(actor, chair.id)

        assert copy.draft == replace(CHAIR, sku="C-1-copy")
        assert second.sku == "C-1-copy-2"
        assert (copy.photos, copy.photo_count) == (photos, 1)
        assert copy.defaults == SettingsLayer(style="calm")
        assert services.products.search(actor, ProductFilter(tag="oak")).total == 3

    def test_shares_photos_that_stay_with_the_other(self, services: Services, actor: Actor) -> None:
        chair = services.products.create(actor, CHAIR)
        [photo] = services.products.add_photos(
            actor, chair.id, [PhotoUpload("a.jpg", photo_bytes())]
        ).kept
        copy = services.products.duplicate(actor, chair.id)

        services.products.remove_photo(actor, chair.id, photo.id)
        assert services.assets.search(actor, AssetFilter(trashed=True)).total == 0
        assert services.products.get(actor, copy.id).photos == (photo,)

        services.products.remove_photo(actor, copy.id, photo.id)
        assert services.assets.search(actor, AssetFilter(trashed=True)).total == 1

    def test_makes_room_for_its_ending_in_a_long_sku(
        self, services: Services, actor: Actor
    ) -> None:
        chair = services.products.create(actor, replace(CHAIR, sku="x" * 80))

        assert services.products.duplicate(actor, chair.id).sku == "x" * 75 + "-copy"


class TestPhotos:
    def test_are_counted_by_every_write(self, services: Services, actor: Actor) -> None:
        chair = services.products.create(actor, CHAIR)

        def count() -> int:
            [summary] = services.products.search(actor).items
            assert services.products.get(actor, chair.id).photo_count == summary.photo_count
            return summary.photo_count

        uploads = [PhotoUpload(f"{n}.jpg", photo_bytes(colour=f"#{n}{n}2222")) for n in range(2)]
        kept = services.products.add_photos(actor, chair.id, uploads).kept
        assert count() == 2
        services.products.remove_photo(actor, chair.id, kept[0].id)
        assert count() == 1
        with services.parts.database.begin() as work:
            work.products.recount_photos(actor.workspace_id, [chair.id])
        assert count() == 1
        assert services.products.search(actor, ProductFilter(has_photo=True)).total == 1

    def test_are_replaced_in_their_place(self, services: Services, actor: Actor) -> None:
        chair = services.products.create(actor, CHAIR)
        uploads = [PhotoUpload(f"{n}.jpg", photo_bytes(colour=f"#{n}{n}2222")) for n in range(3)]
        first, second, third = services.products.add_photos(actor, chair.id, uploads).kept

        new = services.products.replace_photo(
            actor, chair.id, second.id, PhotoUpload("new.jpg", photo_bytes(colour="#00ff00"))
        )

        assert services.products.get(actor, chair.id).photos == (first, new, third)
        trash = services.assets.search(actor, AssetFilter(trashed=True))
        assert [asset.ref for asset in trash.items] == [second]
        with pytest.raises(ImageRejectedError):
            services.products.replace_photo(actor, chair.id, new.id, PhotoUpload("x", b"<svg/>"))
        with pytest.raises(NotFoundError):
            services.products.replace_photo(actor, chair.id, second.id, uploads[0])
        assert services.products.get(actor, chair.id).photos == (first, new, third)


class TestDefaults:
    def test_are_kept_and_noted(self, services: Services, actor: Actor) -> None:
        chair = services.products.create(actor, CHAIR)

        services.products.set_defaults(actor, chair.id, SettingsLayer(style="calm", variants=2))
        services.products.set_defaults(actor, chair.id, SettingsLayer(style="bold", variants=2))

        assert services.products.get(actor, chair.id).defaults.style == "bold"
        assert history(services, actor, chair)[0] == (
            "Ann",
            "set_defaults",
            {"style": ("calm", "bold")},
        )


def two(services: Services, actor: Actor) -> Sequence[Product]:
    return [
        services.products.create(actor, CHAIR),
        services.products.create(actor, replace(CHAIR, sku="C-2", tags=("Red",))),
    ]


class TestChange:
    def test_changes_only_what_is_given(self, services: Services, actor: Actor) -> None:
        one, other = two(services, actor)

        count = services.products.change(
            actor,
            [one.id, other.id, 999_999],
            ProductChange(category="Oak", add_tags=("new", "OAK"), remove_tags=("dining",)),
        )

        assert count == 2
        changed = replace(CHAIR, category="Oak", other_categories=("Dining",), tags=("Oak", "new"))
        assert services.products.get(actor, one.id).draft == changed
        assert services.products.get(actor, other.id).tags == ("Red", "new", "OAK")
        assert services.products.search(actor, ProductFilter(tag="new")).total == 2
        assert services.products.search(actor, ProductFilter(tag="dining")).total == 0

    def test_counts_only_what_is_other_than_before(self, services: Services, actor: Actor) -> None:
        one, other = two(services, actor)

        count = services.products.change(
            actor, [one.id, other.id], ProductChange(add_tags=("oak",), materials=CHAIR.materials)
        )

        assert count == 1
        assert services.products.get(actor, one.id).version == 1

    def test_archives_and_empties_lists(self, services: Services, actor: Actor) -> None:
        one, other = two(services, actor)

        services.products.change(
            actor, [one.id], ProductChange(category="", materials=(), colours=(), archived=True)
        )

        kept = services.products.get(actor, one.id)
        assert (kept.category, kept.materials, kept.colours) == ("", (), ())
        assert kept.archived_at is not None
        assert [each.id for each in services.products.search(actor).items] == [other.id]

    def test_changes_all_or_none(self, services: Services, actor: Actor) -> None:
        many = replace(CHAIR, sku="C-3", tags=tuple(map(str, range(30))))
        full = services.products.create(actor, many)
        one, _ = two(services, actor)

        with pytest.raises(InvalidInputError):
            services.products.change(actor, [one.id, full.id], ProductChange(add_tags=("more",)))

        assert services.products.get(actor, one.id).tags == CHAIR.tags

    def test_leaves_others_and_the_trash_alone(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        one, other = two(services, actor)
        services.products.trash(actor, [other.id])
        change = ProductChange(add_tags=("new",), archived=True)

        assert services.products.change(other_actor, [one.id], change) == 0
        assert services.products.change(actor, [other.id], change) == 0
        assert services.products.get(actor, one.id).tags == CHAIR.tags

    def test_is_refused_to_a_viewer_and_for_too_many(
        self, services: Services, actor: Actor
    ) -> None:
        with pytest.raises(AccessDeniedError):
            services.products.change(replace(actor, role=Role.VIEWER), [1], ProductChange())
        with pytest.raises(InvalidInputError):
            services.products.change(actor, range(1, 10_000), ProductChange(archived=True))


class TestArchive:
    def test_takes_products_off_the_shelf_and_back(self, services: Services, actor: Actor) -> None:
        one, other = two(services, actor)

        assert services.products.archive(actor, [one.id, one.id, 999_999]) == 1
        assert services.products.archive(actor, [one.id]) == 0
        assert [each.id for each in services.products.search(actor).items] == [other.id]
        [archived] = services.products.search(actor, ProductFilter(archived=True)).items
        assert (archived.id, archived.archived) == (one.id, True)
        assert services.products.unarchive(actor, [one.id, other.id]) == 1

        assert services.products.search(actor).total == 2
        assert [action for _, action, _ in history(services, actor, one)] == [
            "unarchive",
            "archive",
            "create",
        ]


class TestEdit:
    @pytest.mark.parametrize("typed", ["1299,50", "1.299,50", "€ 1,299.50", "1 299,5"])
    def test_reads_a_price_as_people_write_it(
        self, services: Services, actor: Actor, typed: str
    ) -> None:
        one, _ = two(services, actor)

        [outcome] = services.products.edit(actor, [CellEdit(one.id, "price", typed, 1)])

        assert outcome.is_kept
        assert services.products.get(actor, one.id).price == Decimal("1299.50")

    def test_keeps_each_cell_by_itself(self, services: Services, actor: Actor) -> None:
        one, other = two(services, actor)

        outcomes = services.products.edit(
            actor,
            [
                CellEdit(one.id, "name", " Elm  chair ", 1),
                CellEdit(one.id, "price", "not a number", 1),
                CellEdit(one.id, "tags", "a, b ,a", 1),
                CellEdit(one.id, "width_cm", 60.5, 1),
                CellEdit(other.id, "price", 12.5, 1),
                CellEdit(other.id, "colours", ["Red", "Blue"], 1),
                CellEdit(other.id, "description", None, 1),
            ],
        )

        assert [outcome.is_kept for outcome in outcomes] == [True, False, *[True] * 5]
        assert outcomes[1].refusal == "The price “not a number” is no number."
        kept = services.products.get(actor, one.id)
        assert (kept.name, kept.price, kept.tags) == ("Elm chair", CHAIR.price, ("a", "b"))
        assert (kept.dimensions, kept.version) == (Dimensions(60.5, 50, 90), 2)
        changed = services.products.get(actor, other.id)
        assert (changed.price, changed.colours) == (Decimal("12.50"), ("Red", "Blue"))
        assert changed.description == ""

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("price", "-1"),
            ("price", "1e400"),
            ("price", "Infinity"),
            ("price", "sNaN"),
            ("name", ""),
            ("name", "a\0b"),
            ("sku", "x" * 81),
            ("width_cm", "0"),
            ("width_cm", "wide"),
            ("width_cm", "1e400"),
            ("tags", ",".join(map(str, range(31)))),
            ("id", "7"),
            ("workspace_id", "2"),
            ("__class__", "x"),
            ("version", "9"),
        ],
    )
    def test_refuses_with_a_sentence(
        self, services: Services, actor: Actor, field: str, value: str
    ) -> None:
        one, _ = two(services, actor)

        [outcome] = services.products.edit(actor, [CellEdit(one.id, field, value)])

        assert not outcome.is_kept
        assert outcome.refusal.endswith(".")
        assert services.products.get(actor, one.id) == one

    def test_refuses_an_sku_that_is_taken_and_keeps_the_rest(
        self, services: Services, actor: Actor
    ) -> None:
        one, other = two(services, actor)

        outcomes = services.products.edit(
            actor,
            [
                CellEdit(one.id, "sku", "C-2"),
                CellEdit(one.id, "name", "Elm"),
                CellEdit(other.id, "sku", "C-9"),
            ],
        )

        assert [outcome.is_kept for outcome in outcomes] == [False, True, True]
        assert outcomes[0].refusal == "There is already a product with the SKU C-2."
        kept = services.products.get(actor, one.id)
        assert (kept.sku, kept.name) == ("C-1", "Elm")
        assert services.products.get(actor, other.id).sku == "C-9"

    def test_refuses_one_of_two_that_get_the_same_new_sku(
        self, services: Services, actor: Actor
    ) -> None:
        one, other = two(services, actor)

        outcomes = services.products.edit(
            actor, [CellEdit(one.id, "sku", "NEW"), CellEdit(other.id, "sku", "NEW")]
        )

        assert [outcome.is_kept for outcome in outcomes] == [True, False]

    def test_refuses_what_changed_meanwhile_is_gone_or_is_not_ours(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        one, other = two(services, actor)
        theirs = services.products.create(other_actor, CHAIR)
        services.products.update(actor, one.id, replace(CHAIR, name="New"))
        services.products.trash(actor, [other.id])

        outcomes = services.products.edit(
            actor,
            [
                CellEdit(one.id, "name", "Mine", 1),
                CellEdit(other.id, "name", "Mine", 1),
                CellEdit(theirs.id, "name", "Mine", 1),
                CellEdit(999_999, "name", "Mine", 1),
            ],
        )

        assert [outcome.is_kept for outcome in outcomes] == [False] * 4
        assert "meanwhile" in outcomes[0].refusal
        assert len({outcome.refusal for outcome in outcomes[1:]}) == 1
        assert services.products.get(actor, one.id).name == "New"
        assert services.products.get(other_actor, theirs.id).name == "Oak chair"
