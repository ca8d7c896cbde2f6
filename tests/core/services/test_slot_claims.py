"""Whose slot is next, and what keeps a slot from being begun."""

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.products import Product
from core.domain.queueing import ModelLimits, Priority
from core.repositories.slot_queue import Person
from core.services.slot_claims import Claim, Nothing, SlotClaimService, in_turn
from core.services.slot_endings import SlotKey
from tests.fakes.image_model import FakeImageModel
from tests.support.generation import chair_with_photo, submitted, with_model
from tests.support.hands import Hands
from tests.support.people import colleague_of

AT = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def app(services: Services) -> Services:
    return with_model(services, FakeImageModel())


@pytest.fixture
def hands(app: Services) -> Hands:
    return Hands(app)


@pytest.fixture
def chair(app: Services, actor: Actor) -> Product:
    return chair_with_photo(app, actor)


def with_limits(app: Services, **limits: int) -> SlotClaimService:
    """Return claims under these limits, with a short minute."""
    return SlotClaimService(
        app.parts.database, {"fake": ModelLimits(**limits)}, window=timedelta(seconds=30)
    )


def turn(
    waiting: Mapping[tuple[int, int], int], running: Mapping[tuple[int, int], int]
) -> list[tuple[int, int]]:
    """Return in which order people are served who waited for so many seconds."""
    by_workspace = {w: min(s for (x, _), s in waiting.items() if x == w) for w, _ in waiting}
    people = [
        Person(w, u, AT - timedelta(seconds=s), AT - timedelta(seconds=by_workspace[w]))
        for (w, u), s in waiting.items()
    ]
    return [(person.workspace_id, person.user_id) for person in in_turn(people, running)]


class TestTurns:
    def test_go_to_the_workspace_with_the_fewest_pictures_in_the_making(self) -> None:
        assert turn({(1, 1): 90, (2, 2): 5}, {(1, 1): 2, (2, 2): 1})[0] == (2, 2)

    def test_then_to_the_workspace_that_waited_longest(self) -> None:
        assert turn({(1, 1): 5, (2, 2): 90}, {})[0] == (2, 2)

    def test_and_to_the_person_of_it_who_has_the_fewest(self) -> None:
        assert turn({(1, 1): 90, (1, 2): 5}, {(1, 1): 1})[0] == (1, 2)

    def test_then_to_the_person_who_waited_longest(self) -> None:
        assert turn({(1, 1): 5, (1, 2): 90}, {})[0] == (1, 2)

    def test_begin_with_whom_nobody_has_served_yet(self) -> None:
        new = Person(2, 2, None, None)
        assert in_turn([Person(1, 1, AT, AT), new], {})[0] == new


class TestFairness:
    def test_many_pictures_of_one_delay_another_workspace_by_two_at_most(
        self, app: Services, actor: Actor, other_actor: Actor, chair: Product, hands: Hands
    ) -> None:
        for _ in range(4):
            submitted(app, actor, chair, variants=12)
        for _ in range(3):
            hands.claim()
        submitted(app, other_actor, chair_with_photo(app, other_actor), variants=1)

        order = [hands.claim().workspace_id for _ in range(3)]

        assert other_actor.workspace_id in order[:2]

    def test_nor_another_person_of_the_same_workspace(
        self, app: Services, actor: Actor, chair: Product, hands: Hands
    ) -> None:
        cleo = colleague_of(app, actor, "Cleo", "cleo@example.com")
        submitted(app, actor, chair, variants=12)
        hands.claim()
        job = submitted(app, cleo, chair, variants=1)

        claimed = [hands.claim().slot_id for _ in range(2)]

        assert job.slots[0].id in claimed

    def test_many_small_jobs_do_not_push_others_back(
        self, app: Services, actor: Actor, other_actor: Actor, chair: Product, hands: Hands
    ) -> None:
        submitted(app, other_actor, chair_with_photo(app, other_actor), variants=6)
        for _ in range(6):
            submitted(app, actor, chair, variants=1)

        hands_of = Counter(hands.make().workspace_id for _ in range(6))

        assert hands_of == {actor.workspace_id: 3, other_actor.workspace_id: 3}


