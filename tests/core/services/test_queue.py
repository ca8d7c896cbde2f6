"""The queue as a whole: its length, its wait and its workers, by the database's clock."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.queueing import QueueState
from core.errors import AccessDeniedError
from tests.fakes.image_model import FakeImageModel
from tests.support.generation import with_model
from tests.support.hands import Hands
from tests.support.queueing import park, sign_on
from tests.ui.making import submit


@pytest.fixture
def painting(services: Services) -> Services:
    """Return services whose only image model is a fake one."""
    return with_model(services, FakeImageModel())


class TestState:
    def test_is_empty_at_first(self, services: Services) -> None:
        assert services.queue.state() == QueueState(0, 0, 0, ())

    def test_counts_what_waits_and_what_is_made(self, painting: Services, actor: Actor) -> None:
        submit(painting, actor, variants=3)
        hands = Hands(painting)
        sign_on(painting, "idle")

        hands.claim()

        state = painting.queue.state()
        assert (state.depth, state.running) == (2, 1)
        held = {worker.id: (worker.threads, worker.running) for worker in state.workers}
        assert held == {hands.card.id: (4, 1), "idle": (4, 0)}
        assert all(worker.is_alive for worker in state.workers)

    def test_says_how_long_the_first_has_waited(self, painting: Services, actor: Actor) -> None:
        submit(painting, actor)

        with painting.parts.database.read() as work:
            in_an_hour = work.queue_state.read(work.now() + timedelta(hours=1))

        assert painting.queue.state().oldest_wait_s < 3600 <= in_an_hour.oldest_wait_s

    def test_waits_for_nothing_that_is_for_later(self, painting: Services, actor: Actor) -> None:
        job = submit(painting, actor)
        painting.job_control.run_later(actor, job.id, job.created_at + timedelta(hours=1))

        state = painting.queue.state()

        assert (state.depth, state.oldest_wait_s) == (2, 0)

    def test_counts_no_wait_that_somebody_wanted(self, painting: Services, actor: Actor) -> None:
        job = submit(painting, actor)

        painting.job_control.pause(actor, job.id)
        assert painting.queue.state().oldest_wait_s == 0
        painting.job_control.resume(actor, job.id)
        painting.job_control.pause_all(actor)
        assert painting.queue.state().oldest_wait_s == 0
        painting.job_control.resume_all(actor)
        painting.model_states.pause(actor, "fake")
        assert painting.queue.state().oldest_wait_s == 0

    def test_counts_the_wait_for_a_stopped_model(self, painting: Services, actor: Actor) -> None:
        submit(painting, actor)

        park(painting, "fake")

        assert painting.queue.state().oldest_wait_s > 0

    def test_tells_the_living_from_the_silent(self, services: Services) -> None:
        sign_on(services, "silent", seen_ago=timedelta(minutes=15))
        sign_on(services, "alive")

        found = {worker.id: worker.is_alive for worker in services.queue.state().workers}

        assert found == {"silent": False, "alive": True}


class TestStateFor:
    def test_is_for_administrators_only(self, services: Services, actor: Actor) -> None:
        assert services.queue.state_for(actor) == services.queue.state()

        with pytest.raises(AccessDeniedError):
            services.queue.state_for(replace(actor, is_admin=False))


class TestHealth:
    def test_says_how_the_workers_are(self, painting: Services, actor: Actor) -> None:
        sign_on(painting, "silent", seen_ago=timedelta(minutes=15))
        sign_on(painting, "alive", seen_ago=timedelta(seconds=10))
        submit(painting, actor, variants=3)

        health = painting.health.check()

        assert (health.worker, health.workers_alive) == ("ok", 1)
        assert health.newest_heartbeat_s is not None
        assert 10 <= health.newest_heartbeat_s < 120
        assert (health.queue_depth, health.running) == (3, 0)
        assert health.oldest_wait_s > 0

    def test_is_ill_with_silent_workers_only(self, services: Services) -> None:
        sign_on(services, "silent", seen_ago=timedelta(minutes=15))

        health = services.health.check()

        assert (health.worker, health.workers_alive) == ("none is running", 0)
        assert health.newest_heartbeat_s is None
        assert not health.is_ok
