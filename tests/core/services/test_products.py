import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest

from core.bootstrap import Services, services_on
from core.domain.accounts import Actor, Role
from core.domain.asset_filters import AssetFilter
from core.domain.generation import Dimensions
from core.domain.paging import Cursor
from core.domain.products import PhotoUpload, ProductDraft, ProductFilter
from core.errors import (
    AccessDeniedError,
    ConflictError,
    InvalidInputError,
    NotFoundError,
    StorageFullError,
)
from core.storage.base import AssetStorage
from tests.images import photo_bytes

CHAIR = ProductDraft(
    name="Oak chair",
    sku="OAK-CHAIR-1",
    category="Chairs",
    description="Solid oak",
    price=Decimal("129.00"),
    tags=("oak", "dining"),
    dimensions=Dimensions(45, 50, 90),
)


def upload(name: str = "front.jpg", colour: str = "#8a5a2b") -> PhotoUpload:
    return PhotoUpload(name, photo_bytes(colour=colour))


class TestCreate:
    def test_keeps_all_that_was_entered(self, services: Services, actor: Actor) -> None:
        chair = services.products.create(actor, CHAIR)

        kept = services.products.get(actor, chair.id)
        assert (kept.name, kept.sku, kept.category) == ("Oak chair", "OAK-CHAIR-1", "Chairs")
        assert (kept.price, kept.tags) == (Decimal("129.00"), ("oak", "dining"))
        assert kept.dimensions == Dimensions(45, 50, 90)
        assert services.products.categories(actor) == ("Chairs",)

    def test_refuses_an_sku_that_is_taken(self, services: Services, actor: Actor) -> None:
        services.products.create(actor, CHAIR)

        with pytest.raises(ConflictError) as refused:
            services.products.create(actor, replace(CHAIR, name="Another"))

        assert refused.value.user_message == "There is already a product with the SKU OAK-CHAIR-1."

    def test_lets_two_workspaces_use_the_same_sku(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        services.products.create(actor, CHAIR)

        assert services.products.create(other_actor, CHAIR).sku == CHAIR.sku

    @pytest.mark.parametrize(
        "draft",
        [
            replace(CHAIR, name="  "),
            replace(CHAIR, sku=""),
            replace(CHAIR, name="x" * 201),
            replace(CHAIR, name="a\x00b"),
            replace(CHAIR, name="\ud800"),
            replace(CHAIR, name="\u202eevil"),
            replace(CHAIR, name="e" + "\u0301" * 100),
            replace(CHAIR, description="x" * 1_000_000),
            replace(CHAIR, price=Decimal(-1)),
            replace(CHAIR, price=Decimal("NaN")),
            replace(CHAIR, price=Decimal("1e20")),
            replace(CHAIR, dimensions=Dimensions(0, 10, 10)),
            replace(CHAIR, dimensions=Dimensions(float("nan"), 10, 10)),
            replace(CHAIR, tags=tuple(str(number) for number in range(31))),
        ],
    )
    def test_refuses_with_a_sentence_and_keeps_nothing(
        self, services: Services, actor: Actor, draft: ProductDraft
    ) -> None:
        with pytest.raises(InvalidInputError):
            services.products.create(actor, draft)

        assert services.products.search(actor).total == 0

    @pytest.mark.parametrize(
        "name", ["<script>alert(1)</script>", "{{7*7}} %s {0.__class__}", "椅子 🪑", 'O\'Neill "x"']
    )
    def test_keeps_strange_names_as_they_are(
        self, services: Services, actor: Actor, name: str
    ) -> None:
        product = services.products.create(actor, replace(CHAIR, name=name))

        assert services.products.get(actor, product.id).name == name

    def test_is_refused_to_a_viewer(self, services: Services, actor: Actor) -> None:
        viewer = replace(actor, role=Role.VIEWER)

        with pytest.raises(AccessDeniedError):
            services.products.create(viewer, CHAIR)


class TestSearch:
    def test_finds_inside_words_whatever_the_case_and_accents(
        self, services: Services, actor: Actor
    ) -> None:
        services.products.create(actor, replace(CHAIR, name="Fauteuil Évasé", sku="F-1"))
        services.products.create(actor, replace(CHAIR, name="Table", sku="T-1"))

        found = services.products.search(actor, "VASE teuil")

        assert [product.sku for product in found.items] == ["F-1"]

    @pytest.mark.parametrize("text", ["%", "_", "\\", "'", '"', "a* OR b", "NEAR(", "x" * 10_000])
    def test_takes_every_character_literally(
        self, services: Services, actor: Actor, text: str
    ) -> None:
        services.products.create(actor, CHAIR)

        assert services.products.search(actor, text).items == ()

    def test_pages_through_all_without_gaps_or_repeats(
        self, services: Services, actor: Actor
    ) -> None:
        for number in range(7):
            services.products.create(actor, replace(CHAIR, sku=f"S-{number}"))

        seen: list[str] = []
        after: Cursor | None = None
        while True:
            page = services.products.search(actor, after=after, limit=3)
            seen += [product.sku for product in page.items]
            after = page.next
            if after is None:
                break

        assert seen == [f"S-{number}" for number in range(6, -1, -1)]
        assert page.total == 7

    def test_filters_by_category(self, services: Services, actor: Actor) -> None:
        services.products.create(actor, CHAIR)
        services.products.create(actor, replace(CHAIR, sku="L-1", category="Lamps"))

        [lamps] = [each for each in services.categories.tree(actor) if each.name == "Lamps"]

        found = services.products.search(actor, ProductFilter(category_id=lamps.id))

        assert [(p.sku, p.category) for p in found.items] == [("L-1", "Lamps")]

    def test_shows_nothing_of_another_workspace(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        services.products.create(actor, CHAIR)

        found = services.products.search(other_actor, "oak")

        assert (found.items, found.total) == ((), 0)
        assert services.products.categories(other_actor) == ()


class TestUpdate:
    def test_replaces_the_facts_and_the_category(self, services: Services, actor: Actor) -> None:
        chair = services.products.create(actor, CHAIR)

        services.products.update(
            actor, chair.id, replace(CHAIR, name="Elm chair", category="Seats", dimensions=None)
        )

        changed = services.products.get(actor, chair.id)
        assert (changed.name, changed.category, changed.dimensions) == ("Elm chair", "Seats", None)
        assert services.products.search(actor, "elm").total == 1


class TestPhotos:
    def test_keeps_the_good_files_and_says_why_others_are_refused(
        self, services: Services, actor: Actor
    ) -> None:
        chair = services.products.create(actor, CHAIR)

        outcome = services.products.add_photos(
            actor,
            chair.id,
            [upload(), PhotoUpload("evil.png", b"<html></html>"), upload("side.jpg", "#222222")],
        )

        assert len(outcome.kept) == 2
        assert list(outcome.refused) == ["evil.png"]
        assert services.products.get(actor, chair.id).photos == outcome.kept

    def test_makes_the_first_in_order_the_primary_one(
        self, services: Services, actor: Actor
    ) -> None:
        chair = services.products.create(actor, CHAIR)
        front, side = services.products.add_photos(
            actor, chair.id, [upload(), upload("side.jpg", "#222222")]
        ).kept

        services.products.order_photos(actor, chair.id, [side.id, front.id])

        [summary] = services.products.search(actor).items
        assert summary.photo == side
        assert summary.photo_count == 2

    def test_refuses_an_order_that_is_not_of_these_photos(
        self, services: Services, actor: Actor
    ) -> None:
        chair = services.products.create(actor, CHAIR)
        [front] = services.products.add_photos(actor, chair.id, [upload()]).kept

        with pytest.raises(ConflictError):
            services.products.order_photos(actor, chair.id, [front.id, front.id + 1])

    @pytest.mark.parametrize(
        ("names", "order"),
        [
            (["c_10.jpg", "c_2.jpg", "c_1.jpg"], [2, 1, 0]),
            (["c (2).jpg", "c (1).jpg"], [1, 0]),
            (["c_2.jpg", "front.jpg", "c_1.jpg"], [0, 1, 2]),
        ],
    )
    def test_takes_numbered_photos_in_the_order_of_their_numbers(
        self, services: Services, actor: Actor, names: list[str], order: list[int]
    ) -> None:
        product = services.products.create(actor, CHAIR)
        uploads = [PhotoUpload(name, photo_bytes(64 + at, 64)) for at, name in enumerate(names)]

        services.products.add_photos(actor, product.id, uploads)

        photos = services.products.get(actor, product.id).photos
        widths = [photo.width_px for photo in photos]
        assert widths == [64 + at for at in order]

    def test_puts_a_removed_photo_in_the_trash(self, services: Services, actor: Actor) -> None:
        chair = services.products.create(actor, CHAIR)
        [front] = services.products.add_photos(actor, chair.id, [upload()]).kept

        services.products.remove_photo(actor, chair.id, front.id)

        assert services.products.get(actor, chair.id).photos == ()
        trash = services.assets.search(actor, AssetFilter(trashed=True))
        assert [asset.ref for asset in trash.items] == [front]


class TestTrash:
    def test_takes_products_away_and_brings_them_back(
        self, services: Services, actor: Actor
    ) -> None:
        chair = services.products.create(actor, CHAIR)

        assert services.products.trash(actor, [chair.id, 999_999]) == 1
        assert services.products.search(actor).total == 0
        assert services.products.search(actor, ProductFilter(trashed=True)).total == 1
        assert services.products.restore(actor, [chair.id]) == 1

        assert services.products.search(actor).total == 1

    def test_does_not_restore_over_an_sku_that_is_taken_again(
        self, services: Services, actor: Actor
    ) -> None:
        chair = services.products.create(actor, CHAIR)
        services.products.trash(actor, [chair.id])
        services.products.create(actor, CHAIR)

        with pytest.raises(ConflictError) as refused:
            services.products.restore(actor, [chair.id])

        assert "SKU" in refused.value.user_message

    def test_refuses_more_than_a_call_may_take(self, services: Services, actor: Actor) -> None:
        with pytest.raises(InvalidInputError):
            services.products.trash(actor, range(1, 100_000))


class TestOthers:
    def test_reach_nothing_by_its_id(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        chair = services.products.create(actor, CHAIR)
        [photo] = services.products.add_photos(actor, chair.id, [upload()]).kept
        products = services.products

        for attempt in (
            lambda: products.get(other_actor, chair.id),
            lambda: products.update(other_actor, chair.id, CHAIR),
            lambda: products.add_photos(other_actor, chair.id, [upload()]),
            lambda: products.remove_photo(other_actor, chair.id, photo.id),
            lambda: products.order_photos(other_actor, chair.id, [photo.id]),
        ):
            with pytest.raises(NotFoundError):
                attempt()

        assert products.trash(other_actor, [chair.id]) == 0
        assert products.restore(other_actor, [chair.id]) == 0
        assert products.get(actor, chair.id).photos == (photo,)


@pytest.mark.slow
class TestLoadSamples:
    def test_adds_the_catalogue_once(self, services: Services, actor: Actor) -> None:
        first = services.products.load_samples(actor)
        second = services.products.load_samples(actor)

        assert (first, second) == (8, 0)
        assert services.products.search(actor).total == 8
        assert all(product.photo_count for product in services.products.search(actor).items)


class TestUploadsThatFail:
    def test_leave_no_file_behind(self, services: Services, actor: Actor) -> None:
        chair = services.products.create(actor, ProductDraft(name="Chair", sku="C-1"))
        for writes in range(5):
            broken = services_on(
                replace(services.parts, storage=BreaksAfter(services.parts.storage, writes))  # type: ignore[arg-type] # the real one inside
            )
            with pytest.raises(StorageFullError):
                broken.products.add_photos(actor, chair.id, [PhotoUpload("a.jpg", photo_bytes())])

        assert list(services.parts.storage.list()) == []
        assert services.products.get(actor, chair.id).photos == ()

    def test_keep_the_photos_before_them(self, services: Services, actor: Actor) -> None:
        chair = services.products.create(actor, ProductDraft(name="Chair", sku="C-1"))
        broken = services_on(
            replace(services.parts, storage=BreaksAfter(services.parts.storage, 5))  # type: ignore[arg-type] # likewise
        )
        photos = [PhotoUpload(f"{n}.jpg", photo_bytes()) for n in range(2)]

        with pytest.raises(StorageFullError):
            broken.products.add_photos(actor, chair.id, photos)

        assert len(services.products.get(actor, chair.id).photos) == 1


class BreaksAfter:
    """A store that is full after so many writes."""

    def __init__(self, storage: AssetStorage, writes: int) -> None:
        self._storage = storage
        self._left = writes

    def put(self, key: str, data: bytes, *, mime_type: str) -> None:
        if not self._left:
            raise StorageFullError("no space left")
        self._left -= 1
        self._storage.put(key, data, mime_type=mime_type)

    def __getattr__(self, name: str) -> object:
        """Leave the rest to the real one."""
        return getattr(self._storage, name)


def test_two_people_may_add_the_same_new_category_at_once(services: Services, actor: Actor) -> None:
    at_once = threading.Barrier(4)

    def create(number: int) -> str:
        at_once.wait()
        draft = ProductDraft(name="Chair", sku=f"C-{number}", category="Chairs")
        return services.products.create(actor, draft).category

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(create, range(4))) == ["Chairs"] * 4
    assert services.products.categories(actor) == ("Chairs",)


def test_a_search_for_what_no_text_can_hold_finds_nothing(services: Services, actor: Actor) -> None:
    services.products.create(actor, CHAIR)

    assert services.products.search(actor, "oak\x00zebra").items == ()
    assert services.assets.search(actor, AssetFilter("\x00", is_made=True)).items == ()
    assert services.collections.search(actor, "a\x00b").items == ()
