"""Workers: their leases by the database's clock, and what becomes of a dead one's slots."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from core.domain.queueing import EventKind
from core.repositories.slot_queue import HeldSlot
from core.services.slot_endings import SlotKey
from core.unit_of_work import Database, UnitOfWork

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
_SPOOL_PATIENCE = timedelta(minutes=15)
_TURNS_KEPT = timedelta(days=1)


@dataclass(frozen=True)
class WorkerCard:
    """Who a worker is: `id` is new at each start, `spool_id` that of its data folder."""

    id: str
    spool_id: str
    host: str
    process_id: int
    threads: int
    version: str


class WorkerService:
    """Keeps workers' leases; a worker without one may neither begin nor write anything."""

    def __init__(self, database: Database, *, lease: timedelta = LEASE) -> None:
        self._database = database
        self._lease = lease

    def sign_on(self, card: WorkerCard, *, surely_dead: Collection[str]) -> int:
        """Begin a worker's lease; return how many slots of dead workers are queued again.

        `surely_dead` names workers that are known to be dead, whatever their leases say.
        """
        with self._database.begin() as work:
            now = work.now()
            work.workers.add(
                card.id,
                host=card.host,
                process_id=card.process_id,
                spool_id=card.spool_id,
                threads=card.threads,
                version=card.version,
                now=now,
                lease_until=now + self._lease,
            )
        with self._database.begin() as work:
            # A new key may be set: one call shows whether the models accept it now.
            work.model_states.unpark("auth")
        return self.bury(surely_dead)

    def others_on_spool(self, spool_id: str) -> list[str]:
        """Return the ids of the workers that signed on with the same data folder."""
        with self._database.read() as work:
            return work.workers.on_spool(spool_id)

    def renew(
        self, card: WorkerCard, working_on: Collection[int], task_ids: Collection[int] = ()
    ) -> bool:
        """Move the lease on; False when others took the worker for dead: then `sign_on` anew.

        Slots and tasks that the database gives to this worker for a while, and on which it does
        not work since an outage made it give up, are queued again.
        """
        with self._database.begin() as work:
            now = work.now()
            if not work.workers.renew(card.id, now, now + self._lease):
                return False
            # Only what was claimed well before `working_on` was read can be missing in it.
            held = work.slot_queue.release(card.id, tuple(working_on), now, now - self._lease)
            _queued_again(work, held, EventKind.QUEUED, reason="outage")
            work.tasks.release(card.id, task_ids, now, now - self._lease)
        return True

    def bury(self, worker_ids: Collection[str] = ()) -> int:
        """Queue again what these workers held, who are known to be dead: return how many slots."""
        with self._database.begin() as work:
            for worker_id in worker_ids:
                work.workers.remove(worker_id)
            return self._take_over(work)

    def take_over(self) -> int:
        """Queue again what workers held whose lease has ended; return how many slots."""
        with self._database.begin() as work:
            now = work.now()
            # Locked, so that one that lives after all cannot renew its lease in the meantime.
            for worker_id in work.workers.lock_dead(now):
                work.workers.remove(worker_id)
            return self._take_over(work)

    def in_lost_spools(self) -> list[SlotKey]:
        """Return queued slots whose paid answer is on a disk that was not seen for long."""
        with self._database.read() as work:
            now = work.now()
            held = work.slot_queue.in_lost_spools(now, now - _SPOOL_PATIENCE)
        return [SlotKey(slot.workspace_id, slot.slot_id, slot.attempt) for slot in held]

    def stop(self, card: WorkerCard) -> None:
        """Note that the worker begins nothing more."""
        with self._database.begin() as work:
            work.workers.stop(card.id)

    def sign_off(self, card: WorkerCard) -> int:
        """End the lease; what the worker did not finish is queued again: return how many."""
        with self._database.begin() as work:
            now = work.now()
            held = work.slot_queue.release(card.id, (), now, now)
            _queued_again(work, held, EventKind.QUEUED, reason="stopped")
            work.tasks.release(card.id, (), now, now)
            work.workers.remove(card.id)
            work.slot_queue.forget_turns(now - _TURNS_KEPT)
        return len(held)

    def _take_over(self, work: UnitOfWork) -> int:
        held = work.slot_queue.take_over(work.now())
        _queued_again(work, held, EventKind.TAKEN_OVER)
        work.tasks.take_over(work.now())
        if held:
            log.warning("took over %d slots of dead workers", len(held))
        return len(held)


def _queued_again(
    work: UnitOfWork, held: Sequence[HeldSlot], kind: EventKind, **detail: object
) -> None:
    now = work.now()
    for slot in held:
        work.slot_events.add(slot.workspace_id, slot.slot_id, slot.attempt, kind, now, **detail)
    # In this order, as everybody locks jobs. Slots of a cancelled job end here.
    for workspace_id, job_id in sorted({(slot.workspace_id, slot.job_id) for slot in held}):
        work.generation_jobs.settle(workspace_id, job_id, now)
