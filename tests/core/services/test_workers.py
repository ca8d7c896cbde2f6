"""Leases by the database's clock, and what becomes of the slots of those who lose theirs."""

from datetime import timedelta

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.jobs import GenerationJob, SlotStatus
from core.domain.queueing import EventKind
from core.errors import UnknownOutcomeError
from core.services.slot_endings import SlotKey
from core.services.workers import WorkerService
from tests.fakes.image_model import FakeImageModel
from tests.support.generation import chair_with_photo, submitted, with_model
from tests.support.hands import Hands, card_of


@pytest.fixture
def app(services: Services) -> Services:
    return with_model(services, FakeImageModel())


@pytest.fixture
def hands(app: Services) -> Hands:
    return Hands(app)


@pytest.fixture
def job(app: Services, actor: Actor) -> GenerationJob:
    return submitted(app, actor, chair_with_photo(app, actor), variants=2)


@pytest.fixture
def key(job: GenerationJob, hands: Hands) -> SlotKey:
    del job  # only so that it is there
    return hands.claim()


def end_lease(app: Services, hands: Hands) -> None:
    """Let the worker's lease have ended, as if it had been silent for so long."""
    WorkerService(app.parts.database, lease=timedelta(seconds=-1)).renew(
        hands.card, [hands.claim().slot_id, *range(1000)]
    )


def statuses(app: Services, actor: Actor, job: GenerationJob) -> list[SlotStatus]:
    return [slot.status for slot in app.generation.get(actor, job.id).slots]


class TestTakeOver:
    def test_gives_back_what_a_worker_held_whose_lease_ended(
        self, app: Services, actor: Actor, job: GenerationJob, key: SlotKey, hands: Hands
    ) -> None:
        del key
        end_lease(app, hands)

        assert Hands(app).workers.take_over() == 2

        assert statuses(app, actor, job) == [SlotStatus.QUEUED, SlotStatus.QUEUED]
        kinds = [event.kind for event in app.generation.history(actor, job.id)]
        assert kinds.count(EventKind.TAKEN_OVER) == 2

    def test_leaves_a_worker_alone_that_lives(
        self, app: Services, actor: Actor, job: GenerationJob, key: SlotKey
    ) -> None:
        del key

        assert Hands(app).workers.take_over() == 0

        assert SlotStatus.RUNNING in statuses(app, actor, job)

    def test_lets_the_dead_one_write_nothing_any_more(
        self, app: Services, actor: Actor, job: GenerationJob, key: SlotKey, hands: Hands
    ) -> None:
        end_lease(app, hands)
        others = Hands(app)
        others.workers.take_over()
        again = others.claim()

        with app.parts.database.begin() as work:
            failed = work.generation_slots.fail(*key.parts, work.now(), code="x", sentence="x")

        assert not failed
        assert again.slot_id == key.slot_id
        assert again.attempt > key.attempt
        assert SlotStatus.FAILED not in statuses(app, actor, job)

    def test_gives_back_what_nobody_holds(
        self, app: Services, job: GenerationJob, key: SlotKey, hands: Hands
    ) -> None:
        del job, key
        others = Hands(app)
        with app.parts.database.begin() as work:
            work.workers.remove(hands.card.id)

        assert others.workers.take_over() == 1


class TestRenew:
    def test_says_no_to_a_worker_that_was_taken_for_dead(self, app: Services, hands: Hands) -> None:
        assert hands.workers.renew(hands.card, [])
        Hands(app).workers.bury([hands.card.id])

        assert not hands.workers.renew(hands.card, [])

    def test_revives_a_late_worker_whom_nobody_missed(
        self, app: Services, actor: Actor, job: GenerationJob, key: SlotKey, hands: Hands
    ) -> None:
        del key
        end_lease(app, hands)

        assert hands.workers.renew(hands.card, range(1000))

        assert Hands(app).workers.take_over() == 0
        assert statuses(app, actor, job) == [SlotStatus.RUNNING, SlotStatus.RUNNING]

    def test_gives_back_what_the_worker_gave_up_in_an_outage(
        self, app: Services, actor: Actor, job: GenerationJob, key: SlotKey, hands: Hands
    ) -> None:
        del key
        hands.workers.renew(hands.card, [])
        assert SlotStatus.RUNNING in statuses(app, actor, job)  # it may have been claimed just now

        long_ago = WorkerService(app.parts.database, lease=timedelta(0))
        long_ago.renew(hands.card, [])

        assert SlotStatus.RUNNING not in statuses(app, actor, job)


class TestSignOff:
    def test_gives_back_what_is_not_finished_and_counts_no_crash(
        self, app: Services, actor: Actor, job: GenerationJob, key: SlotKey, hands: Hands
    ) -> None:
        del key

        assert hands.workers.sign_off(hands.card) == 1

        assert statuses(app, actor, job) == [SlotStatus.QUEUED, SlotStatus.QUEUED]
        again = Hands(app)
        with app.parts.database.read() as work:
            todo = work.generation_slots.find_work(*again.claim().parts)
        assert todo is not None
        assert todo.crash_count == 0


class TestSignOn:
    def test_takes_over_from_those_who_are_surely_dead(
        self, app: Services, job: GenerationJob, key: SlotKey, hands: Hands
    ) -> None:
        del job, key
        workers = WorkerService(app.parts.database)

        assert workers.sign_on(card_of(app), surely_dead=[hands.card.id]) == 1

    def test_lets_models_try_a_new_key(self, app: Services) -> None:
        with app.parts.database.begin() as work:
            now = work.now()
            work.model_states.park("fake", now, until=None, code="auth", reason="The key.")
            work.model_states.park("other", now, until=None, code="quota", reason="No money.")

        Hands(app)

        with app.parts.database.read() as work:
            states = work.model_states.find_all()
        assert states["fake"].parking is None
        assert states["other"].parking is not None


class TestSpools:
    def test_that_are_gone_for_long_leave_the_choice_to_a_person(
        self, app: Services, actor: Actor, job: GenerationJob, key: SlotKey, hands: Hands
    ) -> None:
        with app.parts.database.begin() as work:
            work.generation_slots.note_spooled(*key.parts, "elsewhere")
        hands.workers.sign_off(hands.card)
        assert hands.workers.in_lost_spools() == []

        with app.parts.database.read() as work:
            late = work.slot_queue.in_lost_spools(work.now(), work.now() + timedelta(seconds=1))
        hands.runs.endings.lose(key)

        assert [slot.slot_id for slot in late] == [key.slot_id]
        slot = next(s for s in app.generation.get(actor, job.id).slots if s.id == key.slot_id)
        assert (slot.status, slot.failure_code) == (SlotStatus.FAILED, UnknownOutcomeError.code)
