"""Workers that are asked to end, or stand still and come back: nothing is lost or done twice."""

import signal

import pytest

from core.domain.jobs import CallState, JobStatus
from core.domain.queueing import EventKind
from tests.fakes.gemini_answers import Answer
from tests.support.postgres import is_available
from tests.support.shop import Shop, wait_until

pytestmark = pytest.mark.slow

SHARED_DATABASES = (
    [pytest.param("postgresql", marks=pytest.mark.postgresql)] if is_available() else []
)
FAST = ("beats_fast", 3)
SLOW = ("beats_fast", 5, 5)
"""Of one that is to stand still: it must not hold SQLite's lock on all writes meanwhile."""


class TestAWorkerThatIsAskedToEnd:
    def test_finishes_what_it_asked_for_and_leaves_the_rest(self, shop: Shop) -> None:
        shop.gemini.answer = Answer(delay_s=1)
        job_id = shop.submit(shop.chairs(1)[0], variants=5)
        asked = shop.worker(threads=2)
        wait_until(lambda: len(shop.gemini.calls) == 2)

        asked.stop()

        slots = shop.job(job_id).slots
        assert sorted(slot.status for slot in slots) == ["queued"] * 3 + ["succeeded"] * 2
        assert shop.paid == 2
        shop.gemini.answer = Answer()
        shop.worker()
        assert shop.finished(job_id).status is JobStatus.SUCCEEDED
        assert shop.paid == 5
        assert shop.violations() == []

    def test_does_not_wait_for_a_provider_that_hangs(self, shop: Shop) -> None:
        shop.gemini.script(Answer(delay_s=300))
        job_id = shop.submit(shop.chairs(1)[0])
        asked = shop.worker(patience_s=1)
        wait_until(lambda: shop.gemini.calls != ())

        asked.stop()

        assert [slot.status for slot in shop.job(job_id).slots] == ["queued"]
        shop.worker()
        shop.finished(job_id)
        assert shop.failures(job_id) == {"unknown": 1}
        assert shop.violations() == []


class TestAWorkerThatStandsStill:
    def test_during_a_call_gives_its_paid_answer_to_the_slot_in_the_end(self, shop: Shop) -> None:
        shop.gemini.script(Answer(delay_s=1))
        job_id = shop.submit(shop.chairs(1)[0])
        often = ("looks_into_the_spool_often",)
        frozen = shop.worker(SLOW, often)
        wait_until(lambda: shop.gemini.calls != ())
        frozen.signal(signal.SIGSTOP)
        shop.worker(FAST, often)
        shop.finished(job_id)
        failures = shop.failures(job_id)

        frozen.signal(signal.SIGCONT)

        assert failures == {"unknown": 1}
        wait_until(lambda: shop.job(job_id).status is JobStatus.SUCCEEDED)
        assert shop.paid == 1
        assert [call.state for call in shop.calls(job_id)] == [CallState.OK]
        shop.stop_all()
        assert shop.violations() == []

    @pytest.mark.parametrize("point", ["spooled", "checked", "stored"])
    def test_after_a_call_writes_nothing_over_what_the_next_one_made(
        self, shop: Shop, point: str
    ) -> None:
        job_id = shop.submit(shop.chairs(1)[0])
        frozen = shop.worker(SLOW, ("freezes_at", point))
        wait_until(lambda: point in frozen.standing)
        shop.worker(FAST)
        job = shop.finished(job_id)

        frozen.signal(signal.SIGCONT)
        wait_until(lambda: "begins anew" in frozen.log)
        shop.stop_all()

        assert shop.events(job_id)[EventKind.TAKEN_OVER] == 1
        assert shop.events(job_id)[EventKind.SUCCEEDED] == 1
        assert shop.job(job_id) == job
        assert job.status is JobStatus.SUCCEEDED
        assert shop.paid == 1
        assert shop.violations() == []

    @pytest.mark.parametrize("database_kind", SHARED_DATABASES, indirect=True)
    def test_in_a_transaction_holds_up_the_others_only_for_a_while(self, shop: Shop) -> None:
        job_id = shop.submit(shop.chairs(1)[0], variants=3)
        frozen = shop.worker(("freezes_at", "publishing"))
        wait_until(lambda: "publishing" in frozen.standing)

        shop.worker()
        job = shop.finished(job_id)
        frozen.signal(signal.SIGCONT)
        shop.stop_all()

        assert job.status is JobStatus.SUCCEEDED
        assert shop.paid == 3
        assert shop.violations() == []
