"""A person with products, and a worker that makes their pictures: for what measures the queue."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from core.bootstrap import Services, worker_on
from core.domain.accounts import Actor
from core.domain.generation import Backdrop, GenerationSettings
from core.domain.plans import PRIMARY_PHOTO, Plan
from core.services.workers import WorkerService
from tests.support.generation import many_products
from tests.support.hands import Hands
from tests.support.people import signed_in

_LOOK_EVERY_S = 0.02
_GIVE_UP_AFTER_S = 300.0


def wanted(image_model: str, *, variants: int) -> GenerationSettings:
    """Return settings that fit each product: its own photo before a plain backdrop."""
    return GenerationSettings(
        prompt="soft morning light",
        photo_id=PRIMARY_PHOTO,
        backdrop=Backdrop("plain", "#f4f1ec"),
        aspect_ratio="1:1",
        size="1K",
        variants=variants,
        image_model=image_model,
    )


def wait_until(
    condition: Callable[[], object],
    *,
    timeout_s: float = _GIVE_UP_AFTER_S,
    every_s: float = _LOOK_EVERY_S,
) -> None:
    """Return when the condition is true; raise `TimeoutError` when it does not become so."""
    until_s = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > until_s:
            raise TimeoutError("what was waited for did not come")
        time.sleep(every_s)


def has_active_jobs(services: Services) -> bool:
    """Say, with one cheap look, whether anything is left to be made."""
    with services.parts.database.read() as work:
        return bool(work.slot_queue.models_with_jobs())


@dataclass(frozen=True)
class Studio:
    """A person who submits plans for the first of their products."""

    services: Services
    actor: Actor
    image_model: str
    product_ids: Sequence[int]

    def plan(self, jobs: int, *, variants: int) -> Plan:
        """Return a plan of so many jobs of so many pictures."""
        settings = wanted(self.image_model, variants=variants)
        return self.services.generation.plan(self.actor, self.product_ids[:jobs], settings)

    def submit(self, jobs: int, *, variants: int) -> tuple[int, ...]:
        """Submit such a plan and return its jobs."""
        return self.services.generation.submit(self.actor, self.plan(jobs, variants=variants))

    def run(self, jobs: int, *, variants: int) -> float:
        """Submit such a plan, wait until all is made, and return the seconds that both took."""
        begun = time.perf_counter()
        self.submit(jobs, variants=variants)
        wait_until(lambda: not has_active_jobs(self.services))
        return time.perf_counter() - begun


def studio_of(
    services: Services, image_model: str, *, products: int, actor: Actor | None = None
) -> Studio:
    """Return the studio of a person, or else of a new one, with so many new products."""
    actor = actor or signed_in(services, "Ann", "ann@example.com")
    return Studio(services, actor, image_model, many_products(services, actor, products))


def patient_hands(services: Services) -> Hands:
    """Return a worker without threads whose lease outlasts any benchmark."""
    hands = Hands(services)
    lasting = WorkerService(services.parts.database, lease=timedelta(hours=1))
    lasting.renew(hands.card, ())
    return hands


@contextmanager
def working(services: Services) -> Iterator[None]:
    """Let a worker make pictures in this process."""
    worker = worker_on(services)
    worker.start()
    try:
        yield
    finally:
        worker.stop()
