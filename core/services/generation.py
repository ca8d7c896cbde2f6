"""Generation: from a plan to a job, and what people do with jobs."""

import uuid
from datetime import UTC, datetime

from core.domain.accounts import Actor
from core.domain.generation import (
    ROOMS,
    GenerationJob,
    GenerationSettings,
    Plan,
    Room,
    SlotStatus,
)
from core.domain.paging import Cursor, Page
from core.domain.products import Product
from core.errors import ConflictError, InvalidInputError, NotFoundError, UnknownOutcomeError
from core.image_models.base import ImageModelSpec
from core.image_models.registry import ImageModels
from core.services.access import must_edit
from core.services.assets import require_picture
from core.services.plans import check_settings, make_plan, request_hash, seed_of
from core.unit_of_work import Database


class GenerationService:
    """Plans, submits and steers the making of pictures."""

    def __init__(self, database: Database, models: ImageModels, *, threads: int) -> None:
        self._database = database
        self._models = models
        self._threads = threads

    def models(self) -> tuple[ImageModelSpec, ...]:
        """Return the image models that can be used now; the first is the default."""
        return self._models.specs

    def rooms(self) -> tuple[Room, ...]:
        """Return the empty rooms that ship with Epox."""
        return ROOMS

    def plan(self, actor: Actor, product_id: int, settings: GenerationSettings) -> Plan:
        """Return what these settings would make, send and cost. Nothing is sent or kept.

        Raises `InvalidInputError` with a sentence when something is missing or impossible.
        """
        return self._plan(actor, product_id, settings, uuid.uuid4().hex)

    def submit(self, actor: Actor, plan: Plan) -> GenerationJob:
        """Make the plan a job, whole or not at all; the same plan again returns the same job.

        A plan that is outdated raises `ConflictError`: what was shown is what is sent.
        """
        must_edit(actor)
        if self._plan(actor, plan.product_id, plan.settings, plan.idempotency_key) != plan:
            raise ConflictError(
                user_message="The product or the model changed meanwhile. "
                "Please look at the plan again."
            )
        self._database.prepare_queue()
        try:
            job_id = self._add(actor, plan)
        except ConflictError:
            # Another click with the same key was faster between our look and our write.
            job_id = self._add(actor, plan)
        return self.get(actor, job_id)

    def get(self, actor: Actor, job_id: int) -> GenerationJob:
        """Return a job with its slots."""
        with self._database.read() as work:
            job = work.generation_jobs.find(actor.workspace_id, job_id)
        if job is None:
            raise NotFoundError(f"job {job_id} in workspace {actor.workspace_id}")
        return job

    def jobs(
        self,
        actor: Actor,
        *,
        product_id: int | None = None,
        only_active: bool = False,
        after: Cursor | None = None,
        limit: int = 10,
    ) -> Page[GenerationJob]:
        """Return a page of jobs, newest first."""
        with self._database.read() as work:
            return work.generation_jobs.search(
                actor.workspace_id,
                product_id=product_id,
                only_active=only_active,
                after=after,
                limit=limit,
            )

    def cancel(self, actor: Actor, job_id: int) -> None:
        """Cancel what no model was asked for; pictures that are made or being made are kept."""
        must_edit(actor)
        now = datetime.now(UTC)
        self.get(actor, job_id)
        with self._database.begin() as work:
            count = work.generation_jobs.cancel_waiting(actor.workspace_id, job_id, now)
            work.generation_jobs.settle(actor.workspace_id, job_id, now)
            work.audit_events.add(actor, "cancel", "generation_job", job_id, slots=count)

    def retry(self, actor: Actor, job_id: int, *, accept_unknown: bool = False) -> None:
        """Queue once more what is missing, and only that.

        Pictures whose outcome is unknown may have been charged: they are repeated only when the
        person accepts that.
        """
        must_edit(actor)
        job = self.get(actor, job_id)
        missing = [s for s in job.slots if s.status in (SlotStatus.FAILED, SlotStatus.CANCELLED)]
        wanted = [
            slot.id
            for slot in missing
            if accept_unknown or slot.failure_code != UnknownOutcomeError.code
        ]
        if missing and not wanted:
            raise InvalidInputError(
                user_message="These pictures may have been charged already. "
                "Confirm that they may be paid for once more."
            )
        self._database.prepare_queue()
        but_code = None if accept_unknown else UnknownOutcomeError.code
        with self._database.begin() as work:
            requeued = work.generation_jobs.requeue(actor.workspace_id, wanted, but_code=but_code)
            for slot_id, attempt in requeued:
                work.enqueue(
                    actor.workspace_id,
                    slot_id,
                    attempt=attempt,
                    image_model=job.settings.image_model,
                )
            work.generation_jobs.settle(actor.workspace_id, job_id, datetime.now(UTC))
            work.audit_events.add(actor, "retry", "generation_job", job_id, slots=len(requeued))

    def _plan(self, actor: Actor, product_id: int, settings: GenerationSettings, key: str) -> Plan:
        model = self._models.get(settings.image_model)
        product = self._product(actor, product_id)
        check_settings(settings, product, model.spec)
        if settings.backdrop.kind == "picture":
            self._check_backdrop_picture(actor, int(settings.backdrop.value))
        return make_plan(product, settings, model, threads=self._threads, idempotency_key=key)

    def _product(self, actor: Actor, product_id: int) -> Product:
        with self._database.read() as work:
            product = work.products.find(actor.workspace_id, product_id)
        if product is None:
            raise NotFoundError(f"product {product_id} in workspace {actor.workspace_id}")
        return product

    def _check_backdrop_picture(self, actor: Actor, asset_id: int) -> None:
        with self._database.read() as work:
            require_picture(work.assets.find(actor.workspace_id, asset_id))

    def _add(self, actor: Actor, plan: Plan) -> int:
        asked = request_hash(plan)
        with self._database.begin() as work:
            known = work.generation_jobs.find_by_key(actor.workspace_id, plan.idempotency_key)
            if known is not None:
                job_id, known_hash = known
                if known_hash != asked:
                    raise InvalidInputError(
                        user_message="This was already submitted with other settings. "
                        "Please look at the plan again."
                    )
                return job_id
            job_id, slot_ids = work.generation_jobs.add(
                actor.workspace_id,
                plan,
                request_hash=asked,
                seed=seed_of(plan),
                created_by=actor.user_id,
                now=datetime.now(UTC),
            )
            for slot_id in slot_ids:
                work.enqueue(
                    actor.workspace_id,
                    slot_id,
                    attempt=0,
                    image_model=plan.settings.image_model,
                )
            work.audit_events.add(actor, "submit", "generation_job", job_id, slots=plan.count)
        return job_id
