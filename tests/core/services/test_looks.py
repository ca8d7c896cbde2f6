"""Looks: measured by a worker, stacked when nearly the same, found when alike."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image, ImageDraw, ImageEnhance
from sqlalchemy import select, update

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.asset_filters import AssetFilter, Stacks
from core.domain.assets import NewAsset, Origin
from core.domain.products import PhotoUpload, ProductDraft
from core.domain.reviews import ReviewState
from core.domain.trash import TrashKind
from core.errors import AccessDeniedError, ConflictError, NotFoundError
from core.services.looks import MEASURE_LOOKS
from db.gallery_tables import AssetLookRow
from db.tables import AssetRow
from tests.images import photo
from tests.support.invariants import broken_rules
from tests.support.tasks import run_tasks

pytestmark = pytest.mark.slow

Draw = Callable[[], Image.Image]


def chair(colour: str = "#8a5a2b") -> Image.Image:
    """Return a picture of a chair with some detail, so that its hash is no accident."""
    image = photo(480, 480, colour=colour)
    draw = ImageDraw.Draw(image)
    draw.ellipse((30, 40, 130, 140), fill="#c8d8e8")
    draw.rectangle((0, 420, 480, 480), fill="#d9cdb8")
    return image


def lamp() -> Image.Image:
    image = Image.new("RGB", (480, 480), "#203040")
    draw = ImageDraw.Draw(image)
    draw.polygon([(240, 60), (160, 200), (320, 200)], fill="#f0e0a0")
    draw.rectangle((232, 200, 248, 420), fill="#101010")
    draw.ellipse((150, 400, 330, 450), fill="#181818")
    return image


def nearly(image: Image.Image, number: int = 1) -> Image.Image:
    """Return the picture with a difference that hardly anybody sees."""
    return ImageEnhance.Brightness(image).enhance(1 - 0.01 * number)


class Pictures:
    """Makes results of a product without asking a model."""

    def __init__(self, services: Services, actor: Actor) -> None:
        self.services, self.actor = services, actor
        draft = ProductDraft("Oak chair", "OAK-CHAIR-1")
        self.product_id: int | None = services.products.create(actor, draft).id

    def add(
        self,
        image: Image.Image,
        *,
        product_id: int | None = -1,
        origin: Origin = Origin.GENERATED,
    ) -> int:
        """Return the id of a new picture, not yet measured."""
        buffer = BytesIO()
        image.save(buffer, "PNG")
        kept = self.services.assets.keep(
            self.actor.workspace_id, PhotoUpload("made.png", buffer.getvalue())
        )
        product_id = self.product_id if product_id == -1 else product_id
        asset: NewAsset = replace(kept, origin=origin, product_id=product_id)
        with self.services.parts.database.begin() as work:
            return work.assets.add(
                self.actor.workspace_id, asset, created_by=self.actor.user_id, now=work.now()
            )

    def measured(self, *images: Image.Image) -> list[int]:
        """Return the ids of new pictures, measured one after the other."""
        ids = []
        for image in images:
            ids.append(self.add(image))
            self.measure()
        return ids

    def measure(self) -> None:
        """Let a worker measure what there is."""
        self.services.looks.catch_up()
        run_tasks(self.services)

    def stacks(self) -> dict[int, int | None]:
        """Return on which picture each one lies."""
        with self.services.parts.database.read() as work:
            rows = work._session.execute(select(AssetRow.id, AssetRow.stack_id))
            return {row.id: row.stack_id for row in rows}


@pytest.fixture
def made(services: Services, actor: Actor) -> Pictures:
    return Pictures(services, actor)


class TestMeasuring:
    def test_follows_an_upload_by_itself(self, services: Services, actor: Actor) -> None:
        buffer = BytesIO()
        lamp().save(buffer, "PNG")
        ids = [
            services.assets.upload(actor, PhotoUpload(f"{n}.png", buffer.getvalue())).id
            for n in range(2)
        ]
        # The second picture is found by the first one's task.
        assert services.tasks.search(actor, [MEASURE_LOOKS]).total == 1

        run_tasks(services)

        [alike] = services.looks.similar(actor, ids[0])
        assert (alike.ref.id, alike.is_same) == (ids[1], True)
        assert alike.likeness > 0.99

    def test_finds_old_pictures_bit_by_bit(
        self, services: Services, actor: Actor, made: Pictures, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("core.services.looks._AT_ONCE", 2)
        monkeypatch.setattr("core.services.looks._A_TASK", 2)
        ids = [made.add(nearly(lamp(), number)) for number in range(5)]
        assert services.looks.catch_up() == 1
        assert services.looks.catch_up() == 0  # one is waiting

        assert run_tasks(services) == 3

        assert len(services.looks.similar(actor, ids[0])) == 4
        assert services.looks.catch_up() == 0  # nothing is left

    def test_measures_again_what_an_older_version_did(
        self, services: Services, made: Pictures
    ) -> None:
        [picture] = made.measured(lamp())
        with services.parts.database.begin() as work:
            work._session.execute(update(AssetLookRow).values(version=0, phash="0" * 16))

        made.measure()

        with services.parts.database.read() as work:
            assert work._session.get_one(AssetLookRow, picture).phash != "0" * 16

    def test_tries_only_once_what_cannot_be_measured(
        self, services: Services, actor: Actor, made: Pictures
    ) -> None:
        gone, whole = made.add(lamp()), made.add(chair())
        stored = services.assets.stored_file(actor, gone, "w320")
        services.parts.storage.delete(stored.storage_key)

        made.measure()

        assert services.looks.catch_up() == 0
        assert services.looks.similar(actor, gone) == ()
        assert services.looks.similar(actor, whole) == ()

    def test_leaves_out_what_lies_in_the_trash(
        self, services: Services, actor: Actor, made: Pictures
    ) -> None:
        services.assets.trash(actor, [made.add(lamp())])

        assert services.looks.catch_up() == 0


class TestStacking:
    def test_lays_near_duplicates_on_one_stack_the_newest_on_top(
        self, services: Services, actor: Actor, made: Pictures
    ) -> None:
        first, other, second, third = made.measured(
            chair(), lamp(), nearly(chair()), nearly(chair(), 2)
        )

        assert made.stacks() == {first: third, other: None, second: third, third: None}
        stack = services.looks.stack_of(actor, first)
        assert stack is not None
        assert [picture.ref.id for picture in stack.pictures] == [third, second, first]
        assert services.looks.stack_of(actor, other) is None

    def test_keeps_colours_products_and_photos_apart(
        self, services: Services, actor: Actor, made: Pictures
    ) -> None:
        product = services.products.create(actor, ProductDraft("Pine chair", "PINE"))
        made.add(chair())
        made.add(chair("#2b5a8a"))
        made.add(chair(), product_id=product.id)
        made.add(chair(), product_id=None)
        made.add(chair(), origin=Origin.UPLOADED)

        made.measure()

        assert set(made.stacks().values()) == {None}

    def test_keeps_workspaces_apart(
        self, services: Services, other_actor: Actor, made: Pictures
    ) -> None:
        theirs = Pictures(services, other_actor)
        mine, [their] = made.add(chair(), product_id=None), theirs.measured(chair())
        made.measure()

        assert made.stacks() == {mine: None, their: None}
        assert services.looks.similar(other_actor, their) == ()

    def test_stacks_edited_pictures_with_what_they_were_made_of(self, made: Pictures) -> None:
        parent = made.add(chair())
        edited = made.add(nearly(chair()), origin=Origin.EDITED)

        made.measure()

        assert made.stacks() == {parent: edited, edited: None}

    @pytest.mark.parametrize("way", ["approve", "rate", "pin", "choose"])
    def test_the_best_lies_on_top(
        self, services: Services, actor: Actor, made: Pictures, way: str
    ) -> None:
        first, second, third = made.measured(chair(), nearly(chair()), nearly(chair(), 2))
        ways: dict[str, Callable[[], object]] = {
            "approve": lambda: services.reviews.set_state(actor, [first], ReviewState.APPROVED),
            "rate": lambda: services.reviews.rate(actor, [first], 4),
            "pin": lambda: services.reviews.pin(actor, [first], is_pinned=True),
            "choose": lambda: services.looks.set_top(actor, first),
        }

        ways[way]()

        assert made.stacks() == {first: None, second: first, third: first}

    def test_what_counts_more_wins(self, services: Services, actor: Actor, made: Pictures) -> None:
        first, second, third = made.measured(chair(), nearly(chair()), nearly(chair(), 2))

        services.reviews.rate(actor, [first], 5)
        services.reviews.set_state(actor, [second], ReviewState.APPROVED)
        assert made.stacks()[first] == second
        services.reviews.set_state(actor, [second], ReviewState.REJECTED)
        assert made.stacks()[second] == first
        services.reviews.pin(actor, [third], is_pinned=True)
        assert made.stacks()[first] == third
        services.looks.set_top(actor, second)
        assert made.stacks()[third] == second
        services.looks.set_top(actor, third)
        assert made.stacks()[second] == third

    def test_the_stack_outlives_its_top(
        self, services: Services, actor: Actor, made: Pictures
    ) -> None:
        first, second, third = made.measured(chair(), nearly(chair()), nearly(chair(), 2))

        services.assets.trash(actor, [third])
        assert made.stacks() == {first: second, second: None, third: second}
        services.assets.restore(actor, [third])
        assert made.stacks() == {first: third, second: third, third: None}
        services.assets.trash(actor, [third])
        services.trash.delete_for_good(actor, TrashKind.PICTURES, [third])

        assert made.stacks() == {first: second, second: None}

    def test_a_stack_that_was_all_in_the_trash_comes_back(
        self, services: Services, actor: Actor, made: Pictures
    ) -> None:
        first, second, third = made.measured(chair(), nearly(chair()), nearly(chair(), 2))
        services.assets.trash(actor, [first, second, third])
        services.trash.delete_for_good(actor, TrashKind.PICTURES, [third])

        services.assets.restore(actor, [first, second])

        assert made.stacks() == {first: second, second: None}

    def test_what_was_taken_out_stays_out(
        self, services: Services, actor: Actor, made: Pictures
    ) -> None:
        first, second, third = made.measured(chair(), nearly(chair()), nearly(chair(), 2))

        assert services.looks.unstack(actor, [third, third]) == 1
        assert made.stacks() == {first: second, second: None, third: None}
        [fourth] = made.measured(nearly(chair(), 3))

        assert made.stacks() == {first: fourth, second: fourth, third: None, fourth: None}
        assert services.looks.unstack(actor, [first, second]) == 2
        assert set(made.stacks().values()) == {None}
        assert services.looks.unstack(actor, [first]) == 0

    @pytest.mark.parametrize("place", [0, 2], ids=["below", "on top"])
    def test_what_moves_to_another_product_leaves_the_rest(
        self, services: Services, actor: Actor, made: Pictures, place: int
    ) -> None:
        ids = made.measured(chair(), nearly(chair()), nearly(chair(), 2))
        table = services.products.create(actor, ProductDraft("Table", "TABLE-1")).id
        moved, top = ids[place], 2 - place // 2

        services.assets.move_to_product(actor, [moved], table)

        rest = {one: ids[top] for one in ids if one not in (moved, ids[top])}
        assert made.stacks() == rest | {moved: None, ids[top]: None}
        wanted = AssetFilter(product_id=made.product_id, stack=Stacks.COLLAPSED)
        found = services.assets.search(actor, wanted)
        assert [asset.ref.id for asset in found.items] == [ids[top]]
        assert broken_rules(services) == []
        [another] = made.measured(nearly(chair(), 3))
        assert set(rest) == {one for one, on in made.stacks().items() if on == another} - {ids[top]}

    def test_narrowed_to_what_they_do_not_share_they_are_open(
        self, services: Services, actor: Actor, made: Pictures
    ) -> None:
        first, second = made.measured(chair(), nearly(chair()))
        services.assets.add_tags(actor, [first], ["hero"])
        services.reviews.set_state(actor, [first], ReviewState.REJECTED)
        assert made.stacks() == {first: second, second: None}

        for wanted, found in (
            (AssetFilter(tag="hero"), first),
            (AssetFilter(review_states=(ReviewState.REJECTED,)), first),
            (AssetFilter(is_made=True), second),
            (AssetFilter(product_id=made.product_id), second),
        ):
            page = services.assets.search(actor, replace(wanted, stack=Stacks.COLLAPSED))
            assert [asset.ref.id for asset in page.items] == [found], wanted

    def test_is_for_those_who_may_edit_and_of_stacks_alone(
        self, services: Services, actor: Actor, other_actor: Actor, made: Pictures
    ) -> None:
        first, second, lone = made.measured(chair(), nearly(chair()), lamp())
        looking = replace(actor, role=Role.REVIEWER)

        for act in (
            lambda: services.looks.set_top(looking, first),
            lambda: services.looks.unstack(looking, [first]),
        ):
            with pytest.raises(AccessDeniedError):
                act()
        with pytest.raises(ConflictError):
            services.looks.set_top(actor, lone)
        with pytest.raises(NotFoundError):
            services.looks.set_top(other_actor, first)
        assert services.looks.unstack(other_actor, [first]) == 0
        assert made.stacks()[first] == second


class TestSimilar:
    def test_puts_the_most_alike_first_over_products_and_origins(
        self, services: Services, actor: Actor, made: Pictures
    ) -> None:
        same = made.add(nearly(chair()))
        near = made.add(chair("#7a4a3b"), product_id=None)
        photo_ = made.add(chair("#5a5a6b"), origin=Origin.UPLOADED)
        far = made.add(lamp())
        asked = made.add(chair())
        made.measure()

        found = services.looks.similar(actor, asked)

        order = [one.ref.id for one in found]
        assert order[0] == same
        assert {near, photo_} <= set(order)
        assert far not in order or order[-1] == far
        assert [one.likeness for one in found] == sorted(
            (one.likeness for one in found), reverse=True
        )
        assert asked not in order

    def test_leaves_out_the_trash_and_keeps_to_the_limit(
        self, services: Services, actor: Actor, made: Pictures
    ) -> None:
        ids = made.measured(chair(), nearly(chair()), nearly(chair(), 2), nearly(chair(), 3))
        services.assets.trash(actor, [ids[1]])

        assert {one.ref.id for one in services.looks.similar(actor, ids[0])} == set(ids[2:])
        assert len(services.looks.similar(actor, ids[0], limit=1)) == 1

    def test_is_empty_before_the_picture_is_measured(
        self, services: Services, actor: Actor, made: Pictures
    ) -> None:
        made.measured(chair())

        assert services.looks.similar(actor, made.add(chair())) == ()

    def test_knows_nothing_of_others_pictures(
        self, services: Services, other_actor: Actor, made: Pictures
    ) -> None:
        [mine] = made.measured(chair())

        with pytest.raises(NotFoundError):
            services.looks.similar(other_actor, mine)
        with pytest.raises(NotFoundError):
            services.looks.stack_of(other_actor, mine)
