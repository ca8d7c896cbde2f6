from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.generation import Backdrop, GenerationSettings, JobStatus, SlotStatus
from core.domain.products import Product
from core.errors import (
    AccessDeniedError,
    ConflictError,
    InvalidInputError,
    NotFoundError,
)
from tests.fakes.image_model import FakeImageModel
from tests.support.generation import CHAIR, chair_with_photo, settings_for, with_model


@pytest.fixture
def model() -> FakeImageModel:
    return FakeImageModel()


@pytest.fixture
def app(services: Services, model: FakeImageModel) -> Services:
    return with_model(services, model)


@pytest.fixture
def chair(app: Services, actor: Actor) -> Product:
    return chair_with_photo(app, actor)


class TestPlan:
    def test_says_what_will_be_sent_and_what_it_costs(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        plan = app.generation.plan(actor, chair.id, settings_for(chair, variants=3))

        assert (plan.count, plan.cost_micros) == (3, 120_000)
        assert "Oak chair; Chairs" in plan.prompt
        assert "Wishes: soft morning light" in plan.prompt
        assert "#f4f1ec" in plan.prompt

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"variants": 0}, "1 to 12"),
            ({"variants": 1000}, "1 to 12"),
            ({"photo_id": 999}, "photos"),
            ({"backdrop": Backdrop("room", "castle")}, "rooms"),
            ({"backdrop": Backdrop("picture", "999")}, "not there any more"),
            ({"aspect_ratio": "7:1"}, "7:1"),
            ({"size": "4K"}, "size"),
            ({"image_model": "dall-e"}, "not known"),
            ({"prompt": "x" * 4001}, "shorten"),
            ({"prompt": "a\x00b"}, "characters"),
        ],
    )
    def test_refuses_what_cannot_be_made_with_a_sentence(
        self,
        app: Services,
        actor: Actor,
        chair: Product,
        changes: dict[str, object],
        sentence: str,
    ) -> None:
        with pytest.raises(InvalidInputError) as refused:
            app.generation.plan(actor, chair.id, settings_for(chair, **changes))

        assert sentence in refused.value.user_message

    def test_asks_for_a_photo_when_there_is_none(self, app: Services, actor: Actor) -> None:
        table = app.products.create(actor, replace(CHAIR, sku="TABLE-1"))
        wanted = GenerationSettings("", 1, Backdrop("plain", "#ffffff"), "1:1", "1K", 1, "fake")

        with pytest.raises(InvalidInputError) as refused:
            app.generation.plan(actor, table.id, wanted)

        assert "no photo" in refused.value.user_message

    @pytest.mark.parametrize(
        ("kind", "value"),
        [("plain", "red"), ("plain", "#fff"), ("gradient", "#ffffff"), ("picture", "../1")],
    )
    def test_knows_no_backdrop_that_is_none(self, kind: str, value: str) -> None:
        with pytest.raises(InvalidInputError):
            Backdrop(kind, value)  # type: ignore[arg-type] # the kinds are real ones


