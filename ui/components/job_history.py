"""What happened to a picture of a job, as sentences in their order."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from core.domain.jobs import LOST
from core.domain.queueing import EventKind, SlotEvent
from ui.components.job_words import Tone
from ui.components.moments import at_clock, clock

_QUEUED = {
    "found": "The lost answer was found; the picture is made of it and not paid again",
    "outage": "Back in the queue after an outage",
    "stopped": "Back in the queue: the worker was stopped",
}
_TONES: dict[EventKind, Tone] = {
    EventKind.QUEUED: "gray", EventKind.CLAIMED: "blue", EventKind.ASKED: "blue",
    EventKind.WAITING: "orange", EventKind.TAKEN_OVER: "orange",
    EventKind.PROMPT_EDITED: "violet", EventKind.SUCCEEDED: "green", EventKind.FAILED: "red",
    EventKind.CANCELLED: "gray",
}  # fmt: skip


@dataclass(frozen=True)
class HistoryLine:
    """One thing that happened."""

    at: datetime
    text: str
    tone: Tone


def history_line(event: SlotEvent) -> HistoryLine:
    """Return the event as a sentence; what its detail does not tell is left out."""
    tell: dict[EventKind, Callable[[dict[str, Any], int], str]] = {
        EventKind.QUEUED: _queued, EventKind.WAITING: _waiting,
        EventKind.CLAIMED: _claimed, EventKind.FAILED: _failed,
        EventKind.ASKED: lambda _detail, _attempt: "The image model was asked",
        EventKind.TAKEN_OVER: lambda _detail, _attempt: (
            "Its worker ended unexpectedly; back in the queue"
        ),
        EventKind.PROMPT_EDITED: lambda detail, _attempt: f"The prompt was changed{_by(detail)}",
        EventKind.SUCCEEDED: lambda _detail, _attempt: "The picture was made and kept",
        EventKind.CANCELLED: lambda detail, _attempt: f"Cancelled{_by(detail)}",
    }  # fmt: skip
    text = tell[event.kind](event.detail, event.attempt)
    return HistoryLine(event.at, text, _TONES[event.kind])


def _queued(detail: dict[str, Any], attempt: int) -> str:
    reason = _text(detail, "reason")
    moment = _moment(detail, "run_at")
    if moment is not None:
        return f"To begin {at_clock(moment)}{_by(detail)}"
    if reason:
        return f"{_QUEUED.get(reason, reason)}{_by(detail)}"
    return f"{'Queued once more' if attempt else 'Queued'}{_by(detail)}"


def _waiting(detail: dict[str, Any], _attempt: int) -> str:
    reason = _text(detail, "reason")
    if not reason:
        return "Back in the queue: the image model was not free"
    moment = _moment(detail, "until")
    # Many waits are over at once: "until" then would say nothing.
    until = f", until {clock(moment)}" if moment is not None and moment > datetime.now(UTC) else ""
    return f"{reason}{until}{_by(detail)}"


def _claimed(_detail: dict[str, Any], attempt: int) -> str:
    return "A worker began" if attempt <= 1 else f"A worker began, attempt {attempt}"


def _failed(detail: dict[str, Any], _attempt: int) -> str:
    if _text(detail, "code") == LOST:
        return f"The loss of its answer was accepted{_by(detail)}; it is not asked for again"
    return _text(detail, "sentence") or "It failed"


def _by(detail: dict[str, Any]) -> str:
    name = _text(detail, "by")
    return f" by {name}" if name else ""


def _text(detail: dict[str, Any], name: str) -> str:
    value = detail.get(name)
    return value if isinstance(value, str) else ""


def _moment(detail: dict[str, Any], name: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_text(detail, name))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
