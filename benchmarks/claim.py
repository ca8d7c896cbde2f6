"""Claiming the next slot, however many were made before and however many wait."""

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from statistics import median

from benchmarks.figures import Figure
from benchmarks.history import add_history
from benchmarks.jobs import Studio, patient_hands, studio_of
from benchmarks.raw import raw_connection, recorded, replay
from benchmarks.scratch import LABELS, kinds, scratch_services
from core.domain.plans import MAX_PLAN_PICTURES
from tests.fakes.image_model import FakeImageModel
from tests.support.generation import with_model

VARIANTS = 4
FINISHED = (1_000, 10_000, 100_000)
QUICK_FINISHED = (1_000, 10_000)
QUEUED = 10_000
SHORT_QUEUE = 40
ROUNDS = 150
QUICK_ROUNDS = 20
MAX_S = 40.0
"""A slow machine measures fewer rounds."""

FLAT = 1.5
_WARM_UP = 3


def figures(*, is_quick: bool) -> Iterator[Figure]:
    """Measure with more and more that was made, then with a long queue."""
    rounds = QUICK_ROUNDS if is_quick else ROUNDS
    few, *many = QUICK_FINISHED if is_quick else FINISHED
    for kind in kinds():
        with ExitStack() as stack:
            workers = {
                f"{count:,} made": stack.enter_context(_worker(kind, count, SHORT_QUEUE))
                for count in (few, *many)
            }
            workers[f"{QUEUED:,} wait"] = stack.enter_context(_worker(kind, few, QUEUED))
            medians = _medians(workers, rounds)
            least, *others = workers
            raw_ms = _raw_ms(workers[least], rounds)
        name = f"{LABELS[kind]}: a claim"
        yield Figure(f"{name}, {least}", medians[least], raw_ms, "raw driver, same SQL")
        for other in others:
            yield Figure(f"{name}, {other}", medians[other], medians[least], least, FLAT)


class _Worker:
    """A worker that gives back what it claims."""

    def __init__(self, studio: Studio) -> None:
        self.settings = studio.services.parts.settings
        self._database = studio.services.parts.database
        self._hands = patient_hands(studio.services)

    def claim(self) -> None:
        self._hands.claim()

    def give_back(self) -> None:
        with self._database.begin() as work:
            now = work.now()
            work.slot_queue.release(self._hands.card.id, (), now, now)


@contextmanager
def _worker(kind: str, finished: int, queued: int) -> Iterator[_Worker]:
    """Yield a worker in a shop that made so many pictures and waits for so many more."""
    with scratch_services(kind) as plain:
        jobs_of_a_plan = min(queued, MAX_PLAN_PICTURES) // VARIANTS
        services = with_model(plain, FakeImageModel())
        studio = studio_of(services, "fake", products=jobs_of_a_plan)
        add_history(studio, "fake", finished)
        for _ in range(queued // (jobs_of_a_plan * VARIANTS)):
            studio.submit(jobs_of_a_plan, variants=VARIANTS)
        yield _Worker(studio)


def _medians(workers: Mapping[str, _Worker], rounds: int) -> dict[str, float]:
    taken_ms: dict[str, list[float]] = {name: [] for name in workers}
    until_s = time.monotonic() + MAX_S
    for turn in range(rounds + _WARM_UP):
        if turn > 2 * _WARM_UP and time.monotonic() > until_s:
            break
        for name, worker in workers.items():
            begun = time.perf_counter()
            worker.claim()
            if turn >= _WARM_UP:
                taken_ms[name].append(1000 * (time.perf_counter() - begun))
            worker.give_back()
    return {name: median(times) for name, times in taken_ms.items()}


def _raw_ms(worker: _Worker, rounds: int) -> float:
    with recorded() as statements:
        worker.claim()
    worker.give_back()
    taken_ms = []
    with raw_connection(worker.settings) as raw:
        for _ in range(rounds):
            begun = time.perf_counter()
            replay(raw, statements, end="ROLLBACK")
            taken_ms.append(1000 * (time.perf_counter() - begun))
    return median(taken_ms)