class TestOrder:
    def test_of_one_person_follows_priority_then_age(
        self, app: Services, actor: Actor, chair: Product, hands: Hands
    ) -> None:
        low = submitted(app, actor, chair, variants=1, priority=Priority.LOW)
        first = submitted(app, actor, chair, variants=1)
        high = submitted(app, actor, chair, variants=1, priority=Priority.HIGH)

        order = [hands.claim().slot_id for _ in range(3)]

        assert order == [job.slots[0].id for job in (high, first, low)]

    def test_begins_with_what_was_moved_to_the_front(
        self, app: Services, actor: Actor, chair: Product, hands: Hands
    ) -> None:
        submitted(app, actor, chair, variants=1, priority=Priority.HIGH)
        late = submitted(app, actor, chair, variants=1)
        app.job_control.move_to_front(actor, late.id)

        assert hands.claim().slot_id == late.slots[0].id


class TestWhatWaits:
    def test_a_paused_job(self, app: Services, actor: Actor, chair: Product, hands: Hands) -> None:
        job = submitted(app, actor, chair, variants=1)
        app.job_control.pause(actor, job.id)
        assert isinstance(hands.look(), Nothing)

        app.job_control.resume(actor, job.id)
        assert isinstance(hands.look(), SlotKey)

    def test_a_paused_workspace_and_no_other(
        self, app: Services, actor: Actor, other_actor: Actor, chair: Product, hands: Hands
    ) -> None:
        submitted(app, actor, chair, variants=1)
        submitted(app, other_actor, chair_with_photo(app, other_actor), variants=1)
        app.job_control.pause_all(actor)

        assert hands.claim().workspace_id == other_actor.workspace_id
        assert isinstance(hands.look(), Nothing)

        app.job_control.resume_all(actor)
        assert hands.claim().workspace_id == actor.workspace_id

    def test_what_is_to_begin_later(
        self, app: Services, actor: Actor, chair: Product, hands: Hands
    ) -> None:
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        job = submitted(app, actor, chair, variants=1, run_at=tomorrow)

        found = hands.look()

        assert isinstance(found, Nothing)
        assert found.wait_s is not None
        assert 23 * 3600 < found.wait_s <= 24 * 3600
        app.job_control.run_later(actor, job.id, None)
        assert isinstance(hands.look(), SlotKey)

    def test_a_model_that_is_parked_or_paused(
        self, app: Services, actor: Actor, chair: Product, hands: Hands
    ) -> None:
        submitted(app, actor, chair, variants=2)
        with app.parts.database.begin() as work:
            work.model_states.park("fake", work.now(), until=None, code="auth", reason="The key.")
        assert hands.look() == Nothing(None)
        app.model_states.resume(actor, "fake")
        hands.claim()

        app.model_states.pause(actor, "fake")
        assert hands.look() == Nothing(None)
        app.model_states.resume(actor, "fake")
        hands.claim()

    def test_a_model_that_rests_for_so_long(
        self, app: Services, actor: Actor, chair: Product, hands: Hands
    ) -> None:
        submitted(app, actor, chair, variants=1)
        with app.parts.database.begin() as work:
            work.model_states.rest("fake", work.now() + timedelta(seconds=40))

        found = hands.look()

        assert isinstance(found, Nothing)
        assert found.wait_s is not None
        assert 30 < found.wait_s <= 40

    def test_what_an_overspent_budget_holds_back(
        self, app: Services, actor: Actor, other_actor: Actor, chair: Product, hands: Hands
    ) -> None:
        submitted(app, actor, chair, variants=2)
        submitted(app, other_actor, chair_with_photo(app, other_actor), variants=1)
        hands.make()
        hands.make()
        app.budgets.set_limit(actor, 10_000)

        assert isinstance(hands.look(), Nothing)
        app.budgets.set_limit(actor, None)
        assert hands.claim().workspace_id == actor.workspace_id


