"""Live worker processes."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from db.tables import WorkerRow


class WorkerRepository:
    """Live worker processes: each says every few seconds that it lives."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def beat(
        self, executor_id: str, *, host: str, process_id: int, started_at: datetime, now: datetime
    ) -> None:
        """Note that the worker lives."""
        self._session.merge(
            WorkerRow(
                executor_id=executor_id,
                host=host,
                process_id=process_id,
                started_at=started_at,
                seen_at=now,
            )
        )

    def find(self, executor_id: str) -> tuple[str, int, datetime] | None:
        """Return host, process id and last beat of the executor id's last holder."""
        row = self._session.get(WorkerRow, executor_id)
        return None if row is None else (row.host, row.process_id, row.seen_at)

    def remove(self, executor_id: str) -> None:
        """Forget a worker that ended."""
        self._session.execute(delete(WorkerRow).where(WorkerRow.executor_id == executor_id))

    def count_alive(self, since: datetime) -> int:
        """Return how many workers were seen since then."""
        alive = select(func.count()).select_from(WorkerRow).where(WorkerRow.seen_at > since)
        return self._session.scalar(alive) or 0
