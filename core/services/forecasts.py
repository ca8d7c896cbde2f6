"""What pictures that are asked for now would wait for, and how long they take."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.plans import Hold
from core.domain.queueing import ModelLimits
from core.repositories.queue_state import Ahead

_MINUTE_S = 60


@dataclass(frozen=True)
class Pace:
    """How fast pictures are made: so many at once, each in so many seconds, low and high."""

    at_once: int
    seconds: tuple[float, float]
    limits: ModelLimits = ModelLimits()  # noqa: RUF009 - it is frozen

    def seconds_until(self, low: int, high: int) -> tuple[int, int]:
        """Return how long as many pictures take at least, and as many at most."""
        fast, slow = self.seconds
        return self._seconds(low, fast), self._seconds(high, slow)

    def _seconds(self, count: int, each_s: float) -> int:
        if not count:
            return 0
        limits = self.limits
        at_once = min(self.at_once, limits.calls_at_once or self.at_once)
        # Each round takes as long as one picture, however few are made in it.
        spans = [math.ceil(count / at_once) * each_s]
        # The first of each minute's pictures begin together, the last one takes its own time too.
        spans += [
            (count - 1) // in_minute * _MINUTE_S + each_s
            for in_minute in (limits.requests_per_minute, limits.images_per_minute)
            if in_minute is not None
        ]
        return round(max(spans))


def hold_of(ahead: Ahead, now: datetime, run_at: datetime | None) -> Hold | None:
    """Return why nothing would begin now, or at `run_at`; None when nothing is in the way."""
    if ahead.workspace_paused_at is not None:
        return Hold("paused_workspace")
    model = ahead.model
    if model is None:
        return None
    if model.paused_at is not None:
        return Hold("paused_model")
    begins = now if run_at is None else max(now, run_at)
    parking = model.parking
    if parking is not None and (parking.until is None or parking.until > begins):
        return Hold("stopped_model", parking.until)
    if model.resting_until is not None and model.resting_until > begins:
        return Hold("resting_model", model.resting_until)
    return None


def mean_seconds(spans: Sequence[tuple[int, tuple[int, int]]]) -> tuple[float, float]:
    """Return the usual time of one picture, low and high, of so many with these times each."""
    count = sum(number for number, _ in spans) or 1
    return (
        sum(number * fast for number, (fast, _) in spans) / count,
        sum(number * slow for number, (_, slow) in spans) / count,
    )
