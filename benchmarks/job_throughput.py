"""Jobs on a model that takes a while, against the ideal: as many calls, four at once.

Once with a fake behind the seam, whose pictures are tiny, and once with the strict fake Gemini over
HTTP, whose pictures are as large as Google's.
"""

import hashlib
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from benchmarks.figures import Figure
from benchmarks.gemini import GEMINI, gemini_process, settings_for_gemini
from benchmarks.jobs import studio_of, working
from benchmarks.scratch import LABELS, kinds, scratch_services
from core.bootstrap import Services
from core.domain.generation import Backdrop, GenerationRequest, ReferenceImage, ReferenceRole
from tests.fakes.image_model import FakeImageModel
from tests.images import photo_bytes
from tests.support.generation import with_model

VARIANTS = 4
TARGETS = {0.5: 1.10, 2.0: 1.03}
JOBS = {0.5: 20, 2.0: 15}
QUICK_JOBS = {0.5: 6, 2.0: 2}
_BARE_ROUNDS = 4


def figures(*, is_quick: bool) -> Iterator[Figure]:
    """Measure from the submit to the last picture."""
    for call_s, jobs in (QUICK_JOBS if is_quick else JOBS).items():
        for kind in kinds():
            with scratch_services(kind) as plain:
                services = with_model(plain, FakeImageModel(delay_s=call_s))
                yield _measured(f"{LABELS[kind]}, seam", services, "fake", call_s, jobs)
        with gemini_process(delay_s=call_s) as url:
            for kind in kinds():
                with scratch_services(kind, **settings_for_gemini(url)) as services:
                    yield _measured(f"{LABELS[kind]}, HTTP", services, GEMINI, call_s, jobs)
            with scratch_services("sqlite", **settings_for_gemini(url)) as services:
                yield _bare(services, call_s)


def _measured(label: str, services: Services, image_model: str, call_s: float, jobs: int) -> Figure:
    threads = services.parts.settings.worker_threads
    studio = studio_of(services, image_model, products=jobs)
    with working(services):
        studio.run(jobs=1, variants=VARIANTS)  # starts the decoders and opens the connections
        taken_s = studio.run(jobs, variants=VARIANTS)
    ideal_s = call_s * jobs * VARIANTS / threads
    name = f"{label}: {jobs} jobs of {VARIANTS} pictures"
    floor_name = f"{call_s:g} s a call, {threads} at once"
    return Figure(name, taken_s, ideal_s, floor_name, TARGETS[call_s], unit="s")


def _bare(services: Services, call_s: float) -> Figure:
    """Return what the same calls take in a pool that does nothing with the answers."""
    threads = services.parts.settings.worker_threads
    model = services.parts.models.get(GEMINI)
    photo = photo_bytes()
    shown = ReferenceImage(
        ReferenceRole.PRODUCT, photo, "image/jpeg", hashlib.sha256(photo).hexdigest()
    )

    def call(number: int) -> object:
        backdrop = Backdrop("plain", "#f4f1ec")
        request = GenerationRequest(
            f"chair {number}", (shown,), backdrop, "1:1", "1K", GEMINI, seed=1, variant=number
        )
        return model.generate(request, on_progress=lambda _percent, _stage: None)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(call, range(threads)))
        begun = time.perf_counter()
        list(pool.map(call, range(threads * _BARE_ROUNDS)))
        taken_s = time.perf_counter() - begun
    name = f"HTTP, bare pool of {threads}: {threads * _BARE_ROUNDS} calls"
    return Figure(name, taken_s, call_s * _BARE_ROUNDS, "likewise", unit="s")
