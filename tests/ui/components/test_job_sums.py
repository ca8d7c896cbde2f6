"""What is said about many jobs at once fits the counts."""

import pytest

from core.domain.jobs import SubmissionSum
from core.domain.workspace_queues import WorkspaceQueue
from ui.components.job_sums import cancel_all_sentence, submission_sentence


def of(*counts: int, estimate: int, cost: int) -> SubmissionSum:
    pictures, ready, failed, undecided, cancelled = counts
    return SubmissionSum(1, 4, pictures, ready, failed, undecided, cancelled, estimate, cost)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            of(16, 11, 2, 2, 0, estimate=700_000, cost=410_000),
            "11 of 16 pictures ready · 2 failed · 2 need a decision · $0.41 of about $0.70",
        ),
        (of(4, 0, 0, 0, 0, estimate=160_000, cost=0), "0 of 4 pictures ready · about $0.16"),
        (
            of(4, 2, 0, 1, 1, estimate=160_000, cost=120_000),
            "2 of 4 pictures ready · 1 needs a decision · 1 cancelled · $0.12",
        ),
        (of(1, 1, 0, 0, 0, estimate=0, cost=0), "1 of 1 picture ready · free"),
        (
            of(2, 0, 0, 0, 2, estimate=0, cost=0),
            "0 of 2 pictures ready · 2 cancelled · nothing spent",
        ),
    ],
)
def test_says_how_far_a_submission_is_and_what_it_cost(found: SubmissionSum, said: str) -> None:
    assert submission_sentence(found) == said


@pytest.mark.parametrize(
    ("running", "queued", "begin"),
    [
        (0, 1, "1 picture of this workspace waits and will not be made. What was made stays."),
        (
            1,
            3,
            (
                "3 pictures of this workspace wait and will not be made. "
                "1 picture that is being made now will be kept."
            ),
        ),
    ],
)
def test_says_what_it_means_to_cancel_all(running: int, queued: int, begin: str) -> None:
    queue = WorkspaceQueue(is_paused=False, active_jobs=2, running=running, queued=queued, held=0)

    assert cancel_all_sentence(queue).startswith(begin)
