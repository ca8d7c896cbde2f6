"""How many lines of an import are done in one transaction."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

MOST_LINES = 1000
FEWEST_LINES = 200
_WANTED_S = 0.6


class Pace:
    """As many lines at once as take a good half second, however busy the machine is.

    A transaction that takes longer keeps others from writing to SQLite, and the progress that
    people see stands still meanwhile; one that is much shorter wastes time on its commit.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.lines = MOST_LINES // 2

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Take the time of a with statement that does `lines` lines, and learn from it."""
        begun = self._clock()
        yield
        taken_s = self._clock() - begun
        # Never more than twice or less than half of before: one slow write tells little.
        factor = min(2.0, max(0.5, _WANTED_S / max(taken_s, 0.001)))
        self.lines = min(MOST_LINES, max(FEWEST_LINES, int(self.lines * factor)))
