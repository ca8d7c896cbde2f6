"""The provider refuses, hangs or breaks off while several processes ask it."""

from collections.abc import Sequence

import pytest

from core.domain.jobs import CallState, JobStatus
from core.domain.queueing import EventKind, ModelLimits
from core.settings import Settings
from tests.fakes.gemini_answers import Answer, refusal, retry_info
from tests.support.shop import MODEL, Shop, wait_until

pytestmark = pytest.mark.slow

MINUTE_S = 4.0
TRAVEL_S = 1.0
"""How much later than it was counted a request may reach the provider on a slow machine."""


def most_in(window_s: float, moments: Sequence[float]) -> int:
    """Return the most moments that any window of this length holds."""
    ordered = sorted(moments)
    return max(sum(start <= moment < start + window_s for moment in ordered) for start in ordered)


class TestALimitOfRequests:
    def test_holds_over_several_processes(self, shop: Shop) -> None:
        shop.gemini.answer = Answer()
        limits = ModelLimits(requests_per_minute=4)
        shop.services.model_states.set_limits(shop.actor, MODEL, limits)
        jobs = shop.submit_many(7, variants=2)
        for _ in range(2):
            shop.worker(("counts_a_minute_as", MINUTE_S + TRAVEL_S), threads=3)

        assert shop.all_succeed(jobs)
        shop.stop_all()

        assert most_in(MINUTE_S, [call.at for call in shop.gemini.calls]) <= 4
        assert shop.paid == 14
        assert shop.violations() == []

    def test_of_calls_at_once_holds_over_several_processes(self, shop: Shop) -> None:
        limits = ModelLimits(calls_at_once=2)
        shop.services.model_states.set_limits(shop.actor, MODEL, limits)
        jobs = shop.submit_many(4, variants=3)
        for _ in range(2):
            shop.worker(threads=3)

        assert shop.all_succeed(jobs)

        assert shop.gemini.peak_concurrency == 2
        assert shop.paid == 12


class TestAModelThatIsBusy:
    def test_is_asked_by_nobody_until_it_has_rested(self, shop: Shop) -> None:
        rest_s = 4
        busy = refusal(429, "RESOURCE_EXHAUSTED", "slow down", retry_info(f"{rest_s}s"))
        shop.gemini.script(busy)
        shop.gemini.answer = Answer()
        jobs = shop.submit_many(4, variants=1)
        for _ in range(2):
            shop.worker(threads=1)

        assert shop.all_succeed(jobs)

        refused = next(call for call in shop.gemini.calls if call.status == 429)
        # One that was on its way already may arrive; after that there is silence.
        early = [
            call.at - refused.at
            for call in shop.gemini.calls
            if TRAVEL_S < call.at - refused.at < rest_s
        ]
        assert early == []
        assert shop.events(*jobs)[EventKind.FAILED] == 0
        assert shop.paid == 4
        assert shop.violations() == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestAModelThatFails:
    def test_is_asked_again_and_nothing_is_paid_for_the_failures(self, shop: Shop) -> None:
        shop.gemini.script(
            refusal(500, "INTERNAL", "not now"), refusal(503, "UNAVAILABLE", "not now")
        )
        job_id = shop.submit(shop.chairs(1)[0])
        shop.worker()

        job = shop.finished(job_id)

        assert job.status is JobStatus.SUCCEEDED
        assert [call.state for call in shop.calls(job_id)] == [
            CallState.FAILED,
            CallState.FAILED,
            CallState.OK,
        ]
        assert [call.cost_micros for call in shop.calls(job_id)][:2] == [0, 0]
        assert shop.paid == 1
        assert shop.violations() == []

    @pytest.mark.parametrize("connection", ["reset", "cut"])
    def test_by_breaking_off_leaves_it_to_a_person_to_pay_again(
        self, shop: Shop, connection: str
    ) -> None:
        shop.gemini.script(Answer(connection=connection))  # type: ignore[arg-type] # one of its names
        job_id = shop.submit(shop.chairs(1)[0])
        shop.worker()
        shop.finished(job_id)
        told = shop.failures(job_id)
        shop.accept(job_id)

        assert shop.finished(job_id).status is JobStatus.SUCCEEDED

        assert told == {"unknown": 1}
        assert shop.paid == 2
        assert shop.violations() == []

    def test_by_hanging_holds_up_no_other_picture(self, shop: Shop, settings: Settings) -> None:
        shop.gemini.script(Answer(delay_s=300))
        [chair] = shop.chairs(1)
        hanging = shop.submit(chair)
        impatient = settings.model_copy(update={"gemini_timeout_s": 8, "worker_threads": 2})
        shop.worker(settings=impatient)
        wait_until(lambda: shop.gemini.calls != ())
        others = [shop.submit(chair, variants=2) for _ in range(3)]

        assert shop.all_succeed(others)
        is_hanging = not shop.job(hanging).status.is_final
        shop.finished(hanging)

        assert is_hanging
        assert shop.failures(hanging) == {"unknown": 1}
        assert shop.violations() == []