class TestSubmit:
    def test_makes_a_job_with_a_slot_a_picture(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        plan = app.generation.plan(actor, chair.id, settings_for(chair))

        job = app.generation.submit(actor, plan)

        assert (job.status, job.prompt) == (JobStatus.QUEUED, plan.prompt)
        assert [slot.status for slot in job.slots] == [SlotStatus.QUEUED] * 2
        assert app.generation.jobs(actor, product_id=chair.id, only_active=True).items == (job,)

    def test_makes_one_job_of_a_double_click(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        plan = app.generation.plan(actor, chair.id, settings_for(chair))

        first = app.generation.submit(actor, plan)
        second = app.generation.submit(actor, plan)

        assert first == second
        assert app.generation.jobs(actor).total == 1

    def test_refuses_the_same_key_for_other_settings(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        plan = app.generation.plan(actor, chair.id, settings_for(chair))
        app.generation.submit(actor, plan)
        other = app.generation.plan(actor, chair.id, settings_for(chair, variants=5))

        with pytest.raises(InvalidInputError) as refused:
            app.generation.submit(actor, replace(other, idempotency_key=plan.idempotency_key))

        assert "other settings" in refused.value.user_message

    def test_refuses_a_plan_that_is_not_what_would_be_sent_now(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        plan = app.generation.plan(actor, chair.id, settings_for(chair))
        app.products.update(actor, chair.id, replace(CHAIR, name="Elm chair"))

        with pytest.raises(ConflictError):
            app.generation.submit(actor, plan)
        with pytest.raises(ConflictError):
            app.generation.submit(actor, replace(plan, cost_micros=0))

        assert app.generation.jobs(actor).total == 0

    def test_leaves_nothing_behind_when_it_fails_half_way(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        plan = app.generation.plan(actor, chair.id, settings_for(chair))
        fails = replace(actor, user_id=999_999)

        with pytest.raises(ConflictError):
            app.generation.submit(fails, plan)

        assert app.generation.jobs(actor).total == 0

    def test_is_refused_to_a_viewer(self, app: Services, actor: Actor, chair: Product) -> None:
        plan = app.generation.plan(actor, chair.id, settings_for(chair))

        with pytest.raises(AccessDeniedError):
            app.generation.submit(replace(actor, role=Role.VIEWER), plan)


class TestCancel:
    def test_ends_what_nobody_has_begun_and_retry_queues_it_again(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        plan = app.generation.plan(actor, chair.id, settings_for(chair))
        job = app.generation.submit(actor, plan)

        app.generation.cancel(actor, job.id)
        cancelled = app.generation.get(actor, job.id)
        app.generation.retry(actor, job.id)

        assert cancelled.status is JobStatus.CANCELLED
        assert app.generation.get(actor, job.id).status is JobStatus.QUEUED


class TestOthers:
    def test_reach_no_job_and_no_product(
        self, app: Services, actor: Actor, other_actor: Actor, chair: Product
    ) -> None:
        plan = app.generation.plan(actor, chair.id, settings_for(chair))
        job = app.generation.submit(actor, plan)
        generation = app.generation

        for attempt in (
            lambda: generation.plan(other_actor, chair.id, settings_for(chair)),
            lambda: generation.submit(other_actor, plan),
            lambda: generation.get(other_actor, job.id),
            lambda: generation.cancel(other_actor, job.id),
            lambda: generation.retry(other_actor, job.id),
        ):
            with pytest.raises(NotFoundError):
                attempt()

        assert generation.jobs(other_actor).total == 0
        assert generation.jobs(other_actor, product_id=chair.id).items == ()

    def test_cannot_use_anothers_picture_as_backdrop(
        self, app: Services, other_actor: Actor, chair: Product
    ) -> None:
        theirs = chair_with_photo(app, other_actor)
        wanted = settings_for(theirs, backdrop=Backdrop("picture", str(chair.photos[0].id)))

        with pytest.raises(InvalidInputError):
            app.generation.plan(other_actor, theirs.id, wanted)


class TestRetry:
    def test_repeats_nothing_that_turned_out_to_be_unknown_meanwhile(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        plan = app.generation.plan(actor, chair.id, settings_for(chair, variants=1))
        job = app.generation.submit(actor, plan)
        [slot] = job.slots
        with app.parts.database.begin() as work:
            key = (actor.workspace_id, slot.id, 0)
            now = datetime.now(UTC)
            work.generation_slots.begin(*key, now)
            work.generation_slots.fail(*key, now, code="unknown", sentence="It may be paid.")
            stale = work.generation_jobs.requeue(actor.workspace_id, [slot.id], but_code="unknown")
            accepted = work.generation_jobs.requeue(actor.workspace_id, [slot.id])

        assert stale == []
        assert accepted == [(slot.id, 1)]


@pytest.mark.parametrize("value", ["", "-1", "1 OR 1=1", "\u00b2", "9" * 19, "0x1"])
def test_a_backdrop_that_is_no_pictures_id_is_refused(value: str) -> None:
    with pytest.raises(InvalidInputError):
        Backdrop("picture", value)
