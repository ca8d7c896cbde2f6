"""A worker is killed with pictures in the making: how soon another one takes them up.

In the same data folder its lock says at once that it is dead; in another one its lease, by the
database's clock, has to end first.
"""

import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from threading import Lock

from benchmarks.figures import Figure
from benchmarks.gemini import GEMINI, gemini_process, settings_for_gemini
from benchmarks.jobs import Studio, studio_of, wait_until
from benchmarks.scratch import LABELS, kinds, scratch_services
from benchmarks.worker_processes import worker_processes
from core.domain.jobs import CallState
from core.domain.queueing import EventKind
from core.jobs.settings import BEAT_EVERY_S
from tests.support.environment import ROOT

PICTURES = 2
SHOPS = 3
QUICK_SHOPS = 1
MAX_WITH_LOCK_S = 6.0
MAX_WITH_LEASE_S = 35.0
_CALL_S = 600.0
"""Longer than all of this takes: a picture is in the making whenever its worker is killed."""

_GIVE_UP_AFTER_S = 100.0
_LOOK_EVERY_S = 0.3  # when it was is said by the slots' history
_SECOND = 2
_IMPORTS = 3
_ALONE = Lock()


@dataclass(frozen=True)
class _Waits:
    """Seconds from a kill until all that the dead worker held was claimed by another one."""

    neighbour_s: float
    successor_s: float
    stranger_s: float


def figures(*, is_quick: bool) -> Iterator[Figure]:
    """Kill workers of several shops at a time, since most of it is waiting; the worst counts."""
    shops = QUICK_SHOPS if is_quick else SHOPS
    wanted = [kind for kind in kinds() for _ in range(shops)]
    with gemini_process(delay_s=_CALL_S) as url, ThreadPoolExecutor(len(wanted)) as pool:
        waits = list(pool.map(partial(_waits, url), wanted))
    import_s = _import_s()
    for kind in kinds():
        mine = [found for of, found in zip(wanted, waits, strict=True) if of == kind]
        name = f"{LABELS[kind]}: taken up, worst of {shops} kills"
        yield Figure(
            f"{name}, same folder", max(found.neighbour_s for found in mine),
            MAX_WITH_LOCK_S, "the promise: a beat", 1.0, unit="s",
        )  # fmt: skip
        yield Figure(
            f"{name}, another folder", max(found.stranger_s for found in mine),
            MAX_WITH_LEASE_S, "the promise: a lease and a beat", 1.0, unit="s",
        )  # fmt: skip
        yield Figure(
            f"{name}, started anew", max(found.successor_s for found in mine),
            import_s, "importing the worker", unit="s",
        )  # fmt: skip


def _waits(url: str, kind: str) -> _Waits:
    with scratch_services(kind, **settings_for_gemini(url)) as services:
        here = services.parts.settings.data_dir
        there = here.with_name("elsewhere")
        there.mkdir()
        (there / "files").symlink_to(here / "files")  # both see the products' photos
        studio = studio_of(services, GEMINI, products=1)
        with worker_processes(services) as workers:

            def with_pictures(worker: subprocess.Popen[bytes]) -> "_Victim":
                workers.wait_for(worker)
                return _Victim(studio, worker)

            victim = with_pictures(workers.start(here))
            neighbour = workers.start(here)
            workers.wait_for(neighbour)
            neighbour_s = victim.killed(lambda: None)
            started: list[subprocess.Popen[bytes]] = []
            with _ALONE:  # else all would start their workers at once, on a machine that is small
                victim = with_pictures(neighbour)
                successor_s = victim.killed(lambda: started.append(workers.start(here)))
            victim = with_pictures(started[0])
            workers.wait_for(workers.start(there))
            return _Waits(neighbour_s, successor_s, victim.killed(lambda: None))


class _Victim:
    """The only worker, which is making pictures."""

    def __init__(self, studio: Studio, process: subprocess.Popen[bytes]) -> None:
        self._studio = studio
        self._process = process
        [self._job_id] = studio.submit(1, variants=PICTURES)
        wait_until(self._is_at_work, every_s=_LOOK_EVERY_S)

    def killed(self, act: Callable[[], object]) -> float:
        """Kill it at some moment, act, and return after how long its pictures were taken up."""
        time.sleep(random.uniform(0, BEAT_EVERY_S))  # noqa: S311 - anywhere between its beats
        killed_at = datetime.now(UTC)
        self._process.kill()
        self._process.wait()
        act()
        wait_until(
            lambda: len(self._second_claims()) == PICTURES,
            timeout_s=_GIVE_UP_AFTER_S,
            every_s=_LOOK_EVERY_S,
        )
        return (max(self._second_claims().values()) - killed_at).total_seconds()

    def _is_at_work(self) -> bool:
        calls = self._studio.services.generation.calls(self._studio.actor, self._job_id)
        return [call.state for call in calls] == [CallState.INTENT] * PICTURES

    def _second_claims(self) -> dict[int, datetime]:
        """Return when another worker claimed each slot."""
        events = self._studio.services.generation.history(self._studio.actor, self._job_id)
        return {
            event.slot_id: event.at
            for event in events
            if event.kind is EventKind.CLAIMED and event.attempt == _SECOND
        }


def _import_s() -> float:
    taken_s = []
    for _ in range(_IMPORTS):
        begun = time.perf_counter()
        command = [sys.executable, "-c", "import core.cli"]
        subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603 - our own program
        taken_s.append(time.perf_counter() - begun)
    return statistics.median(taken_s)
