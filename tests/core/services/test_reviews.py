"""Judging pictures: who may, what is kept, what is counted."""

from dataclasses import replace

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.asset_filters import AssetFilter, AssetSort
from core.domain.reviews import MAX_NOTE_CHARS, ReviewReason, ReviewState
from core.errors import AccessDeniedError, InvalidInputError
from tests.fakes.image_model import FakeImageModel
from tests.support.audit import actions_on
from tests.support.generation import chair_with_photo, with_model
from tests.ui.making import pictures

APPROVED, REJECTED, NEEDS_EDIT = (
    ReviewState.APPROVED, ReviewState.REJECTED, ReviewState.NEEDS_EDIT,
)  # fmt: skip


@pytest.fixture
def app(services: Services) -> Services:
    """Return services whose only image model is a fake one."""
    return with_model(services, FakeImageModel())


@pytest.fixture
def made(app: Services, actor: Actor) -> list[int]:
    """Return three pictures of one product."""
    return pictures(app, actor, 3)


def approved_count(app: Services, actor: Actor, asset_id: int) -> int:
    """Return the count that the product of a picture keeps."""
    from sqlalchemy import select  # noqa: PLC0415 - only to look at one column

    from db.tables import ProductRow  # noqa: PLC0415 - likewise

    product_id = app.assets.get(actor, asset_id).product_id
    with app.parts.database.read() as work:
        kept = select(ProductRow.approved_count).where(ProductRow.id == product_id)
        return work._session.scalars(kept).one()


