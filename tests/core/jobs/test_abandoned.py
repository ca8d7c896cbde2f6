"""Slots whose engine gave up, and workers of which it is not sure that they are dead."""

import os
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from core.bootstrap import Services, worker_on
from core.domain.accounts import Actor
from core.domain.generation import GenerationJob, SlotStatus
from core.jobs.lease import executor_id
from core.jobs.settings import BEAT_EVERY_S
from db.tables import GenerationSlotRow
from tests.fakes.image_model import FakeImageModel
from tests.support.generation import chair_with_photo, settings_for, with_model
from tests.support.postgres import is_available

pytestmark = pytest.mark.slow

SHARED_DATABASES = (
    [pytest.param("postgresql", marks=pytest.mark.postgresql)] if is_available() else []
)


@pytest.fixture
def app(services: Services) -> Services:
    return with_model(services, FakeImageModel())


@pytest.fixture
def working(app: Services) -> Iterator[Services]:
    worker = worker_on(app)
    worker.start()
    yield app
    worker.stop(timeout_s=5)


def submitted(app: Services, actor: Actor) -> GenerationJob:
    chair = chair_with_photo(app, actor)
    plan = app.generation.plan(actor, chair.id, settings_for(chair, variants=1))
    return app.generation.submit(actor, plan)


def final(app: Services, actor: Actor, job_id: int) -> GenerationJob:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        job = app.generation.get(actor, job_id)
        if job.status.is_final:
            return job
        time.sleep(0.1)
    raise AssertionError(job)


class TestSweep:
    def test_closes_a_slot_that_no_engine_works_on(self, working: Services, actor: Actor) -> None:
        job = submitted(working, actor)
        job = final(working, actor, job.id)
        with working.parts.database.begin() as work:
            # As if the note of its failure had been lost with the database.
            work.generation_jobs._session.execute(
                update(GenerationSlotRow)
                .where(GenerationSlotRow.id == job.slots[0].id)
                .values(status=SlotStatus.RUNNING, attempt=7)
            )
            work.generation_jobs.settle(actor.workspace_id, job.id, datetime.now(UTC))

        swept = final(working, actor, job.id)

        assert swept.slots[0].failure_code == "interrupted"
        assert swept.slots[0].failure
        assert "retry" in swept.slots[0].failure

    def test_leaves_what_waits_in_the_queue(self, app: Services, actor: Actor) -> None:
        busy = FakeImageModel(delay_s=BEAT_EVERY_S + 3)
        slow = with_model(app, busy)
        chair = chair_with_photo(slow, actor)
        plan = slow.generation.plan(actor, chair.id, settings_for(chair, variants=1))
        job = slow.generation.submit(actor, plan)
        worker = worker_on(slow)
        worker.start()

        try:
            job = final(slow, actor, job.id)
        finally:
            worker.stop(timeout_s=5)

        assert job.slots[0].status is SlotStatus.SUCCEEDED


class TestAWorkerElsewhere:
    @pytest.mark.parametrize("database_kind", SHARED_DATABASES, indirect=True)
    def test_is_not_taken_for_dead_as_soon_as_its_lock_is_free(self, app: Services) -> None:
        beat(app, host="another-machine", ago=timedelta(seconds=2))
        worker = worker_on(app)

        assert not worker._may_take(0)
        assert not worker._may_take(0)

    def test_is_dead_when_it_was_silent_for_minutes(self, app: Services) -> None:
        beat(app, host="another-machine", ago=timedelta(hours=1))

        assert worker_on(app)._may_take(0)

    def test_on_this_machine_is_dead_when_its_process_is(self, app: Services) -> None:
        beat(app, host=socket.gethostname()[:120], ago=timedelta(), process_id=2**22 - 3)

        assert worker_on(app)._may_take(0)


def beat(app: Services, *, host: str, ago: timedelta, process_id: int | None = None) -> None:
    now = datetime.now(UTC) - ago
    with app.parts.database.begin() as work:
        work.workers.beat(
            executor_id(0),
            host=host,
            process_id=process_id or os.getpid(),
            started_at=now,
            now=now,
        )
