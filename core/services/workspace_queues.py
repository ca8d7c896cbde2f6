"""What one workspace has in the queue, and whose jobs it has."""

from core.domain.accounts import Actor
from core.domain.workspace_queues import Holds, Person, WorkspaceQueue
from core.unit_of_work import Database


class WorkspaceQueueService:
    """The queue as the people of one workspace see it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, actor: Actor) -> WorkspaceQueue:
        """Return whether the workspace is paused and what it has in the queue."""
        with self._database.read() as work:
            return work.workspace_queues.get(actor.workspace_id)

    def holds(self, actor: Actor) -> Holds:
        """Return what keeps queued pictures of the workspace from being begun."""
        with self._database.read() as work:
            return work.workspace_queues.holds(actor.workspace_id, work.now())

    def people(self, actor: Actor) -> tuple[Person, ...]:
        """Return the members of the workspace by name: whose jobs can be asked for."""
        with self._database.read() as work:
            return work.workspace_queues.people(actor.workspace_id)