class TestSetState:
    def test_keeps_state_reason_note_person_and_moment(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        changed = app.reviews.set_state(
            actor, made[:2], NEEDS_EDIT, reason=ReviewReason.COLOUR, note=" The oak is too red.\r\n"
        )

        review = app.assets.get(actor, made[0]).review
        assert changed == 2
        assert (review.state, review.reason, review.note) == (
            NEEDS_EDIT, "colour", "The oak is too red.",
        )  # fmt: skip
        assert review.by == "Ann"
        assert review.at is not None
        assert app.assets.get(actor, made[2]).review.state is ReviewState.UNREVIEWED

    def test_forgets_the_reason_when_the_state_changes(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        app.reviews.set_state(actor, made, REJECTED, reason="edge", note="Cut off")

        app.reviews.set_state(actor, made, APPROVED)

        review = app.assets.get(actor, made[0]).review
        assert (review.state, review.reason, review.note) == (APPROVED, "", "")

    def test_of_one_that_is_back_at_unreviewed_nobody_judged(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        app.reviews.set_state(actor, made[:2], APPROVED)

        app.reviews.set_state(actor, made[:1], ReviewState.UNREVIEWED)

        review = app.assets.get(actor, made[0]).review
        assert (review.by, review.at) == (None, None)
        judged = app.assets.search(actor, sort=AssetSort.REVIEWED)
        assert [item.ref.id for item in judged.items] == made[1:2]

    def test_counts_and_notes_only_what_changed(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        app.reviews.set_state(actor, made[:1], APPROVED)

        assert app.reviews.set_state(actor, made, APPROVED) == 2
        assert app.reviews.set_state(actor, made, APPROVED) == 0

        noted = [detail for action, detail in actions_on(app, actor, "asset") if action == "review"]
        assert [detail["changes"] for detail in noted] == [
            {"state": ["unreviewed", "approved"]}
        ] * 3

    def test_keeps_the_products_count_of_approved_pictures(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        app.reviews.set_state(actor, made, APPROVED)
        assert approved_count(app, actor, made[0]) == 3

        app.reviews.set_state(actor, made[:1], REJECTED)
        assert approved_count(app, actor, made[0]) == 2

        app.assets.trash(actor, made[1:2])
        assert approved_count(app, actor, made[0]) == 1

        app.assets.restore(actor, made[1:2])
        assert approved_count(app, actor, made[0]) == 2

    @pytest.mark.parametrize(
        ("state", "reason"),
        [(REJECTED, "ugly"), (REJECTED, "'; drop table assets"), (APPROVED, "colour")],
    )
    def test_refuses_a_reason_that_is_none(
        self, app: Services, actor: Actor, made: list[int], state: ReviewState, reason: str
    ) -> None:
        with pytest.raises(InvalidInputError):
            app.reviews.set_state(actor, made, state, reason=reason)

        assert app.assets.get(actor, made[0]).review.state is ReviewState.UNREVIEWED

    @pytest.mark.parametrize("note", ["a" * (MAX_NOTE_CHARS + 1), "a\0b", "\u202eevil", "\ud800"])
    def test_refuses_notes_that_nobody_writes(
        self, app: Services, actor: Actor, made: list[int], note: str
    ) -> None:
        with pytest.raises(InvalidInputError):
            app.reviews.set_state(actor, made, REJECTED, note=note)

    def test_leaves_uploads_and_the_trash_alone(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        product_id = app.assets.get(actor, made[0]).product_id
        [photo] = app.products.get(actor, product_id or 0).photos
        app.assets.trash(actor, made[:1])

        assert app.reviews.set_state(actor, [photo.id, made[0]], APPROVED) == 0


class TestRate:
    def test_gives_stars_and_takes_them_back(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        assert app.reviews.rate(actor, made[:2], 4) == 2
        assert app.assets.get(actor, made[0]).review.rating == 4

        assert app.reviews.rate(actor, made, 0) == 2
        assert {item.rating for item in app.assets.search(actor).items} == {0}

    @pytest.mark.parametrize("rating", [-1, 6, 10**30])
    def test_refuses_what_is_no_rating(
        self, app: Services, actor: Actor, made: list[int], rating: int
    ) -> None:
        with pytest.raises(InvalidInputError):
            app.reviews.rate(actor, made, rating)


class TestPin:
    def test_pins_and_takes_the_pin_off(self, app: Services, actor: Actor, made: list[int]) -> None:
        assert app.reviews.pin(actor, made[:1], is_pinned=True) == 1
        assert [item.is_pinned for item in app.assets.search(actor).items] == [True, False, False]

        assert app.reviews.pin(actor, made, is_pinned=False) == 1

        noted = [action for action, _ in actions_on(app, actor, "asset")]
        assert noted == ["pin", "unpin"]


class TestCounts:
    def test_are_true_and_of_the_product_alone(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        app.reviews.set_state(actor, made[:1], APPROVED)
        app.reviews.set_state(actor, made[1:2], NEEDS_EDIT)
        app.assets.trash(actor, made[2:])
        product_id = app.assets.get(actor, made[0]).product_id or 0

        counts = app.reviews.counts(actor, product_id)

        assert counts == {
            ReviewState.UNREVIEWED: 0, APPROVED: 1, NEEDS_EDIT: 1, REJECTED: 0,
        }  # fmt: skip
        assert set(app.reviews.counts(actor, product_id + 1).values()) == {0}


class TestSearch:
    def test_finds_by_state(self, app: Services, actor: Actor, made: list[int]) -> None:
        app.reviews.set_state(actor, made[1:2], APPROVED)

        approved = app.assets.search(actor, AssetFilter(review_states=(APPROVED,), is_made=True))
        unreviewed = app.assets.search(
            actor, AssetFilter("oak", review_states=(ReviewState.UNREVIEWED,), is_made=True)
        )

        assert [item.ref.id for item in approved.items] == made[1:2]
        assert approved.items[0].review_state is APPROVED
        assert (approved.total, unreviewed.total) == (1, 2)


class TestAccess:
    @pytest.mark.parametrize("role", [Role.OWNER, Role.EDITOR, Role.REVIEWER])
    def test_lets_reviewers_judge(
        self, app: Services, actor: Actor, made: list[int], role: Role
    ) -> None:
        judge = replace(actor, role=role)

        assert app.reviews.set_state(judge, made, APPROVED) == 3
        assert app.reviews.rate(judge, made, 5) == 3
        assert app.reviews.pin(judge, made, is_pinned=True) == 3

    def test_lets_viewers_only_look(self, app: Services, actor: Actor, made: list[int]) -> None:
        viewer = replace(actor, role=Role.VIEWER)

        with pytest.raises(AccessDeniedError):
            app.reviews.set_state(viewer, made, APPROVED)
        with pytest.raises(AccessDeniedError):
            app.reviews.rate(viewer, made, 5)
        with pytest.raises(AccessDeniedError):
            app.reviews.pin(viewer, made, is_pinned=True)

        assert app.assets.get(actor, made[0]).review.at is None

    def test_reaches_nobody_elses_pictures(
        self, app: Services, actor: Actor, other_actor: Actor, made: list[int]
    ) -> None:
        for ids in (made, [987_654_321], [0], [-1], []):
            assert app.reviews.set_state(other_actor, ids, APPROVED) == 0
            assert app.reviews.rate(other_actor, ids, 5) == 0
            assert app.reviews.pin(other_actor, ids, is_pinned=True) == 0

        chair = chair_with_photo(app, other_actor)
        product_id = app.assets.get(actor, made[0]).product_id or 0
        assert chair.id != product_id
        assert set(app.reviews.counts(other_actor, product_id).values()) == {0}
        assert app.assets.get(actor, made[0]).review.state is ReviewState.UNREVIEWED

    def test_takes_at_most_500_at_a_time(self, app: Services, actor: Actor) -> None:
        with pytest.raises(InvalidInputError, match="at most 500"):
            app.reviews.set_state(actor, range(1, 502), APPROVED)
