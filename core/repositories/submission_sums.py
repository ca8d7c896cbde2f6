"""What became of all that one submit asked for, summed over its jobs."""

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from core.domain.jobs import SlotStatus, SubmissionSum
from core.errors import UnknownOutcomeError
from core.repositories.estimates import estimate_that_counts
from core.repositories.states import has_open_call
from db.generation_tables import GenerationJobRow, GenerationSlotRow, ProviderCallRow


def sum_submission(session: Session, workspace_id: int, submission_id: int) -> SubmissionSum | None:
    """Return what became of a submission, in one statement; None when there is no such one."""
    is_here = (
        GenerationJobRow.workspace_id == workspace_id,
        GenerationJobRow.submission_id == submission_id,
    )
    slots = (
        select(GenerationSlotRow.id)
        .join(GenerationJobRow, GenerationJobRow.id == GenerationSlotRow.job_id)
        .where(*is_here)
        .scalar_subquery()
    )
    calls = ProviderCallRow.slot_id.in_(slots)
    cost, expected = (
        select(func.coalesce(func.sum(amount), 0)).where(calls).scalar_subquery()
        for amount in (ProviderCallRow.cost_micros, estimate_that_counts())
    )
    status, code = GenerationSlotRow.status, GenerationSlotRow.failure_code
    is_lost = func.coalesce(code, "") == UnknownOutcomeError.code
    row = session.execute(
        select(
            func.count(GenerationJobRow.id.distinct()),
            func.count(),
            _count(status == SlotStatus.SUCCEEDED),
            _count((status == SlotStatus.FAILED) & ~is_lost),
            _count((status == SlotStatus.FAILED) & is_lost),
            _count(status == SlotStatus.CANCELLED),
            # A slot whose call is open is counted by its call already.
            func.coalesce(
                func.sum(case((has_open_call(), 0), else_=GenerationSlotRow.reserved_micros)), 0
            ),
            expected,
            cost,
        )
        .select_from(GenerationJobRow)
        .join(GenerationSlotRow, GenerationSlotRow.job_id == GenerationJobRow.id)
        .where(*is_here)
    ).one()
    jobs, pictures, ready, failed, undecided, cancelled, to_come, asked, spent = map(int, row)
    if not jobs:
        return None
    return SubmissionSum(
        submission_id=submission_id,
        jobs=jobs,
        pictures=pictures,
        ready=ready,
        failed=failed,
        undecided=undecided,
        cancelled=cancelled,
        estimate_micros=asked + to_come,
        cost_micros=spent,
    )


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
