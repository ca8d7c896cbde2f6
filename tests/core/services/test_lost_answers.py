"""A picture whose answer was lost: a person pays for it once more, or lets it go."""

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.jobs import LOST, CallState, GenerationJob, JobFilter, JobStatus
from core.domain.queueing import EventKind
from core.errors import BudgetError, InvalidInputError, RefusedError, UnknownOutcomeError
from tests.fakes.image_model import FakeImageModel
from tests.support.generation import chair_with_photo, submitted, with_model
from tests.support.hands import Hands

EACH = 40_000


@pytest.fixture
def model() -> FakeImageModel:
    return FakeImageModel(price_micros=EACH)


@pytest.fixture
def app(services: Services, model: FakeImageModel) -> Services:
    return with_model(services, model)


@pytest.fixture
def hands(app: Services) -> Hands:
    return Hands(app)


@pytest.fixture
def lost(app: Services, actor: Actor, hands: Hands, model: FakeImageModel) -> GenerationJob:
    """Return a job with a lost answer, a refused picture and one that was made."""
    job = submitted(app, actor, chair_with_photo(app, actor), variants=3)
    model.answers = [UnknownOutcomeError("cut off"), RefusedError("SAFETY")]
    hands.make_all()
    return app.generation.get(actor, job.id)


def statuses(app: Services, actor: Actor, job: GenerationJob) -> list[str]:
    return [slot.status.value for slot in app.generation.get(actor, job.id).slots]


def test_lost_answers_are_repeated_without_the_others(
    app: Services, actor: Actor, lost: GenerationJob
) -> None:
    assert app.job_control.repeat_lost(actor, lost.id) == 1

    assert statuses(app, actor, lost) == ["queued", "failed", "succeeded"]
    assert app.budgets.get(actor).reserved_micros == EACH
    assert app.job_control.repeat_lost(actor, lost.id) == 0


def test_lost_answers_are_repeated_only_if_the_budget_has_room(
    app: Services, actor: Actor, lost: GenerationJob
) -> None:
    app.budgets.set_limit(actor, EACH)

    with pytest.raises(BudgetError):
        app.job_control.repeat_lost(actor, lost.id)

    assert statuses(app, actor, lost) == ["failed", "failed", "succeeded"]


def test_lost_answers_can_be_let_go_without_paying(
    app: Services, actor: Actor, lost: GenerationJob
) -> None:
    assert app.job_control.accept_loss(actor, lost.id) == 1

    after = app.generation.get(actor, lost.id)
    slot = after.slots[0]
    assert (slot.status.value, slot.failure_code) == ("failed", LOST)
    assert "You chose not to ask again." in (slot.failure or "")
    assert (after.status, after.cost_micros) == (lost.status, lost.cost_micros)
    assert app.generation.calls(actor, lost.id)[0].state is CallState.UNKNOWN
    event = app.generation.history(actor, lost.id)[-1]
    assert (event.kind, event.slot_id) == (EventKind.FAILED, slot.id)
    assert (event.detail["by"], event.detail["code"]) == (actor.name, LOST)
    undecided = JobFilter(failure_code=UnknownOutcomeError.code)
    assert app.generation.jobs(actor, undecided).items == ()
    assert app.job_control.accept_loss(actor, lost.id) == 0


def test_those_that_were_let_go_are_still_asked_about_before_they_are_repeated(
    app: Services, actor: Actor, lost: GenerationJob, hands: Hands
) -> None:
    app.job_control.accept_loss(actor, lost.id)
    app.job_control.retry(actor, lost.id)
    assert statuses(app, actor, lost) == ["failed", "queued", "succeeded"]
    hands.make_all()

    with pytest.raises(InvalidInputError):
        app.job_control.retry(actor, lost.id)

    assert app.job_control.repeat_lost(actor, lost.id) == 1
    assert hands.make_all() == 1
    assert app.generation.get(actor, lost.id).status is JobStatus.SUCCEEDED
