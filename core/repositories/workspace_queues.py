"""The queue as one workspace sees it."""

from datetime import datetime

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from core.domain.jobs import SlotStatus
from core.domain.workspace_queues import Holds, Person, WorkspaceQueue
from core.repositories.states import JOB_GOES_ON
from db.generation_tables import GenerationJobRow, GenerationSlotRow, ImageModelStateRow
from db.tables import MembershipRow, UserRow, WorkspaceRow

_UNFINISHED = (SlotStatus.QUEUED, SlotStatus.RUNNING)


class WorkspaceQueueRepository:
    """The queue as one workspace sees it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, workspace_id: int) -> WorkspaceQueue:
        """Return whether the workspace is paused and what it has in the queue: one statement."""
        is_queued = GenerationSlotRow.status == SlotStatus.QUEUED
        is_held = is_queued & GenerationJobRow.paused_at.is_not(None)
        paused_at = (
            select(WorkspaceRow.generation_paused_at)
            .where(WorkspaceRow.id == workspace_id)
            .scalar_subquery()
        )
        counted = (
            select(
                paused_at,
                func.count(GenerationJobRow.id.distinct()),
                func.count(),
                func.coalesce(func.sum(case((is_queued, 1), else_=0)), 0),
                func.coalesce(func.sum(case((is_held, 1), else_=0)), 0),
            )
            .select_from(GenerationJobRow)
            .join(GenerationSlotRow, GenerationSlotRow.job_id == GenerationJobRow.id)
            .where(
                GenerationJobRow.workspace_id == workspace_id,
                JOB_GOES_ON,
                GenerationSlotRow.status.in_(_UNFINISHED),
            )
        )
        paused, jobs, unfinished, queued, held = self._session.execute(counted).one()
        return WorkspaceQueue(paused is not None, jobs, unfinished - queued, queued, held)

    def holds(self, workspace_id: int, now: datetime) -> Holds:
        """Return what keeps the workspace's queued pictures from being begun: one statement."""
        is_parked = ImageModelStateRow.parked_at.is_not(None) & or_(
            ImageModelStateRow.parked_until.is_(None), ImageModelStateRow.parked_until > now
        )
        is_stopped = ImageModelStateRow.paused_at.is_not(None) | is_parked
        rows = self._session.execute(
            select(WorkspaceRow.generation_paused_at, ImageModelStateRow.image_model)
            .select_from(WorkspaceRow)
            .outerjoin(ImageModelStateRow, is_stopped)
            .where(WorkspaceRow.id == workspace_id)
        ).all()
        return Holds(
            is_paused=any(paused_at is not None for paused_at, _ in rows),
            stopped_models=frozenset(filter(None, (row[1] for row in rows))),
        )

    def people(self, workspace_id: int) -> tuple[Person, ...]:
        """Return the members of the workspace by name."""
        rows = self._session.execute(
            select(UserRow.id, UserRow.name)
            .join(MembershipRow, MembershipRow.user_id == UserRow.id)
            .where(MembershipRow.workspace_id == workspace_id)
            .order_by(func.lower(UserRow.name), UserRow.id)
        )
        return tuple(Person(row[0], row[1]) for row in rows)
