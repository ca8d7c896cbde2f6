"""A list of jobs is looked at often where something moves, and seldom where all stands still."""

from datetime import UTC, datetime, timedelta

import pytest

from core.domain.jobs import GenerationJob, SlotStatus
from tests.ui.sample_jobs import NOW, failed, job, made, slot
from ui.components.jobs import IDLE_POLL_S, MOVING_POLL_S, STILL_POLL_S, mark_of, poll_s

RUNNING = slot(status=SlotStatus.RUNNING)
LATER = slot(run_at=datetime.now(UTC) + timedelta(days=1))


@pytest.mark.parametrize(
    ("jobs", "every_s"),
    [
        ([job(RUNNING)], MOVING_POLL_S),
        ([job(slot())], MOVING_POLL_S),
        ([job(RUNNING, cancelled_at=NOW)], MOVING_POLL_S),
        ([job(LATER), job(made())], STILL_POLL_S),
        ([job(slot(), paused_at=NOW)], STILL_POLL_S),
        ([job(slot(stage="Waiting: the model is busy"))], STILL_POLL_S),
        ([job(made()), job(failed("refused"))], IDLE_POLL_S),
        ([], IDLE_POLL_S),
    ],
)
def test_looks_as_often_as_something_can_change(jobs: list[GenerationJob], every_s: float) -> None:
    assert poll_s(jobs) == every_s


def test_a_page_is_outdated_once_a_picture_or_a_job_is_finished() -> None:
    before = mark_of([job(RUNNING, slot())])

    assert mark_of([job(slot(status=SlotStatus.RUNNING, progress_percent=60), slot())]) == before
    assert mark_of([job(made(), slot())]) != before
    assert mark_of([]) != before
