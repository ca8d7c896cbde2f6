"""A sweep: jobs are submitted without end while workers are killed, until enough of them were."""

import logging
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from core.domain.asset_filters import AssetFilter
from core.domain.assets import Origin
from core.domain.jobs import GenerationJob, SlotStatus
from core.domain.products import Product
from core.domain.queueing import EventKind
from tests.support.invariants import rows
from tests.support.nursery import NurseryWorker
from tests.support.shop import Shop

log = logging.getLogger(__name__)

FREE_POINTS = ("claimed", "spooled", "checked", "stored", "publishing", "published", "discarded")
"""Points at which a death must cost nothing: before the call, or after its answer is kept."""

PAID_POINTS = ("intent", "answered")
"""Points at which the answer is lost with the process: a person decides about paying again."""

HARNESS = ("sent", "random")
"""Deaths that come from outside: during the call, and at any moment."""

_WAIT_S = 240.0
_TICK_S = 0.01


@dataclass(frozen=True)
class Kill:
    """A worker that died: where, when, and what each of its threads had passed last."""

    number: int
    where: str
    at: float
    standing: tuple[str, ...]

    @property
    def surely_lost(self) -> int:
        """Return how many threads had surely asked, and surely not kept the answer."""
        return self._others.count("intent") + (self.where in PAID_POINTS)

    @property
    def perhaps_lost(self) -> int:
        """Return of how many it cannot be said: they died on their way from a point to the next."""
        return self._others.count("claimed") + self._others.count("answered")

    @property
    def _others(self) -> list[str]:
        """Return where the threads stood that did not die at a point themselves."""
        others = list(self.standing)
        if self.where not in HARNESS:
            others.remove(self.where)
        return others


@dataclass
class _Fate:
    """How a worker is to die."""

    point: str
    failpoints: str = ""
    at_s: float = 0.0


@dataclass
class Report:
    """What a sweep found."""

    seed: int
    database: str
    kills: list[Kill] = field(default_factory=list)
    pictures: int = 0
    calls_accepted: int = 0
    unknown: int = 0
    lost: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    recoveries_s: list[float] = field(default_factory=list)
    keeping_s: list[float] = field(default_factory=list)
    """How long an answer was nowhere but in its worker's memory, each time."""

    violations: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def at_least(self) -> int:
        """Return how many answers must have been lost."""
        return sum(kill.surely_lost for kill in self.kills)

    @property
    def at_most(self) -> int:
        """Return how many answers can have been lost."""
        return self.at_least + sum(kill.perhaps_lost for kill in self.kills)

    def __str__(self) -> str:
        """Return it for people."""
        points = Counter(kill.where for kill in self.kills)
        ordered, keeping = self.recoveries_s or [0.0], self.keeping_s or [0.0]
        return (
            f"{self.database}: {len(self.kills)} kills in {self.seconds:.0f} s "
            f"(seed {self.seed}): {dict(sorted(points.items()))}; "
            f"{self.pictures} pictures, {self.calls_accepted} calls accepted, "
            f"{self.lost} answers lost, {self.unknown} unknown in the ledger, "
            f"{self.at_least} to {self.at_most} killed between request and keeping; "
            f"failed on the way {dict(self.failed)}; "
            f"{len(ordered)} recoveries, median {ordered[len(ordered) // 2]:.2f} s, "
            f"longest {ordered[-1]:.2f} s; median of the time until an answer was kept "
            f"{1000 * keeping[len(keeping) // 2]:.1f} ms; {len(self.violations)} violations"
        )


