"""A shop at work: products, jobs that cost money at the fake Gemini, and workers to kill."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.jobs import GenerationJob, JobStatus, ProviderCall
from core.domain.products import PhotoUpload, Product
from core.domain.queueing import EventKind
from core.settings import Settings
from tests.fakes.gemini import FakeGemini
from tests.images import photo_bytes
from tests.support.generation import CHAIR, settings_for
from tests.support.invariants import violations
from tests.support.nursery import Nursery, NurseryWorker

MODEL = "gemini-nano-banana-2.1"
WAIT_S = 60.0

Hook = tuple[object, ...]
"""The name of a function in `tests.support.worker_hooks`, and its arguments."""


def wait_until(condition: Callable[[], object], timeout_s: float = WAIT_S) -> None:
    """Return when the condition is true; fail when it does not become so."""
    until_s = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < until_s, "what was waited for did not come"
        time.sleep(0.02)


@dataclass(frozen=True)
class Shop:
    """Everything that a test of durability has to do with, in one hand."""

    services: Services
    actor: Actor
    gemini: FakeGemini
    nursery: Nursery

    @property
    def settings(self) -> Settings:
        """Return what its workers are started with when nothing else is said."""
        return self.services.parts.settings

    def chairs(self, count: int, *, name: str = "Chair") -> list[Product]:
        """Make so many products, each with a photo."""
        made = []
        products = self.services.products
        for number in range(1, count + 1):
            draft = replace(CHAIR, name=f"{name} {number}", sku=f"{name.upper()}-{number}")
            chair = products.create(self.actor, draft)
            photo = photo_bytes(colour=f"#{number * 99_999 % 2**24:06x}")
            products.add_photos(self.actor, chair.id, [PhotoUpload("c.jpg", photo)])
            made.append(products.get(self.actor, chair.id))
        return made

    def submit(self, product: Product, *, variants: int = 1, prompt: str = "") -> int:
        """Submit a job for the product and return its id."""
        wanted = settings_for(product, image_model=MODEL, variants=variants)
        wanted = replace(wanted, prompt=prompt or wanted.prompt)
        generation = self.services.generation
        [job_id] = generation.submit(self.actor, generation.plan(self.actor, [product.id], wanted))
        return job_id

    def submit_many(self, products: int, *, variants: int) -> list[int]:
        """Submit a job for each of so many new products."""
        return [self.submit(chair, variants=variants) for chair in self.chairs(products)]

    def worker(
        self,
        *hooks: Hook,
        failpoints: str = "",
        threads: int | None = None,
        settings: Settings | None = None,
        patience_s: float = 20,
    ) -> NurseryWorker:
        """Start a worker, ill as the hooks say, and return it at once."""
        settings = settings or self.settings
        if threads is not None:
            settings = settings.model_copy(update={"worker_threads": threads})
        named = [(f"tests.support.worker_hooks:{hook[0]}", *hook[1:]) for hook in hooks]
        return self.nursery.start(
            settings, failpoints=failpoints, hooks=named, patience_s=patience_s
        )

    def job(self, job_id: int) -> GenerationJob:
        """Return the job as it is now."""
        return self.services.generation.get(self.actor, job_id)

    def finished(self, job_id: int) -> GenerationJob:
        """Return the job once nothing more happens to it by itself."""
        until_s = time.monotonic() + WAIT_S
        while not (job := self.job(job_id)).status.is_final:
            assert time.monotonic() < until_s, self.story(job)
            time.sleep(0.02)
        return job

    def story(self, job: GenerationJob) -> str:
        """Return what happened to a job and its workers, for when it was not as expected."""
        events = self.services.generation.history(self.actor, job.id)
        logs = [
            line
            for worker in self.nursery.workers[-4:]
            for line in ("", *worker.log.splitlines())
            if not line.startswith((" ", "Traceback"))
        ]
        return "\n".join([str(job), *map(str, events), *map(str, self.calls(job.id)), *logs])

    def all_succeed(self, job_ids: Sequence[int], *, accept_unknown: bool = False) -> bool:
        """Wait for the jobs and say whether all pictures were made.

        What failed is retried once, as a person does, if that one accepts what was lost.
        """
        for job_id in job_ids:
            job = self.finished(job_id)
            if accept_unknown and job.status is not JobStatus.SUCCEEDED:
                self.accept(job_id)
        return all(self.finished(job_id).status is JobStatus.SUCCEEDED for job_id in job_ids)

    def accept(self, job_id: int) -> None:
        """Retry what is missing of a job, also what may have been charged."""
        self.services.job_control.retry(self.actor, job_id, accept_unknown=True)

    def failures(self, job_id: int) -> Counter[str]:
        """Return how many slots of the job failed for each reason."""
        return Counter(slot.failure_code for slot in self.job(job_id).slots if slot.failure_code)

    def calls(self, job_id: int) -> tuple[ProviderCall, ...]:
        """Return the job's lines of the ledger."""
        return self.services.generation.calls(self.actor, job_id)

    def events(self, *job_ids: int) -> Counter[EventKind]:
        """Return how often each thing happened to the slots of these jobs."""
        generation = self.services.generation
        return Counter(
            event.kind for job_id in job_ids for event in generation.history(self.actor, job_id)
        )

    def stop_all(self) -> None:
        """Let every worker that lives end as an operator does, and check that it does so well."""
        for worker in self.nursery.alive:
            worker.stop()

    @property
    def paid(self) -> int:
        """Return how many calls the provider charges for."""
        return len(self.gemini.paid)

    def violations(self) -> list[str]:
        """Return every rule that does not hold."""
        return violations(self.services, self.gemini)
