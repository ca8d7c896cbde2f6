"""A workspace knows what it has in the queue, and whose jobs it may ask for."""

from datetime import timedelta

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.workspace_queues import Holds, Person, WorkspaceQueue
from tests.fakes.image_model import FakeImageModel
from tests.support.generation import chair_with_photo, submitted, with_model
from tests.support.hands import Hands
from tests.support.people import colleague_of

NOTHING = WorkspaceQueue(is_paused=False, active_jobs=0, running=0, queued=0, held=0)


class TestGet:
    def test_counts_jobs_and_pictures_that_are_not_over(
        self, services: Services, actor: Actor
    ) -> None:
        painting = with_model(services, FakeImageModel())
        chair = chair_with_photo(painting, actor)
        submitted(painting, actor, chair, variants=1)
        hands = Hands(painting)
        hands.make()
        submitted(painting, actor, chair, variants=3)
        hands.claim()
        held = submitted(painting, actor, chair, variants=4)
        painting.job_control.pause(actor, held.id)
        gone = submitted(painting, actor, chair)
        painting.job_control.cancel(actor, gone.id)

        queue = painting.workspace_queues.get(actor)

        assert queue == WorkspaceQueue(is_paused=False, active_jobs=2, running=1, queued=6, held=4)

    def test_says_whether_the_workspace_is_paused(self, services: Services, actor: Actor) -> None:
        assert services.workspace_queues.get(actor) == NOTHING

        services.job_control.pause_all(actor)

        assert services.workspace_queues.get(actor).is_paused

    def test_knows_nothing_of_another_workspace(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        painting = with_model(services, FakeImageModel())
        submitted(painting, actor, chair_with_photo(painting, actor))
        painting.job_control.pause_all(actor)

        assert painting.workspace_queues.get(other_actor) == NOTHING


class TestHolds:
    def test_are_a_paused_workspace_and_models_that_are_stopped(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        assert services.workspace_queues.holds(actor) == Holds()
        with services.parts.database.begin() as work:
            now = work.now()
            hour = timedelta(hours=1)
            work.model_states.pause("paused", now)
            work.model_states.park("parked", now, until=None, code="auth", reason="A key.")
            work.model_states.park("today", now, until=now + hour, code="quota", reason="Used.")
            work.model_states.park("over", now, until=now - hour, code="quota", reason="Used.")
            work.model_states.rest("resting", now + hour)
        services.job_control.pause_all(actor)

        stopped = frozenset({"paused", "parked", "today"})
        assert services.workspace_queues.holds(actor) == Holds(
            is_paused=True, stopped_models=stopped
        )
        assert services.workspace_queues.holds(other_actor) == Holds(stopped_models=stopped)


class TestPeople:
    def test_names_the_members_of_the_workspace_alone(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        colleague_of(services, actor, "Cleo", "cleo@example.com")

        assert services.workspace_queues.people(actor) == (Person(actor.user_id, "Ann"),)
        assert services.workspace_queues.people(other_actor) == (
            Person(other_actor.user_id, "Ben"),
        )
