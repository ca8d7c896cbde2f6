"""How generation jobs are read: the statements, and the values that their rows become."""

from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Text, and_, bindparam, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from core.domain.edit_settings import EditSettings
from core.domain.generation import (
    Backdrop,
    ChosenReference,
    GenerationSettings,
    ReferenceRole,
)
from core.domain.jobs import (
    GenerationJob,
    GenerationSlot,
    JobFilter,
    JobStatus,
    SlotStatus,
)
from core.domain.setting_layers import sources_from_json
from core.repositories.estimates import estimate_that_counts
from core.repositories.paging import (
    AnyRow,
    AnySelect,
    Order,
    PageStatements,
    holds_terms,
    page_statements,
    term_values,
    word_values,
)
from core.repositories.states import has_open_call
from db.generation_tables import GenerationJobRow, GenerationSlotRow, ProviderCallRow
from db.tables import AssetRow, ProductRow, UserRow

_SETTINGS = frozenset(each.name for each in fields(GenerationSettings))
_EDIT = frozenset(each.name for each in fields(EditSettings))

_NOTHING = "A picture"


@dataclass(frozen=True)
class _Asked:
    """What a filter asks for: statements differ by it, and not by the values."""

    by_status: bool
    by_product: bool
    by_person: bool
    by_model: bool
    by_failure: bool
    by_submission: bool
    term_count: int
    word_count: int
    is_later: bool


def job_page(
    workspace_id: int, wanted: JobFilter, *, is_later: bool
) -> tuple[PageStatements, dict[str, object]]:
    """Return the statements and values of a page of jobs, newest first."""
    terms = term_values(wanted.text)
    words = word_values(wanted.text)
    statements = _page_statements(
        _Asked(
            by_status=bool(wanted.statuses),
            by_product=wanted.product_id is not None,
            by_person=wanted.person_id is not None,
            by_model=bool(wanted.image_model),
            by_failure=bool(wanted.failure_code),
            by_submission=wanted.submission_id is not None,
            term_count=len(terms),
            word_count=len(words),
            is_later=is_later,
        )
    )
    values: dict[str, object] = {
        "workspace_id": workspace_id,
        "statuses": list(wanted.statuses),
        "product_id": wanted.product_id,
        "person_id": wanted.person_id,
        "image_model": wanted.image_model,
        "failure_code": wanted.failure_code,
        "submission_id": wanted.submission_id,
    }
    given = {name: value for name, value in values.items() if value not in (None, "", [])}
    return statements, {**given, **terms, **words}


def jobs() -> AnySelect:
    """Return a statement for jobs with their names and sums; moment and id come last."""
    return (
        select(
            GenerationJobRow,
            ProductRow.name,
            UserRow.name,
            _sum_of_calls(ProviderCallRow.cost_micros),
            _sum_of_calls(estimate_that_counts()),
            _still_to_be_asked(),
            GenerationJobRow.created_at,
            GenerationJobRow.id,
        )
        .outerjoin(ProductRow, ProductRow.id == GenerationJobRow.product_id)
        .outerjoin(UserRow, UserRow.id == GenerationJobRow.created_by)
    )


def slots() -> AnySelect:
    """Return a statement for slots with their pictures, in the order of their jobs."""
    return (
        select(GenerationSlotRow, AssetRow.id, AssetRow.sha256)
        .outerjoin(AssetRow, AssetRow.slot_id == GenerationSlotRow.id)
        .order_by(GenerationSlotRow.job_id, GenerationSlotRow.position)
    )


def to_settings(request: dict[str, Any]) -> GenerationSettings:
    """Return the settings that a job's row keeps as JSON.

    What an older Epox did not ask for yet is as good as unsaid; what only a newer one knows is
    left out.
    """
    known = _known(request, _SETTINGS)
    edit = request.get("edit")
    return GenerationSettings(
        **{
            **known,
            "backdrop": Backdrop(**request["backdrop"]),
            "palette": tuple(request.get("palette", ())),
            "references": tuple(
                ChosenReference(ReferenceRole(each["role"]), each["asset_id"])
                for each in request.get("references", ())
            ),
            "edit": None if edit is None else EditSettings(**_known(edit, _EDIT)),
        }
    )


def subject_of(settings: GenerationSettings, product_name: str | None) -> str:
    """Return what a job is about, for people: its product, else the picture that is edited."""
    if product_name is not None:
        return product_name
    return settings.edit.label if settings.edit is not None else _NOTHING


def _known(values: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in names}


