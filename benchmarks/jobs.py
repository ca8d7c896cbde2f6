"""Submitting jobs to a real worker and waiting for their end, for two benchmarks."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.scratch import scratch_services
from core.bootstrap import Services, worker_on
from core.domain.accounts import Actor
from core.domain.products import Product
from tests.fakes.image_model import FakeImageModel
from tests.support.generation import chair_with_photo, settings_for, with_model
from tests.support.people import signed_in

_LOOK_EVERY_S = 0.1
_GIVE_UP_AFTER_S = 300


class Studio:
    """A person with a product, services with a fake model, and a worker that runs."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._actor: Actor = signed_in(services, "Ann", "ann@example.com")
        self._chair: Product = chair_with_photo(services, self._actor)

    @property
    def threads(self) -> int:
        """Return how many pictures the worker makes at once."""
        return self._services.parts.settings.worker_threads

    def run(self, *, jobs: int, variants: int) -> float:
        """Submit the jobs, wait until all pictures are made, and return the seconds it took."""
        generation = self._services.generation
        begun = time.perf_counter()
        for _ in range(jobs):
            wanted = settings_for(self._chair, variants=variants)
            generation.submit(self._actor, generation.plan(self._actor, self._chair.id, wanted))
        while generation.jobs(self._actor, only_active=True, limit=1).items:
            if time.perf_counter() - begun > _GIVE_UP_AFTER_S:
                raise TimeoutError("the worker does not come to an end")
            time.sleep(_LOOK_EVERY_S)
        return time.perf_counter() - begun


@contextmanager
def open_studio(kind: str, model: FakeImageModel) -> Iterator[Studio]:
    """Yield a studio on the kind of database whose worker is warm."""
    with scratch_services(kind) as plain:
        services = with_model(plain, model)
        worker = worker_on(services)
        worker.start()
        try:
            studio = Studio(services)
            studio.run(jobs=1, variants=2)
            yield studio
        finally:
            worker.stop()
