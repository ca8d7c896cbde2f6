"""What must be true of jobs, slots and their pictures."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from core.domain.jobs import JobStatus, SlotStatus
from core.domain.upkeep import Severity
from core.repositories.invariant import (
    A_MINUTE_AGO,
    ACTIVE_SLOT,
    JUST_NOW,
    LONG_DEAD,
    LOST_SINCE,
    NOW,
    Invariant,
)
from core.repositories.paging import AnySelect
from core.repositories.states import is_owed
from db.generation_tables import (
    GenerationJobRow,
    GenerationSlotRow,
    ImageModelStateRow,
    ProviderCallRow,
    WorkerRow,
)
from db.tables import AssetRow, WorkspaceRow

_JOB, _SLOT, _CALL = GenerationJobRow, GenerationSlotRow, ProviderCallRow
_ASSET, _WORKER = AssetRow, WorkerRow
_ACTIVE_JOB = (JobStatus.QUEUED, JobStatus.RUNNING)
_WANTED = _JOB.request["variants"].as_integer()


def _of_status(status: SlotStatus) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((_SLOT.status == status, 1), else_=0)), 0)


def _jobs(*columns: Any) -> AnySelect:  # noqa: ANN401 - columns of any type
    """Return jobs beside their slots and pictures, one row a job."""
    return (
        select(_JOB.id, *columns)
        .outerjoin(_SLOT, _SLOT.job_id == _JOB.id)
        .outerjoin(_ASSET, _ASSET.slot_id == _SLOT.id)
        .group_by(_JOB.id)
        .order_by(_JOB.id)
    )


def _slots(*conditions: ColumnElement[bool], **columns: Any) -> AnySelect:  # noqa: ANN401 - columns of any type
    named = [column.label(name) for name, column in columns.items()]
    return select(_SLOT.id, *named).where(*conditions).order_by(_SLOT.id)


_queued = _of_status(SlotStatus.QUEUED)
_running = _of_status(SlotStatus.RUNNING)
_succeeded = _of_status(SlotStatus.SUCCEEDED)
_all = func.count(_SLOT.id)
# A job of which all slots wait again keeps "running": that some were begun is true.
_STATUS_DIFFERS = or_(
    and_(_running > 0, _JOB.status != JobStatus.RUNNING),
    and_(_queued > 0, _JOB.status.not_in(_ACTIVE_JOB)),
    and_(
        _queued + _running == 0,
        _JOB.status
        != case(
            (_succeeded == _all, JobStatus.SUCCEEDED),
            (_succeeded > 0, JobStatus.PARTIAL),
            (_of_status(SlotStatus.FAILED) > 0, JobStatus.FAILED),
            else_=JobStatus.CANCELLED,
        ),
    ),
)
_IS_ALIVE = and_(_WORKER.lease_until > NOW, _WORKER.is_stopping.is_(False))
_held = aliased(GenerationSlotRow)
_held_count = (
    select(func.count())
    .select_from(_held)
    .where(_held.status == SlotStatus.RUNNING, _held.claimed_by == _WORKER.id)
    .scalar_subquery()
)
_IDLE_WORKER = exists().where(
    _IS_ALIVE,
    _held_count < _WORKER.threads,
    or_(_SLOT.spool_id.is_(None), _SLOT.spool_id == _WORKER.spool_id),
)
_OWN_WORKER_LIVES = exists().where(_WORKER.id == _SLOT.claimed_by, _WORKER.lease_until > LONG_DEAD)


def _waiting() -> AnySelect:
    """Return slots that nothing holds back, of models with which nothing is done at all.

    A model that is asked now and then has limits, or others are before these.
    """
    model, running_job = ImageModelStateRow, aliased(GenerationJobRow)
    stands_still = exists().where(
        model.image_model == _JOB.image_model,
        or_(model.paused_at.is_not(None), model.parked_at.is_not(None), model.resting_until > NOW),
    )
    is_asked = or_(
        exists().where(
            _held.status == SlotStatus.RUNNING,
            running_job.id == _held.job_id,
            running_job.image_model == _JOB.image_model,
        ),
        exists().where(_CALL.image_model == _JOB.image_model, _CALL.started_at > JUST_NOW),
    )
    return (
        _slots(_SLOT.status == SlotStatus.QUEUED, _SLOT.run_at < A_MINUTE_AGO, job_id=_SLOT.job_id)
        .join(_JOB, _JOB.id == _SLOT.job_id)
        .join(WorkspaceRow, WorkspaceRow.id == _SLOT.workspace_id)
        .where(
            _JOB.paused_at.is_(None),
            _JOB.cancelled_at.is_(None),
            WorkspaceRow.generation_paused_at.is_(None),
            WorkspaceRow.monthly_budget_micros.is_(None),
            ~stands_still,
            ~is_asked,
            _IDLE_WORKER,
        )
    )


JOB_INVARIANTS = (
    Invariant(
        "job_slot_count",
        "job",
        "It was to make {wanted} pictures and has {slots} slots, at {positions} positions.",
        _jobs(
            _WANTED.label("wanted"),
            _all.label("slots"),
            func.count(_SLOT.position.distinct()).label("positions"),
        ).having(
            or_(
                _all != _WANTED,
                func.count(_SLOT.position.distinct()) != _WANTED,
                func.min(_SLOT.position) != 0,
                func.max(_SLOT.position) != _WANTED - 1,
            )
        ),
    ),
    Invariant(
        "job_done_without_pictures",
        "job",
        "It is done, but has {pictures} of {wanted} pictures.",
        _jobs(_WANTED.label("wanted"), func.count(_ASSET.id).label("pictures"))
        .where(_JOB.status == JobStatus.SUCCEEDED)
        .having(func.count(_ASSET.slot_id.distinct()) != _WANTED),
    ),
    Invariant(
        "job_status_differs",
        "job",
        "Its status {status} is not what its slots say.",
        _jobs(_JOB.status).having(_STATUS_DIFFERS),
    ),
    Invariant(
        "job_end_differs",
        "job",
        "Its status {status} does not fit the moment of its end, {finished_at}.",
        select(_JOB.id, _JOB.status, _JOB.finished_at).where(
            _JOB.status.in_(_ACTIVE_JOB) == _JOB.finished_at.is_not(None)
        ),
    ),
    Invariant(
        "slot_end_differs",
        "slot",
        "Its status {status} does not fit the moment of its end, {finished_at}.",
        _slots(
            _SLOT.status.in_(ACTIVE_SLOT) == _SLOT.finished_at.is_not(None),
            status=_SLOT.status,
            finished_at=_SLOT.finished_at,
        ),
    ),
    Invariant(
        "slot_without_picture",
        "slot",
        "It is done, but there is no picture.",
        _slots(_SLOT.status == SlotStatus.SUCCEEDED, ~exists().where(_ASSET.slot_id == _SLOT.id)),
    ),
    Invariant(
        "picture_of_unfinished_slot",
        "asset",
        "Its slot {slot_id} is {status}, not done.",
        select(_ASSET.id, _ASSET.slot_id, _SLOT.status)
        .join(_SLOT, _SLOT.id == _ASSET.slot_id)
        .where(_SLOT.status != SlotStatus.SUCCEEDED),
    ),
    Invariant(
        "slot_without_reason",
        "slot",
        "It failed, but nothing says why.",
        _slots(
            _SLOT.status == SlotStatus.FAILED,
            or_(
                func.coalesce(_SLOT.failure_code, "") == "", func.coalesce(_SLOT.failure, "") == ""
            ),
        ),
    ),
    Invariant(
        "slot_held_wrongly",
        "slot",
        "It is {status} and held by {claimed_by} at attempt {attempt}.",
        _slots(
            or_(
                and_(
                    _SLOT.status == SlotStatus.RUNNING,
                    or_(_SLOT.claimed_by.is_(None), _SLOT.claimed_at.is_(None), _SLOT.attempt < 1),
                ),
                and_(_SLOT.status != SlotStatus.RUNNING, _SLOT.claimed_by.is_not(None)),
            ),
            status=_SLOT.status,
            claimed_by=_SLOT.claimed_by,
            attempt=_SLOT.attempt,
        ),
    ),
    Invariant(
        "slot_stuck",
        "slot",
        "It is running, but its worker {claimed_by} is dead and no other took it over.",
        _slots(
            _SLOT.status == SlotStatus.RUNNING,
            _SLOT.claimed_at < LONG_DEAD,
            ~_OWN_WORKER_LIVES,
            claimed_by=_SLOT.claimed_by,
        ),
    ),
    Invariant(
        "cancel_left_queued",
        "slot",
        "Its job {job_id} was cancelled, but it still waits.",
        _slots(_SLOT.status == SlotStatus.QUEUED, job_id=_SLOT.job_id)
        .join(_JOB, _JOB.id == _SLOT.job_id)
        # What a model was asked for is kept all the same, so it still waits for its worker.
        .where(_JOB.cancelled_at < A_MINUTE_AGO, _SLOT.run_at < A_MINUTE_AGO, ~is_owed()),
    ),
    Invariant(
        "slot_waits",
        "slot",
        "It of job {job_id} could have begun over a minute ago, and a worker has nothing to do.",
        _waiting(),
        Severity.WARNING,
    ),
    Invariant(
        "slot_waits_for_machine",
        "slot",
        "Its paid answer lies in the spool {spool_id}, whose machine has no worker. Start one "
        "there.",
        _slots(
            _SLOT.status == SlotStatus.QUEUED,
            _SLOT.spool_id.is_not(None),
            _SLOT.claimed_at < LOST_SINCE,
            ~exists().where(_WORKER.spool_id == _SLOT.spool_id, _WORKER.lease_until > NOW),
            exists().where(_IS_ALIVE),
            spool_id=_SLOT.spool_id,
        ),
        Severity.WARNING,
    ),
    Invariant(
        "final_slot_keeps_spool",
        "slot",
        "It is {status}, but still waits for an answer in the spool {spool_id}.",
        _slots(
            # A failed one may keep it: its retry then costs nothing.
            _SLOT.status.in_((SlotStatus.SUCCEEDED, SlotStatus.CANCELLED)),
            _SLOT.spool_id.is_not(None),
            status=_SLOT.status,
            spool_id=_SLOT.spool_id,
        ),
    ),
)
