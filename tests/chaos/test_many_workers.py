"""Several workers at once: each picture is made by one, and what ails one ends no other."""

import pytest

from core.domain.queueing import EventKind
from tests.fakes.gemini_answers import Answer
from tests.support.invariants import rows
from tests.support.nursery import NurseryWorker
from tests.support.shop import Hook, Shop, wait_until

pytestmark = pytest.mark.slow


class TestWorkersThatBeginTogether:
    def test_make_each_picture_once(self, shop: Shop) -> None:
        shop.gemini.answer = Answer()
        jobs = shop.submit_many(8, variants=3)
        gate = shop.settings.data_dir / "gate"
        for _ in range(8):
            shop.worker(("waits_at_the_gate", str(gate)))

        gate.touch()

        assert shop.all_succeed(jobs)
        shop.stop_all()
        assert shop.paid == 24
        assert shop.events(*jobs)[EventKind.CLAIMED] == 24
        claims = rows(shop.services, "SELECT slot_id FROM slot_events WHERE kind = 'claimed'")
        assert len(set(claims)) == 24
        assert shop.violations() == []

    def test_find_no_locked_database(self, shop: Shop) -> None:
        shop.gemini.answer = Answer()
        workers = [shop.worker(threads=4) for _ in range(4)]

        jobs = shop.submit_many(10, variants=4)

        assert shop.all_succeed(jobs)
        shop.stop_all()
        logs = "".join(worker.log for worker in workers)
        assert "locked" not in logs
        assert "Traceback" not in logs
        assert shop.violations() == []


class TestAPictureThatEndsItsWorker:
    @pytest.mark.parametrize("hook", ["dies_at_a_product", "dies_at_an_answer"])
    def test_is_given_up_after_three_and_the_others_are_made(self, shop: Shop, hook: str) -> None:
        bad_job = shop.submit(shop.chairs(1, name="Poison")[0])
        jobs = shop.submit_many(4, variants=2)

        deaths = self._deaths(shop, [bad_job, *jobs], (hook, "Poison"))

        [slot] = shop.job(bad_job).slots
        assert deaths == 3
        assert slot.failure_code in ("crashed", "unreadable")
        assert "3 times" in (slot.failure or "")
        # Pictures that were being made beside it may have lost their answers, and say so.
        assert all(set(shop.failures(job_id)) <= {"unknown"} for job_id in jobs)
        assert shop.all_succeed(jobs, accept_unknown=True)
        assert shop.violations() == []

    def _deaths(self, shop: Shop, jobs: list[int], hook: Hook) -> int:
        """Start a worker again each time one dies, until nothing is left; return how many died."""
        started: list[NurseryWorker] = []

        def is_over() -> bool:
            if not started or not started[-1].is_alive:
                started.append(shop.worker(hook, threads=3))
            return all(shop.job(job_id).status.is_final for job_id in jobs)

        wait_until(is_over)
        return len(started) - 1


class TestAWorkerWhoseClockIsWrong:
    @pytest.mark.parametrize("offset_s", [3600, -3600])
    def test_is_not_taken_for_dead_and_takes_nobody_for_dead(
        self, shop: Shop, offset_s: int
    ) -> None:
        # Each picture takes longer than a lease: only who renews it may go on.
        shop.gemini.answer = Answer(delay_s=4)
        jobs = shop.submit_many(4, variants=1)
        hooks = (("beats_fast", 3), ("looks_into_the_spool_often",))
        shop.worker(*hooks, threads=2)
        shop.worker(*hooks, ("lies_about_the_time", offset_s), threads=2)

        assert shop.all_succeed(jobs)
        shop.stop_all()

        assert shop.events(*jobs)[EventKind.TAKEN_OVER] == 0
        assert shop.paid == 4
        calls = [call for job_id in jobs for call in shop.calls(job_id)]
        assert all(call.finished_at and call.finished_at >= call.started_at for call in calls)
        assert shop.violations() == []


class TestAWorkerThatLacks:
    @pytest.mark.parametrize("lack", [("has_few_files", 64), ("says_nothing",)])
    def test_lives_on_and_loses_nothing(self, shop: Shop, lack: Hook) -> None:
        jobs = shop.submit_many(6, variants=2)
        poor = shop.worker(lack, threads=4)

        for job_id in jobs:
            shop.finished(job_id)
        poor.stop()
        shop.worker()

        assert shop.all_succeed(jobs, accept_unknown=True)
        assert shop.violations() == []
