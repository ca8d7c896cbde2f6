"""How often the fake Gemini is asked, how often it may be, and when it fails by chance."""

import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from tests.fakes.gemini_answers import (
    Answer,
    gateway_page,
    quota_failure,
    refusal,
    retry_info,
)

WINDOW_S = 60.0
_EXHAUSTED = "RESOURCE_EXHAUSTED"
_OVER = "You exceeded your current quota, please check your plan and billing details."


@dataclass
class Window:
    """What was accepted within the last `seconds`, and the most that it ever was."""

    seconds: float = WINDOW_S
    peak: int = 0
    _moments: deque[float] = field(default_factory=deque)

    def count(self, now: float) -> int:
        """Return how many there are in the window now."""
        while self._moments and self._moments[0] <= now - self.seconds:
            self._moments.popleft()
        return len(self._moments)

    def add(self, now: float) -> None:
        """Note one more."""
        self._moments.append(now)
        self.peak = max(self.peak, self.count(now))

    def wait_s(self, limit: int, now: float) -> float:
        """Return how long it takes until there is room for one more; 0 if there is."""
        beyond = self.count(now) - limit
        if beyond < 0:
            return 0.0
        if beyond >= len(self._moments):
            return self.seconds  # a limit of nothing
        return self._moments[beyond] + self.seconds - now


class Meter:
    """The sliding minutes of each model; not safe to use from threads at once.

    `requests_per_minute` and `images_per_minute` are limits for each model; None is none. What is
    over one is answered as Google does, and counted in `refused`.
    """

    def __init__(
        self,
        *,
        requests_per_minute: int | None = None,
        images_per_minute: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.requests_per_minute = requests_per_minute
        self.images_per_minute = images_per_minute
        self._clock = clock
        self.refused = 0
        self._requests: dict[str, Window] = {}
        self._images: dict[str, Window] = {}

    @property
    def peaks(self) -> dict[str, int]:
        """Return the most requests that were ever accepted within a minute, by model."""
        return {model: window.peak for model, window in self._requests.items()}

    def forget(self) -> None:
        """Begin anew; the limits stay."""
        self._requests.clear()
        self._images.clear()
        self.refused = 0

    def refusal_of(self, model: str) -> Answer | None:
        """Return the answer to one request too many, or None."""
        now = self._clock()
        checks = (
            (self.requests_per_minute, self._requests, "GenerateRequestsPerMinute"),
            (self.images_per_minute, self._images, "GenerateImagesPerMinute"),
        )
        for limit, windows, quota in checks:
            if limit is None:
                continue
            wait_s = self._window(windows, model).wait_s(limit, now)
            if wait_s > 0:
                self.refused += 1
                quota_id = f"{quota}PerProjectPerModel"
                details = quota_failure(quota_id), retry_info(f"{wait_s:.9f}s")
                return refusal(429, _EXHAUSTED, f"{_OVER} limit: {limit}", *details)
        return None

    def add(self, model: str, *, has_picture: bool) -> None:
        """Note an accepted request."""
        now = self._clock()
        self._window(self._requests, model).add(now)
        if has_picture:
            self._window(self._images, model).add(now)

    def _window(self, windows: dict[str, Window], model: str) -> Window:
        return windows.setdefault(model, Window())


FAULTS = (
    refusal(500, "INTERNAL", "An internal error has occurred. Please retry."),
    gateway_page(),
    refusal(503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
    refusal(
        429,
        _EXHAUSTED,
        _OVER,
        quota_failure("GenerateRequestsPerMinutePerProjectPerModel"),
        retry_info("1.25s"),
    ),
    Answer(has_candidates=False),
    Answer(finish_reason="NO_IMAGE", parts=None),
)
"""What Epox gets over by itself."""


class Faults:
    """Failures by chance: the same seed gives the same ones in the same order."""

    def __init__(self, seed: int, rate: float) -> None:
        self.rate = rate
        self._chance = random.Random(seed)  # noqa: S311 - it has to be repeatable

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return what `SEED:RATE` describes, such as `7:0.2`."""
        seed, rate = text.split(":")
        return cls(int(seed), float(rate))

    def next(self) -> Answer | None:
        """Return the next failure, or None when this time all goes well."""
        if self._chance.random() >= self.rate:
            return None
        return self._chance.choice(FAULTS)