class TestLimits:
    def test_calls_at_once_hold_over_all_workers(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        submitted(app, actor, chair, variants=6)
        claims = with_limits(app, calls_at_once=3)
        workers = [Hands(app), Hands(app)]

        found = [claims.next(hands.card) for hands in workers * 3]

        assert sum(isinstance(claim, Claim) for claim in found) == 3

    @pytest.mark.parametrize("limit", ["requests_per_minute", "images_per_minute"])
    def test_a_full_minute_says_how_long_to_wait(
        self, app: Services, actor: Actor, chair: Product, hands: Hands, limit: str
    ) -> None:
        submitted(app, actor, chair, variants=6)
        claims = hands.runs.claims = with_limits(app, **{limit: 2})
        hands.make()
        hands.claim()  # claimed, and not begun: it fills the minute too

        found = claims.next(hands.card)

        assert isinstance(found, Nothing)
        assert found.wait_s is not None
        assert 0 < found.wait_s <= 30

    @pytest.mark.slow
    def test_never_let_more_begin_however_many_ask_at_once(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        for _ in range(2):
            submitted(app, actor, chair, variants=12)
        claims = with_limits(app, requests_per_minute=5)
        barrier = Barrier(8)

        def work(hands: Hands) -> int:
            hands.runs.claims = claims
            barrier.wait()
            return sum(isinstance(claims.next(hands.card), Claim) for _ in range(4))

        with ThreadPoolExecutor(8) as threads:
            counts = list(threads.map(work, [Hands(app) for _ in range(8)]))

        assert sum(counts) == 5

    @pytest.mark.slow
    def test_each_slot_goes_to_one_worker_however_many_ask_at_once(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        for _ in range(3):
            submitted(app, actor, chair, variants=12)
        barrier = Barrier(6)

        def work(hands: Hands) -> list[int]:
            barrier.wait()
            found = [hands.look() for _ in range(10)]
            return [key.slot_id for key in found if isinstance(key, SlotKey)]

        with ThreadPoolExecutor(6) as threads:
            claimed = [
                slot for part in threads.map(work, [Hands(app) for _ in range(6)]) for slot in part
            ]

        assert len(claimed) == len(set(claimed)) == 36


class TestLease:
    def test_a_worker_without_one_is_given_nothing(
        self, app: Services, actor: Actor, chair: Product, hands: Hands
    ) -> None:
        submitted(app, actor, chair, variants=1)
        hands.die()

        assert hands.look() == Nothing(None)


class TestSuspects:
    """Slots at which a worker died: perhaps they were only beside the one that killed it."""

    @pytest.fixture
    def suspect(self, app: Services, actor: Actor, chair: Product, hands: Hands) -> int:
        job = submitted(app, actor, chair, variants=1)
        hands.claim()
        hands.die()
        return job.slots[0].id

    def test_are_made_by_a_worker_that_makes_nothing_else(
        self, app: Services, suspect: int
    ) -> None:
        hands = Hands(app)

        busy = hands.runs.claims.next(hands.card, is_idle=False)
        idle = hands.runs.claims.next(hands.card, is_idle=True)

        assert busy == Nothing(must_be_alone=True)
        assert isinstance(idle, Claim)
        assert (idle.key.slot_id, idle.is_suspect) == (suspect, True)

    def test_are_none_any_more_once_they_were_put_back_in_peace(
        self, app: Services, suspect: int
    ) -> None:
        hands = Hands(app)
        key = hands.claim()
        with app.parts.database.begin() as work:
            work.generation_slots.wait(*key.parts, until=work.now(), stage="")

        again = hands.runs.claims.next(hands.card, is_idle=False)

        assert isinstance(again, Claim)
        assert again.key.slot_id == suspect
