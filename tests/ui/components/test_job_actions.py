"""What can be done with a job fits its state and the person's role."""

from datetime import timedelta

import pytest

from core.domain.jobs import GenerationJob, SlotStatus
from tests.ui.sample_jobs import NOW, OWNER, PAST, VIEWER, failed, job, made, slot
from ui.components.job_actions import actions_for

RUNNING = slot(status=SlotStatus.RUNNING)
CANCELLED = slot(status=SlotStatus.CANCELLED)
WAITING = ["pause", "cancel", "front", "later", "prompt"]


@pytest.mark.parametrize(
    ("one", "actions"),
    [
        (job(slot()), WAITING),
        (job(RUNNING, slot()), WAITING),
        (job(RUNNING), []),
        (job(slot(), paused_at=NOW), ["resume", *WAITING[1:]]),
        (job(RUNNING, paused_at=PAST), ["resume"]),
        (job(slot(run_at=NOW + timedelta(hours=1))), [*WAITING[:2], "now", *WAITING[2:]]),
        (job(slot(run_at=NOW + timedelta(hours=1), stage="Waiting: the model is busy")), WAITING),
        (job(slot(), failed("refused")), ["pause", "retry", "again", *WAITING[1:]]),
        (job(RUNNING, cancelled_at=NOW), []),
        (job(made()), []),
        (job(made(), failed("refused")), ["retry", "again"]),
        (job(failed("unknown")), ["pay", "accept", "again"]),
        (job(failed("unknown"), failed("transient")), ["retry", "pay", "accept", "again"]),
        (job(failed("lost")), ["pay", "again"]),
        (job(CANCELLED, cancelled_at=NOW), ["retry"]),
    ],
)
def test_offers_what_fits_the_state(one: GenerationJob, actions: list[str]) -> None:
    assert list(actions_for(OWNER, one, now=NOW)) == actions


@pytest.mark.parametrize("one", [job(slot()), job(failed("refused")), job(failed("unknown"))])
def test_offers_nothing_to_those_who_may_only_look(one: GenerationJob) -> None:
    assert actions_for(VIEWER, one, now=NOW) == ()
