"""What a worker writes while it makes the picture of a slot."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, select, update
from sqlalchemy.orm import Session

from core.domain.generation import Dimensions
from core.domain.jobs import LOST, SlotStatus, SlotWork
from core.errors import UnknownOutcomeError
from core.repositories.job_rows import subject_of, to_settings
from core.repositories.states import NOTHING_HELD
from db.generation_tables import GenerationJobRow, GenerationSlotRow
from db.tables import ProductRow


class GenerationSlotRepository:
    """What a worker writes while it makes the picture of a slot.

    Every write names the attempt: a worker that was taken for dead changes nothing any more.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def find_work(self, workspace_id: int, slot_id: int, attempt: int) -> SlotWork | None:
        """Return what is to be done, or None when this attempt is not the running one."""
        row = self._session.execute(
            select(GenerationSlotRow, GenerationJobRow, ProductRow)
            .join(GenerationJobRow, GenerationJobRow.id == GenerationSlotRow.job_id)
            .outerjoin(ProductRow, ProductRow.id == GenerationJobRow.product_id)
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

    def note_spooled(self, workspace_id: int, slot_id: int, attempt: int, spool_id: str) -> None:
        """Note that its paid answer is in this spool: none but its workers can go on with it.

        Workers that died before that are no sign that it cannot be read.
        """
        is_new = GenerationSlotRow.spool_id.is_(None)
        values = {
            "progress_percent": 95,
            "stage": "Saving",
            "spool_id": spool_id,
            "crash_count": case((is_new, 0), else_=GenerationSlotRow.crash_count),
        }
        self._write(workspace_id, slot_id, attempt, values)

    def succeed(self, workspace_id: int, slot_id: int, attempt: int, now: datetime) -> bool:
        """Close the slot as done; False when this attempt is not the running one any more."""
        done = {"status": SlotStatus.SUCCEEDED, "progress_percent": 100, "finished_at": now}
        return self._write(workspace_id, slot_id, attempt, {**NOTHING_HELD, **done})

    def fail(
        self,
        workspace_id: int,
        slot_id: int,
        attempt: int,
        now: datetime,
        *,
        code: str,
        sentence: str,
        keeps_answer: bool = False,
    ) -> bool:
        """Close the slot as failed, with a sentence for the person.

        One that `keeps_answer` can only be retried where its answer is.
        """
        failed: dict[str, Any] = {
            "status": SlotStatus.FAILED,
            "failure_code": code,
            "failure": sentence,
            "finished_at": now,
        }
        held = {**NOTHING_HELD, "spool_id": GenerationSlotRow.spool_id}
        values = {**(held if keeps_answer else NOTHING_HELD), **failed}
        return self._write(workspace_id, slot_id, attempt, values)

    def wait(
        self,
        workspace_id: int,
        slot_id: int,
        attempt: int,
        *,
        until: datetime,
        stage: str,
        tries: int = 0,
    ) -> bool:
        """Put the slot back into the queue until then; `stage` says why it waits."""
        return self._write(
            workspace_id,
            slot_id,
            attempt,
            {
                "status": SlotStatus.QUEUED,
                "claimed_by": None,
                "run_at": until,
                "tries": GenerationSlotRow.tries + tries,
                "stage": stage,
                "progress_percent": 0,
                "started_at": None,
                "crash_count": 0,
            },
        )

    def lose(
        self,
        workspace_id: int,
        slot_id: int,
        attempt: int,
        now: datetime,
        *,
        code: str,
        sentence: str,
    ) -> int | None:
        """Close a queued slot as failed; return its job, or None when it is not queued any more."""
        lost = (
            update(GenerationSlotRow)
            .where(
                *_attempt(workspace_id, slot_id, attempt),
                GenerationSlotRow.status == SlotStatus.QUEUED,
            )
            .values(
                **NOTHING_HELD,
                status=SlotStatus.FAILED,
                failure_code=code,
                failure=sentence,
                finished_at=now,
            )
            .returning(GenerationSlotRow.job_id)
        )
        return self._session.scalar(lost)

    def adopt(self, workspace_id: int, slot_id: int, spool_id: str, now: datetime) -> bool:
        """Queue a slot anew whose answer counted as lost and was found in a spool."""
        adopted = (
            update(GenerationSlotRow)
            .where(
                GenerationSlotRow.workspace_id == workspace_id,
                GenerationSlotRow.id == slot_id,
                GenerationSlotRow.status == SlotStatus.FAILED,
                GenerationSlotRow.failure_code.in_((UnknownOutcomeError.code, LOST)),
            )
            .values(
                status=SlotStatus.QUEUED,
                stage="Its lost answer was found",
                spool_id=spool_id,
                run_at=now,
                claimed_at=now,
                failure_code=None,
                failure=None,
                finished_at=None,
            )
            .returning(GenerationSlotRow.id)
        )
        return self._session.scalar(adopted) is not None

    def job_of(self, workspace_id: int, slot_id: int) -> tuple[int, int]:
        """Return the job of a slot that exists, and the slot's last attempt."""
        row = self._session.execute(
            select(GenerationSlotRow.job_id, GenerationSlotRow.attempt).where(
                GenerationSlotRow.workspace_id == workspace_id, GenerationSlotRow.id == slot_id
            )
        ).one()
        return row[0], row[1]

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


def _to_work(
    slot: GenerationSlotRow, job: GenerationJobRow, product: ProductRow | None
) -> SlotWork:
    dimensions = None
    if product and product.width_cm and product.depth_cm and product.height_cm:
        dimensions = Dimensions(product.width_cm, product.depth_cm, product.height_cm)
    settings = to_settings(job.request)
    return SlotWork(
        slot_id=slot.id,
        job_id=job.id,
        workspace_id=slot.workspace_id,
        product_id=job.product_id,
        product_name=subject_of(settings, None if product is None else product.name),
        position=slot.position,
        attempt=slot.attempt,
        tries=slot.tries,
        crash_count=slot.crash_count,
        is_spooled=slot.spool_id is not None,
        settings=settings,
        prompt=job.prompt if slot.prompt is None else slot.prompt,
        seed=job.seed,
        dimensions=dimensions,
        created_by=job.created_by,
    )
