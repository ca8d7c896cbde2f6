"""Ledgers as months of work leave them behind: written at once, without asking any model."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.jobs import CallState
from db.engine import build_engine
from db.generation_tables import (
    GenerationJobRow,
    GenerationSlotRow,
    GenerationSubmissionRow,
    ProviderCallRow,
)

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
PRICE = 40_000
COST = 39_000


@dataclass(frozen=True)
class Line:
    """A call for a product, asked for by a person; amounts in millionths of a US dollar."""

    product_id: int
    at: datetime = NOON
    person_id: int | None = None
    cost_micros: int = COST
    estimate_micros: int = PRICE
    state: CallState = CallState.OK
    image_model: str = "fake"
    failure_code: str | None = None


def write_lines(services: Services, actor: Actor, lines: Iterable[Line]) -> list[int]:
    """Write the lines into the actor's ledger, each with a job of its own; return the jobs' ids."""
    engine = build_engine(services.parts.settings.sqlalchemy_url)
    with Session(engine) as session, session.begin():
        jobs = [_write(session, actor.workspace_id, line) for line in lines]
    engine.dispose()
    return jobs


def forget_lines(services: Services, actor: Actor) -> None:
    """Empty the actor's ledger."""
    engine = build_engine(services.parts.settings.sqlalchemy_url)
    with Session(engine) as session, session.begin():
        session.execute(
            delete(GenerationSubmissionRow).where(
                GenerationSubmissionRow.workspace_id == actor.workspace_id
            )
        )
    engine.dispose()


def _write(session: Session, workspace_id: int, line: Line) -> int:
    job = _job(session, workspace_id, line)
    slot = GenerationSlotRow(
        workspace_id=workspace_id, job_id=job.id, position=0, status="succeeded", stage="",
        progress_percent=100, attempt=1, tries=0, crash_count=0, run_at=line.at, reserved_micros=0,
    )  # fmt: skip
    session.add(slot)
    session.flush()
    is_open = line.state is CallState.INTENT
    session.add(
        ProviderCallRow(
            id=uuid.uuid4().hex, workspace_id=workspace_id, slot_id=slot.id, attempt=1,
            image_model=line.image_model, state=line.state, estimate_micros=line.estimate_micros,
            cost_micros=line.cost_micros, input_tokens=10, image_tokens=1290, text_tokens=0,
            model_version="fake-1", response_id="r-1", failure_code=line.failure_code,
            started_at=line.at, finished_at=None if is_open else line.at + timedelta(seconds=9),
        )
    )  # fmt: skip
    return job.id


def _job(session: Session, workspace_id: int, line: Line) -> GenerationJobRow:
    submission = GenerationSubmissionRow(
        workspace_id=workspace_id, created_by=line.person_id, idempotency_key=uuid.uuid4().hex,
        request_hash="", created_at=line.at,
    )  # fmt: skip
    session.add(submission)
    session.flush()
    job = GenerationJobRow(
        workspace_id=workspace_id, submission_id=submission.id, product_id=line.product_id,
        created_by=line.person_id, request=_REQUEST, image_model=line.image_model, prompt="",
        seed=1, priority=100, status="succeeded", created_at=line.at, finished_at=line.at,
    )  # fmt: skip
    session.add(job)
    session.flush()
    return job


_REQUEST = {
    "prompt": "",
    "photo_id": 1,
    "backdrop": {"kind": "plain", "value": "#f4f1ec"},
    "aspect_ratio": "1:1",
    "size": "1K",
    "variants": 1,
    "image_model": "fake",
}
