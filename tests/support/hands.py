"""A worker without threads: a test claims a slot and takes each step itself."""

import uuid

from core.bootstrap import Services, slot_runs_on
from core.jobs.slot_loop import run_slot
from core.services.slot_claims import Claim, Nothing
from core.services.slot_endings import SlotKey
from core.services.slot_runs import SlotRunService
from core.services.workers import WorkerCard, WorkerService


def card_of(services: Services, *, spool_id: str | None = None) -> WorkerCard:
    """Return the card of one more worker on these services' spool, or on another one."""
    spool = services.parts.spool.id if spool_id is None else spool_id
    return WorkerCard(uuid.uuid4().hex, spool, "here", 1, threads=4, version="0")


class Hands:
    """A worker that has signed on and does what a test tells it to; it waits for nothing."""

    def __init__(self, services: Services, *, spool_id: str | None = None) -> None:
        self.runs: SlotRunService = slot_runs_on(services, pause=lambda _: None)
        self.workers = WorkerService(services.parts.database)
        self.card = card_of(services, spool_id=spool_id)
        self.workers.sign_on(self.card, surely_dead=())

    def look(self) -> SlotKey | Nothing:
        """Claim the slot that is next, if there is one."""
        found = self.runs.claims.next(self.card)
        return found.key if isinstance(found, Claim) else found

    def claim(self) -> SlotKey:
        """Claim the slot that is next; there must be one."""
        found = self.look()
        assert isinstance(found, SlotKey), found
        return found

    def make(self) -> SlotKey:
        """Claim the next slot and make its picture."""
        key = self.claim()
        run_slot(self.runs, key)
        return key

    def make_all(self) -> int:
        """Make pictures until nothing can be begun; return how many attempts that took."""
        count = 0
        while isinstance(key := self.look(), SlotKey):
            run_slot(self.runs, key)
            count += 1
        return count

    def die(self) -> None:
        """End as a killed worker does, and let the others know."""
        self.workers.bury([self.card.id])
