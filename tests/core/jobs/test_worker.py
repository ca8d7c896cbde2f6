"""Slots made by a real worker on the test's own database."""

import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from pydantic import SecretStr

from core.bootstrap import Services, build_services, worker_on
from core.domain.accounts import Actor
from core.domain.generation import Backdrop
from core.domain.jobs import GenerationJob, JobStatus, SlotStatus
from core.errors import ModelAuthError, RateLimitedError, RefusedError, UnknownOutcomeError
from core.settings import Settings
from tests.fakes.gemini import FakeGemini
from tests.fakes.image_model import FakeImageModel
from tests.support.generation import chair_with_photo, submitted, with_model
from tests.support.object_storage import new_bucket, s3_server
from tests.support.people import signed_in

pytestmark = pytest.mark.slow


@pytest.fixture
def model() -> FakeImageModel:
    return FakeImageModel()


@pytest.fixture
def working(services: Services, model: FakeImageModel) -> Iterator[Services]:
    """Services with the fake model and a worker that runs."""
    working = with_model(services, model)
    worker = worker_on(working)
    worker.start()
    yield working
    worker.stop(timeout_s=5)


def submit(services: Services, actor: Actor, *, variants: int = 2) -> GenerationJob:
    return submitted(services, actor, chair_with_photo(services, actor), variants=variants)


def until(condition: Callable[[], bool]) -> None:
    limit = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.05)


def finished(services: Services, actor: Actor, job_id: int) -> GenerationJob:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        job = services.generation.get(actor, job_id)
        if job.status.is_final:
            return job
        time.sleep(0.05)
    raise AssertionError(f"the job did not end: {job}")


def test_gemini_and_s3_make_the_same_line(settings: Settings) -> None:
    with s3_server() as address, FakeGemini() as gemini:
        bucket = new_bucket(address)
        company = settings.model_copy(
            update={
                "r2_bucket_name": bucket._bucket,
                "r2_endpoint_url": address,
                "r2_access_key_id": "epox-key",
                "r2_secret_access_key": SecretStr("a secret"),
                "gemini_api_key": SecretStr(gemini.key),
                "gemini_base_url": gemini.url,
            }
        )
        services = build_services(company)
        worker = worker_on(services)
        worker.start()
        actor = signed_in(services, "Ann", "ann@example.com")
        chair = chair_with_photo(services, actor)
        job = submitted(
            services,
            actor,
            chair,
            image_model="gemini-nano-banana-2.1",
            backdrop=Backdrop("room", "living-room"),
        )

        job = finished(services, actor, job.id)

        worker.stop(timeout_s=5)
        services.close()
        stored = [found.key for found in bucket.list() if "original" in found.key]
        assert job.status is JobStatus.SUCCEEDED
        assert [call.prompt for call in gemini.paid] == [job.prompt] * 2
        assert [len(call.references) for call in gemini.paid] == [2, 2]
        assert len(stored) == 3
        assert not any((company.data_dir / "files").rglob("*"))


class TestWorker:
    def test_makes_the_pictures_of_a_job(
        self, working: Services, actor: Actor, model: FakeImageModel
    ) -> None:
        job = finished(working, actor, submit(working, actor).id)

        assert job.status is JobStatus.SUCCEEDED
        assert job.cost_micros == 2 * 39_000
        assert [slot.asset_id is not None for slot in job.slots] == [True, True]
        assert len(model.requests) == 2
        assert working.assets.search(actor).total == 2

    def test_says_why_a_picture_was_refused_and_keeps_the_others(
        self, working: Services, actor: Actor, model: FakeImageModel
    ) -> None:
        model.answers.append(RefusedError("blocked"))

        job = finished(working, actor, submit(working, actor).id)

        assert job.status is JobStatus.PARTIAL
        [failure] = [slot.failure for slot in job.slots if slot.failure]
        assert failure.startswith(RefusedError.user_message)

    def test_waits_as_told_when_the_model_is_busy(
        self, working: Services, actor: Actor, model: FakeImageModel
    ) -> None:
        model.answers.append(RateLimitedError("429", retry_after_s=0.2))

        job = finished(working, actor, submit(working, actor, variants=1).id)

        assert job.status is JobStatus.SUCCEEDED
        assert len(model.requests) == 2

    def test_asks_a_person_before_it_pays_for_a_lost_answer_again(
        self, working: Services, actor: Actor, model: FakeImageModel
    ) -> None:
        model.answers.append(UnknownOutcomeError("reset"))
        job = finished(working, actor, submit(working, actor, variants=1).id)

        working.job_control.retry(actor, job.id, accept_unknown=True)
        again = finished(working, actor, job.id)

        assert job.status is JobStatus.FAILED
        assert job.slots[0].failure == UnknownOutcomeError.user_message
        assert again.status is JobStatus.SUCCEEDED
        assert again.cost_micros == 40_000 + 39_000

    def test_parks_a_model_that_refuses_the_key_and_goes_on_when_somebody_says_so(
        self, working: Services, actor: Actor, model: FakeImageModel
    ) -> None:
        model.answers.append(ModelAuthError("403"))
        job = submit(working, actor, variants=3)
        until(lambda: working.model_states.states(actor)[0].parking is not None)
        assert [s.status.is_final for s in working.generation.get(actor, job.id).slots].count(
            True
        ) < 3

        working.model_states.resume(actor, "fake")

        assert finished(working, actor, job.id).status is JobStatus.SUCCEEDED


class TestStop:
    def test_lets_what_runs_come_to_its_end_and_begins_nothing_more(
        self, services: Services, actor: Actor
    ) -> None:
        model = FakeImageModel(delay_s=1)
        services = with_model(services, model)
        worker = worker_on(services)
        job = submit(services, actor, variants=12)
        worker.start()
        until(lambda: len(model.requests) == 4)

        worker.stop(timeout_s=20)

        slots = services.generation.get(actor, job.id).slots
        counts = Counter(slot.status for slot in slots)
        assert counts == {SlotStatus.SUCCEEDED: 4, SlotStatus.QUEUED: 8}
        assert services.queue.state().workers == ()

    def test_gives_back_what_takes_too_long(self, services: Services, actor: Actor) -> None:
        model = FakeImageModel(delay_s=6)
        services = with_model(services, model)
        worker = worker_on(services)
        job = submit(services, actor, variants=1)
        worker.start()
        until(lambda: len(model.requests) == 1)

        worker.stop(timeout_s=0.2)

        [slot] = services.generation.get(actor, job.id).slots
        assert slot.status is SlotStatus.QUEUED
