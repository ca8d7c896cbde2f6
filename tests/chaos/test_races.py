"""Somebody cancels, retries or submits at the very moment at which something else happens."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from core.bootstrap import Services, services_on, worker_on
from core.domain.accounts import Actor
from core.domain.generation import GenerationRequest
from core.domain.jobs import CallState, GenerationJob, JobStatus
from core.domain.plans import Plan
from core.errors import EpoxError, InvalidInputError, UnknownOutcomeError
from core.image_models.registry import ImageModels
from tests.fakes.image_model import FakeImageModel
from tests.support.generation import chair_with_photo, settings_for
from tests.support.invariants import rows
from tests.support.shop import wait_until

pytestmark = pytest.mark.slow

ROUNDS = 80
SEED = 20_263


@pytest.fixture
def model() -> FakeImageModel:
    return FakeImageModel(delay_s=0.02)


@pytest.fixture
def app(services: Services, model: FakeImageModel) -> Services:
    return services_on(replace(services.parts, models=ImageModels([model])))


@pytest.fixture
def plan(app: Services, actor: Actor) -> Callable[[], Plan]:
    """Give the test a way to plan two pictures of a chair, with a key of its own each time."""
    chair = chair_with_photo(app, actor)
    return lambda: app.generation.plan(actor, [chair.id], settings_for(chair))


@pytest.fixture
def _worker(app: Services) -> Iterator[None]:
    worker = worker_on(app)
    worker.start()
    yield
    worker.stop()


def finished(app: Services, actor: Actor, job_id: int) -> GenerationJob:
    wait_until(lambda: app.generation.get(actor, job_id).status.is_final)
    return app.generation.get(actor, job_id)


def at_once(count: int, act: Callable[[], object]) -> list[object]:
    """Do it so often at the same moment; return what each got, or its error."""
    together = threading.Barrier(count)

    def one(_: int) -> object:
        together.wait(timeout=60)
        try:
            return act()
        except EpoxError as error:
            return error

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@pytest.mark.usefixtures("_worker")
def test_a_cancel_at_any_moment_keeps_what_was_paid_and_pays_for_nothing_more(
    app: Services, actor: Actor, plan: Callable[[], Plan]
) -> None:
    dice = random.Random(SEED)  # noqa: S311 - to be replayed
    ends: set[JobStatus] = set()

    for _ in range(ROUNDS):
        [job_id] = app.generation.submit(actor, plan())
        time.sleep(dice.uniform(0, 0.4))
        app.job_control.cancel(actor, job_id)
        job = finished(app, actor, job_id)
        made = {slot.id for slot in job.slots if slot.asset_id}
        assert {call.slot_id for call in app.generation.calls(actor, job_id)} == made
        assert all(slot.status == "cancelled" for slot in job.slots if slot.id not in made)
        ends.add(job.status)

    assert {JobStatus.CANCELLED, JobStatus.SUCCEEDED} <= ends | {job.status}
    assert app.integrity.check() == ()


def test_fifty_equal_submits_at_once_are_one_job(
    app: Services, actor: Actor, plan: Callable[[], Plan]
) -> None:
    for _ in range(3):
        planned = plan()

        answers = at_once(50, lambda planned=planned: app.generation.submit(actor, planned))  # type: ignore[misc] # mypy sees no default

        assert len(set(answers)) == 1
    assert len(rows(app, "SELECT id FROM generation_jobs")) == 3
    assert len(rows(app, "SELECT id FROM generation_slots")) == 6


def test_a_key_that_was_used_for_something_else_is_refused(
    app: Services, actor: Actor, plan: Callable[[], Plan]
) -> None:
    planned = plan()
    app.generation.submit(actor, planned)
    [item] = planned.items
    changed = replace(item, count=1, settings=replace(item.settings, variants=1))

    with pytest.raises(InvalidInputError):
        app.generation.submit(actor, replace(planned, items=(changed,)))


@pytest.mark.usefixtures("_worker")
def test_a_retry_that_is_clicked_many_times_pays_once(
    app: Services, actor: Actor, plan: Callable[[], Plan], model: FakeImageModel
) -> None:
    def lost(request: GenerationRequest) -> None:
        raise UnknownOutcomeError(f"lost {request.variant}")

    model.answers += [lost, lost]  # type: ignore[list-item] # they raise
    [job_id] = app.generation.submit(actor, plan())
    assert finished(app, actor, job_id).status is JobStatus.FAILED

    at_once(8, lambda: app.job_control.retry(actor, job_id, accept_unknown=True))

    assert finished(app, actor, job_id).status is JobStatus.SUCCEEDED
    states = [call.state for call in app.generation.calls(actor, job_id)]
    assert sorted(states) == [CallState.OK] * 2 + [CallState.UNKNOWN] * 2
    assert len(model.requests) == 4
    assert app.integrity.check() == ()
