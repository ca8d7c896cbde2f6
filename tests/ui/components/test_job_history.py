"""What happened to a picture reads as sentences, whatever was noted of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.domain.queueing import EventKind, SlotEvent
from tests.ui.sample_jobs import NOW
from ui.components.job_history import history_line

SOON = (datetime.now(UTC) + timedelta(days=400)).replace(microsecond=0)
UNTIL = f"until {SOON.day} {SOON:%b %Y, %H:%M} UTC"


@pytest.mark.parametrize(
    ("kind", "attempt", "detail", "text"),
    [
        (EventKind.QUEUED, 0, {"by": "Ann"}, "Queued by Ann"),
        (EventKind.QUEUED, 2, {"by": "Ann"}, "Queued once more by Ann"),
        (EventKind.QUEUED, 1, {"by": "Ben", "reason": "Resumed"}, "Resumed by Ben"),
        (EventKind.QUEUED, 1, {"reason": "stopped"}, "Back in the queue: the worker was stopped"),
        (EventKind.CLAIMED, 1, {"worker": "w"}, "A worker began"),
        (EventKind.CLAIMED, 3, {}, "A worker began, attempt 3"),
        (EventKind.ASKED, 1, {"call_id": "c"}, "The image model was asked"),
        (EventKind.WAITING, 1, {"reason": "Paused", "by": "Ann"}, "Paused by Ann"),
        (
            EventKind.WAITING,
            1,
            {"reason": "Waiting: the model is busy", "until": SOON.isoformat()},
            f"Waiting: the model is busy, {UNTIL}",
        ),
        (
            EventKind.WAITING,
            1,
            {"reason": "Waiting: the model is busy", "until": "2020-01-01T00:00:00+00:00"},
            "Waiting: the model is busy",
        ),
        (
            EventKind.WAITING,
            1,
            {"until": "soon"},
            "Back in the queue: the image model was not free",
        ),
        (EventKind.TAKEN_OVER, 1, {}, "Its worker ended unexpectedly; back in the queue"),
        (EventKind.PROMPT_EDITED, 0, {"by": "Ben"}, "The prompt was changed by Ben"),
        (EventKind.SUCCEEDED, 1, {}, "The picture was made and kept"),
        (EventKind.FAILED, 1, {"sentence": "It was refused."}, "It was refused."),
        (EventKind.FAILED, 1, {}, "It failed"),
        (EventKind.CANCELLED, 0, {"by": "Ann"}, "Cancelled by Ann"),
        (EventKind.CANCELLED, 0, {}, "Cancelled"),
    ],
)
def test_tells_what_happened(
    kind: EventKind, attempt: int, detail: dict[str, Any], text: str
) -> None:
    assert history_line(SlotEvent(1, attempt, kind, detail, NOW)).text == text


def test_tells_when_it_is_to_begin() -> None:
    detail = {"by": "Ann", "reason": "Begins at another time", "run_at": SOON.isoformat()}

    line = history_line(SlotEvent(1, 0, EventKind.QUEUED, detail, NOW))

    assert line.text == f"To begin on {UNTIL.removeprefix('until ')} by Ann"


def test_knows_every_kind_of_event() -> None:
    for kind in EventKind:
        assert history_line(SlotEvent(1, 1, kind, {}, NOW)).text
