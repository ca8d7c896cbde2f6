"""The steps of a slot, each called as the engine calls it, crashes and repeats included."""

import io
import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PIL import Image

from core.bootstrap import Services, slot_runs_on
from core.domain.accounts import Actor
from core.domain.generation import GeneratedImage, GenerationRequest
from core.domain.jobs import GenerationJob, GenerationSlot, SlotStatus
from core.errors import (
    Charge,
    NoImageError,
    RefusedError,
    StorageError,
    StorageFullError,
    TransientModelError,
    UnknownOutcomeError,
)
from core.imaging.base import MAX_UPLOAD_BYTES
from core.jobs.slot_loop import run_slot
from core.services.slot_claims import Nothing
from core.services.slot_endings import SlotKey
from core.services.slot_runs import MAX_CRASHES, SlotRunService
from tests.fakes.image_model import FakeImageModel, picture
from tests.support.generation import chair_with_photo, submitted, with_model
from tests.support.hands import Hands

ESTIMATE = 40_000


@pytest.fixture
def model() -> FakeImageModel:
    return FakeImageModel()


@pytest.fixture
def app(services: Services, model: FakeImageModel) -> Services:
    return with_model(services, model)


@pytest.fixture
def hands(app: Services) -> Hands:
    return Hands(app)


@pytest.fixture
def runs(hands: Hands) -> SlotRunService:
    return hands.runs


@pytest.fixture
def job(app: Services, actor: Actor) -> GenerationJob:
    return submitted(app, actor, chair_with_photo(app, actor), variants=1)


@pytest.fixture
def key(job: GenerationJob, hands: Hands) -> SlotKey:
    del job  # only so that it is there
    return hands.claim()


def slot_of(app: Services, actor: Actor, job: GenerationJob) -> GenerationSlot:
    [slot] = app.generation.get(actor, job.id).slots
    return slot


class TestRepeats:
    def test_find_what_the_first_run_did(
        self,
        app: Services,
        actor: Actor,
        runs: SlotRunService,
        job: GenerationJob,
        key: SlotKey,
        model: FakeImageModel,
    ) -> None:
        call_id = runs.call(key)
        assert runs.call(key) == call_id
        assert call_id is not None

        assert runs.keep(key, call_id)
        assert runs.keep(key, call_id)

        assert len(model.requests) == 1
        assert slot_of(app, actor, job).status is SlotStatus.SUCCEEDED
        assert app.assets.search(actor).total == 1

    def test_by_the_next_worker_use_the_answer_that_the_dead_one_spooled(
        self, app: Services, actor: Actor, hands: Hands, key: SlotKey, model: FakeImageModel
    ) -> None:
        hands.runs.call(key)
        next_hands = Hands(app)
        hands.die()

        next_hands.make()

        assert len(model.requests) == 1
        assert app.assets.search(actor).total == 1

    def test_never_pay_again_for_an_answer_that_was_lost(
        self, app: Services, actor: Actor, hands: Hands, job: GenerationJob, key: SlotKey
    ) -> None:
        call_id = hands.runs.call(key)
        app.parts.spool.discard(call_id or "")

        assert hands.runs.call(key) is None

        slot = slot_of(app, actor, job)
        assert (slot.status, slot.failure_code) == (SlotStatus.FAILED, UnknownOutcomeError.code)
        assert app.generation.get(actor, job.id).cost_micros == ESTIMATE

    def test_stop_after_three_crashes(
        self, services: Services, actor: Actor, key: SlotKey, job: GenerationJob, hands: Hands
    ) -> None:
        del key  # claimed by the first that dies
        free = with_model(services, FakeImageModel(price_micros=0))
        for _ in range(MAX_CRASHES - 1):
            hands.die()
            hands = Hands(free)
            assert hands.claim().attempt <= MAX_CRASHES
        hands.die()

        Hands(free).make()

        slot = slot_of(free, actor, job)
        assert (slot.status, slot.failure_code) == (SlotStatus.FAILED, "crashed")

    def test_stop_after_three_crashes_at_the_answer_and_keep_it(
        self, app: Services, actor: Actor, key: SlotKey, job: GenerationJob, hands: Hands
    ) -> None:
        hands.runs.call(key)
        with app.parts.database.begin() as work:
            work.generation_slots.note_spooled(*key.parts, app.parts.spool.id)
        for _ in range(MAX_CRASHES):
            hands.die()
            hands = Hands(app)
            key = hands.claim()

        assert not hands.runs.keep(key, hands.runs.call(key) or "")
        stopped = slot_of(app, actor, job)
        app.job_control.retry(actor, job.id)
        hands.make()

        assert stopped.failure_code == "crashed"
        assert slot_of(app, actor, job).status is SlotStatus.SUCCEEDED
        assert app.generation.get(actor, job.id).cost_micros == 39_000


