"""A worker dies at each step of a picture: what was paid is kept, what was lost is said."""

import signal

import pytest

from core.domain.jobs import CallState, JobStatus
from core.domain.products import Product
from core.errors import UnknownOutcomeError
from tests.support.nursery import NurseryWorker
from tests.support.shop import Shop, wait_until
from tests.support.sweep import FREE_POINTS

pytestmark = pytest.mark.slow


@pytest.fixture
def chair(shop: Shop) -> Product:
    return shop.chairs(1)[0]


def died(worker: NurseryWorker) -> bool:
    return worker.wait() == -signal.SIGKILL


class TestDyingBeforeTheCallOrAfterItsAnswerIsKept:
    @pytest.mark.parametrize("point", FREE_POINTS)
    def test_costs_nothing_and_asks_nobody(self, shop: Shop, chair: Product, point: str) -> None:
        job_id = shop.submit(chair, variants=2)
        assert died(shop.worker(failpoints=point))

        shop.worker()
        job = shop.finished(job_id)
        shop.stop_all()

        assert job.status is JobStatus.SUCCEEDED
        assert shop.paid == 2
        assert shop.violations() == []

    def test_in_half_a_picture_costs_nothing_either(self, shop: Shop, chair: Product) -> None:
        job_id = shop.submit(chair)
        assert died(shop.worker(("dies_in_half_a_write", "files")))

        shop.worker()

        assert shop.finished(job_id).status is JobStatus.SUCCEEDED
        assert shop.paid == 1
        assert shop.violations() == []


class TestDyingWhileTheAnswerIsOnItsWay:
    @pytest.mark.parametrize(("point", "paid"), [("intent", 0), ("answered", 1), ("sent", 1)])
    def test_is_said_and_paid_again_only_when_a_person_accepts_it(
        self, shop: Shop, chair: Product, point: str, paid: int
    ) -> None:
        job_id = shop.submit(chair)
        first = shop.worker(failpoints=point)
        if point == "sent":
            wait_until(lambda: shop.gemini.calls != ())
            first.kill()
        assert died(first)

        shop.worker()
        told = shop.finished(job_id)
        paid_first = shop.paid
        shop.accept(job_id)
        job = shop.finished(job_id)

        assert [slot.failure for slot in told.slots] == [UnknownOutcomeError.user_message]
        assert (paid_first, shop.paid) == (paid, paid + 1)
        assert job.status is JobStatus.SUCCEEDED
        assert [call.state for call in shop.calls(job_id)] == [CallState.UNKNOWN, CallState.OK]
        assert job.cost_micros > told.cost_micros > 0
        assert shop.violations() == []

    def test_leaves_half_an_answer_to_nobody(self, shop: Shop, chair: Product) -> None:
        job_id = shop.submit(chair)
        assert died(shop.worker(("dies_in_half_a_write", "spool")))

        shop.worker()

        # Half an answer is none: it counts as lost, and is never shown as a picture.
        assert shop.finished(job_id).status is JobStatus.FAILED
        assert shop.failures(job_id) == {"unknown": 1}
        assert shop.violations() == []

    def test_is_never_paid_again_unasked(self, shop: Shop, chair: Product) -> None:
        job_id = shop.submit(chair)
        assert died(shop.worker(failpoints="answered"))

        for _ in range(3):
            shop.worker().wait_until_ready()
        shop.finished(job_id)
        shop.stop_all()

        assert shop.paid == 1

    def test_is_paid_again_by_itself_only_as_often_as_the_operator_says(
        self, shop: Shop, chair: Product
    ) -> None:
        job_id = shop.submit(chair)
        bold = shop.settings.model_copy(update={"repeat_unknown": 1})

        for _ in range(2):
            assert died(shop.worker(failpoints="answered", settings=bold))
        shop.worker(settings=bold)
        shop.finished(job_id)

        assert shop.paid == 2
        assert shop.failures(job_id) == {"unknown": 1}
        assert [call.state for call in shop.calls(job_id)] == [CallState.UNKNOWN] * 2
