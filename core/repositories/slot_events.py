"""The history of slots."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.domain.queueing import EventKind, SlotEvent
from db.generation_tables import GenerationSlotRow, SlotEventRow


class SlotEventRepository:
    """The history of slots: lines are only ever added."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        workspace_id: int,
        slot_id: int,
        attempt: int,
        kind: EventKind,
        at: datetime,
        **detail: object,
    ) -> None:
        """Note what happened to a slot."""
        self.add_many(workspace_id, [(slot_id, attempt)], kind, at, **detail)

    def add_many(
        self,
        workspace_id: int,
        slots: Iterable[tuple[int, int]],
        kind: EventKind,
        at: datetime,
        **detail: object,
    ) -> None:
        """Note the same of several slots, given as id and attempt."""
        rows = [
            {
                "workspace_id": workspace_id,
                "slot_id": slot_id,
                "attempt": attempt,
                "kind": kind,
                "detail": detail,
                "at": at,
            }
            for slot_id, attempt in slots
        ]
        if rows:
            self._session.execute(insert(SlotEventRow), rows)

    def of_job(self, workspace_id: int, job_id: int) -> tuple[SlotEvent, ...]:
        """Return what happened to the slots of a job, oldest first."""
        rows = self._session.scalars(
            select(SlotEventRow)
            .join(GenerationSlotRow, GenerationSlotRow.id == SlotEventRow.slot_id)
            .where(SlotEventRow.workspace_id == workspace_id, GenerationSlotRow.job_id == job_id)
            .order_by(SlotEventRow.id)
        )
        return tuple(
            SlotEvent(row.slot_id, row.attempt, EventKind(row.kind), row.detail, row.at)
            for row in rows
        )
