"""How a plan becomes jobs: many rows in few statements."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.domain.jobs import JobStatus, SlotStatus
from core.domain.plans import NO_PRODUCT, Plan, PlanItem
from core.domain.setting_layers import sources_to_json
from db.generation_tables import GenerationJobRow, GenerationSlotRow, GenerationSubmissionRow

QUEUED: dict[str, Any] = {
    "status": SlotStatus.QUEUED,
    "stage": "",
    "progress_percent": 0,
    "tries": 0,
    "crash_count": 0,
    "failure_code": None,
    "failure": None,
    "started_at": None,
    "finished_at": None,
}
"""What a slot is when it is queued anew: nothing is left of what was tried before."""


def add_submission(
    session: Session,
    workspace_id: int,
    plan: Plan,
    *,
    request_hash: str,
    seeds: Sequence[int],
    created_by: int,
    now: datetime,
) -> tuple[list[int], list[int]]:
    """Add a submission with a queued job for each item; return ids of jobs and of slots."""
    submission = GenerationSubmissionRow(
        workspace_id=workspace_id,
        created_by=created_by,
        session_id=plan.made_for.session_id,
        idempotency_key=plan.idempotency_key,
        request_hash=request_hash,
        created_at=now,
    )
    session.add(submission)
    session.flush()
    same = {
        "workspace_id": workspace_id,
        "submission_id": submission.id,
        "created_by": created_by,
        "priority": plan.priority.rank,
        "status": JobStatus.QUEUED,
        "created_at": now,
        "preset_id": plan.made_for.preset_id,
        "preset_version": plan.made_for.preset_version,
        "shot_id": plan.made_for.shot_id,
    }
    # Ids are read back, since SQLite would return them only for one row at a time.
    session.execute(
        insert(GenerationJobRow),
        [
            {**same, **_new_job(item), "seed": seed}
            for item, seed in zip(plan.items, seeds, strict=True)
        ],
    )
    job_ids = session.scalars(
        select(GenerationJobRow.id)
        .where(GenerationJobRow.submission_id == submission.id)
        .order_by(GenerationJobRow.id)
    ).all()
    here = {"workspace_id": workspace_id, "run_at": plan.run_at or now}
    session.execute(
        insert(GenerationSlotRow),
        [
            {**here, **_new_slot(item, position), "job_id": job_id}
            for job_id, item in zip(job_ids, plan.items, strict=True)
            for position in range(item.count)
        ],
    )
    slot_ids = session.scalars(
        select(GenerationSlotRow.id)
        .join(GenerationJobRow, GenerationJobRow.id == GenerationSlotRow.job_id)
        .where(GenerationJobRow.submission_id == submission.id)
        .order_by(GenerationSlotRow.id)
    ).all()
    return list(job_ids), list(slot_ids)


def _new_job(item: PlanItem) -> dict[str, Any]:
    return {
        "product_id": None if item.product_id == NO_PRODUCT else item.product_id,
        "request": asdict(item.settings),
        "image_model": item.settings.image_model,
        "prompt": item.prompt,
        "template": item.template,
        "sources": sources_to_json(item.sources),
    }


def _new_slot(item: PlanItem, position: int) -> dict[str, Any]:
    return {
        **QUEUED,
        "position": position,
        "attempt": 0,
        "reserved_micros": item.cost_high_micros // item.count,
    }
