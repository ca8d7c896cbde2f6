"""A failed picture says what happened, what is kept, what it cost and what to do."""

import pytest

from core.domain.jobs import CallState, ProviderCall
from tests.ui.sample_jobs import call, failed
from ui.components.job_failures import explain

REFUSED = call(state=CallState.REFUSED, cost_micros=0)
LOST = call(state=CallState.UNKNOWN, cost_micros=40_000)
OPEN = call(state=CallState.INTENT, cost_micros=0)


@pytest.mark.parametrize(
    ("calls", "money"),
    [
        ([], "Nothing was spent: the image model was not asked."),
        ([REFUSED], "Nothing was charged."),
        ([REFUSED, call(state=CallState.FAILED)], "$0.04 was charged."),
        ([LOST], "About $0.04 may have been charged; it is counted as spent."),
        (
            [LOST, call(state=CallState.FAILED)],
            "$0.04 was charged. About $0.04 may have been charged; it is counted as spent.",
        ),
    ],
)
def test_says_whether_money_was_spent(calls: list[ProviderCall], money: str) -> None:
    assert explain(failed("refused"), calls).money == money


def test_tells_in_the_models_words_what_happened() -> None:
    told = explain(failed("refused", "The safety filter refused this picture."), [REFUSED])

    assert told.happened == "The safety filter refused this picture."
    assert "every picture of this job that was made" in told.kept
    assert "studio" in told.to_do


def test_leaves_a_lost_answer_to_the_person() -> None:
    told = explain(failed("unknown"), [LOST])

    assert told.happened == "The request left, and its answer was lost on the way."
    assert told.to_do == "Decide: pay once more, or accept the loss. Both can be done later too."


def test_promises_that_a_kept_answer_is_not_paid_again() -> None:
    assert "does not pay again" in explain(failed("storage"), [OPEN]).kept


def test_knows_what_to_do_about_a_failure_that_is_new() -> None:
    assert explain(failed("something-new"), []).to_do.startswith("Retry")
