"""The money ledger: one line a call to an image model."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.domain.generation import Usage
from core.domain.jobs import CallOutcome, CallState, ProviderCall
from core.errors import UnknownOutcomeError
from db.generation_tables import ProviderCallRow

_WITHOUT_ANSWER = (CallState.INTENT, CallState.UNKNOWN)


class ProviderCallRepository:
    """The money ledger: a line is written before a request leaves and closed after its answer."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open(
        self,
        workspace_id: int,
        call: ProviderCall,
        *,
        task_id: int | None = None,
        product_id: int | None = None,
    ) -> None:
        """Note that the request is about to leave, for a slot or within a task.

        What a slot is of, its job knows; a task's call names its product itself.
        """
        self._session.add(
            ProviderCallRow(
                id=call.id,
                workspace_id=workspace_id,
                slot_id=call.slot_id,
                task_id=task_id,
                product_id=product_id,
                attempt=call.attempt,
                image_model=call.image_model,
                state=CallState.INTENT,
                request=call.request,
                estimate_micros=call.estimate_micros,
                cost_micros=0,
                input_tokens=0,
                image_tokens=0,
                text_tokens=0,
                model_version="",
                response_id="",
                started_at=call.started_at,
            )
        )

    def find(self, workspace_id: int, call_id: str) -> ProviderCall | None:
        """Return a line of the ledger."""
        row = self._session.scalar(
            select(ProviderCallRow).where(
                ProviderCallRow.workspace_id == workspace_id, ProviderCallRow.id == call_id
            )
        )
        return None if row is None else to_call(row)

    def without_answer(self, workspace_id: int, slot_id: int) -> tuple[ProviderCall, ...]:
        """Return the slot's lines whose answer is not known, newest first.

        It may be spooled, or arrive late: also after the line was closed as unknown.
        """
        rows = self._session.scalars(
            select(ProviderCallRow)
            .where(
                ProviderCallRow.workspace_id == workspace_id,
                ProviderCallRow.slot_id == slot_id,
                ProviderCallRow.state.in_(_WITHOUT_ANSWER),
            )
            .order_by(ProviderCallRow.started_at.desc())
        )
        return tuple(map(to_call, rows))

    def count_as_lost(self, workspace_id: int, slot_id: int, now: datetime) -> None:
        """Close the slot's open lines as unknown, at their estimates, until an answer is found."""
        self._session.execute(
            update(ProviderCallRow)
            .where(
                ProviderCallRow.workspace_id == workspace_id,
                ProviderCallRow.slot_id == slot_id,
                ProviderCallRow.state == CallState.INTENT,
            )
            .values(
                state=CallState.UNKNOWN,
                cost_micros=ProviderCallRow.estimate_micros,
                failure_code=UnknownOutcomeError.code,
                finished_at=now,
            )
        )

    def lost_of_task(self, workspace_id: int, task_id: int, now: datetime) -> list[ProviderCall]:
        """Close the task's open lines as unknown, at their estimates, and return them.

        Nobody waits for their answers any more: the worker that asked is gone.
        """
        lost = (
            update(ProviderCallRow)
            .where(
                ProviderCallRow.workspace_id == workspace_id,
                ProviderCallRow.task_id == task_id,
                ProviderCallRow.state == CallState.INTENT,
            )
            .values(
                state=CallState.UNKNOWN,
                cost_micros=ProviderCallRow.estimate_micros,
                failure_code=UnknownOutcomeError.code,
                finished_at=now,
            )
            .returning(ProviderCallRow)
        )
        return list(map(to_call, self._session.scalars(lost)))

    def close(self, workspace_id: int, call_id: str, outcome: CallOutcome, now: datetime) -> bool:
        """Write how the call ended; a line whose end is known already stays as it is."""
        closed = (
            update(ProviderCallRow)
            .where(
                ProviderCallRow.workspace_id == workspace_id,
                ProviderCallRow.id == call_id,
                ProviderCallRow.state.in_(_WITHOUT_ANSWER),
            )
            .values(
                state=outcome.state,
                cost_micros=outcome.cost_micros,
                input_tokens=outcome.usage.input_tokens,
                image_tokens=outcome.usage.image_tokens,
                text_tokens=outcome.usage.text_tokens,
                model_version=outcome.model_version[:120],
                response_id=outcome.response_id[:120],
                failure_code=outcome.failure_code,
                finished_at=now,
            )
            .returning(ProviderCallRow.id)
        )
        return self._session.scalar(closed) is not None

    def of_spool(self, call_ids: Sequence[str]) -> list[tuple[str, int, int, CallState]]:
        """Return workspace, slot and state of the calls with these ids, over all workspaces.

        Only answers of slots are spooled.
        """
        rows = self._session.execute(
            select(
                ProviderCallRow.id,
                ProviderCallRow.workspace_id,
                ProviderCallRow.slot_id,
                ProviderCallRow.state,
            ).where(ProviderCallRow.id.in_(call_ids))
        )
        return [(row[0], row[1], row[2], CallState(row[3])) for row in rows if row[2] is not None]


def to_call(row: ProviderCallRow) -> ProviderCall:
    """Return a line of the ledger as the rest of Epox sees it."""
    return ProviderCall(
        id=row.id,
        slot_id=row.slot_id,
        attempt=row.attempt,
        image_model=row.image_model,
        state=CallState(row.state),
        estimate_micros=row.estimate_micros,
        cost_micros=row.cost_micros,
        failure_code=row.failure_code,
        started_at=row.started_at,
        finished_at=row.finished_at,
        usage=Usage(row.input_tokens, row.image_tokens, row.text_tokens),
        model_version=row.model_version,
        response_id=row.response_id,
        request=row.request,
    )
