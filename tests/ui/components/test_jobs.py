"""What is said about a job that runs is a fair guess, or nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from core.domain.generation import (
    Backdrop,
    GenerationJob,
    GenerationSettings,
    GenerationSlot,
    JobStatus,
    SlotStatus,
)
from ui.components.jobs import seconds_left

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def job(percents: list[int], *, running_s: float | None) -> GenerationJob:
    begun = None if running_s is None else NOW - timedelta(seconds=running_s)
    slots = tuple(
        GenerationSlot(
            place, 1, place, SlotStatus.RUNNING, percent, "Drawing", None, None, None, None, begun,
            None,
        )
        for place, percent in enumerate(percents)
    )  # fmt: skip
    settings = GenerationSettings("", 1, Backdrop("room"), "1:1", "1K", len(slots), "fake")
    return GenerationJob(
        1, 1, "Oak chair", settings, "", JobStatus.RUNNING, "Ann", NOW, None, 0, slots
    )


@pytest.mark.parametrize(
    ("percents", "running_s", "left_s"),
    [
        ([0, 0], None, None),
        ([3, 2], 60, None),
        ([50, 50], 20, 20),
        ([90, 90], 9, 5),
        ([10, 10], 60, 540),
        ([100, 0], 31, 30),
    ],
)
def test_guesses_the_time_left_from_how_it_went(
    percents: list[int], running_s: float | None, left_s: float | None
) -> None:
    assert seconds_left(job(percents, running_s=running_s), now=NOW) == left_s
