"""The rule that nobody approves their own pictures."""

from dataclasses import replace

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.reviews import Judged, ReviewState, Verdict
from core.errors import AccessDeniedError, InvalidInputError
from tests.fakes.image_model import FakeImageModel
from tests.support.audit import actions_on
from tests.support.generation import with_model
from tests.support.people import colleague_of
from tests.ui.making import pictures

APPROVED = ReviewState.APPROVED


@pytest.fixture
def app(services: Services) -> Services:
    return with_model(services, FakeImageModel())


@pytest.fixture
def anns(app: Services, actor: Actor) -> list[int]:
    return pictures(app, actor, 2)


@pytest.fixture
def ben(app: Services, actor: Actor) -> Actor:
    return colleague_of(app, actor, "Ben", "ben@example.com")


def states(app: Services, actor: Actor, ids: list[int]) -> list[ReviewState]:
    return [app.assets.get(actor, asset_id).review.state for asset_id in ids]


class TestTheRule:
    def test_is_off_until_an_owner_switches_it_on(
        self, app: Services, actor: Actor, anns: list[int]
    ) -> None:
        assert not app.reviews.forbids_own_approval(actor)

        assert app.reviews.set_state(actor, anns, APPROVED) == 2

    @pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER, Role.VIEWER])
    def test_is_the_owner_s_to_switch(self, app: Services, actor: Actor, role: Role) -> None:
        with pytest.raises(AccessDeniedError):
            app.reviews.set_forbids_own_approval(replace(actor, role=role), forbids=True)

        assert not app.reviews.forbids_own_approval(actor)

    def test_is_noted_when_it_changes(self, app: Services, actor: Actor) -> None:
        for forbids in (True, True, False):
            app.reviews.set_forbids_own_approval(actor, forbids=forbids)

        assert actions_on(app, actor, "workspace") == [
            ("set_own_approval", {"forbids": True}),
            ("set_own_approval", {"forbids": False}),
        ]

    def test_is_of_one_workspace(
        self, app: Services, actor: Actor, other_actor: Actor, anns: list[int]
    ) -> None:
        app.reviews.set_forbids_own_approval(other_actor, forbids=True)

        assert app.reviews.set_state(actor, anns, APPROVED) == 2


class TestApproving:
    def test_ones_own_is_refused_with_a_sentence(
        self, app: Services, actor: Actor, anns: list[int]
    ) -> None:
        app.reviews.set_forbids_own_approval(actor, forbids=True)

        with pytest.raises(InvalidInputError) as refusal:
            app.reviews.set_state(actor, anns[:1], APPROVED)

        assert refusal.value.user_message == (
            "1 picture was skipped: you made it yourself, and here somebody else has to approve."
        )
        assert states(app, actor, anns) == [ReviewState.UNREVIEWED] * 2

    def test_another_person_may(
        self, app: Services, actor: Actor, ben: Actor, anns: list[int]
    ) -> None:
        app.reviews.set_forbids_own_approval(actor, forbids=True)

        assert app.reviews.set_state(replace(ben, role=Role.REVIEWER), anns, APPROVED) == 2

    def test_a_batch_skips_ones_own_and_says_which(
        self, app: Services, actor: Actor, ben: Actor, anns: list[int]
    ) -> None:
        app.reviews.set_forbids_own_approval(actor, forbids=True)
        bens = [one for one in pictures(app, ben, 1) if one not in anns]

        judged = app.reviews.judge(actor, [anns[0], *bens, anns[1]], Verdict(APPROVED))

        assert judged == Judged(changed=tuple(bens), own=tuple(anns))
        assert judged.sentence_of_own.startswith("2 pictures were skipped: ")
        assert app.reviews.judge(actor, bens, Verdict(APPROVED)) == Judged(())
        assert states(app, actor, [*anns, *bens]) == [
            ReviewState.UNREVIEWED, ReviewState.UNREVIEWED, APPROVED,
        ]  # fmt: skip

    def test_every_other_verdict_is_free(
        self, app: Services, actor: Actor, anns: list[int]
    ) -> None:
        app.reviews.set_forbids_own_approval(actor, forbids=True)

        for state in (ReviewState.REJECTED, ReviewState.NEEDS_EDIT, ReviewState.UNREVIEWED):
            assert app.reviews.set_state(actor, anns, state) == 2
        assert app.reviews.rate(actor, anns, 5) == 2

    def test_what_was_approved_before_stays(
        self, app: Services, actor: Actor, anns: list[int]
    ) -> None:
        app.reviews.set_state(actor, anns, APPROVED)

        app.reviews.set_forbids_own_approval(actor, forbids=True)

        assert states(app, actor, anns) == [APPROVED] * 2

    def test_a_batch_of_strangers_ids_tells_nothing(
        self, app: Services, other_actor: Actor, anns: list[int]
    ) -> None:
        app.reviews.set_forbids_own_approval(other_actor, forbids=True)

        assert app.reviews.judge(other_actor, anns, Verdict(APPROVED)) == Judged(())
