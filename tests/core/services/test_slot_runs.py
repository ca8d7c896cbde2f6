"""The steps of a slot, each called as the engine calls it, crashes and repeats included."""

import io
import random
from dataclasses import replace

import pytest
from PIL import Image

from core.bootstrap import Services, slot_runs_on
from core.domain.accounts import Actor
from core.domain.generation import GeneratedImage, GenerationJob, GenerationSlot, SlotStatus
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
from core.services.slot_endings import SlotKey
from core.services.slot_runs import MAX_CRASHES, SlotRunService
from tests.fakes.image_model import FakeImageModel
from tests.support.generation import chair_with_photo, settings_for, with_model


@pytest.fixture
def model() -> FakeImageModel:
    return FakeImageModel()


@pytest.fixture
def app(services: Services, model: FakeImageModel) -> Services:
    return with_model(services, model)


@pytest.fixture
def runs(app: Services) -> SlotRunService:
    return slot_runs_on(app)


@pytest.fixture
def job(app: Services, actor: Actor) -> GenerationJob:
    chair = chair_with_photo(app, actor)
    plan = app.generation.plan(actor, chair.id, settings_for(chair, variants=1))
    return app.generation.submit(actor, plan)


@pytest.fixture
def key(job: GenerationJob, actor: Actor) -> SlotKey:
    return SlotKey(actor.workspace_id, job.slots[0].id, 0)


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
        assert runs.begin(key)
        assert runs.begin(key)
        call_id = runs.call(key)
        assert runs.call(key) == call_id
        assert call_id is not None

        assert runs.keep(key, call_id)
        assert runs.keep(key, call_id)

        assert len(model.requests) == 1
        assert slot_of(app, actor, job).status is SlotStatus.SUCCEEDED
        assert app.assets.search(actor).total == 1

    def test_never_pay_again_for_an_answer_that_was_lost(
        self, app: Services, actor: Actor, runs: SlotRunService, job: GenerationJob, key: SlotKey
    ) -> None:
        runs.begin(key)
        call_id = runs.call(key)
        app.parts.spool.discard(call_id or "")

        again = runs.call(key)

        assert again is None
        slot = slot_of(app, actor, job)
        assert (slot.status, slot.failure_code) == (SlotStatus.FAILED, UnknownOutcomeError.code)
        assert app.generation.get(actor, job.id).cost_micros == 40_000

    def test_stop_after_three_crashes(
        self, services: Services, actor: Actor, key: SlotKey, job: GenerationJob
    ) -> None:
        free = with_model(services, FakeImageModel(price_micros=0))
        runs = slot_runs_on(free)
        runs.begin(key)

        for _ in range(MAX_CRASHES):
            call_id = runs.call(key)
            assert call_id is not None
            free.parts.spool.discard(call_id)
        assert runs.call(key) is None

        slot = slot_of(free, actor, job)
        assert (slot.status, slot.failure_code) == (SlotStatus.FAILED, "crashed")


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
        runs.begin(key)

        assert runs.call(key) is None

        assert slot_of(app, actor, job).failure == RefusedError.user_message
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
        runs.begin(key)

        assert runs.call(key) is None

        slot = slot_of(app, actor, job)
        assert (slot.status, slot.stage) == (SlotStatus.QUEUED, "Waiting: the model did not answer")
        assert not runs.begin(key)
        assert runs.begin(replace(key, attempt=1))

    def test_spends_nothing_while_the_disk_is_full(
        self, services: Services, key: SlotKey, model: FakeImageModel
    ) -> None:
        class FullSpool:
            def check(self) -> None:
                raise StorageFullError("no space left")

        parts = replace(services.parts, spool=FullSpool())  # type: ignore[arg-type] # it is full
        runs = slot_runs_on(with_model(replace(services, parts=parts), model))
        runs.begin(key)

        with pytest.raises(StorageFullError):
            runs.call(key)

        assert model.requests == []

    def test_cancelled_slots_are_not_begun(
        self, app: Services, actor: Actor, runs: SlotRunService, job: GenerationJob, key: SlotKey
    ) -> None:
        app.generation.cancel(actor, job.id)

        assert not runs.begin(key)
        assert runs.call(key) is None


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
        runs.begin(key)

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
        runs.begin(key)
        call_id = runs.call(key)

        assert not runs.keep(key, call_id or "")

        slot = slot_of(app, actor, job)
        assert (slot.failure_code, slot.asset_id) == (NoImageError.code, None)
        assert app.generation.get(actor, job.id).cost_micros == 39_000

    def test_keeps_the_answer_when_the_store_fails_and_pays_nothing_at_the_retry(
        self,
        app: Services,
        actor: Actor,
        runs: SlotRunService,
        job: GenerationJob,
        key: SlotKey,
        model: FakeImageModel,
    ) -> None:
        runs.begin(key)
        assert runs.call(key) is not None
        failed = StorageError("unreachable")
        runs.endings.give_up(key, code="storage", sentence=failed.user_message)

        app.generation.retry(actor, job.id)
        second = replace(key, attempt=1)
        runs.begin(second)
        call_id = runs.call(second)

        assert runs.keep(second, call_id or "")
        assert len(model.requests) == 1
        assert slot_of(app, actor, job).status is SlotStatus.SUCCEEDED


def test_pictures_of_one_job_differ(actor: Actor, app: Services) -> None:
    chair = chair_with_photo(app, actor)
    plan = app.generation.plan(actor, chair.id, settings_for(chair, variants=2))
    job = app.generation.submit(actor, plan)
    runs = slot_runs_on(app)

    for slot in job.slots:
        key = SlotKey(actor.workspace_id, slot.id, 0)
        runs.begin(key)
        runs.keep(key, runs.call(key) or "")

    shown = app.assets.search(actor).items
    assert len({asset.ref.sha256 for asset in shown}) == 2
