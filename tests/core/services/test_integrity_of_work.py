"""Whatever people and workers do, in whatever order: nothing is ever found."""

from datetime import UTC, datetime, timedelta

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.upkeep import Finding
from core.errors import (
    ModelAuthError,
    NoImageError,
    RateLimitedError,
    RefusedError,
    TransientModelError,
    UnknownOutcomeError,
)
from tests.fakes.image_model import Answer, FakeImageModel, picture
from tests.support.generation import chair_with_photo, submitted, with_model
from tests.support.hands import Hands

FAILURES: list[Exception] = [
    RefusedError("no"),
    NoImageError("none"),
    TransientModelError("503"),
    RateLimitedError("429", retry_after_s=1),
    UnknownOutcomeError("lost"),
    ModelAuthError("key"),
]


@pytest.fixture
def model() -> FakeImageModel:
    return FakeImageModel()


@pytest.fixture
def app(services: Services, model: FakeImageModel) -> Services:
    return with_model(services, model)


def found(app: Services) -> tuple[Finding, ...]:
    return app.integrity.check(grace=timedelta(0))


def test_pictures_that_succeed(app: Services, actor: Actor) -> None:
    submitted(app, actor, chair_with_photo(app, actor), variants=3)

    assert Hands(app).make_all() == 3
    assert found(app) == ()


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
def test_pictures_that_fail_and_are_retried(
    app: Services, actor: Actor, model: FakeImageModel, failure: Exception
) -> None:
    answers: list[Answer | Exception] = [failure, picture, failure]
    model.answers = answers
    job = submitted(app, actor, chair_with_photo(app, actor), variants=2)
    hands = Hands(app)
    hands.make_all()
    after_failure = found(app)
    app.model_states.resume(actor, "fake")
    app.job_control.retry(actor, job.id, accept_unknown=True)
    after_retry = found(app)
    hands.make_all()

    assert (after_failure, after_retry, found(app)) == ((), (), ())


def test_workers_that_die_and_people_who_change_their_minds(app: Services, actor: Actor) -> None:
    chair = chair_with_photo(app, actor)
    first, second, third = (submitted(app, actor, chair, variants=2) for _ in range(3))
    dying, living = Hands(app), Hands(app)
    dying.claim()
    dying.die()
    after_death = found(app)
    app.job_control.pause(actor, second.id)
    app.job_control.edit_prompt(actor, second.id, "another light")
    app.job_control.move_to_front(actor, third.id)
    app.job_control.run_later(actor, third.id, datetime.now(UTC) + timedelta(hours=1))
    living.claim()
    app.job_control.cancel(actor, first.id)
    after_cancel = found(app)
    app.job_control.resume(actor, second.id)
    app.job_control.run_later(actor, third.id, None)
    living.make_all()
    app.job_control.retry(actor, first.id)
    living.make_all()

    assert (after_death, after_cancel, found(app)) == ((), (), ())
