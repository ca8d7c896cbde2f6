"""Submitting plans, once whatever happens, and finding what became of them."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.generation import GenerationSettings
from core.domain.jobs import CallState, JobFilter, JobStatus, SlotStatus
from core.domain.plans import PRIMARY_PHOTO, Plan
from core.domain.products import Product
from core.domain.queueing import EventKind, Priority
from core.errors import (
    AccessDeniedError,
    BudgetError,
    ConflictError,
    EpoxError,
    InvalidInputError,
    NotFoundError,
    RefusedError,
    UnknownOutcomeError,
)
from tests.fakes.image_model import FakeImageModel
from tests.support.generation import (
    CHAIR,
    chair_with_photo,
    many_products,
    settings_for,
    submitted,
    with_model,
)
from tests.support.hands import Hands
from tests.support.statements import statements

EACH = 40_000


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
def plan(app: Services, actor: Actor, chair: Product) -> Plan:
    return app.generation.plan(actor, [chair.id], settings_for(chair))


def at_once(count: int, act: Callable[[int], object]) -> list[object]:
    """Let so many threads begin at the same moment; return what each got or what it raised."""
    together = threading.Barrier(count)

    def run(number: int) -> object:
        together.wait()
        try:
            return act(number)
        except EpoxError as error:
            return error

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


class TestSubmit:
    def test_makes_a_job_with_a_slot_a_picture(
        self, app: Services, actor: Actor, chair: Product, plan: Plan
    ) -> None:
        [job_id] = app.generation.submit(actor, plan)

        job = app.generation.get(actor, job_id)
        assert (job.status, job.prompt) == (JobStatus.QUEUED, plan.items[0].prompt)
        assert [slot.status for slot in job.slots] == [SlotStatus.QUEUED] * 2
        assert [slot.prompt for slot in job.slots] == [job.prompt] * 2
        assert (job.priority, job.estimate_micros, job.cost_micros) == (100, 2 * EACH, 0)
        assert (job.created_by, job.product_name) == (actor.name, chair.name)
        assert app.budgets.get(actor).reserved_micros == 2 * EACH

    def test_makes_a_job_for_each_product_in_the_order_of_the_plan(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        ids = many_products(app, actor, 5)[::-1]
        wanted = settings_for(chair, photo_id=PRIMARY_PHOTO)

        job_ids = app.generation.submit(actor, app.generation.plan(actor, ids, wanted))

        jobs = [app.generation.get(actor, job_id) for job_id in job_ids]
        assert [job.product_id for job in jobs] == ids
        assert len({job.submission_id for job in jobs}) == 1
        assert {job.settings.photo_id for job in jobs} != {PRIMARY_PHOTO}

    def test_begins_when_it_is_told_and_how_soon(
        self, app: Services, actor: Actor, chair: Product, plan: Plan
    ) -> None:
        with app.parts.database.read() as work:
            tomorrow = work.now() + timedelta(days=1)
        later = app.generation.plan(
            actor, [chair.id], settings_for(chair), priority=Priority.HIGH, run_at=tomorrow
        )

        [job_id] = app.generation.submit(actor, later)
        [now_id] = app.generation.submit(actor, plan)

        job = app.generation.get(actor, job_id)
        assert (job.run_at, job.priority) == (tomorrow, 50)
        made = Hands(app).make_all()
        assert made == 2
        assert app.generation.get(actor, now_id).status is JobStatus.SUCCEEDED
        assert app.generation.get(actor, job_id).status is JobStatus.QUEUED

    def test_notes_who_queued_each_picture(self, app: Services, actor: Actor, plan: Plan) -> None:
        [job_id] = app.generation.submit(actor, plan)

        history = app.generation.history(actor, job_id)

        slots = app.generation.get(actor, job_id).slots
        assert [(event.slot_id, event.kind) for event in history] == [
            (slot.id, EventKind.QUEUED) for slot in slots
        ]
        assert [event.detail for event in history] == [{"by": actor.name}] * 2

    def test_makes_one_submission_of_a_double_click(
        self, app: Services, actor: Actor, plan: Plan
    ) -> None:
        first = app.generation.submit(actor, plan)
        second = app.generation.submit(actor, plan)

        assert first == second
        assert app.generation.jobs(actor).total == 1
        assert app.budgets.get(actor).reserved_micros == 2 * EACH

    @pytest.mark.slow
    def test_makes_one_submission_of_fifty_clicks_at_once(
        self, app: Services, actor: Actor, plan: Plan
    ) -> None:
        answers = at_once(50, lambda _: app.generation.submit(actor, plan))

        assert len(set(map(str, answers))) == 1, answers
        assert isinstance(answers[0], tuple)
        assert app.generation.jobs(actor).total == 1
        assert len(app.generation.history(actor, answers[0][0])) == 2

    def test_refuses_the_same_key_for_other_settings(
        self, app: Services, actor: Actor, chair: Product, plan: Plan
    ) -> None:
        app.generation.submit(actor, plan)
        other = app.generation.plan(actor, [chair.id], settings_for(chair, variants=5))

        with pytest.raises(InvalidInputError) as refused:
            app.generation.submit(actor, replace(other, idempotency_key=plan.idempotency_key))

        assert "other settings" in refused.value.user_message
        with pytest.raises(InvalidInputError):
            app.generation.submit(actor, replace(plan, priority=Priority.LOW))

    def test_knows_the_key_even_when_the_product_changed_since(
        self, app: Services, actor: Actor, chair: Product, plan: Plan
    ) -> None:
        first = app.generation.submit(actor, plan)
        app.products.update(actor, chair.id, replace(CHAIR, name="Elm chair"))

        assert app.generation.submit(actor, plan) == first

    def test_takes_the_same_key_in_another_workspace_for_another_one(
        self, app: Services, actor: Actor, other_actor: Actor, plan: Plan
    ) -> None:
        [anns] = app.generation.submit(actor, plan)
        theirs = chair_with_photo(app, other_actor)
        bens_plan = app.generation.plan(other_actor, [theirs.id], settings_for(theirs))

        [bens] = app.generation.submit(
            other_actor, replace(bens_plan, idempotency_key=plan.idempotency_key)
        )

        assert bens != anns

    def test_refuses_a_plan_that_is_not_what_would_be_sent_now(
        self, app: Services, actor: Actor, chair: Product, plan: Plan
    ) -> None:
        [item] = plan.items
        app.products.update(actor, chair.id, replace(CHAIR, name="Elm chair"))
        for stale in (
            plan,
            replace(plan, items=(replace(item, cost_high_micros=0),)),
            replace(plan, items=(replace(item, count=1),)),
            replace(plan, items=(item, item)),
        ):
            with pytest.raises(ConflictError):
                app.generation.submit(actor, stale)

        assert app.generation.jobs(actor).total == 0

    def test_refuses_several_products_when_one_of_them_went(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        ids = many_products(app, actor, 2)
        plan = app.generation.plan(actor, ids, settings_for(chair, photo_id=PRIMARY_PHOTO))
        app.products.trash(actor, ids[:1])

        with pytest.raises(ConflictError):
            app.generation.submit(actor, plan)

        assert app.generation.jobs(actor).total == 0

    def test_goes_on_when_only_the_budget_moved(
        self, app: Services, actor: Actor, chair: Product, plan: Plan
    ) -> None:
        submitted(app, actor, chair)

        assert app.generation.submit(actor, plan)

    def test_refuses_a_plan_that_makes_nothing_or_whose_time_has_passed(
        self, app: Services, actor: Actor, plan: Plan
    ) -> None:
        with app.parts.database.read() as work:
            past = work.now() - timedelta(seconds=1)

        for impossible in (replace(plan, items=()), replace(plan, run_at=past)):
            with pytest.raises(InvalidInputError):
                app.generation.submit(actor, impossible)

    def test_leaves_nothing_behind_when_it_fails_half_way(
        self, app: Services, actor: Actor, plan: Plan
    ) -> None:
        with pytest.raises(ConflictError):
            app.generation.submit(replace(actor, user_id=999_999), plan)

        assert app.generation.jobs(actor).total == 0
        assert app.budgets.get(actor).reserved_micros == 0

    def test_is_refused_to_a_viewer(self, app: Services, actor: Actor, plan: Plan) -> None:
        with pytest.raises(AccessDeniedError):
            app.generation.submit(replace(actor, role=Role.VIEWER), plan)

    @pytest.mark.slow
    def test_of_many_products_takes_few_statements(self, app: Services, actor: Actor) -> None:
        ids = many_products(app, actor, 200)
        said = {count: _statements_of_submit(app, actor, ids[:count]) for count in (2, 200)}

        assert said[2] == said[200]
        assert said[200] <= 20


def _statements_of_submit(app: Services, actor: Actor, ids: list[int]) -> int:
    wanted = settings_for(app.products.get(actor, ids[0]), photo_id=PRIMARY_PHOTO, variants=4)
    plan = app.generation.plan(actor, ids, wanted)
    with statements(app) as said:
        job_ids = app.generation.submit(actor, plan)
    assert len(job_ids) == len(ids)
    return len(said)


class TestBudget:
    def test_refuses_what_it_has_no_room_for_with_figures(
        self, app: Services, actor: Actor, plan: Plan
    ) -> None:
        app.budgets.set_limit(actor, 2 * EACH - 1)

        with pytest.raises(BudgetError) as refused:
            app.generation.submit(actor, plan)

        assert "up to $0.0800" in refused.value.user_message
        assert "only $0.0800 is left" in refused.value.user_message
        assert "raise the budget" in refused.value.user_message
        assert app.generation.jobs(actor).total == 0

    def test_has_room_for_exactly_what_is_left(
        self, app: Services, actor: Actor, plan: Plan
    ) -> None:
        app.budgets.set_limit(actor, 2 * EACH)

        assert app.generation.submit(actor, plan)
        assert app.budgets.get(actor).left_micros == 0

    @pytest.mark.slow
    def test_lets_one_of_twenty_in_that_ask_at_once(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        app.budgets.set_limit(actor, 4 * EACH - 1)
        plans = [app.generation.plan(actor, [chair.id], settings_for(chair)) for _ in range(20)]

        answers = at_once(20, lambda number: app.generation.submit(actor, plans[number]))

        assert sum(isinstance(answer, tuple) for answer in answers) == 1, answers
        assert sum(isinstance(answer, BudgetError) for answer in answers) == 19
        assert app.budgets.get(actor).reserved_micros == 2 * EACH
        assert app.generation.jobs(actor).total == 1


class TestJobs:
    def test_are_found_by_what_is_asked_for(
        self, app: Services, actor: Actor, chair: Product, model: FakeImageModel
    ) -> None:
        model.answers = [RefusedError("SAFETY")]
        failed = submitted(app, actor, chair, variants=1, prompt="by the Sea_side 50%")
        Hands(app).make()
        queued = submitted(app, actor, chair, variants=1)

        def found(**wanted: object) -> list[int]:
            jobs = app.generation.jobs(actor, JobFilter(**wanted))  # type: ignore[arg-type] # real fields
            assert jobs.total == len(jobs.items)
            return [job.id for job in jobs.items]

        assert found() == [queued.id, failed.id]
        assert found(statuses=(JobStatus.FAILED, JobStatus.PARTIAL)) == [failed.id]
        assert found(statuses=(JobStatus.QUEUED,)) == [queued.id]
        assert found(failure_code="refused") == [failed.id]
        assert found(failure_code="unknown") == []
        assert found(image_model="fake", product_id=chair.id) == [queued.id, failed.id]
        assert found(image_model="other") == []
        assert found(person_id=actor.user_id) == [queued.id, failed.id]
        assert found(person_id=actor.user_id + 1) == []
        assert found(product_id=chair.id + 1) == []
        assert found(submission_id=queued.submission_id) == [queued.id]
        assert found(submission_id=queued.submission_id + 1) == []

    @pytest.mark.parametrize(
        ("text", "is_found"),
        [
            ("ÓAK chair", True),
            ("oak-chair-1", True),
            ("MORNING light", True),
            ("evening", False),
            ("oak evening", False),
            ("%", False),
            ("_", False),
            ("\x00", True),
            ("  ", True),
        ],
    )
    def test_are_searched_in_product_and_prompt(
        self,
        app: Services,
        actor: Actor,
        chair: Product,
        text: str,
        is_found: bool,  # noqa: FBT001 - a column of the table
    ) -> None:
        job = submitted(app, actor, chair)

        jobs = app.generation.jobs(actor, JobFilter(text=text)).items

        assert [found.id for found in jobs] == ([job.id] if is_found else [])

    def test_come_in_pages_of_three_statements(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        made = [submitted(app, actor, chair).id for _ in range(5)]
        wanted = JobFilter(statuses=(JobStatus.QUEUED,), text="oak", person_id=actor.user_id)

        with statements(app) as said:
            first = app.generation.jobs(actor, wanted, limit=3)
        rest = app.generation.jobs(actor, wanted, after=first.next, limit=3)

        assert len([words for words in said if words.startswith("SELECT")]) == 3
        assert [job.id for job in (*first.items, *rest.items)] == made[::-1]
        assert (first.total, rest.next) == (5, None)
        assert all(len(job.slots) == 2 for job in first.items)

    def test_carry_what_was_expected_and_what_it_cost(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        job = submitted(app, actor, chair, variants=3)
        hands = Hands(app)
        hands.make()
        hands.runs.call(hands.claim())

        [found] = app.generation.jobs(actor).items

        # One picture is made and one being made, at the fake's price; the third is to come.
        assert found.id == job.id
        assert (found.estimate_micros, found.cost_micros) == (3 * EACH, 39_000)


class TestCalls:
    def test_say_exactly_what_was_sent(
        self, app: Services, actor: Actor, chair: Product, model: FakeImageModel
    ) -> None:
        job = submitted(app, actor, chair, variants=1)
        Hands(app).make()

        [call] = app.generation.calls(actor, job.id)

        [sent] = model.requests
        assert (call.state, call.slot_id, call.cost_micros) == (
            CallState.OK,
            job.slots[0].id,
            39_000,
        )
        assert call.request is not None
        assert call.request["prompt"] == sent.prompt == job.prompt
        assert call.request["references"] == [
            {
                "role": "product",
                "asset_id": chair.photos[0].id,
                "sha256": chair.photos[0].sha256,
                "label": "c.jpg",
            }
        ]

    def test_and_the_history_tell_what_happened_in_order(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        job = submitted(app, actor, chair, variants=1)
        Hands(app).make()

        kinds = [event.kind for event in app.generation.history(actor, job.id)]

        assert kinds == [
            EventKind.QUEUED,
            EventKind.CLAIMED,
            EventKind.ASKED,
            EventKind.SUCCEEDED,
        ]


class TestOthers:
    def test_reach_no_job_and_no_product(
        self, app: Services, actor: Actor, other_actor: Actor, chair: Product, plan: Plan
    ) -> None:
        [job_id] = app.generation.submit(actor, plan)
        generation = app.generation
        own_key = replace(plan, idempotency_key="another")

        for attempt in (
            lambda: generation.submit(other_actor, own_key),
            lambda: generation.get(other_actor, job_id),
            lambda: generation.history(other_actor, job_id),
            lambda: generation.calls(other_actor, job_id),
        ):
            with pytest.raises(NotFoundError):
                attempt()

        assert generation.jobs(other_actor).total == 0
        assert generation.jobs(other_actor, JobFilter(product_id=chair.id)).items == ()
        assert generation.jobs(other_actor, JobFilter(text="oak")).items == ()


def test_a_plan_of_another_model_is_refused(app: Services, actor: Actor, chair: Product) -> None:
    wanted: GenerationSettings = settings_for(chair)
    plan = app.generation.plan(actor, [chair.id], wanted)
    dearer = with_model(app, FakeImageModel(price_micros=EACH + 1))

    with pytest.raises(ConflictError):
        dearer.generation.submit(actor, plan)


class TestSubmission:
    def test_is_summed_over_its_pictures(
        self, app: Services, actor: Actor, chair: Product, model: FakeImageModel
    ) -> None:
        job = submitted(app, actor, chair, variants=4)
        submitted(app, actor, chair)
        model.answers = [RefusedError("SAFETY"), UnknownOutcomeError("cut")]
        hands = Hands(app)
        for _ in range(3):
            hands.make()

        with statements(app) as said:
            found = app.generation.find_submission(actor, job.submission_id)

        assert found is not None
        assert (found.jobs, found.pictures, found.ready) == (1, 4, 1)
        assert (found.failed, found.undecided, found.cancelled) == (1, 1, 0)
        after = app.generation.get(actor, job.id)
        assert (found.cost_micros, found.estimate_micros) == (
            after.cost_micros,
            after.estimate_micros,
        )
        assert not found.is_over
        assert len([words for words in said if words.startswith("SELECT")]) == 1

        app.job_control.cancel(actor, job.id)

        found = app.generation.find_submission(actor, job.submission_id)
        assert found is not None
        assert (found.cancelled, found.is_over) == (1, True)

    def test_that_does_not_exist_is_none(self, app: Services, actor: Actor) -> None:
        assert app.generation.find_submission(actor, 987_654) is None