class TestDeadWorker:
    def test_that_comes_back_writes_nothing_and_its_answer_is_used_for_free(
        self, app: Services, actor: Actor, hands: Hands, job: GenerationJob, model: FakeImageModel
    ) -> None:
        key = hands.claim()
        others = Hands(app)

        def late(request: GenerationRequest) -> GeneratedImage:
            hands.die()  # it was frozen for longer than its lease
            others.make()
            return picture(request)

        model.answers.append(late)
        run_slot(hands.runs, key)
        lost = slot_of(app, actor, job)
        others.runs.endings.adopt(app.parts.spool.id, app.parts.spool.older_than(-1))
        others.make()

        assert (lost.status, lost.failure_code) == (SlotStatus.FAILED, UnknownOutcomeError.code)
        assert slot_of(app, actor, job).status is SlotStatus.SUCCEEDED
        assert len(model.requests) == 1
        assert app.generation.get(actor, job.id).cost_micros == 39_000
        assert app.assets.search(actor).total == 1

    def test_leaves_spooled_answers_to_those_who_can_read_them(
        self, app: Services, hands: Hands, key: SlotKey
    ) -> None:
        with app.parts.database.begin() as work:
            work.generation_slots.note_spooled(*key.parts, app.parts.spool.id)
        elsewhere = Hands(app, spool_id="another machine's")
        hands.die()

        assert isinstance(elsewhere.look(), Nothing)
        assert isinstance(Hands(app).look(), SlotKey)


class TestCall:
    def test_books_what_a_refusal_cost(
        self,
        app: Services,
        actor: Actor,
        runs: SlotRunService,
        job: GenerationJob,
        key: SlotKey,
        model: FakeImageModel,
    ) -> None:
        refused = RefusedError("blocked")
        refused.charge = Charge(1_700, 1_120, 0, 0, "fake-1", "r-1")
        model.answers.append(refused)

        assert runs.call(key) is None

        failure = slot_of(app, actor, job).failure or ""
        assert failure.startswith(RefusedError.user_message)
        assert "$0.0017" in failure
        assert app.generation.get(actor, job.id).cost_micros == 1_700

    def test_waits_before_it_asks_a_silent_model_again(
        self,
        app: Services,
        actor: Actor,
        runs: SlotRunService,
        job: GenerationJob,
        key: SlotKey,
        model: FakeImageModel,
    ) -> None:
        model.answers.append(TransientModelError("503"))

        assert runs.call(key) is None

        slot = slot_of(app, actor, job)
        assert (slot.status, slot.stage) == (SlotStatus.QUEUED, "Waiting: the model did not answer")
        assert slot.run_at > datetime.now(UTC)

    def test_spends_nothing_while_the_disk_is_full(
        self, services: Services, key: SlotKey, model: FakeImageModel
    ) -> None:
        class FullSpool:
            def check(self) -> None:
                raise StorageFullError("no space left")

        parts = replace(services.parts, spool=FullSpool())  # type: ignore[arg-type] # it is full
        runs = slot_runs_on(with_model(replace(services, parts=parts), model))

        with pytest.raises(StorageFullError):
            runs.call(key)

        assert model.requests == []

    def test_cancelled_slots_are_not_begun(
        self, app: Services, actor: Actor, hands: Hands, job: GenerationJob
    ) -> None:
        app.job_control.cancel(actor, job.id)

        assert isinstance(hands.look(), Nothing)


class TestKeep:
    @pytest.mark.slow
    def test_keeps_a_picture_that_is_larger_than_an_upload_may_be(
        self, app: Services, actor: Actor, runs: SlotRunService, key: SlotKey, model: FakeImageModel
    ) -> None:
        side = 2_800
        file = io.BytesIO()
        noise = Image.frombytes("RGB", (side, side), random.Random(1).randbytes(3 * side * side))  # noqa: S311 - noise does not compress
        noise.save(file, "PNG", compress_level=0)
        model.answers.append(lambda _: GeneratedImage(file.getvalue(), "image/png", "fake-1", 1))

        assert runs.keep(key, runs.call(key) or "")

        [made] = app.assets.search(actor).items
        assert app.assets.get(actor, made.ref.id).size_bytes > MAX_UPLOAD_BYTES

    def test_stores_no_picture_that_is_none(
        self,
        app: Services,
        actor: Actor,
        runs: SlotRunService,
        job: GenerationJob,
        key: SlotKey,
        model: FakeImageModel,
    ) -> None:
        model.answers.append(lambda _: GeneratedImage(b"<html>", "image/png", "fake-1", 39_000))
        call_id = runs.call(key)

        assert not runs.keep(key, call_id or "")

        slot = slot_of(app, actor, job)
        assert (slot.failure_code, slot.asset_id) == (NoImageError.code, None)
        assert app.generation.get(actor, job.id).cost_micros == 39_000

    def test_keeps_the_answer_when_the_store_fails_and_pays_nothing_at_the_retry(
        self, app: Services, actor: Actor, hands: Hands, job: GenerationJob, model: FakeImageModel
    ) -> None:
        key = hands.claim()
        assert hands.runs.call(key) is not None
        failed = StorageError("unreachable")
        hands.runs.endings.give_up(key, code="storage", sentence=failed.user_message)

        app.job_control.retry(actor, job.id)
        hands.make()

        assert len(model.requests) == 1
        assert slot_of(app, actor, job).status is SlotStatus.SUCCEEDED


def test_pictures_of_one_job_differ(app: Services, actor: Actor, hands: Hands) -> None:
    submitted(app, actor, chair_with_photo(app, actor), variants=2)

    assert hands.make_all() == 2

    shown = app.assets.search(actor).items
    assert len({item.ref.sha256 for item in shown}) == 2


def test_the_ledger_says_exactly_what_was_sent(
    app: Services, actor: Actor, hands: Hands, model: FakeImageModel
) -> None:
    chair = chair_with_photo(app, actor)
    job = submitted(app, actor, chair, variants=1)
    hands.make()

    [call] = app.generation.calls(actor, job.id)

    [sent] = model.requests
    assert call.request is not None
    assert call.request["prompt"] == sent.prompt
    assert [row["sha256"] for row in call.request["references"]] == [chair.photos[0].sha256]
