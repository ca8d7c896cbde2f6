"""Worker processes and their leases."""

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from db.generation_tables import WorkerRow


class WorkerRepository:
    """Worker processes: each moves its lease on every few seconds while it lives."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(  # noqa: PLR0913 - a worker's whole card
        self,
        worker_id: str,
        *,
        host: str,
        process_id: int,
        spool_id: str,
        threads: int,
        version: str,
        now: datetime,
        lease_until: datetime,
    ) -> None:
        """Note that a worker has begun."""
        self._session.add(
            WorkerRow(
                id=worker_id,
                host=host,
                process_id=process_id,
                spool_id=spool_id,
                threads=threads,
                version=version,
                is_stopping=False,
                started_at=now,
                seen_at=now,
                lease_until=lease_until,
            )
        )

    def renew(self, worker_id: str, now: datetime, lease_until: datetime) -> bool:
        """Move the lease on; False when the worker was taken for dead, and so has no row."""
        renewed = (
            update(WorkerRow)
            .where(WorkerRow.id == worker_id)
            .values(seen_at=now, lease_until=lease_until)
            .returning(WorkerRow.id)
        )
        return self._session.scalar(renewed) is not None

    def holds_lease(self, worker_id: str, now: datetime) -> bool:
        """Say whether the worker may begin something."""
        held = select(WorkerRow.id).where(WorkerRow.id == worker_id, WorkerRow.lease_until > now)
        return self._session.scalar(held) is not None

    def stop(self, worker_id: str) -> None:
        """Note that the worker begins nothing more."""
        self._session.execute(
            update(WorkerRow).where(WorkerRow.id == worker_id).values(is_stopping=True)
        )

    def on_spool(self, spool_id: str) -> list[str]:
        """Return the ids of the workers that have signed on with this spool."""
        return list(
            self._session.scalars(select(WorkerRow.id).where(WorkerRow.spool_id == spool_id))
        )

    def remove(self, worker_id: str) -> None:
        """Forget a worker that ended."""
        self._session.execute(delete(WorkerRow).where(WorkerRow.id == worker_id))

    def lock_dead(self, now: datetime) -> list[str]:
        """Return the workers whose lease has ended, and keep them from renewing it."""
        dead = select(WorkerRow.id).where(WorkerRow.lease_until <= now).with_for_update()
        return list(self._session.scalars(dead))

    def count_alive(self, now: datetime) -> int:
        """Return how many workers hold their lease."""
        alive = select(func.count()).select_from(WorkerRow).where(WorkerRow.lease_until > now)
        return self._session.scalar(alive) or 0
