"""Failpoints: where a test ends this process as a crash would, to see what the next one finds."""

import os
import random
import re
import signal
import threading
from collections import Counter
from functools import lru_cache

VARIABLE = "EPOX_FAILPOINTS"
"""A list with commas: `name` or `name:n` kills the process when it passes the point for the n-th
time; `name:probability:seed` at each pass with that probability, the same ones for the same seed.
"""

_ENTRY = re.compile(r"(?P<name>\w+)(:(?P<number>\d+|[\d.]+(?=:))(:(?P<seed>\w+))?)?")


def failpoint(name: str) -> None:
    """Do nothing, unless the environment names this point; then perhaps die without any goodbye.

    What the environment says but cannot be meant raises `ValueError`.
    """
    wanted = os.environ.get(VARIABLE)
    if wanted and _points(wanted, os.getpid()).ends_at(name):
        os.kill(os.getpid(), signal.SIGKILL)


class _Points:
    """What one process was told, and how often it passed each point."""

    def __init__(self, wanted: str) -> None:
        self._passes: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._ends: dict[str, tuple[float, str]] = {}
        for entry in wanted.split(","):
            found = _ENTRY.fullmatch(entry.strip())
            if found is None:
                raise ValueError(f"{VARIABLE}: {entry!r} is not name, name:2 or name:0.1:seed")
            self._ends[found["name"]] = (float(found["number"] or 1), found["seed"] or "")

    def ends_at(self, name: str) -> bool:
        if name not in self._ends:
            return False
        number, seed = self._ends[name]
        with self._lock:
            self._passes[name] += 1
            passed = self._passes[name]
        if not seed:
            return passed == number
        # Drawn for the pass and not in turn: threads at other points do not change it.
        return random.Random(f"{seed} {name} {passed}").random() < number  # noqa: S311 - to be replayed


@lru_cache(maxsize=1)
def _points(wanted: str, process_id: int) -> _Points:
    """Return this process's points: a forked one counts anew."""
    del process_id
    return _Points(wanted)
