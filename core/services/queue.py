"""The queue of all workspaces, as it is now."""

from core.domain.accounts import Actor
from core.domain.queueing import QueueState
from core.services.access import must_administer
from core.unit_of_work import Database


class QueueService:
    """Says how long the queue is, how long it waits, and who works on it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def state(self) -> QueueState:
        """Return the queue of all workspaces, by the database's clock; for health checks."""
        with self._database.read() as work:
            return work.queue_state.read(work.now())

    def state_for(self, actor: Actor) -> QueueState:
        """Return the queue of all workspaces, for administrators."""
        must_administer(actor)
        return self.state()
