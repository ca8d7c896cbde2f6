"""Generation: from a plan to jobs in the queue, and what became of them."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from core.domain.accounts import Actor
from core.domain.generation import ROOMS, GenerationSettings, Room
from core.domain.jobs import GenerationJob, JobFilter, ProviderCall, SubmissionSum
from core.domain.paging import Cursor, Page
from core.domain.plans import PRIMARY_PHOTO, Plan, StudioRequest
from core.domain.queueing import ModelLimits, ModelState, Priority, SlotEvent
from core.domain.setting_layers import Resolved, SettingsLayer
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.image_models.base import ImageModelSpec
from core.image_models.registry import ImageModels
from core.services.access import must_edit
from core.services.budgets import require_room
from core.services.cascade import Cascaded, common_layers, resolve
from core.services.forecasts import hold_of
from core.services.plans import (
    Planner,
    check_count,
    check_run_at,
    request_hash,
    some_products,
)
from core.services.slot_claims import limits_of
from core.services.submissions import add_jobs, same_jobs
from core.unit_of_work import Database, UnitOfWork

_ALL = JobFilter()


class GenerationService:
    """Plans and submits the making of pictures, and says what became of it."""

    def __init__(
        self,
        database: Database,
        models: ImageModels,
        *,
        calls_at_once: int,
        limits: Mapping[str, ModelLimits] | None = None,
    ) -> None:
        self._database = database
        self._models = models
        self._limits = dict(limits or {})
        self._planner = Planner(models, calls_at_once=calls_at_once)

    def models(self) -> tuple[ImageModelSpec, ...]:
        """Return the image models that can be used now; the first is the default."""
        return self._models.specs

    def rooms(self) -> tuple[Room, ...]:
        """Return the empty rooms that ship with Epox."""
        return ROOMS

    def resolve(
        self, actor: Actor, product_ids: Sequence[int], request: StudioRequest
    ) -> Mapping[int, Resolved]:
        """Return the settings of each product that is there, with where every value comes from."""
        with self._database.read() as work:
            return resolve(work, actor, some_products(product_ids), request).by_product

    def plan(
        self,
        actor: Actor,
        product_ids: Sequence[int],
        asked: StudioRequest | SettingsLayer | GenerationSettings,
        *,
        priority: Priority = Priority.NORMAL,
        run_at: datetime | None = None,
    ) -> Plan:
        """Return what would be made, sent and paid for. Nothing is sent or kept.

        What a person asks for is completed by the levels below it, product by product; finished
        settings are taken as they are. Of several products those that cannot be made are skipped,
        with the reason. Raises `InvalidInputError` with a sentence when something is missing or
        impossible, `NotFoundError` for a preset, collection or shot that is not there.
        """
        ids = some_products(product_ids)
        request = asked if isinstance(asked, StudioRequest) else StudioRequest()
        if isinstance(asked, SettingsLayer):
            request = StudioRequest(asked)
        with self._database.read() as work:
            now = work.now()
            check_run_at(run_at, now)
            found = resolve(work, actor, ids, request)
            if isinstance(asked, GenerationSettings):
                wanted, sources = [(each, asked) for each in ids], {}
            else:
                wanted = [(each, self._settings(found, each, request)) for each in ids]
                sources = {each: value.sources for each, value in found.by_product.items()}
            items, skipped = self._planner.items(
                work, actor.workspace_id, wanted, brand=found.brand, sources=sources
            )
            budget = work.budgets.get(actor.workspace_id, now)
            image_model = (items[0].settings if items else wanted[0][1]).image_model
            ahead = work.queue_state.ahead(
                actor.workspace_id, actor.user_id, image_model, priority.rank, now
            )
        check_count(items)
        # What waits now says nothing of a later moment.
        mine, ours, everybodys = ahead.waiting if run_at is None else (0, 0, 0)
        limits = limits_of(ahead.model or ModelState(image_model), self._limits)
        low, high = self._planner.seconds(items, waiting=(mine, everybodys), limits=limits)
        return Plan(
            items=items,
            skipped=skipped,
            priority=priority,
            run_at=run_at,
            seconds_low=low,
            seconds_high=high,
            budget=budget,
            idempotency_key=uuid.uuid4().hex,
            waiting_low=mine,
            waiting_high=ours,
            hold=hold_of(ahead, now, run_at),
            made_for=replace(request.made_for, preset_version=found.preset_version),
            resolved=found.by_product,
            brand=found.brand,
        )

    def submit(self, actor: Actor, plan: Plan) -> tuple[int, ...]:
        """Queue the plan, whole or not at all, and return its jobs in the order of its items.

        The same plan again returns the same jobs. An outdated one raises `ConflictError`: what was
        shown is what is sent; one that the budget has no room for raises `BudgetError`.
        """
        must_edit(actor)
        if not plan.items:
            raise InvalidInputError(
                user_message="Nothing of this plan can be made. Choose other products."
            )
        check_count(plan.items)
        asked = request_hash(plan)
        with self._database.begin() as work:
            # One after the other: two would both find the key unused and the budget sufficient.
            work.budgets.lock(actor.workspace_id)
            known = work.generation_jobs.find_by_key(actor.workspace_id, plan.idempotency_key)
            if known is not None:
                return same_jobs(known, asked)
            check_run_at(plan.run_at, work.now())
            self._require_current(work, actor, plan)
            require_room(work, actor, plan.cost_high_micros)
            return add_jobs(work, actor, plan, asked)

    def get(self, actor: Actor, job_id: int) -> GenerationJob:
        """Return a job with its slots."""
        with self._database.read() as work:
            return _job(work, actor, job_id)

    def jobs(
        self,
        actor: Actor,
        wanted: JobFilter = _ALL,
        *,
        after: Cursor | None = None,
        limit: int = 10,
    ) -> Page[GenerationJob]:
        """Return a page of the jobs that match, newest first."""
        with self._database.read() as work:
            return work.generation_jobs.search(actor.workspace_id, wanted, after=after, limit=limit)

    def find_submission(self, actor: Actor, submission_id: int) -> SubmissionSum | None:
        """Return what became of all that one submit asked for."""
        with self._database.read() as work:
            return work.generation_jobs.find_submission(actor.workspace_id, submission_id)

    def history(self, actor: Actor, job_id: int) -> tuple[SlotEvent, ...]:
        """Return what happened to the slots of a job, oldest first."""
        with self._database.read() as work:
            _job(work, actor, job_id)
            return work.slot_events.of_job(actor.workspace_id, job_id)

    def calls(self, actor: Actor, job_id: int) -> tuple[ProviderCall, ...]:
        """Return each call that was made for a job, with exactly what was sent, oldest first."""
        with self._database.read() as work:
            _job(work, actor, job_id)
            return work.generation_jobs.calls(actor.workspace_id, job_id)

    def _settings(
        self, found: Cascaded, product_id: int, request: StudioRequest
    ) -> GenerationSettings:
        settings = found.by_product.get(product_id, Resolved()).settings
        return replace(
            settings,
            photo_id=request.photo_ids.get(product_id, PRIMARY_PHOTO),
            image_model=settings.image_model or self._models.specs[0].id,
            written_prompt=request.written_prompts.get(product_id, "").strip(),
        )

    def _require_current(self, work: UnitOfWork, actor: Actor, plan: Plan) -> None:
        wanted = {item.product_id: item.settings for item in plan.items}
        brand = common_layers(work, actor, plan.made_for).brand
        items, _ = self._planner.items(work, actor.workspace_id, list(wanted.items()), brand=brand)
        if items != plan.items:
            raise ConflictError(
                user_message="The product or the model changed meanwhile. "
                "Please look at the plan again."
            )


def _job(work: UnitOfWork, actor: Actor, job_id: int) -> GenerationJob:
    job = work.generation_jobs.find(actor.workspace_id, job_id)
    if job is None:
        raise NotFoundError(f"job {job_id} in workspace {actor.workspace_id}")
    return job
