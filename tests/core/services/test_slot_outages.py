"""Steps of a slot in which the disk, the store, the database or the worker fails."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.bootstrap import Services, slot_runs_on
from core.domain.accounts import Actor
from core.domain.assets import NewAsset, Origin
from core.domain.generation import GeneratedImage
from core.domain.jobs import GenerationJob, GenerationSlot, SlotStatus
from core.errors import (
    DatabaseUnavailableError,
    InvalidInputError,
    RefusedError,
    StorageError,
    StorageFullError,
    UnknownOutcomeError,
)
from core.services.slot_endings import SlotKey
from core.services.slot_runs import MAX_CRASHES, SlotRunService
from core.storage.base import AssetStorage
from core.storage.spool import Spool
from core.unit_of_work import Database, UnitOfWork
from tests.fakes.image_model import FakeImageModel
from tests.support.generation import chair_with_photo, submitted, with_model
from tests.support.hands import Hands

PRICE = 40_000


class DiskThatFills:
    """A spool on the real one: its disk is full until `is_full` says otherwise."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self.is_full = True
        self.refused = 0

    def check(self) -> None:
        """Pass: the little that is asked for before a call still fits."""

    def save(self, call_id: str, image: GeneratedImage) -> None:
        if self.is_full:
            self.refused += 1
            raise StorageFullError("no space left")
        self._spool.save(call_id, image)

    def __getattr__(self, name: str) -> object:
        """Leave the rest to the real one."""
        return getattr(self._spool, name)


class StoreThatIsAway:
    """A store that cannot be read while `is_away`."""

    def __init__(self, storage: AssetStorage) -> None:
        self._storage = storage
        self.is_away = True

    def get(self, key: str) -> bytes:
        if self.is_away:
            raise StorageError("unreachable")
        return self._storage.get(key)

    def __getattr__(self, name: str) -> object:
        """Leave the rest to the real one."""
        return getattr(self._storage, name)


