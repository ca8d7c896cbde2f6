"""What a worker writes while it makes the picture of a slot."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from core.domain.generation import Dimensions, SlotStatus, SlotWork
from core.repositories.generation_jobs import to_settings
from db.tables import GenerationJobRow, GenerationSlotRow, ProductRow

_UNFINISHED = (SlotStatus.QUEUED, SlotStatus.RUNNING)


class GenerationSlotRepository:
    """What a worker writes while it makes the picture of a slot.

    Every write names the attempt: a worker of an earlier one changes nothing any more.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def begin(self, workspace_id: int, slot_id: int, attempt: int, now: datetime) -> bool:
        """Turn a queued slot into a running one; False when it is cancelled, final or another's."""
        begun = (
            update(GenerationSlotRow)
            .where(
                *_attempt(workspace_id, slot_id, attempt),
                GenerationSlotRow.status.in_(_UNFINISHED),
            )
            .values(
                status=SlotStatus.RUNNING,
                started_at=func.coalesce(GenerationSlotRow.started_at, now),
            )
            .returning(GenerationSlotRow.id)
        )
        return self._session.scalar(begun) is not None

    def count_crash(self, workspace_id: int, slot_id: int, attempt: int) -> None:
        """Note that one more worker begins this attempt."""
        more = {"crash_count": GenerationSlotRow.crash_count + 1}
        self._write(workspace_id, slot_id, attempt, more)

    def set_crash_count(self, workspace_id: int, slot_id: int, attempt: int, count: int) -> None:
        """Take back what was counted: the worker lives, something else failed."""
        self._write(workspace_id, slot_id, attempt, {"crash_count": count})

    def find_work(self, workspace_id: int, slot_id: int, attempt: int) -> SlotWork | None:
        """Return what is to be done, or None when this attempt is not running."""
        row = self._session.execute(
            select(GenerationSlotRow, GenerationJobRow, ProductRow)
            .join(GenerationJobRow, GenerationJobRow.id == GenerationSlotRow.job_id)
            .join(ProductRow, ProductRow.id == GenerationJobRow.product_id)
            .where(
                *_attempt(workspace_id, slot_id, attempt),
                GenerationSlotRow.status == SlotStatus.RUNNING,
            )
        ).one_or_none()
        return None if row is None else _to_work(*row)

    def lock_running(self, workspace_id: int, slot_id: int, attempt: int) -> bool:
        """Keep others from changing the slot until the transaction ends; False if it is over."""
        running = (
            select(GenerationSlotRow.id)
            .where(
                *_attempt(workspace_id, slot_id, attempt),
                GenerationSlotRow.status == SlotStatus.RUNNING,
            )
            .with_for_update()
        )
        return self._session.scalar(running) is not None

    def set_progress(
        self, workspace_id: int, slot_id: int, attempt: int, percent: int, stage: str
    ) -> None:
        """Show how far a running slot is."""
        self._write(workspace_id, slot_id, attempt, {"progress_percent": percent, "stage": stage})

    def succeed(self, workspace_id: int, slot_id: int, attempt: int, now: datetime) -> bool:
        """Close the slot as done; False when this attempt is not the running one any more."""
        return self._write(
            workspace_id,
            slot_id,
            attempt,
            {
                "status": SlotStatus.SUCCEEDED,
                "progress_percent": 100,
                "stage": "",
                "finished_at": now,
            },
        )

    def fail(
        self,
        workspace_id: int,
        slot_id: int,
        attempt: int,
        now: datetime,
        *,
        code: str,
        sentence: str,
    ) -> bool:
        """Close the slot as failed, with a sentence for the person."""
        return self._write(
            workspace_id,
            slot_id,
            attempt,
            {
                "status": SlotStatus.FAILED,
                "failure_code": code,
                "failure": sentence,
                "stage": "",
                "finished_at": now,
            },
        )

    def wait_for_next_attempt(
        self, workspace_id: int, slot_id: int, attempt: int, stage: str
    ) -> bool:
        """Queue the slot for its next attempt; `stage` says why it waits."""
        return self._write(
            workspace_id,
            slot_id,
            attempt,
            {
                "status": SlotStatus.QUEUED,
                "attempt": attempt + 1,
                "tries": GenerationSlotRow.tries + 1,
                "stage": stage,
                "progress_percent": 0,
                "started_at": None,
                "crash_count": 0,
            },
        )

    def unfinished(self, after_id: int, limit: int) -> list[tuple[int, int, int]]:
        """Return workspace, id and attempt of slots that are not final, of all workspaces."""
        rows = self._session.execute(
            select(GenerationSlotRow.workspace_id, GenerationSlotRow.id, GenerationSlotRow.attempt)
            .where(GenerationSlotRow.id > after_id, GenerationSlotRow.status.in_(_UNFINISHED))
            .order_by(GenerationSlotRow.id)
            .limit(limit)
        )
        return [(row[0], row[1], row[2]) for row in rows]

    def abandon(
        self,
        workspace_id: int,
        slot_id: int,
        attempt: int,
        now: datetime,
        *,
        code: str,
        sentence: str,
    ) -> int | None:
        """Close a slot that nobody works on any more; return its job, or None if it was final."""
        closed = (
            update(GenerationSlotRow)
            .where(
                *_attempt(workspace_id, slot_id, attempt),
                GenerationSlotRow.status.in_(_UNFINISHED),
            )
            .values(
                status=SlotStatus.FAILED,
                failure_code=code,
                failure=sentence,
                stage="",
                finished_at=now,
            )
            .returning(GenerationSlotRow.job_id)
        )
        return self._session.scalar(closed)

    def queue_depth(self) -> int:
        """Return how many slots wait in all workspaces: a figure for the operator."""
        waiting = (
            select(func.count())
            .select_from(GenerationSlotRow)
            .where(GenerationSlotRow.status == SlotStatus.QUEUED)
        )
        return self._session.scalar(waiting) or 0

    def _write(self, workspace_id: int, slot_id: int, attempt: int, values: dict[str, Any]) -> bool:
        written = (
            update(GenerationSlotRow)
            .where(
                *_attempt(workspace_id, slot_id, attempt),
                GenerationSlotRow.status == SlotStatus.RUNNING,
            )
            .values(values)
            .returning(GenerationSlotRow.id)
        )
        return self._session.scalar(written) is not None


def _attempt(workspace_id: int, slot_id: int, attempt: int) -> tuple[ColumnElement[bool], ...]:
    return (
        GenerationSlotRow.workspace_id == workspace_id,
        GenerationSlotRow.id == slot_id,
        GenerationSlotRow.attempt == attempt,
    )


def _to_work(slot: GenerationSlotRow, job: GenerationJobRow, product: ProductRow) -> SlotWork:
    dimensions = None
    if product.width_cm and product.depth_cm and product.height_cm:
        dimensions = Dimensions(product.width_cm, product.depth_cm, product.height_cm)
    return SlotWork(
        slot_id=slot.id,
        job_id=job.id,
        workspace_id=slot.workspace_id,
        product_id=product.id,
        product_name=product.name,
        position=slot.position,
        attempt=slot.attempt,
        tries=slot.tries,
        crash_count=slot.crash_count,
        settings=to_settings(job.request),
        prompt=job.prompt,
        seed=job.seed,
        dimensions=dimensions,
        created_by=job.created_by,
    )