class Sweep:
    """Keeps workers alive and kills them, as its seed says."""

    def __init__(
        self,
        shop: Shop,
        *,
        seed: int,
        workers: int = 2,
        threads: int = 1,
    ) -> None:
        self._shop = shop
        self._random = random.Random(seed)  # noqa: S311 - to be replayed
        self._places: list[tuple[NurseryWorker, _Fate]] = []
        self._workers = workers
        self._threads = threads
        self._jobs: list[int] = []
        self._deck: list[str] = []
        self.report = Report(seed, "sqlite" if shop.settings.is_sqlite else "postgresql")

    def run(self, products: list[Product], *, kills: int) -> Report:
        """Kill so often, let healthy workers finish everything, and return what was found."""
        begun_s = time.monotonic()
        self._places = [self._started() for _ in range(self._workers)]
        while len(self.report.kills) < kills:
            assert time.monotonic() < begun_s + _WAIT_S + 3 * kills, self._story()
            self._keep_busy(products)
            self._places = [self._after(place) for place in self._places]
            time.sleep(_TICK_S)
        for worker, _ in self._places:
            worker.kill()
            self._note(worker, "random")
        self._finish()
        self._judge()
        self.report.seconds = time.monotonic() - begun_s
        return self.report

    def _started(self) -> tuple[NurseryWorker, _Fate]:
        fate = self._fate()
        worker = self._shop.worker(failpoints=fate.failpoints, threads=self._threads)
        return worker, fate

    def _fate(self) -> _Fate:
        # Dealt like cards, so that each point has its share also in a short sweep.
        if not self._deck:
            self._deck = [*FREE_POINTS, *PAID_POINTS, *HARNESS]
            self._random.shuffle(self._deck)
        point = self._deck.pop()
        if point == "random":
            return _Fate(point, at_s=time.monotonic() + self._random.uniform(0.1, 1.2))
        if point == "sent":
            return _Fate(point, at_s=time.monotonic() + self._random.uniform(0.0, 0.3))
        if self._random.random() < 0.5:
            return _Fate(point, f"{point}:0.6:{self._random.randrange(10**6)}")
        return _Fate(point, f"{point}:{self._random.randint(1, 2)}")

    def _after(self, place: tuple[NurseryWorker, _Fate]) -> tuple[NurseryWorker, _Fate]:
        worker, fate = place
        if worker.is_alive:
            is_due = fate.at_s and time.monotonic() > fate.at_s
            if is_due and (fate.point == "random" or self._is_calling(worker)):
                worker.kill()
            else:
                return place
        assert worker.code == -signal.SIGKILL, worker.log
        self._note(worker, fate.point)
        return self._started()

    def _is_calling(self, worker: NurseryWorker) -> bool:
        """Say whether the provider has accepted a call of this worker that it has not answered."""
        asking = sum(point == "intent" for other in self._alive for point in other.standing)
        return "intent" in worker.standing and self._shop.gemini._running >= asking

    @property
    def _alive(self) -> list[NurseryWorker]:
        return [worker for worker, _ in self._places if worker.is_alive]

    def _note(self, worker: NurseryWorker, where: str) -> None:
        passed_s = time.monotonic() - (worker.ended_at_s or 0)
        self.report.kills.append(
            Kill(
                number=worker.number,
                where=where,
                at=time.time() - passed_s,
                standing=tuple(worker.standing),
            )
        )

    def _keep_busy(self, products: list[Product]) -> None:
        if len(self._jobs) % 4 == 0 and self._open_pictures() > 4 * self._workers * self._threads:
            return
        product = self._random.choice(products)
        self._submit(product, self._random.randint(1, 3))

    def _open_pictures(self) -> int:
        return int(
            rows(
                self._shop.services,
                "SELECT count(*) FROM generation_slots WHERE status IN ('queued', 'running')",
            )[0][0]
        )

    def _submit(self, product: Product, variants: int) -> None:
        # A prompt of its own for each job: by it the provider's books are compared with ours.
        prompt = f"soft light number {len(self._jobs)}"
        self._jobs.append(self._shop.submit(product, variants=variants, prompt=prompt))
        self.report.pictures += variants

    def _finish(self) -> None:
        """Let healthy workers do the rest; a person accepts what was lost, until all is made."""
        for _ in range(self._workers):
            self._shop.worker()
        until_s = time.monotonic() + _WAIT_S
        while True:
            assert time.monotonic() < until_s, self._story()
            jobs = [self._shop.job(job_id) for job_id in self._jobs]
            if all(job.status.is_final for job in jobs):
                missing = [job for job in jobs if _failures(job)]
                if not missing:
                    break
                for job in missing:
                    self.report.failed.update(_failures(job))
                    self._shop.accept(job.id)
            time.sleep(0.1)
        self._shop.stop_all()

    def _judge(self) -> None:
        report = self.report
        report.calls_accepted = self._shop.paid
        report.lost = report.calls_accepted - report.pictures
        [[report.unknown]] = rows(
            self._shop.services, "SELECT count(*) FROM provider_calls WHERE state = 'unknown'"
        )
        report.violations = self._shop.violations()
        made = self._shop.services.assets.search(
            self._shop.actor, AssetFilter(origins=(Origin.GENERATED,))
        ).total
        if made != report.pictures:
            report.violations.append(f"{made} pictures in the gallery of {report.pictures}")
        if report.lost > report.unknown:
            report.violations.append(
                f"{report.lost} pictures were paid again, {report.unknown} are said to be unknown"
            )
        report.recoveries_s = sorted(self._recoveries_s())
        report.keeping_s = sorted(self._keeping_s())

    def _recoveries_s(self) -> Iterator[float]:
        """Yield how long after each kill each slot of the dead worker was claimed again."""
        killed_at = {
            name: kill.at
            for kill in self.report.kills
            for name in self._shop.nursery.workers[kill.number - 1].names
        }
        for job_id in self._jobs:
            held: dict[int, str] = {}
            waits: dict[int, float] = {}
            for event in self._shop.services.generation.history(self._shop.actor, job_id):
                if event.kind is EventKind.TAKEN_OVER and held.get(event.slot_id) in killed_at:
                    waits[event.slot_id] = killed_at[held[event.slot_id]]
                if event.kind is EventKind.CLAIMED:
                    held[event.slot_id] = event.detail["worker"]
                    if event.slot_id in waits:
                        yield event.at.timestamp() - waits.pop(event.slot_id)

    def _keeping_s(self) -> Iterator[float]:
        for worker in self._shop.nursery.workers:
            answered: dict[int, float] = {}
            for passed in worker.trace:
                if passed.point == "answered":
                    answered[passed.thread] = passed.at_s
                if passed.point == "spooled" and passed.thread in answered:
                    yield passed.at_s - answered.pop(passed.thread)

    def _story(self) -> str:
        open_slots = rows(
            self._shop.services,
            "SELECT id, job_id, status, stage, attempt, run_at, claimed_by, spool_id, crash_count "
            "FROM generation_slots WHERE status IN ('queued', 'running')",
        )
        logs = "\n".join(worker.log[-2000:] for worker in self._shop.nursery.workers[-3:])
        return f"{self.report}\n{open_slots}\n{logs}"


def _failures(job: GenerationJob) -> list[str]:
    return [slot.failure_code or "" for slot in job.slots if slot.status is SlotStatus.FAILED]
