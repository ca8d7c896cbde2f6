"""What the durable queue, the ledger and the spool add to each picture.

The floor draws, checks and stores the same pictures and writes nothing down.
"""

import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from statistics import median

from benchmarks.figures import Figure
from benchmarks.jobs import Studio, patient_hands, studio_of, working
from benchmarks.raw import counted_transactions, recorded
from benchmarks.scratch import LABELS, kinds, scratch_services
from core.domain.generation import Backdrop, GenerationRequest
from tests.fakes.image_model import FakeImageModel, picture
from tests.support.generation import with_model

VARIANTS = 4
JOBS = 25
QUICK_JOBS = 5
MAX_STATEMENTS = 40
MAX_TRANSACTIONS = 10
_MARKED = ("claim", "call", "keep", "bare")
_STEPS = {"claim": "the claim", "call": "intent and spool", "keep": "check, store and publish"}


def figures(*, is_quick: bool) -> Iterator[Figure]:
    """Measure pictures of a model that answers at once, one after the other and four at once."""
    jobs = QUICK_JOBS if is_quick else JOBS
    for kind in kinds():
        with scratch_services(kind) as plain:
            services = with_model(plain, FakeImageModel())
            studio = studio_of(services, "fake", products=jobs)
            yield from _one_by_one(LABELS[kind], studio, jobs)
            with working(services):
                each_ms = 1000 * studio.run(jobs, variants=VARIANTS) / (jobs * VARIANTS)
            threads = services.parts.settings.worker_threads
            yield Figure(
                f"{LABELS[kind]}: a picture of an instant model, {threads} at once",
                each_ms, _bare_pool(studio, threads, jobs * VARIANTS), f"bare pool of {threads}",
            )  # fmt: skip


def _one_by_one(label: str, studio: Studio, jobs: int) -> Iterator[Figure]:
    hands = patient_hands(studio.services)
    studio.submit(jobs, variants=VARIANTS)
    hands.make()
    _bare_picture(studio)
    taken_ms: dict[str, list[float]] = defaultdict(list)
    for _ in range(jobs * VARIANTS - 2):
        marks = [time.perf_counter()]
        key = hands.claim()
        marks.append(time.perf_counter())
        call_id = hands.runs.call(key)
        marks.append(time.perf_counter())
        hands.runs.keep(key, call_id or "")
        marks.append(time.perf_counter())
        _bare_picture(studio)
        marks.append(time.perf_counter())
        for name, begin, end in zip(_MARKED, marks, marks[1:], strict=False):
            taken_ms[name].append(1000 * (end - begin))
    with recorded() as statements, counted_transactions() as transactions:
        hands.make()
    each_ms = {name: median(times) for name, times in taken_ms.items()}
    bare_ms = each_ms.pop("bare")
    floor_name = "draw, check, store"
    yield Figure(
        f"{label}: a picture of an instant model", sum(each_ms.values()), bare_ms, floor_name
    )
    for name, step in _STEPS.items():
        yield Figure(f"{label}:   of it {step}", each_ms[name], bare_ms, floor_name)
    yield Figure.of_count(f"{label}: statements a picture", len(statements), MAX_STATEMENTS)
    yield Figure.of_count(f"{label}: transactions a picture", len(transactions), MAX_TRANSACTIONS)


def _bare_pool(studio: Studio, threads: int, count: int) -> float:
    """Return how many milliseconds a picture takes that nobody writes down."""
    with ThreadPoolExecutor(threads) as pool:
        begun = time.perf_counter()
        list(pool.map(lambda _: _bare_picture(studio), range(count)))
        taken_s = time.perf_counter() - begun
    return 1000 * taken_s / count


def _bare_picture(studio: Studio) -> None:
    parts = studio.services.parts
    backdrop = Backdrop("plain", "#f4f1ec")
    image = picture(GenerationRequest("", (), backdrop, "1:1", "1K", "fake", seed=1, variant=0))
    checked = parts.gate.check(image.data)
    studio.services.assets.store(studio.actor.workspace_id, uuid.uuid4().hex, image.data, checked)