def to_job(row: AnyRow, slots_of_job: list[AnyRow]) -> GenerationJob:
    """Return a job as the rest of Epox sees it."""
    job, product_name, person, cost, estimate, to_come = row[:6]
    settings = to_settings(job.request)
    return GenerationJob(
        id=job.id,
        submission_id=job.submission_id,
        product_id=job.product_id,
        product_name=subject_of(settings, product_name),
        settings=settings,
        prompt=job.prompt,
        priority=job.priority,
        status=JobStatus(job.status),
        created_by=person or "",
        created_at=job.created_at,
        paused_at=job.paused_at,
        cancelled_at=job.cancelled_at,
        finished_at=job.finished_at,
        estimate_micros=int(estimate) + int(to_come),
        cost_micros=int(cost),
        slots=tuple(_to_slot(slot, job.prompt) for slot in slots_of_job),
        template=job.template,
        sources=sources_from_json(job.sources),
        preset_id=job.preset_id,
        preset_version=job.preset_version,
        shot_id=job.shot_id,
    )


def _to_slot(row: AnyRow, prompt: str) -> GenerationSlot:
    slot, asset_id, asset_sha256 = row
    return GenerationSlot(
        id=slot.id,
        job_id=slot.job_id,
        position=slot.position,
        status=SlotStatus(slot.status),
        progress_percent=slot.progress_percent,
        stage=slot.stage,
        prompt=prompt if slot.prompt is None else slot.prompt,
        attempt=slot.attempt,
        run_at=slot.run_at,
        failure_code=slot.failure_code,
        failure=slot.failure,
        asset_id=asset_id,
        asset_sha256=asset_sha256,
        started_at=slot.started_at,
        finished_at=slot.finished_at,
    )


@cache
def _page_statements(asked: _Asked) -> PageStatements:
    conditions: list[ColumnElement[bool]] = [
        GenerationJobRow.workspace_id == bindparam("workspace_id")
    ]
    if asked.by_status:
        conditions.append(GenerationJobRow.status.in_(bindparam("statuses", expanding=True)))
    if asked.by_product:
        conditions.append(GenerationJobRow.product_id == bindparam("product_id"))
    if asked.by_person:
        conditions.append(GenerationJobRow.created_by == bindparam("person_id"))
    if asked.by_model:
        conditions.append(GenerationJobRow.image_model == bindparam("image_model"))
    if asked.by_failure:
        conditions.append(_has_slot_that_failed())
    if asked.by_submission:
        conditions.append(GenerationJobRow.submission_id == bindparam("submission_id"))
    if asked.word_count:
        conditions.append(_is_about(asked.term_count, asked.word_count))
    order = Order(GenerationJobRow.created_at, GenerationJobRow.id)
    return page_statements(jobs(), GenerationJobRow, conditions, order, is_later=asked.is_later)


def _has_slot_that_failed() -> ColumnElement[bool]:
    failed = select(GenerationSlotRow.id).where(
        GenerationSlotRow.job_id == GenerationJobRow.id,
        GenerationSlotRow.failure_code == bindparam("failure_code"),
    )
    return failed.exists()


def _is_about(term_count: int, word_count: int) -> ColumnElement[bool]:
    # Prompts are not folded: their words are compared in small letters only.
    prompt = func.lower(GenerationJobRow.prompt)
    words = [prompt.like(bindparam(f"word{n}", type_=Text), escape="\\") for n in range(word_count)]
    if not term_count:
        return and_(*words)
    products = select(ProductRow.id).where(
        ProductRow.workspace_id == bindparam("workspace_id"),
        *holds_terms(ProductRow.search_text, term_count),
    )
    return or_(GenerationJobRow.product_id.in_(products), and_(*words))


def _sum_of_calls(amount: ColumnElement[int] | InstrumentedAttribute[int]) -> ScalarSelect[int]:
    return (
        select(func.coalesce(func.sum(amount), 0))
        .join(GenerationSlotRow, GenerationSlotRow.id == ProviderCallRow.slot_id)
        .where(GenerationSlotRow.job_id == GenerationJobRow.id)
        .correlate(GenerationJobRow)
        .scalar_subquery()
    )


def _still_to_be_asked() -> ScalarSelect[int]:
    # A slot whose call is open is counted by its call already.
    return (
        select(func.coalesce(func.sum(GenerationSlotRow.reserved_micros), 0))
        .where(GenerationSlotRow.job_id == GenerationJobRow.id, ~has_open_call())
        .correlate(GenerationJobRow)
        .scalar_subquery()
    )
