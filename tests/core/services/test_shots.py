"""Wanted shots: what exists, is under way, is approved, is missing, for each product."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.products import PhotoUpload, ProductDraft, ProductFilter
from core.domain.reviews import ReviewState
from core.domain.setting_layers import SettingsLayer
from core.domain.shots import MAX_SHOTS, CellState, Gap
from core.errors import AccessDeniedError, ConflictError, InvalidInputError, NotFoundError
from db.generation_tables import GenerationJobRow
from tests.fakes.image_model import FakeImageModel
from tests.images import photo_bytes
from tests.support.generation import with_model
from tests.support.hands import Hands
from tests.support.shots import (
    asked_for,
    cell_of,
    collection_with,
    picture_of,
    put_slots,
    set_columns,
    states,
)

A, U, R = ReviewState.APPROVED, ReviewState.UNREVIEWED, ReviewState.REJECTED


@pytest.fixture
def shop(services: Services) -> Services:
    return with_model(services, FakeImageModel())


class TestWantedShots:
    def test_are_kept_in_order(self, services: Services, actor: Actor) -> None:
        spring, _, (front, side) = collection_with(services, actor, [], ["Front", "Side"])

        services.shots.order(actor, spring.id, [side.id, front.id])
        services.shots.rename(actor, front.id, " On white ", 3)
        services.shots.set_defaults(actor, front.id, SettingsLayer(prompt="white"))

        first, second = services.shots.shots(actor, spring.id)
        assert (first.name, second.name, second.wanted) == ("Side", "On white", 3)
        assert second.defaults == SettingsLayer(prompt="white")

    def test_are_removed_without_their_pictures(self, services: Services, actor: Actor) -> None:
        spring, [chair], [front] = collection_with(services, actor, ["Chair"], ["Front"])
        picture = picture_of(services, actor, chair.id, front)

        services.shots.remove(actor, front.id)

        assert services.shots.shots(actor, spring.id) == ()
        assert services.assets.get(actor, picture).trashed_at is None

    @pytest.mark.parametrize(
        ("name", "wanted"), [("", 1), ("x" * 81, 1), ("a\u202eb", 1), ("ok", 0), ("ok", 21)]
    )
    def test_refuse_what_cannot_be_meant(
        self, services: Services, actor: Actor, name: str, wanted: int
    ) -> None:
        spring, _, _ = collection_with(services, actor, [], [])

        with pytest.raises(InvalidInputError):
            services.shots.add(actor, spring.id, name, wanted)

    def test_have_names_of_their_own(self, services: Services, actor: Actor) -> None:
        spring, _, (front, side) = collection_with(services, actor, [], ["Front", "Side"])

        with pytest.raises(ConflictError):
            services.shots.add(actor, spring.id, "FRONT")
        with pytest.raises(ConflictError):
            services.shots.rename(actor, side.id, "front", 1)
        services.shots.rename(actor, front.id, "FRONT", 1)

        assert [one.name for one in services.shots.shots(actor, spring.id)] == ["FRONT", "Side"]

    def test_are_not_endless(self, services: Services, actor: Actor) -> None:
        names = [f"Shot {number}" for number in range(MAX_SHOTS)]
        spring, _, _ = collection_with(services, actor, [], names)

        with pytest.raises(InvalidInputError, match="at most"):
            services.shots.add(actor, spring.id, "One more")

    def test_take_only_an_order_of_all(self, services: Services, actor: Actor) -> None:
        spring, _, (front, side) = collection_with(services, actor, [], ["Front", "Side"])

        for ids in ([front.id], [front.id, side.id, 999], [front.id, front.id]):
            with pytest.raises(ConflictError):
                services.shots.order(actor, spring.id, ids)


class TestMatrix:
    def test_says_where_each_product_stands(self, shop: Services, actor: Actor) -> None:
        names = ["Missing", "Queued", "Running", "Failed", "Made", "Approved"]
        spring, products, [front] = collection_with(shop, actor, names, ["Front"])
        by_name = {product.name: product for product in products}
        asked_for(shop, actor, by_name["Queued"], front)
        put_slots(
            shop, actor, asked_for(shop, actor, by_name["Running"], front), "running",
            progress_percent=40,
        )  # fmt: skip
        put_slots(
            shop, actor, asked_for(shop, actor, by_name["Failed"], front), "failed",
            failure="Change the prompt.",
        )  # fmt: skip
        picture_of(shop, actor, by_name["Made"].id, front)
        picture_of(shop, actor, by_name["Approved"].id, front, A)

        assert states(shop, actor, spring) == {name: (CellState(name.lower()),) for name in names}
        running = cell_of(shop, actor, spring, by_name["Running"], front)
        failed = cell_of(shop, actor, spring, by_name["Failed"], front)
        assert (running.percent, failed.failure) == (40, "Change the prompt.")

    def test_counts_each_column_over_all_products(self, shop: Services, actor: Actor) -> None:
        spring, (a, b, c), (front, side) = collection_with(
            shop, actor, ["A", "B", "C"], ["Front", "Side"]
        )
        shop.shots.rename(actor, side.id, "Side", 2)
        picture_of(shop, actor, a.id, front, A)
        picture_of(shop, actor, b.id, front, U)
        picture_of(shop, actor, a.id, side, A)
        picture_of(shop, actor, c.id, side, R)

        matrix = shop.shots.matrix(actor, spring.id, limit=1)

        [first, second] = matrix.columns
        assert (first.approved, first.gaps, first.lacking) == (1, 1, 1)
        assert (second.approved, second.gaps, second.lacking) == (0, 3, 5)
        assert (matrix.product_count, matrix.gaps, matrix.lacking, matrix.approved) == (3, 4, 6, 1)
        [row] = matrix.rows
        assert (row.name, row.approved, row.lacking) == ("A", 1, 1)

    def test_shows_the_best_picture(self, services: Services, actor: Actor) -> None:
        spring, [chair], [front] = collection_with(services, actor, ["Chair"], ["Front"])
        approved = picture_of(services, actor, chair.id, front, A)
        picture_of(services, actor, chair.id, front, U)
        picture_of(services, actor, chair.id, front, R)

        cell = cell_of(services, actor, spring, chair, front)

        assert cell.best is not None
        assert (cell.best.id, cell.approved, cell.made, cell.rejected) == (approved, 1, 1, 1)

    def test_takes_rejected_and_trashed_pictures_for_missing(
        self, services: Services, actor: Actor
    ) -> None:
        spring, [chair], [front] = collection_with(services, actor, ["Chair"], ["Front"])
        picture_of(services, actor, chair.id, front, R)
        services.assets.trash(actor, [picture_of(services, actor, chair.id, front, A)])

        cell = cell_of(services, actor, spring, chair, front)

        assert (cell.state, cell.rejected, cell.lacking, cell.best) == (
            CellState.MISSING, 1, 1, None,
        )  # fmt: skip

    def test_takes_a_chosen_photo_for_approved(self, services: Services, actor: Actor) -> None:
        spring, [chair], [front] = collection_with(services, actor, ["Chair"], ["Front"])

        services.shots.assign(actor, front.id, [chair.photos[0].id])

        assert cell_of(services, actor, spring, chair, front).state is CellState.APPROVED

    def test_says_what_failed_only_until_it_is_asked_for_anew(
        self, shop: Services, actor: Actor
    ) -> None:
        spring, [chair], [front] = collection_with(shop, actor, ["Chair"], ["Front"])
        put_slots(
            shop, actor, asked_for(shop, actor, chair, front), "failed", failure="It was refused."
        )
        second = asked_for(shop, actor, chair, front, variants=2)

        cell = cell_of(shop, actor, spring, chair, front)

        assert (cell.state, cell.queued, cell.failure, cell.job_id) == (
            CellState.QUEUED, 2, "", second,
        )  # fmt: skip

    def test_does_not_count_what_was_cancelled(self, shop: Services, actor: Actor) -> None:
        spring, [chair], [front] = collection_with(shop, actor, ["Chair"], ["Front"])
        shop.job_control.cancel(actor, asked_for(shop, actor, chair, front))

        assert cell_of(shop, actor, spring, chair, front).state is CellState.MISSING

    def test_leads_through_all_products_page_by_page(
        self, services: Services, actor: Actor
    ) -> None:
        spring, products, _ = collection_with(services, actor, list("edcba"), ["Front"])
        names, after = [], None

        for _ in range(3):
            matrix = services.shots.matrix(actor, spring.id, after=after, limit=2)
            names.append([row.name for row in matrix.rows])
            after = matrix.next

        assert names == [["e", "d"], ["c", "b"], ["a"]]
        assert after is None
        assert len(products) == matrix.product_count

    def test_shows_only_gaps(self, services: Services, actor: Actor) -> None:
        spring, (a, b, c), (front, side) = collection_with(
            services, actor, ["A", "B", "C"], ["Front", "Side"]
        )
        for product, shot in ((a, front), (a, side), (b, front)):
            picture_of(services, actor, product.id, shot)
        assert c.name == "C"

        matrix = services.shots.matrix(actor, spring.id, only_gaps=True)

        assert [row.name for row in matrix.rows] == ["B", "C"]
        assert matrix.product_count == 3

    def test_is_of_what_a_smart_collection_finds(self, services: Services, actor: Actor) -> None:
        _, products, _ = collection_with(services, actor, ["Oak chair", "Elm chair", "Lamp"], [])
        chairs = services.collections.create_from_filter(actor, "C", ProductFilter(text="chair"))
        front = services.shots.add(actor, chairs.id, "Front")
        picture_of(services, actor, products[0].id, front, A)

        matrix = services.shots.matrix(actor, chairs.id, limit=1)
        rest = services.shots.matrix(actor, chairs.id, after=matrix.next)

        assert [row.name for row in matrix.rows + rest.rows] == ["Elm chair", "Oak chair"]
        assert (matrix.product_count, matrix.gaps, matrix.approved, rest.next) == (2, 1, 1, None)

    def test_forgets_what_left_the_collection(self, services: Services, actor: Actor) -> None:
        spring, (a, _), [front] = collection_with(services, actor, ["A", "B"], ["Front"])
        picture_of(services, actor, a.id, front, A)

        services.collections.remove_products(actor, spring.id, [a.id])

        matrix = services.shots.matrix(actor, spring.id)
        assert (matrix.product_count, matrix.approved, matrix.gaps) == (1, 0, 1)

    def test_is_empty_without_shots(self, services: Services, actor: Actor) -> None:
        spring, _, _ = collection_with(services, actor, ["A"], [])

        matrix = services.shots.matrix(actor, spring.id)

        assert (matrix.rows, matrix.columns, matrix.gaps) == ((), (), 0)
        assert services.shots.gaps(actor, spring.id) == ()
        assert services.shots.gap_sums(actor, spring.id).cells == 0


class TestGaps:
    def test_name_what_can_be_made(self, shop: Services, actor: Actor) -> None:
        spring, (a, b), (front, side) = collection_with(shop, actor, ["A", "B"], ["Front", "Side"])
        shop.shots.rename(actor, side.id, "Side", 2)
        bare = shop.products.create(actor, ProductDraft("Bare", "BARE"))
        shop.collections.add_products(actor, spring.id, [bare.id])
        picture_of(shop, actor, a.id, front)
        picture_of(shop, actor, a.id, side)

        sums = shop.shots.gap_sums(actor, spring.id)

        assert shop.shots.gaps(actor, spring.id) == (
            Gap(a.id, side.id, 1),
            Gap(b.id, front.id, 1),
            Gap(b.id, side.id, 2),
        )
        assert (sums.cells, sums.pictures) == (3, 4)
        assert (sums.left_out_count, sums.left_out_pictures) == (1, 3)
        assert sums.left_out == ((bare.id, "Bare"),)

    def test_are_gone_once_they_are_asked_for(self, shop: Services, actor: Actor) -> None:
        spring, [chair], [front] = collection_with(shop, actor, ["Chair"], ["Front"])
        assert len(shop.shots.gaps(actor, spring.id)) == 1

        asked_for(shop, actor, chair, front)

        assert shop.shots.gaps(actor, spring.id) == ()
        assert shop.shots.gap_sums(actor, spring.id).pictures == 0

    def test_are_of_the_shots_that_are_chosen(self, services: Services, actor: Actor) -> None:
        spring, [chair], (front, side) = collection_with(
            services, actor, ["Chair"], ["Front", "Side"]
        )
        picture_of(services, actor, chair.id, front)

        found = [
            services.shots.gaps(actor, spring.id, [shot_id]) for shot_id in (front.id, side.id, 999)
        ]

        assert found == [(), (Gap(chair.id, side.id, 1),), ()]
        assert services.shots.gap_sums(actor, spring.id, [front.id]).pictures == 0

    def test_leave_out_no_product_that_lacks_nothing(
        self, services: Services, actor: Actor
    ) -> None:
        spring, _, [front] = collection_with(services, actor, [], ["Front"])
        bare = services.products.create(actor, ProductDraft("Bare", "BARE"))
        services.collections.add_products(actor, spring.id, [bare.id])
        picture_of(services, actor, bare.id, front)

        sums = services.shots.gap_sums(actor, spring.id)

        assert (sums.left_out_count, sums.left_out, sums.left_out_pictures) == (0, (), 0)


class TestPicturesOfShots:
    def test_join_when_they_are_made(self, shop: Services, actor: Actor) -> None:
        spring, [chair], [front] = collection_with(shop, actor, ["Chair"], ["Front"])
        job_id = asked_for(shop, actor, chair, front)
        Hands(shop).make()
        [slot] = shop.generation.get(actor, job_id).slots
        assert slot.asset_id is not None

        for _ in range(2):
            with shop.parts.database.begin() as work:
                work.shots.note_picture(job_id, slot.asset_id)

        cell = cell_of(shop, actor, spring, chair, front)
        assert (cell.state, cell.made) == (CellState.MADE, 1)

    def test_join_nothing_when_the_shot_is_gone(self, shop: Services, actor: Actor) -> None:
        spring, [chair], [front] = collection_with(shop, actor, ["Chair"], ["Front"])
        job_id = asked_for(shop, actor, chair, front)
        picture = picture_of(shop, actor, chair.id)
        shop.shots.remove(actor, front.id)

        with shop.parts.database.begin() as work:
            work.shots.note_picture(job_id, picture)

        assert shop.shots.shots(actor, spring.id) == ()
        assert shop.generation.get(actor, job_id).status == "queued"

    def test_are_chosen_among_all_of_the_product(self, services: Services, actor: Actor) -> None:
        _, [chair, _], [front] = collection_with(services, actor, ["Chair", "Lamp"], ["Front"])
        of_shot = picture_of(services, actor, chair.id, front, U)
        approved = picture_of(services, actor, chair.id, None, A)

        shown = services.shots.pictures(actor, front.id, chair.id)

        assert [(one.ref.id, one.is_assigned, one.is_photo) for one in shown] == [
            (of_shot, True, False),
            (approved, False, False),
            (chair.photos[0].id, False, True),
        ]

    def test_are_assigned_and_taken_out(self, services: Services, actor: Actor) -> None:
        spring, [chair], [front] = collection_with(services, actor, ["Chair"], ["Front"])
        picture = picture_of(services, actor, chair.id)

        added = [services.shots.assign(actor, front.id, [picture]) for _ in range(2)]
        made = cell_of(services, actor, spring, chair, front).made
        gone = [services.shots.unassign(actor, front.id, [picture]) for _ in range(2)]

        assert (added, made, gone) == ([1, 0], 1, [1, 0])
        assert services.assets.get(actor, picture).trashed_at is None

    def test_are_of_products_of_the_collection_only(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        _, _, [front] = collection_with(services, actor, ["Chair"], ["Front"])
        stranger = services.products.create(actor, ProductDraft("Lamp", "LAMP"))
        loose = services.assets.upload(actor, PhotoUpload("x.jpg", photo_bytes()))
        theirs = services.products.create(other_actor, ProductDraft("Chair", "CHAIR"))

        count = services.shots.assign(
            actor,
            front.id,
            [
                picture_of(services, actor, stranger.id),
                picture_of(services, other_actor, theirs.id),
                loose.id,
                999_999,
            ],
        )

        assert count == 0


class TestDeletedCollections:
    @pytest.fixture
    def pictures(self, services: Services, actor: Actor) -> dict[str, int]:
        spring, [chair], [front] = collection_with(services, actor, ["Chair"], ["Front"])
        other = services.collections.create_with(actor, "Autumn", [chair.id])
        wanted = services.shots.add(actor, other.id, "Front")
        made = {
            "collection": spring.id,
            "approved": picture_of(services, actor, chair.id, front, A),
            "pinned": picture_of(services, actor, chair.id, front, U),
            "plain": picture_of(services, actor, chair.id, front, U),
            "wanted elsewhere": picture_of(services, actor, chair.id, front, U),
            "of no shot": picture_of(services, actor, chair.id),
            "photo": chair.photos[0].id,
        }
        services.reviews.pin(actor, [made["pinned"]], is_pinned=True)
        services.shots.assign(actor, front.id, [made["photo"]])
        services.shots.assign(actor, wanted.id, [made["wanted elsewhere"]])
        return made

    def trashed(self, services: Services, actor: Actor, pictures: dict[str, int]) -> set[str]:
        return {
            name
            for name, asset_id in pictures.items()
            if name != "collection" and services.assets.get(actor, asset_id).trashed_at is not None
        }

    @pytest.mark.parametrize(
        ("policy", "gone"),
        [
            ("keep", set()),
            ("trash", {"approved", "pinned", "plain"}),
            ("trash_unless_approved", {"plain"}),
        ],
    )
    def test_leave_or_take_their_pictures(
        self,
        services: Services,
        actor: Actor,
        pictures: dict[str, int],
        policy: str,
        gone: set[str],
    ) -> None:
        spring = pictures["collection"]

        count = services.collections.delete(actor, spring, pictures=policy)  # type: ignore[arg-type] # the cases name real ones

        assert (count, self.trashed(services, actor, pictures)) == (len(gone), gone)
        services.collections.restore(actor, [spring])
        assert self.trashed(services, actor, pictures) == set()

    def test_bring_back_only_what_went_along(
        self, services: Services, actor: Actor, pictures: dict[str, int]
    ) -> None:
        services.assets.trash(actor, [pictures["plain"]])
        services.collections.delete(actor, pictures["collection"], pictures="trash")

        services.collections.restore(actor, [pictures["collection"]])

        assert self.trashed(services, actor, pictures) == {"plain"}

    def test_keep_the_counts_of_products_true(
        self, services: Services, actor: Actor, pictures: dict[str, int]
    ) -> None:
        def approved() -> int:
            [product] = services.products.search(actor).items
            return product.approved_count

        before = approved()
        services.collections.delete(actor, pictures["collection"], pictures="trash")
        without = approved()
        services.collections.restore(actor, [pictures["collection"]])

        assert (before, without, approved()) == (1, 0, 1)

    def test_have_no_shots(
        self, services: Services, actor: Actor, pictures: dict[str, int]
    ) -> None:
        [front] = services.shots.shots(actor, pictures["collection"])
        services.collections.delete(actor, pictures["collection"])

        for attempt in (
            lambda: services.shots.shots(actor, pictures["collection"]),
            lambda: services.shots.matrix(actor, pictures["collection"]),
            lambda: services.shots.rename(actor, front.id, "X", 1),
        ):
            with pytest.raises(NotFoundError):
                attempt()


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.VIEWER])
def test_shots_may_be_changed_by_editors_only(services: Services, actor: Actor, role: Role) -> None:
    guest = replace(actor, role=role)
    spring, [chair], [front] = collection_with(services, actor, ["Chair"], ["Front"])
    picture = picture_of(services, actor, chair.id, front)

    attempts: list[Callable[[], object]] = [
        lambda: services.shots.add(guest, spring.id, "Mine"),
        lambda: services.shots.rename(guest, front.id, "Mine", 1),
        lambda: services.shots.remove(guest, front.id),
        lambda: services.shots.order(guest, spring.id, [front.id]),
        lambda: services.shots.set_defaults(guest, front.id, SettingsLayer(prompt="x")),
        lambda: services.shots.assign(guest, front.id, [picture]),
        lambda: services.shots.unassign(guest, front.id, [picture]),
    ]
    for attempt in attempts:
        with pytest.raises(AccessDeniedError):
            attempt()
    assert services.shots.matrix(guest, spring.id).product_count == 1


def test_shots_are_closed_to_others(services: Services, actor: Actor, other_actor: Actor) -> None:
    spring, [chair], [front] = collection_with(services, actor, ["Chair"], ["Front"])
    picture_of(services, actor, chair.id, front)
    theirs, [other], [own] = collection_with(services, other_actor, ["Chair"], ["Front"])

    attempts: list[Callable[[], object]] = [
        lambda: services.shots.shots(other_actor, spring.id),
        lambda: services.shots.add(other_actor, spring.id, "Mine"),
        lambda: services.shots.rename(other_actor, front.id, "Mine", 1),
        lambda: services.shots.remove(other_actor, front.id),
        lambda: services.shots.order(other_actor, spring.id, [front.id]),
        lambda: services.shots.set_defaults(other_actor, front.id, SettingsLayer(prompt="x")),
        lambda: services.shots.matrix(other_actor, spring.id),
        lambda: services.shots.gaps(other_actor, spring.id),
        lambda: services.shots.gap_sums(other_actor, spring.id),
        lambda: services.shots.pictures(other_actor, front.id, other.id),
        lambda: services.shots.assign(other_actor, front.id, [other.photos[0].id]),
        lambda: services.shots.unassign(other_actor, front.id, [1]),
    ]
    for attempt in attempts:
        with pytest.raises(NotFoundError):
            attempt()
    assert services.shots.pictures(other_actor, own.id, chair.id) == ()
    assert services.shots.gaps(other_actor, theirs.id, [front.id]) == ()
    assert services.shots.matrix(actor, spring.id).columns[0].shot == front


def test_a_picture_never_joins_a_shot_of_another_workspace(
    shop: Services, actor: Actor, other_actor: Actor
) -> None:
    spring, [chair], [front] = collection_with(shop, actor, ["Chair"], ["Front"])
    job_id = asked_for(shop, actor, chair, front)
    set_columns(shop, GenerationJobRow, job_id, workspace_id=other_actor.workspace_id)
    picture = picture_of(shop, actor, chair.id)

    with shop.parts.database.begin() as work:
        work.shots.note_picture(job_id, picture)

    assert cell_of(shop, actor, spring, chair, front).made == 0
