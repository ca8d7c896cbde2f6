"""What is said about a job is true, says most in few words, and guesses only what it can."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.jobs import GenerationJob, SlotStatus
from core.domain.workspace_queues import Holds
from tests.ui.sample_jobs import NOW, PAST, failed, job, made, slot
from ui.components.job_words import (
    Hold,
    complaints_of,
    costs_of,
    flags_of,
    hold_of,
    made_of,
    note_of,
    seconds_left,
    sign_of,
    slot_note,
    slot_sign,
)
from ui.format import cents

RUNNING = slot(status=SlotStatus.RUNNING, progress_percent=50, stage="Drawing", started_at=PAST)
BUSY = slot(stage="Waiting: the model is busy", run_at=NOW + timedelta(seconds=40))
PARKED = slot(stage="Waiting: the model refused the key")
LATER = slot(run_at=NOW + timedelta(hours=3))
CANCELLED = slot(status=SlotStatus.CANCELLED)
REFUSED = failed("refused", "The safety filter refused this picture.")
LOST = failed("unknown")
LET_GO = failed("lost", "Its answer was lost.")
ALL_PAUSED = Hold("all is paused", is_of_all=True)
STOPPED = Hold("Fake model is stopped", is_of_all=False)


@pytest.mark.parametrize(
    ("one", "label", "note"),
    [
        (job(slot(), slot()), "Queued", "Waiting for its turn"),
        (job(RUNNING, slot()), "Rendering", "Drawing · about 3 min left"),
        (job(BUSY, slot()), "Waiting", "The model is busy, for 40 s more"),
        (job(PARKED), "Waiting", "The model refused the key"),
        (job(LATER), "Scheduled", "Starts at 15:00 UTC"),
        (job(slot(), paused_at=NOW), "Paused", "Paused since 12:00 UTC"),
        (
            job(RUNNING, slot(), paused_at=NOW),
            "Pausing",
            "Paused since 12:00 UTC, 1 picture still being made",
        ),
        (
            job(RUNNING, cancelled_at=NOW),
            "Stopping",
            "1 picture can no longer be stopped, and will be kept",
        ),
        (job(made(), made()), "Ready", ""),
        (job(made(), REFUSED), "Some failed", ""),
        (job(REFUSED), "Failed", ""),
        (job(made(), LOST), "Needs a decision", ""),
        (job(made(), LET_GO), "Some failed", ""),
        (job(made(), made(), cancelled_at=NOW), "Ready", ""),
        (job(CANCELLED, cancelled_at=NOW), "Cancelled", ""),
        (job(made(), CANCELLED, cancelled_at=NOW), "Cancelled", "Cancelled, what was made is kept"),
    ],
)
def test_says_where_a_job_stands_and_what_it_waits_for(
    one: GenerationJob, label: str, note: str
) -> None:
    assert sign_of(one, now=NOW).label == label
    assert note_of(one, now=NOW) == note


@pytest.mark.parametrize(
    ("one", "hold", "label", "note"),
    [
        (job(slot()), ALL_PAUSED, "Paused", "Waiting: all is paused"),
        (job(BUSY), ALL_PAUSED, "Paused", "Waiting: all is paused · was to start at 12:00 UTC"),
        (
            job(LATER),
            ALL_PAUSED,
            "Paused",
            "Waiting: all is paused · was to start at 15:00 UTC",
        ),
        (job(slot()), STOPPED, "Waiting", "Fake model is stopped"),
        (job(PARKED), STOPPED, "Waiting", "The model refused the key"),
        (job(LATER), STOPPED, "Scheduled", "Starts at 15:00 UTC"),
    ],
)
def test_says_what_holds_up_a_job_that_could_begin(
    one: GenerationJob, hold: Hold, label: str, note: str
) -> None:
    assert sign_of(one, now=NOW, hold=hold).label == label
    assert note_of(one, now=NOW, hold=hold) == note
    [only] = one.slots
    assert slot_sign(one, only, now=NOW, hold=hold).label == label
    assert slot_note(one, only, now=NOW, hold=hold) == note


@pytest.mark.parametrize("one", [job(RUNNING), job(made()), job(slot(), paused_at=NOW)])
def test_says_nothing_of_that_where_it_is_not_the_reason(one: GenerationJob) -> None:
    assert sign_of(one, now=NOW, hold=ALL_PAUSED) == sign_of(one, now=NOW)
    assert note_of(one, now=NOW, hold=ALL_PAUSED) == note_of(one, now=NOW)


def test_names_the_model_that_is_stopped() -> None:
    stopped = Holds(stopped_models=frozenset({"fake"}))

    assert hold_of(job(), stopped, {"fake": "Fake model"}) == STOPPED
    assert hold_of(job(), Holds(stopped_models=frozenset({"other"})), {}) is None
    assert hold_of(job(), Holds(is_paused=True), {}) == ALL_PAUSED


@pytest.mark.parametrize(
    ("one", "labels"),
    [
        (job(slot()), []),
        (job(slot(), priority=99), ["Goes first"]),
        (job(slot(), priority=200), ["Low priority"]),
        (job(LOST, slot()), ["Needs a decision"]),
        (job(made(), priority=50), []),
    ],
)
def test_marks_what_is_to_be_seen_at_a_glance(one: GenerationJob, labels: list[str]) -> None:
    assert [flag.label for flag in flags_of(one)] == labels


@pytest.mark.parametrize(
    ("estimate", "cost", "one", "said"),
    [
        (0, 0, job(slot()), "free"),
        (80_000, 0, job(slot()), "about $0.08"),
        (80_000, 39_000, job(made(), slot()), "$0.04 of about $0.08"),
        (80_000, 78_000, job(made(), made()), "$0.08"),
        (80_000, 0, job(CANCELLED), "nothing spent"),
        (9_000, 1_200, job(made(), REFUSED), "$0.0012 of about $0.0090"),
    ],
)
def test_says_what_was_spent_against_what_was_expected(
    estimate: int, cost: int, one: GenerationJob, said: str
) -> None:
    shown = job(*one.slots, estimate_micros=estimate, cost_micros=cost)

    assert costs_of(shown) == said


def test_tells_sentences_apart_and_says_that_a_sum_is_of_each_picture() -> None:
    cost = "It was refused. It cost about $0.0036."
    shown = job(failed("refused", cost), failed("refused", cost), REFUSED, LET_GO)

    two, one, let_go = complaints_of(shown)

    assert two.text == "2 pictures: It was refused. It cost about $0.0036 each."
    assert one.text.startswith("1 picture: The safety filter")
    assert (let_go.tone, let_go.text) == ("gray", "1 picture: Its answer was lost.")


def test_says_each_kind_of_failure_once_and_what_is_to_be_decided_first() -> None:
    shown = job(REFUSED, made(), REFUSED, LOST)

    lost, refused = complaints_of(shown)

    assert (lost.tone, refused.tone) == ("orange", "red")
    assert lost.text.startswith("1 picture: The answer was lost")
    assert refused.text == "2 pictures: The safety filter refused this picture."
    assert made_of(shown) == "1 of 4 pictures ready"


@pytest.mark.parametrize(
    ("one", "label", "note"),
    [
        (job(slot(), paused_at=NOW), "Paused", "Waits until the job is resumed"),
        (job(BUSY), "Waiting", "The model is busy, for 40 s more"),
        (job(LATER), "Scheduled", "Starts at 15:00 UTC"),
        (job(slot()), "Queued", "Waiting for its turn"),
        (job(RUNNING), "Rendering", "Drawing"),
        (job(LOST), "May have been charged", ""),
        (job(LET_GO), "May have been charged", ""),
        (job(REFUSED), "Failed", ""),
        (job(CANCELLED), "Cancelled", ""),
        (job(made()), "Ready", ""),
    ],
)
def test_says_where_each_picture_stands(one: GenerationJob, label: str, note: str) -> None:
    [only] = one.slots

    assert slot_sign(one, only, now=NOW).label == label
    assert slot_note(one, only, now=NOW) == note


@pytest.mark.parametrize(
    ("percents", "running_s", "left_s"),
    [
        ([0, 0], None, None),
        ([3, 2], 60, None),
        ([50, 50], 20, 20),
        ([90, 90], 9, 5),
        ([10, 10], 60, None),
        ([30, 30], 300, 720),
        ([100, 0], 31, 30),
    ],
)
def test_guesses_the_time_left_from_how_it_went(
    percents: list[int], running_s: float | None, left_s: float | None
) -> None:
    begun = None if running_s is None else NOW - timedelta(seconds=running_s)
    slots = [
        slot(status=SlotStatus.RUNNING, progress_percent=percent, started_at=begun)
        for percent in percents
    ]

    assert seconds_left(job(*slots), now=NOW) == left_s


def test_guesses_the_time_left_from_the_pictures_that_were_made() -> None:
    took_20_s = replace(made(), started_at=PAST, finished_at=PAST + timedelta(seconds=20))
    begun = slot(status=SlotStatus.RUNNING, started_at=NOW - timedelta(seconds=5))

    assert seconds_left(job(took_20_s, begun), now=NOW) == 15
    assert seconds_left(job(took_20_s, begun, slot(), slot()), now=NOW) == 55
    assert seconds_left(job(took_20_s, begun, begun, slot(), slot()), now=NOW) == 35


@pytest.mark.parametrize(
    ("micros", "said"),
    [(0, "$0.00"), (1_200, "$0.0012"), (39_000, "$0.04"), (1_250_000, "$1.25")],
)
def test_rounds_money_to_what_matters(micros: int, said: str) -> None:
    assert cents(micros) == said
