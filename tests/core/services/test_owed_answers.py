"""Slots for which a model was asked: whatever happens to them, what was paid is kept and known."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.bootstrap import Services, services_on
from core.domain.accounts import Actor
from core.domain.jobs import CallState, GenerationJob, JobStatus, SlotStatus
from core.errors import ImageModelError, InvalidInputError, StorageError
from core.services.slot_endings import SlotKey
from core.storage.spool import Spool
from tests.fakes.image_model import FakeImageModel
from tests.support.generation import chair_with_photo, submitted, with_model
from tests.support.hands import Hands

PRICE = 40_000


@pytest.fixture
def model() -> FakeImageModel:
    return FakeImageModel(price_micros=PRICE)


@pytest.fixture
def app(services: Services, model: FakeImageModel) -> Services:
    return with_model(services, model)


@pytest.fixture
def hands(app: Services) -> Hands:
    return Hands(app)


@pytest.fixture
def job(app: Services, actor: Actor) -> GenerationJob:
    return submitted(app, actor, chair_with_photo(app, actor), variants=1)


@pytest.fixture
def key(job: GenerationJob, hands: Hands) -> SlotKey:
    del job  # only so that it is there
    return hands.claim()


def elsewhere(app: Services, folder: Path) -> Hands:
    """Return a worker whose spool is on another disk."""
    return Hands(services_on(replace(app.parts, spool=Spool(folder / "other-spool"))))


def lost(app: Services, hands: Hands, key: SlotKey) -> str:
    """Let the slot's paid answer be lost, and return its call; the bytes come back later."""
    call_id = hands.runs.call(key) or ""
    image = app.parts.spool.find(call_id)
    assert image is not None
    app.parts.spool.discard(call_id)
    hands.runs.call(key)
    app.parts.spool.save(call_id, image)
    return call_id


class TestCancelled:
    @pytest.mark.parametrize("end", ["dies", "stops"])
    def test_while_it_was_made_is_kept_though_its_worker_ends(
        self,
        app: Services,
        actor: Actor,
        job: GenerationJob,
        key: SlotKey,
        hands: Hands,
        end: str,
    ) -> None:
        hands.runs.call(key)
        app.job_control.cancel(actor, job.id)
        if end == "dies":
            hands.die()
        else:
            hands.workers.sign_off(hands.card)

        Hands(app).make_all()

        assert app.generation.get(actor, job.id).status is JobStatus.SUCCEEDED
        assert app.budgets.get(actor).reserved_micros == 0

    def test_before_it_was_asked_ends_with_its_worker(
        self, app: Services, actor: Actor, job: GenerationJob, key: SlotKey, hands: Hands
    ) -> None:
        del key
        with app.parts.database.begin() as work:
            # As if the person had been faster than the worker's first look.
            work.generation_jobs.cancel(actor.workspace_id, job.id, [], work.now())

        hands.workers.sign_off(hands.card)

        assert app.generation.get(actor, job.id).status is JobStatus.CANCELLED

    def test_keeps_an_answer_that_comes_late(
        self,
        app: Services,
        actor: Actor,
        job: GenerationJob,
        key: SlotKey,
        hands: Hands,
        model: FakeImageModel,
    ) -> None:
        call_id = hands.runs.call(key) or ""
        image = app.parts.spool.find(call_id)
        assert image is not None
        app.parts.spool.discard(call_id)
        app.job_control.cancel(actor, job.id)
        hands.runs.call(key)
        with pytest.raises(InvalidInputError):
            app.job_control.retry(actor, job.id)
        app.parts.spool.save(call_id, image)

        hands.runs.endings.adopt(app.parts.spool.id, [call_id])
        hands.make_all()

        assert app.generation.get(actor, job.id).status is JobStatus.SUCCEEDED
        assert len(model.requests) == 1

    def test_while_the_store_is_away_waits_for_it(
        self, app: Services, actor: Actor, job: GenerationJob, key: SlotKey, hands: Hands
    ) -> None:
        hands.runs.call(key)
        app.job_control.cancel(actor, job.id)

        hands.runs.wait_for_store(key, StorageError("away"))

        assert app.generation.get(actor, job.id).slots[0].status is SlotStatus.QUEUED
        assert app.budgets.get(actor).reserved_micros == PRICE


