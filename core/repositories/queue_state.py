"""The queue as a whole, its workers, and what stands in its way: read here, never written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from core.domain.queueing import ModelState, QueueState, WorkerState
from core.repositories.model_states import to_state
from core.repositories.paging import AnyRow, AnySelect
from core.repositories.states import SLOT_IS_QUEUED, SLOT_IS_RUNNING
from db.base import UtcDateTime
from db.generation_tables import (
    GenerationJobRow,
    GenerationSlotRow,
    ImageModelStateRow,
    WorkerRow,
)
from db.tables import WorkspaceRow


@dataclass(frozen=True)
class Standing:
    """Whether a workspace is paused or has a monthly limit, and the models that are held up."""

    paused_at: datetime | None
    has_limit: bool
    models: tuple[ModelState, ...]


@dataclass(frozen=True)
class Ahead:
    """What new pictures of one model would find.

    `waiting` are the pictures of the model that could begin now: the person's own ones that go
    first, those of the workspace, and those of all workspaces with what is being made.
    """

    workspace_paused_at: datetime | None
    model: ModelState | None
    waiting: tuple[int, int, int]


class QueueStateRepository:
    """The queue of all workspaces as it is now."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def read(self, now: datetime) -> QueueState:
        """Return the queue's length and its workers, in two statements.

        `now` is what the database's clock says: the one by which leases were given.
        """
        depth, running, oldest = self._session.execute(_QUEUE, {"now": now}).one()
        waited_s = (now - oldest).total_seconds() if oldest is not None else 0.0
        workers = tuple(
            WorkerState(
                id=row.id,
                host=row.host,
                process_id=row.process_id,
                threads=row.threads,
                version=row.version,
                is_stopping=row.is_stopping,
                started_at=row.started_at,
                seen_at=row.seen_at,
                is_alive=row.lease_until > now,
                running=held,
            )
            for row, held in self._session.execute(_WORKERS)
        )
        return QueueState(depth, running, max(0.0, waited_s), workers)

    def standing(self, workspace_id: int) -> Standing:
        """Return what stands in the way of a workspace's new pictures, in one statement.

        Among the models are those whose parking has ended by itself.
        """
        values = {"workspace_id": workspace_id}
        rows: Sequence[AnyRow] = self._session.execute(_STANDING, values).all()
        if not rows:
            return Standing(None, has_limit=False, models=())
        paused_at, limit_micros = rows[0][:2]
        models = tuple(to_state(row) for _, _, row in rows if row is not None)
        return Standing(paused_at, limit_micros is not None, models)

    def ahead(
        self, workspace_id: int, user_id: int, image_model: str, priority: int, now: datetime
    ) -> Ahead:
        """Return what pictures that are submitted now would wait for, in one statement."""
        values = {
            "workspace_id": workspace_id,
            "user_id": user_id,
            "image_model": image_model,
            "priority": priority,
            "now": now,
        }
        paused_at, row, *waiting = self._session.execute(_AHEAD, values).one()
        mine, ours, everybodys = (int(count) for count in waiting)
        return Ahead(paused_at, None if row is None else to_state(row), (mine, ours, everybodys))


_DEPTH = select(func.count()).select_from(GenerationSlotRow).where(SLOT_IS_QUEUED)
_RUNNING = select(func.count()).select_from(GenerationSlotRow).where(SLOT_IS_RUNNING)
# What a person paused waits because they want it to. What a parked model holds up does not.
_OLDEST = (
    select(GenerationSlotRow.run_at)
    .join(GenerationJobRow, GenerationJobRow.id == GenerationSlotRow.job_id)
    .join(WorkspaceRow, WorkspaceRow.id == GenerationSlotRow.workspace_id)
    .outerjoin(ImageModelStateRow, ImageModelStateRow.image_model == GenerationJobRow.image_model)
    .where(
        SLOT_IS_QUEUED,
        GenerationSlotRow.run_at <= bindparam("now", type_=UtcDateTime()),
        GenerationJobRow.paused_at.is_(None),
        GenerationJobRow.cancelled_at.is_(None),
        WorkspaceRow.generation_paused_at.is_(None),
        ImageModelStateRow.paused_at.is_(None),
    )
    .order_by(GenerationSlotRow.run_at)
    .limit(1)
)
_QUEUE = select(_DEPTH.scalar_subquery(), _RUNNING.scalar_subquery(), _OLDEST.scalar_subquery())
_WORKERS = select(
    WorkerRow,
    select(func.count())
    .select_from(GenerationSlotRow)
    .where(
        SLOT_IS_RUNNING,
        GenerationSlotRow.claimed_by == WorkerRow.id,
    )
    .correlate(WorkerRow)
    .scalar_subquery(),
).order_by(WorkerRow.started_at, WorkerRow.id)
# Each run of a page asks it, and building a statement costs more than running it.
_STANDING = (
    select(
        WorkspaceRow.generation_paused_at, WorkspaceRow.monthly_budget_micros, ImageModelStateRow
    )
    .select_from(WorkspaceRow)
    .outerjoin(
        ImageModelStateRow,
        or_(ImageModelStateRow.parked_at.is_not(None), ImageModelStateRow.paused_at.is_not(None)),
    )
    .where(WorkspaceRow.id == bindparam("workspace_id"))
    .order_by(ImageModelStateRow.parked_at, ImageModelStateRow.image_model)
)
_MOST_COUNTED = 10_000
_WORKSPACE_ID = bindparam("workspace_id", type_=BigInteger)


def _counted(*, in_workspace: bool) -> AnySelect:
    """Return the slots that could be made now, up to a number beyond which none is a guess."""
    is_ready = SLOT_IS_QUEUED & (GenerationSlotRow.run_at <= bindparam("now", type_=UtcDateTime()))
    goes_first = or_(
        GenerationJobRow.created_by != bindparam("user_id", type_=BigInteger),
        GenerationJobRow.created_by.is_(None),
        GenerationJobRow.priority <= bindparam("priority", type_=BigInteger),
    )
    is_mine = goes_first & (GenerationJobRow.created_by == bindparam("user_id", type_=BigInteger))
    slots = (
        select(case((is_mine, 1), else_=0).label("mine"))
        .select_from(GenerationSlotRow)
        .join(GenerationJobRow, GenerationJobRow.id == GenerationSlotRow.job_id)
        .where(
            GenerationJobRow.image_model == bindparam("image_model"),
            GenerationJobRow.paused_at.is_(None),
            GenerationJobRow.cancelled_at.is_(None),
        )
        .limit(_MOST_COUNTED)
    )
    if in_workspace:
        return slots.where(is_ready, goes_first, GenerationSlotRow.workspace_id == _WORKSPACE_ID)
    return slots.where(or_(is_ready, SLOT_IS_RUNNING))


_OURS = _counted(in_workspace=True).subquery()
_EVERYBODYS = _counted(in_workspace=False).subquery()
_AHEAD = (
    select(
        WorkspaceRow.generation_paused_at,
        ImageModelStateRow,
        select(func.coalesce(func.sum(_OURS.c.mine), 0)).scalar_subquery(),
        select(func.count()).select_from(_OURS).scalar_subquery(),
        select(func.count()).select_from(_EVERYBODYS).scalar_subquery(),
    )
    .select_from(WorkspaceRow)
    .outerjoin(ImageModelStateRow, ImageModelStateRow.image_model == bindparam("image_model"))
    .where(WorkspaceRow.id == _WORKSPACE_ID)
)
