"""20 jobs of 4 pictures on a model that takes half a second, against the ideal."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from benchmarks.figures import Figure
from benchmarks.jobs import open_studio
from benchmarks.scratch import LABELS, kinds
from tests.fakes.image_model import FakeImageModel

JOBS = 20
VARIANTS = 4
CALL_S = 0.5


def figures() -> Iterator[Figure]:
    """Measure from the first submit to the last picture; the ideal is calls over threads."""
    for kind in kinds():
        with open_studio(kind, FakeImageModel(delay_s=CALL_S)) as studio:
            taken = studio.run(jobs=JOBS, variants=VARIANTS)
            threads = studio.threads
        ideal = CALL_S * JOBS * VARIANTS / threads
        name = f"{LABELS[kind]}: {JOBS} jobs of {VARIANTS} pictures"
        yield Figure(name, taken, ideal, f"0.5 s a call, {threads} at once", 1.10, unit="s")
    bare = _bare_pool(threads)
    yield Figure("the same in a bare thread pool", bare, ideal, "likewise", unit="s")


def _bare_pool(threads: int) -> float:
    begun = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda _: time.sleep(CALL_S), range(JOBS * VARIANTS)))
    return time.perf_counter() - begun