class TestMoney:
    def test_of_a_slot_that_gave_up_on_the_store_is_spent(
        self, app: Services, actor: Actor, job: GenerationJob, key: SlotKey, hands: Hands
    ) -> None:
        hands.runs.call(key)
        while app.generation.get(actor, job.id).slots[0].status is not SlotStatus.FAILED:
            hands.runs.wait_for_store(key, StorageError("away"))
            with app.parts.database.begin() as work:
                work.generation_jobs.set_run_at([key.slot_id], work.now())
            found = hands.look()
            key = found if isinstance(found, SlotKey) else key

        budget = app.budgets.get(actor)
        assert (budget.spent_micros, budget.reserved_micros) == (PRICE, 0)
        app.job_control.retry(actor, job.id)
        hands.make_all()
        assert app.generation.get(actor, job.id).cost_micros == 39_000

    def test_of_an_open_second_call_is_counted_when_the_first_answer_wins(
        self, app: Services, actor: Actor, job: GenerationJob, key: SlotKey, hands: Hands
    ) -> None:
        first = hands.runs.call(key) or ""
        image = app.parts.spool.find(first)
        assert image is not None
        app.parts.spool.discard(first)
        hands.runs.call(key)
        app.job_control.retry(actor, job.id, accept_unknown=True)
        app.parts.spool.discard(hands.runs.call(hands.claim()) or "")
        hands.die()
        app.parts.spool.save(first, image)

        Hands(app).make_all()

        calls = app.generation.calls(actor, job.id)
        assert sorted(call.state for call in calls) == [CallState.OK, CallState.UNKNOWN]
        assert app.budgets.get(actor).spent_micros == 39_000 + PRICE

    def test_is_not_spent_again_by_a_worker_that_cannot_read_the_answer(
        self,
        app: Services,
        actor: Actor,
        job: GenerationJob,
        key: SlotKey,
        hands: Hands,
        model: FakeImageModel,
        tmp_path: Path,
    ) -> None:
        hands.runs.call(key)
        with app.parts.database.begin() as work:
            work.generation_slots.note_spooled(*key.parts, app.parts.spool.id)
        hands.runs.give_up(key, ImageModelError("boom"))

        app.job_control.retry(actor, job.id)
        hands.die()
        elsewhere(app, tmp_path).make_all()
        assert len(model.requests) == 1
        Hands(app).make_all()

        assert app.generation.get(actor, job.id).status is JobStatus.SUCCEEDED
        assert len(model.requests) == 1


class TestWaiting:
    def test_for_a_budget_is_not_for_what_was_paid(
        self, app: Services, actor: Actor, job: GenerationJob, key: SlotKey, hands: Hands
    ) -> None:
        hands.runs.call(key)
        hands.die()
        app.budgets.set_limit(actor, 0)

        Hands(app).make_all()

        assert app.generation.get(actor, job.id).status is JobStatus.SUCCEEDED

    def test_for_a_parked_model_or_a_pause_neither(
        self, app: Services, actor: Actor, job: GenerationJob, key: SlotKey, hands: Hands
    ) -> None:
        hands.runs.call(key)
        hands.die()
        others = Hands(app)
        app.job_control.pause(actor, job.id)
        app.job_control.pause_all(actor)
        with app.parts.database.begin() as work:
            work.model_states.park("fake", work.now(), until=None, code="quota", reason="None.")

        others.make_all()

        assert app.generation.get(actor, job.id).status is JobStatus.SUCCEEDED


def test_an_edited_prompt_is_not_for_what_was_asked_with_another(
    app: Services, actor: Actor, job: GenerationJob, key: SlotKey, hands: Hands
) -> None:
    call_id = lost(app, hands, key)
    hands.runs.endings.adopt(app.parts.spool.id, [call_id])

    assert app.job_control.edit_prompt(actor, job.id, "A pink elephant.") == 0

    hands.make_all()
    [slot] = app.generation.get(actor, job.id).slots
    assert app.assets.get(actor, slot.asset_id or 0).prompt == job.prompt


def test_a_lowered_budget_lets_nothing_begin_that_it_has_no_room_for(
    app: Services, actor: Actor, hands: Hands
) -> None:
    submitted(app, actor, chair_with_photo(app, actor), variants=2)
    app.budgets.set_limit(actor, PRICE)

    hands.make_all()

    assert app.budgets.get(actor).spent_micros == 39_000
