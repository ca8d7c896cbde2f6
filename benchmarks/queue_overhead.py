"""What the durable queue, the ledger and the spool add to each picture."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from benchmarks.figures import Figure
from benchmarks.jobs import open_studio
from benchmarks.scratch import LABELS, kinds
from core.domain.generation import Backdrop, GenerationRequest
from core.imaging.gate import SubprocessImageGate
from tests.fakes.image_model import FakeImageModel, picture

JOBS = 25
VARIANTS = 4
THREADS = 4


def figures() -> Iterator[Figure]:
    """Measure a picture of an instant model; the floor only makes and checks it, in a pool."""
    floor = _bare_pool()
    for kind in kinds():
        with open_studio(kind, FakeImageModel()) as studio:
            taken = studio.run(jobs=JOBS, variants=VARIANTS)
        each = 1000 * taken / (JOBS * VARIANTS)
        name = f"{LABELS[kind]}: a picture of an instant model"
        yield Figure(name, each, floor, f"thread pool of {THREADS}: make and check")


def _bare_pool() -> float:
    gate = SubprocessImageGate()
    request = GenerationRequest("", (), Backdrop("plain", "#f4f1ec"), "1:1", "1K", "fake", 1, 0)
    with ThreadPoolExecutor(THREADS) as pool:
        gate.check(picture(request).data)
        begun = time.perf_counter()
        calls = range(JOBS * VARIANTS)
        list(pool.map(lambda _: gate.check(picture(request).data), calls))
        taken = time.perf_counter() - begun
    gate.close()
    return 1000 * taken / (JOBS * VARIANTS)
