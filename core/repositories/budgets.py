"""What workspaces may spend, have spent and have reserved."""

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, ScalarSelect, func, select, update
from sqlalchemy.orm import Session

from core.domain.budgets import Budget
from core.domain.jobs import CallState
from core.repositories.states import SLOT_IS_RUNNING
from db.generation_tables import GenerationSlotRow, ProviderCallRow
from db.tables import WorkspaceRow


class BudgetRepository:
    """What workspaces may spend, have spent and have reserved, by the month in UTC."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lock(self, workspace_id: int) -> None:
        """Let one at a time reserve money of the workspace, or pause it, until the end."""
        # No stronger lock: each row that is added for the workspace locks its key, and a worker
        # that adds one while it holds a slot would wait for us while we wait for that slot.
        self._session.execute(
            select(WorkspaceRow.id)
            .where(WorkspaceRow.id == workspace_id)
            .with_for_update(key_share=True)
        )

    def get(self, workspace_id: int, now: datetime) -> Budget:
        """Return what the workspace may spend in the month of this moment, in one statement."""
        limit, spent, reserved = self._session.execute(
            select(
                WorkspaceRow.monthly_budget_micros,
                _spent(workspace_id, now),
                _reserved(workspace_id),
            ).where(WorkspaceRow.id == workspace_id)
        ).one()
        return Budget(limit, int(spent), int(reserved))

    def is_overspent(self, workspace_id: int, now: datetime, more_micros: int) -> bool:
        """Say whether so much more would be beyond the limit, with what is being made now.

        Only a limit that was lowered, or calls that cost more than the table says, lead there.
        """
        limit = self._session.scalar(
            select(WorkspaceRow.monthly_budget_micros).where(WorkspaceRow.id == workspace_id)
        )
        if limit is None:
            return False
        spent, held = self._session.execute(
            select(_spent(workspace_id, now), _reserved(workspace_id, SLOT_IS_RUNNING))
        ).one()
        return bool(spent + held + more_micros > limit)

    def set_limit(self, workspace_id: int, limit_micros: int | None) -> None:
        """Set what the workspace may spend in a month; None is no limit."""
        self._session.execute(
            update(WorkspaceRow)
            .where(WorkspaceRow.id == workspace_id)
            .values(monthly_budget_micros=limit_micros)
        )


def month_of(moment: datetime) -> datetime:
    """Return the moment at which its month begins, in UTC."""
    return moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _spent(workspace_id: int, now: datetime) -> ScalarSelect[int]:
    return (
        select(func.coalesce(func.sum(ProviderCallRow.cost_micros), 0))
        .where(
            ProviderCallRow.workspace_id == workspace_id,
            ProviderCallRow.started_at >= month_of(now),
        )
        .scalar_subquery()
    )


def _reserved(workspace_id: int, *conditions: ColumnElement[bool]) -> ColumnElement[int]:
    """Return what slots hold, and what calls of tasks hold while their answer is on its way."""
    slots = (
        select(func.coalesce(func.sum(GenerationSlotRow.reserved_micros), 0))
        .where(
            GenerationSlotRow.workspace_id == workspace_id,
            GenerationSlotRow.reserved_micros > 0,
            *conditions,
        )
        .scalar_subquery()
    )
    asking = (
        select(func.coalesce(func.sum(ProviderCallRow.estimate_micros), 0))
        .where(
            ProviderCallRow.workspace_id == workspace_id,
            ProviderCallRow.state == CallState.INTENT,
            ProviderCallRow.slot_id.is_(None),
        )
        .scalar_subquery()
    )
    return slots + asking
