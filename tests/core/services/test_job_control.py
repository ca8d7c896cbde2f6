"""Steering what is in the queue: what it does to slots, to the budget and to the history."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.generation import GeneratedImage, GenerationRequest
from core.domain.jobs import GenerationJob, JobStatus
from core.domain.products import Product
from core.domain.queueing import EventKind
from core.errors import (
    AccessDeniedError,
    BudgetError,
    ConflictError,
    InvalidInputError,
    NotFoundError,
    RefusedError,
    TransientModelError,
    UnknownOutcomeError,
)
from core.services.slot_claims import Nothing
from tests.fakes.image_model import FakeImageModel, picture
from tests.support.generation import chair_with_photo, submitted, with_model
from tests.support.hands import Hands

EACH = 40_000
OF_TODAY = "a soft evening in the sun"


@pytest.fixture
def model() -> FakeImageModel:
    return FakeImageModel(price_micros=EACH)


@pytest.fixture
def app(services: Services, model: FakeImageModel) -> Services:
    return with_model(services, model)


@pytest.fixture
def chair(app: Services, actor: Actor) -> Product:
    return chair_with_photo(app, actor)


@pytest.fixture
def job(app: Services, actor: Actor, chair: Product) -> GenerationJob:
    return submitted(app, actor, chair, variants=3)


@pytest.fixture
def hands(app: Services) -> Hands:
    return Hands(app)


def statuses(app: Services, actor: Actor, job: GenerationJob) -> list[str]:
    return [slot.status.value for slot in app.generation.get(actor, job.id).slots]


def kinds(app: Services, actor: Actor, job: GenerationJob) -> list[EventKind]:
    return [event.kind for event in app.generation.history(actor, job.id)]


def reserved(app: Services, actor: Actor) -> int:
    return app.budgets.get(actor).reserved_micros


class TestCancel:
    def test_ends_what_waits_and_gives_its_money_back(
        self, app: Services, actor: Actor, job: GenerationJob
    ) -> None:
        app.job_control.cancel(actor, job.id)

        cancelled = app.generation.get(actor, job.id)
        assert cancelled.status is JobStatus.CANCELLED
        assert statuses(app, actor, job) == ["cancelled"] * 3
        assert cancelled.cancelled_at is not None
        assert cancelled.finished_at is not None
        assert reserved(app, actor) == 0
        assert kinds(app, actor, job)[3:] == [EventKind.CANCELLED] * 3

    def test_keeps_the_picture_that_is_being_made(
        self, app: Services, actor: Actor, job: GenerationJob, hands: Hands, model: FakeImageModel
    ) -> None:
        def cancel_meanwhile(request: GenerationRequest) -> GeneratedImage:
            app.job_control.cancel(actor, job.id)
            return picture(request)

        model.answers = [cancel_meanwhile]

        hands.make()

        assert statuses(app, actor, job) == ["succeeded", "cancelled", "cancelled"]
        assert app.generation.get(actor, job.id).status is JobStatus.PARTIAL
        assert app.assets.search(actor).total == 1
        assert isinstance(hands.look(), Nothing)
        assert reserved(app, actor) == 0

    def test_ends_a_claimed_slot_for_which_nobody_asked_yet(
        self, app: Services, actor: Actor, job: GenerationJob, hands: Hands, model: FakeImageModel
    ) -> None:
        key = hands.claim()

        app.job_control.cancel(actor, job.id)

        assert hands.runs.call(key) is None
        assert model.requests == []
        assert statuses(app, actor, job) == ["cancelled"] * 3

    def test_lets_nothing_wait_that_would_have_been_tried_again(
        self, app: Services, actor: Actor, job: GenerationJob, hands: Hands, model: FakeImageModel
    ) -> None:
        def cancel_and_fail(request: GenerationRequest) -> GeneratedImage:
            app.job_control.cancel(actor, job.id)
            raise TransientModelError(f"busy with {request.variant}")

        model.answers = [cancel_and_fail]

        hands.make()

        assert statuses(app, actor, job) == ["cancelled"] * 3
        assert kinds(app, actor, job)[-1] is EventKind.CANCELLED
        assert reserved(app, actor) == 0

    def test_leaves_what_a_dead_worker_asked_for_until_its_outcome_is_known(
        self, app: Services, actor: Actor, job: GenerationJob, hands: Hands, model: FakeImageModel
    ) -> None:
        model.answers = [lambda _: die()]
        with pytest.raises(KeyboardInterrupt):
            hands.make()
        hands.die()

        app.job_control.cancel(actor, job.id)
        assert sorted(statuses(app, actor, job)) == ["cancelled", "cancelled", "queued"]
        Hands(app).make_all()

        assert sorted(statuses(app, actor, job)) == ["cancelled", "cancelled", "failed"]
        assert app.generation.get(actor, job.id).cost_micros == EACH
        assert reserved(app, actor) == 0

    def test_of_a_job_that_is_over_changes_nothing(
        self, app: Services, actor: Actor, job: GenerationJob, hands: Hands
    ) -> None:
        hands.make_all()
        before = app.generation.get(actor, job.id)

        app.job_control.cancel(actor, job.id)

        assert app.generation.get(actor, job.id) == before

    def test_says_how_many_pictures_it_ended(
        self, app: Services, actor: Actor, job: GenerationJob, hands: Hands
    ) -> None:
        hands.make()

        assert app.job_control.cancel(actor, job.id) == 2
        assert app.job_control.cancel(actor, job.id) == 0

    def test_of_all_ends_what_waits_in_every_job_of_the_workspace_only(
        self,
        app: Services,
        actor: Actor,
        other_actor: Actor,
        chair: Product,
        job: GenerationJob,
        hands: Hands,
    ) -> None:
        hands.make()
        second = submitted(app, actor, chair, variants=1)
        others = submitted(app, other_actor, chair_with_photo(app, other_actor), variants=1)

        assert app.job_control.cancel_all(actor) == 3

        assert statuses(app, actor, job) == ["succeeded", "cancelled", "cancelled"]
        assert statuses(app, actor, second) == ["cancelled"]
        assert statuses(app, other_actor, others) == ["queued"]
        assert app.job_control.cancel_all(actor) == 0
        assert reserved(app, actor) == 0

    def test_lets_a_later_settling_queue_nothing(
        self, app: Services, actor: Actor, job: GenerationJob
    ) -> None:
        app.job_control.cancel(actor, job.id)
        with app.parts.database.begin() as work:
            reserve = {job.slots[0].id: EACH}
            work.generation_jobs.requeue(actor.workspace_id, job.id, reserve, work.now())
            work.generation_jobs.cancel(actor.workspace_id, job.id, [], work.now())

            status = work.generation_jobs.settle(actor.workspace_id, job.id, work.now())

        assert status is JobStatus.CANCELLED
        assert reserved(app, actor) == 0


def die() -> GeneratedImage:
    raise KeyboardInterrupt


class TestRetry:
    def test_queues_only_what_is_missing(
        self, app: Services, actor: Actor, job: GenerationJob, hands: Hands, model: FakeImageModel
    ) -> None:
        model.answers = [picture, RefusedError("SAFETY"), picture]
        hands.make_all()

        app.job_control.retry(actor, job.id)

        assert statuses(app, actor, job) == ["succeeded", "queued", "succeeded"]
        assert reserved(app, actor) == EACH
        assert kinds(app, actor, job)[-1] is EventKind.QUEUED
        again = app.generation.get(actor, job.id)
        assert (again.status, again.finished_at) == (JobStatus.RUNNING, None)
        assert again.slots[1].failure is None
        assert hands.make_all() == 1
        assert app.generation.get(actor, job.id).status is JobStatus.SUCCEEDED

    def test_lets_a_cancelled_job_go_on(
        self, app: Services, actor: Actor, job: GenerationJob, hands: Hands
    ) -> None:
        app.job_control.cancel(actor, job.id)

        app.job_control.retry(actor, job.id)

        again = app.generation.get(actor, job.id)
        assert (again.status, again.cancelled_at) == (JobStatus.QUEUED, None)
        assert hands.make_all() == 3

    def test_asks_before_it_pays_twice(
        self, app: Services, actor: Actor, job: GenerationJob, hands: Hands, model: FakeImageModel
    ) -> None:
        model.answers = [UnknownOutcomeError("cut off")]
        hands.make_all()

        with pytest.raises(InvalidInputError) as refused:
            app.job_control.retry(actor, job.id)

        assert "charged" in refused.value.user_message
        assert statuses(app, actor, job) == ["failed", "succeeded", "succeeded"]
        app.job_control.retry(actor, job.id, accept_unknown=True)
        assert statuses(app, actor, job) == ["queued", "succeeded", "succeeded"]

    def test_leaves_out_what_may_be_paid_and_queues_the_rest(
        self, app: Services, actor: Actor, job: GenerationJob, hands: Hands, model: FakeImageModel
    ) -> None:
        model.answers = [UnknownOutcomeError("cut off"), RefusedError("SAFETY")]
        hands.make_all()

        app.job_control.retry(actor, job.id)

        assert statuses(app, actor, job) == ["failed", "queued", "succeeded"]

    def test_needs_room_in_the_budget(
        self, app: Services, actor: Actor, job: GenerationJob
    ) -> None:
        app.job_control.cancel(actor, job.id)
        app.budgets.set_limit(actor, 3 * EACH - 1)

        with pytest.raises(BudgetError):
            app.job_control.retry(actor, job.id)

        assert statuses(app, actor, job) == ["cancelled"] * 3
        app.budgets.set_limit(actor, 3 * EACH)
        app.job_control.retry(actor, job.id)
        assert reserved(app, actor) == 3 * EACH

    def test_without_room_proposes_no_fewer_pictures(
        self, app: Services, actor: Actor, job: GenerationJob
    ) -> None:
        app.job_control.cancel(actor, job.id)
        app.budgets.set_limit(actor, EACH)

        with pytest.raises(BudgetError) as refused:
            app.job_control.retry(actor, job.id)

        assert refused.value.user_message.endswith("is left. Raise the budget.")

    def test_of_a_job_that_lacks_nothing_queues_nothing(
        self, app: Services, actor: Actor, job: GenerationJob, hands: Hands
    ) -> None:
        hands.make_all()
        before = app.generation.get(actor, job.id)

        app.job_control.retry(actor, job.id, accept_unknown=True)

        assert app.generation.get(actor, job.id) == before


class TestPause:
    def test_holds_a_job_until_it_is_resumed(
        self, app: Services, actor: Actor, job: GenerationJob, hands: Hands
    ) -> None:
        app.job_control.pause(actor, job.id)
        app.job_control.pause(actor, job.id)

        assert app.generation.get(actor, job.id).paused_at is not None
        assert isinstance(hands.look(), Nothing)
        assert reserved(app, actor) == 3 * EACH
        app.job_control.resume(actor, job.id)
        assert app.generation.get(actor, job.id).paused_at is None
        assert hands.make_all() == 3

    def test_is_told_by_the_history_once(
        self, app: Services, actor: Actor, job: GenerationJob
    ) -> None:
        app.job_control.pause(actor, job.id)
        app.job_control.pause(actor, job.id)
        app.job_control.resume(actor, job.id)
        app.job_control.resume(actor, job.id)

        told = [(e.kind, e.detail) for e in app.generation.history(actor, job.id)[3::3]]
        assert told == [
            (EventKind.WAITING, {"by": actor.name, "reason": "Paused"}),
            (EventKind.QUEUED, {"by": actor.name, "reason": "Resumed"}),
        ]

    def test_is_nothing_for_a_job_that_is_over(
        self, app: Services, actor: Actor, job: GenerationJob, hands: Hands
    ) -> None:
        hands.make_all()

        with pytest.raises(ConflictError):
            app.job_control.pause(actor, job.id)

    def test_does_not_outlive_a_cancel(
        self, app: Services, actor: Actor, job: GenerationJob, hands: Hands
    ) -> None:
        app.job_control.pause(actor, job.id)
        app.job_control.cancel(actor, job.id)

        app.job_control.retry(actor, job.id)

        assert hands.make_all() == 3

    def test_of_all_holds_what_comes_later_too(
        self, app: Services, actor: Actor, chair: Product, job: GenerationJob, hands: Hands
    ) -> None:
        app.job_control.pause_all(actor)
        later = submitted(app, actor, chair)

        assert isinstance(hands.look(), Nothing)
        app.job_control.resume_all(actor)
        app.job_control.pause(actor, job.id)
        assert hands.make_all() == len(later.slots)

    def test_of_all_is_the_workspaces_own(
        self, app: Services, other_actor: Actor, job: GenerationJob, hands: Hands
    ) -> None:
        app.job_control.pause_all(other_actor)

        assert hands.make_all() == len(job.slots)


class TestEditPrompt:
    def test_changes_what_is_sent_for_pictures_that_wait(
        self, app: Services, actor: Actor, job: GenerationJob, hands: Hands, model: FakeImageModel
    ) -> None:
        hands.make()

        count = app.job_control.edit_prompt(actor, job.id, f"  {OF_TODAY}\r\n")

        assert count == 2
        slots = app.generation.get(actor, job.id).slots
        assert [slot.prompt for slot in slots] == [job.prompt, OF_TODAY, OF_TODAY]
        hands.make_all()
        assert [request.prompt for request in model.requests] == [job.prompt, OF_TODAY, OF_TODAY]
        assert app.generation.get(actor, job.id).prompt == job.prompt

    def test_is_noted_with_the_new_words(
        self, app: Services, actor: Actor, job: GenerationJob
    ) -> None:
        app.job_control.edit_prompt(actor, job.id, OF_TODAY)
        assert app.job_control.edit_prompt(actor, job.id, OF_TODAY) == 0

        edits = app.generation.history(actor, job.id)[3:]
        assert [event.kind for event in edits] == [EventKind.PROMPT_EDITED] * 3
        assert edits[0].detail == {"by": actor.name, "prompt": OF_TODAY}

    def test_leaves_alone_what_is_being_made(
        self, app: Services, actor: Actor, job: GenerationJob, hands: Hands
    ) -> None:
        hands.claim()

        assert app.job_control.edit_prompt(actor, job.id, OF_TODAY) == 2

    def test_leaves_alone_what_was_asked_for_by_a_worker_that_died(
        self, app: Services, actor: Actor, job: GenerationJob, hands: Hands
    ) -> None:
        hands.runs.call(hands.claim())
        hands.die()

        assert app.job_control.edit_prompt(actor, job.id, OF_TODAY) == 2

    def test_reserves_more_for_a_longer_prompt_if_the_budget_has_it(
        self, app: Services, actor: Actor, job: GenerationJob, model: FakeImageModel
    ) -> None:
        model.spec = replace(model.spec, input_rate=Decimal(10))
        app.budgets.set_limit(actor, 3 * (EACH + 10 * 100))

        app.job_control.edit_prompt(actor, job.id, "x" * 100)

        assert reserved(app, actor) == 3 * (EACH + 10 * 100)
        with pytest.raises(BudgetError):
            app.job_control.edit_prompt(actor, job.id, "x" * 101)
        app.job_control.edit_prompt(actor, job.id, "x")
        assert reserved(app, actor) == 3 * (EACH + 10)

    @pytest.mark.parametrize(
        ("prompt", "sentence"),
        [("x" * 12_001, "shorten"), ("a\x00b", "characters"), (" ", "enter")],
    )
    def test_refuses_what_cannot_be_a_prompt(
        self, app: Services, actor: Actor, job: GenerationJob, prompt: str, sentence: str
    ) -> None:
        with pytest.raises(InvalidInputError) as refused:
            app.job_control.edit_prompt(actor, job.id, prompt)

        assert sentence in refused.value.user_message


class TestMoveToFront:
    def test_lets_a_job_go_before_older_ones(
        self, app: Services, actor: Actor, chair: Product, job: GenerationJob, hands: Hands
    ) -> None:
        second = submitted(app, actor, chair, variants=1)
        third = submitted(app, actor, chair, variants=1)

        app.job_control.move_to_front(actor, second.id)
        app.job_control.move_to_front(actor, third.id)

        first_slots = [hands.make().slot_id for _ in range(3)]
        assert first_slots == [third.slots[0].id, second.slots[0].id, job.slots[0].id]
        assert kinds(app, actor, third)[1] is EventKind.QUEUED

    def test_is_nothing_for_a_job_of_which_nothing_waits(
        self, app: Services, actor: Actor, job: GenerationJob, hands: Hands
    ) -> None:
        hands.make_all()

        with pytest.raises(ConflictError):
            app.job_control.move_to_front(actor, job.id)


class TestRunLater:
    def test_holds_what_waits_until_then_and_lets_it_begin_now(
        self, app: Services, actor: Actor, job: GenerationJob, hands: Hands
    ) -> None:
        tomorrow = datetime.now(UTC) + timedelta(days=1)

        app.job_control.run_later(actor, job.id, tomorrow)

        assert app.generation.get(actor, job.id).run_at == tomorrow
        assert isinstance(hands.look(), Nothing)
        app.job_control.run_later(actor, job.id, None)
        assert hands.make_all() == 3

    @pytest.mark.parametrize("away", [timedelta(hours=-1), timedelta(days=366)])
    def test_refuses_the_past_and_years_ahead(
        self, app: Services, actor: Actor, job: GenerationJob, away: timedelta
    ) -> None:
        with pytest.raises(InvalidInputError):
            app.job_control.run_later(actor, job.id, datetime.now(UTC) + away)

    def test_refuses_a_moment_without_a_time_zone(
        self, app: Services, actor: Actor, job: GenerationJob
    ) -> None:
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        with pytest.raises(InvalidInputError):
            app.job_control.run_later(actor, job.id, tomorrow.replace(tzinfo=None))

    def test_is_nothing_for_a_job_of_which_nothing_waits(
        self, app: Services, actor: Actor, job: GenerationJob, hands: Hands
    ) -> None:
        hands.make_all()

        with pytest.raises(ConflictError):
            app.job_control.run_later(actor, job.id, None)


STEPS: dict[str, Callable[[Services, Actor, int], object]] = {
    "accept_loss": lambda app, who, job_id: app.job_control.accept_loss(who, job_id),
    "repeat_lost": lambda app, who, job_id: app.job_control.repeat_lost(who, job_id),
    "cancel": lambda app, who, job_id: app.job_control.cancel(who, job_id),
    "retry": lambda app, who, job_id: app.job_control.retry(who, job_id),
    "pause": lambda app, who, job_id: app.job_control.pause(who, job_id),
    "resume": lambda app, who, job_id: app.job_control.resume(who, job_id),
    "edit_prompt": lambda app, who, job_id: app.job_control.edit_prompt(who, job_id, "x"),
    "move_to_front": lambda app, who, job_id: app.job_control.move_to_front(who, job_id),
    "run_later": lambda app, who, job_id: app.job_control.run_later(who, job_id, None),
}


@pytest.mark.parametrize("name", STEPS)
def test_nobody_steers_what_is_not_theirs_or_may_not(
    app: Services, actor: Actor, other_actor: Actor, job: GenerationJob, name: str
) -> None:
    with pytest.raises(NotFoundError):
        STEPS[name](app, other_actor, job.id)
    for role in (Role.VIEWER, Role.REVIEWER):
        with pytest.raises(AccessDeniedError):
            STEPS[name](app, replace(actor, role=role), job.id)

    assert app.generation.get(actor, job.id) == job


def test_who_may_only_look_pauses_nothing(app: Services, actor: Actor) -> None:
    looking = replace(actor, role=Role.VIEWER)

    control = app.job_control
    for step in (control.pause_all, control.resume_all, control.cancel_all):
        with pytest.raises(AccessDeniedError):
            step(looking)


@pytest.mark.slow
def test_people_and_workers_never_wait_for_each_other_in_a_circle(
    app: Services, actor: Actor, chair: Product
) -> None:
    job = submitted(app, actor, chair, variants=6)
    submitted(app, actor, chair, variants=6)
    app.budgets.set_limit(actor, 100 * EACH)
    steps = [name for name in STEPS if name not in ("pause", "resume")]

    def steer(name: str) -> None:
        for _ in range(5):
            with suppress(ConflictError):
                STEPS[name](app, actor, job.id)

    with ThreadPoolExecutor() as pool:
        makers = [pool.submit(Hands(app).make_all) for _ in range(3)]
        steerers = [pool.submit(steer, name) for name in steps]
        for maker in makers:
            maker.result()
        for steerer in steerers:
            steerer.result()
    app.job_control.retry(actor, job.id)
    Hands(app).make_all()

    assert app.generation.get(actor, job.id).status is JobStatus.SUCCEEDED
    assert reserved(app, actor) == 0


def test_what_is_over_holds_no_money_and_what_is_not_holds_its_price(
    app: Services, job: GenerationJob, hands: Hands
) -> None:
    hands.make()
    hands.claim()

    with app.parts.database.read() as work:
        held = work.generation_jobs.reserved(job.id)

    assert [held[slot.id] for slot in job.slots] == [0, EACH, EACH]
