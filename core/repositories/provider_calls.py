"""The money ledger: one line a call to an image model."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.domain.generation import CallOutcome, CallState, ProviderCall
from db.tables import ProviderCallRow

_WITHOUT_ANSWER = (CallState.INTENT, CallState.UNKNOWN)


class ProviderCallRepository:
    """The money ledger: a line is written before a request leaves and closed after its answer."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open(self, workspace_id: int, call: ProviderCall) -> None:
        """Note that the request is about to leave."""
        self._session.add(
            ProviderCallRow(
                id=call.id,
                workspace_id=workspace_id,
                slot_id=call.slot_id,
                attempt=call.attempt,
                image_model=call.image_model,
                state=CallState.INTENT,
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
        return None if row is None else _to_call(row)

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
        return tuple(map(_to_call, rows))

    def book_estimate(self, workspace_id: int, slot_id: int) -> None:
        """Let the slot's open lines count as spent until their answers say what they cost."""
        self._session.execute(
            update(ProviderCallRow)
            .where(
                ProviderCallRow.workspace_id == workspace_id,
                ProviderCallRow.slot_id == slot_id,
                ProviderCallRow.state == CallState.INTENT,
            )
            .values(cost_micros=ProviderCallRow.estimate_micros)
        )

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

    def cost_since(self, workspace_id: int, moment: datetime) -> int:
        """Return what the calls since then cost, in millionths of a US dollar."""
        spent = select(func.coalesce(func.sum(ProviderCallRow.cost_micros), 0)).where(
            ProviderCallRow.workspace_id == workspace_id, ProviderCallRow.started_at >= moment
        )
        return int(self._session.scalar(spent) or 0)


def _to_call(row: ProviderCallRow) -> ProviderCall:
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
    )