class DatabaseThatGoesAway:
    """A database whose next `failures` transactions that write fail."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.failures = 0

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        if self.failures:
            self.failures -= 1
            raise DatabaseUnavailableError("gone")
        with self._database.begin() as work:
            yield work

    def __getattr__(self, name: str) -> object:
        """Leave the rest to the real one."""
        return getattr(self._database, name)


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


def spooled(app: Services) -> list[str]:
    """Return what waits in the spool, its probes left out."""
    return [found.key for found in app.parts.spool.store.list() if found.key.endswith(".answer")]


def _asset(data: bytes) -> NewAsset:
    digest = hashlib.sha256(data).hexdigest()
    return NewAsset(
        Origin.GENERATED, digest, len(data), "image/png", 64, 64, "w1/x/original.png", "x"
    )


class TestOutages:
    def test_of_the_store_are_no_crashes(
        self, app: Services, actor: Actor, job: GenerationJob, key: SlotKey
    ) -> None:
        store = StoreThatIsAway(app.parts.storage)
        runs = slot_runs_on(replace(app, parts=replace(app.parts, storage=store)))  # type: ignore[arg-type] # the real one inside
        for _ in range(MAX_CRASHES + 2):
            with pytest.raises(StorageError):
                runs.call(key)

        store.is_away = False

        assert runs.keep(key, runs.call(key) or "")
        assert slot_of(app, actor, job).status is SlotStatus.SUCCEEDED

    def test_of_the_database_do_not_turn_a_refusal_into_a_lost_answer(
        self,
        app: Services,
        actor: Actor,
        job: GenerationJob,
        key: SlotKey,
        model: FakeImageModel,
    ) -> None:
        database = DatabaseThatGoesAway(app.parts.database)
        runs = slot_runs_on(
            replace(app, parts=replace(app.parts, database=database)),  # type: ignore[arg-type] # likewise
            pause=lambda _: None,
        )

        def refuse(_request: object) -> GeneratedImage:
            database.failures = 3
            raise RefusedError("blocked")

        model.answers.append(refuse)
        assert runs.call(key) is None

        assert slot_of(app, actor, job).failure_code == RefusedError.code
        assert app.generation.get(actor, job.id).cost_micros == 0


class TestAFullDisk:
    def test_loses_no_picture_that_was_paid(
        self, app: Services, actor: Actor, job: GenerationJob, key: SlotKey, model: FakeImageModel
    ) -> None:
        spool = DiskThatFills(app.parts.spool)

        def make_room(_seconds: float) -> None:
            spool.is_full = spool.refused < 4

        runs = slot_runs_on(
            replace(app, parts=replace(app.parts, spool=spool)),  # type: ignore[arg-type] # the real one inside
            pause=make_room,
        )

        assert runs.keep(key, runs.call(key) or "")

        assert spool.refused == 4
        assert len(model.requests) == 1
        assert slot_of(app, actor, job).status is SlotStatus.SUCCEEDED

    def test_that_nobody_empties_is_told_as_money_that_may_be_gone(
        self, app: Services, actor: Actor, job: GenerationJob, key: SlotKey, model: FakeImageModel
    ) -> None:
        spool = DiskThatFills(app.parts.spool)
        runs = slot_runs_on(
            replace(app, parts=replace(app.parts, spool=spool)),  # type: ignore[arg-type] # likewise
            pause=lambda _: None,
        )
        with pytest.raises(StorageFullError):
            runs.call(key)

        assert runs.call(key) is None

        assert slot_of(app, actor, job).failure_code == UnknownOutcomeError.code
        assert app.generation.get(actor, job.id).cost_micros == PRICE
        assert len(model.requests) == 1


class TestMoney:
    def test_an_open_call_of_a_dead_worker_counts_as_perhaps_paid(
        self, app: Services, actor: Actor, job: GenerationJob, key: SlotKey, hands: Hands
    ) -> None:
        app.parts.spool.discard(hands.runs.call(key) or "")
        hands.die()

        Hands(app).make()

        assert slot_of(app, actor, job).failure_code == UnknownOutcomeError.code
        assert app.generation.get(actor, job.id).cost_micros == PRICE
        with pytest.raises(InvalidInputError):
            app.job_control.retry(actor, job.id)

    def test_a_paid_answer_that_waits_in_the_spool_is_shown_as_spent(
        self, app: Services, actor: Actor, job: GenerationJob, key: SlotKey, hands: Hands
    ) -> None:
        runs = hands.runs
        runs.call(key)
        runs.endings.give_up(key, code="storage", sentence="The file store is away.")

        assert app.generation.get(actor, job.id).cost_micros == PRICE

        app.job_control.retry(actor, job.id)
        second = hands.claim()
        assert runs.keep(second, runs.call(second) or "")
        assert app.generation.get(actor, job.id).cost_micros == 39_000


class TestTheUnexpected:
    def test_after_a_paid_call_without_an_answer_asks_a_person(
        self, app: Services, actor: Actor, job: GenerationJob, hands: Hands, model: FakeImageModel
    ) -> None:
        model.answers.append(ZeroDivisionError())

        hands.make()

        assert slot_of(app, actor, job).failure_code == UnknownOutcomeError.code
        assert app.generation.get(actor, job.id).cost_micros == PRICE

    def test_before_any_call_names_the_error_of_the_log(
        self,
        app: Services,
        actor: Actor,
        job: GenerationJob,
        hands: Hands,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def fail(_todo: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(hands.runs._references, "request_for", fail)

        hands.make()

        slot = slot_of(app, actor, job)
        assert slot.failure_code == "error"
        assert slot.failure is not None
        assert "The log says more" in slot.failure


class TestKeep:
    def test_leaves_the_answer_of_a_cancelled_slot_for_its_retry(
        self,
        app: Services,
        actor: Actor,
        job: GenerationJob,
        key: SlotKey,
        hands: Hands,
        model: FakeImageModel,
    ) -> None:
        runs = hands.runs
        call_id = runs.call(key) or ""
        with app.parts.database.begin() as work:
            todo = work.generation_slots.find_work(*key.parts)
            now = datetime.now(UTC)
            work.generation_slots.fail(*key.parts, now, code="error", sentence="Somebody stopped.")
        image = app.parts.spool.find(call_id)
        assert todo is not None
        assert image is not None

        assert not runs.endings.publish(todo, call_id, image, _asset(image.data))

        assert app.assets.search(actor).total == 0
        app.job_control.retry(actor, job.id)
        second = hands.claim()
        assert runs.keep(second, runs.call(second) or "")
        assert len(model.requests) == 1

    def test_says_so_when_the_spool_lost_the_answer(
        self, app: Services, actor: Actor, job: GenerationJob, key: SlotKey, runs: SlotRunService
    ) -> None:
        call_id = runs.call(key) or ""
        app.parts.spool.discard(call_id)

        assert not runs.keep(key, call_id)

        slot = slot_of(app, actor, job)
        assert (slot.status, slot.failure_code) == (SlotStatus.FAILED, UnknownOutcomeError.code)
        assert app.generation.get(actor, job.id).cost_micros == PRICE

    def test_makes_a_free_picture_again_when_the_spool_lost_it(
        self, services: Services, actor: Actor, job: GenerationJob, key: SlotKey
    ) -> None:
        free = with_model(services, FakeImageModel(price_micros=0))
        runs = slot_runs_on(free)
        call_id = runs.call(key) or ""
        free.parts.spool.discard(call_id)

        runs.keep(key, call_id)

        assert slot_of(free, actor, job).status is SlotStatus.QUEUED

    def test_leaves_nothing_in_the_spool_when_it_is_killed_after_the_picture_is_kept(
        self, app: Services, actor: Actor, key: SlotKey, runs: SlotRunService, job: GenerationJob
    ) -> None:
        call_id = runs.call(key) or ""
        image = app.parts.spool.find(call_id)
        assert image is not None
        runs.keep(key, call_id)
        app.parts.spool.save(call_id, image)  # as if the kill had come before it was discarded

        assert runs.keep(key, call_id)

        assert spooled(app) == []
        assert slot_of(app, actor, job).status is SlotStatus.SUCCEEDED
