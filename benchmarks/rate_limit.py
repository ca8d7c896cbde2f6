"""Two worker processes with more work than a model's limit lets them begin.

They may never begin more requests in any minute than the limit, by the fake Gemini's own count,
and should begin as many as it allows.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from benchmarks.figures import Figure
from benchmarks.gemini import GEMINI, settings_for_gemini
from benchmarks.jobs import studio_of, wait_until
from benchmarks.scratch import LABELS, kinds, scratch_services
from core.services.slot_claims import WINDOW
from tests.fakes.gemini import FakeGemini
from tests.fakes.gemini_answers import Answer
from tests.fakes.gemini_limits import Meter, Window
from tests.support.nursery import nursery

WORKERS = 2
VARIANTS = 4
WINDOWS = 2.5
"""For so many minutes it is measured, so that more than two begin anew."""

MAX_SLOWER = 1 / 0.95
_CALL_S = 0.2
_MINUTE_S = 60.0
_SHORT_S = 30.0
_SHORT_WORKERS_S = 31.2
"""A short minute as the workers count it: a little longer, as their real one is."""


@dataclass(frozen=True)
class _Pace:
    """So many requests may begin within the window, which the workers take for a longer one."""

    limit: int
    window_s: float
    workers_window_s: float


MINUTE = _Pace(120, _MINUTE_S, WINDOW.total_seconds())
SHORT = _Pace(60, _SHORT_S, _SHORT_WORKERS_S)


@dataclass(frozen=True)
class _Seen:
    """What the fake saw: the most requests in one window, and when each came."""

    peak: int
    moments: list[float]


class _WindowMeter(Meter):
    """A meter that limits nothing and counts over windows of its own length."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    def _window(self, windows: dict[str, Window], model: str) -> Window:
        return windows.setdefault(model, Window(self._seconds))


def figures(*, is_quick: bool) -> Iterator[Figure]:
    """Measure both databases at a time, since most of it is waiting."""
    pace = SHORT if is_quick else MINUTE
    with ThreadPoolExecutor() as pool:
        seen_of = dict(zip(kinds(), pool.map(partial(_seen, pace), kinds()), strict=True))
    for kind, seen in seen_of.items():
        name = f"{LABELS[kind]}, {WORKERS} workers"
        yield Figure.of_count(
            f"{name}: most requests in {pace.window_s:g} s", seen.peak, pace.limit
        )
        count = min(2 * pace.limit, len(seen.moments) - 1)
        yield Figure(
            f"{name}: {count} requests", seen.moments[count] - seen.moments[0],
            count / pace.limit * pace.window_s, "all that the limit allows", MAX_SLOWER, unit="s",
        )  # fmt: skip


def _seen(pace: _Pace, kind: str) -> _Seen:
    jobs = round((WINDOWS + 1) * pace.limit / VARIANTS)
    meter = _WindowMeter(pace.window_s)
    # Nothing is drawn, so that the limit and not the machine says how fast it goes.
    refused = Answer(delay_s=_CALL_S, block_reason="PROHIBITED_CONTENT")
    with FakeGemini(answer=refused, meter=meter) as fake:
        settings = {
            **settings_for_gemini(fake.url),
            "gemini_requests_per_minute": pace.limit,
        }
        with scratch_services(kind, **settings) as services, nursery() as opened:
            for _ in range(WORKERS):
                worker = opened.start(
                    services.parts.settings,
                    hooks=[(_COUNTS_A_MINUTE_AS, pace.workers_window_s)],
                )
                worker.wait_until_ready()
            studio_of(services, GEMINI, products=jobs).submit(jobs, variants=VARIANTS)
            wait_until(lambda: fake.calls)
            time.sleep(WINDOWS * pace.window_s)
            return _Seen(max(meter.peaks.values()), sorted(call.at for call in fake.calls))


_COUNTS_A_MINUTE_AS = "tests.support.worker_hooks:counts_a_minute_as"
