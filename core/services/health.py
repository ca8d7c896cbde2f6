"""Health: how the parts that Epox stands on are."""

from core.domain.health import Health
from core.errors import DatabaseUnavailableError, StorageError
from core.storage.base import AssetStorage
from core.unit_of_work import Database


class HealthService:
    """Asks each part whether it works now."""

    def __init__(self, database: Database, storage: AssetStorage, version: str) -> None:
        self._database = database
        self._storage = storage
        self._version = version

    def check(self) -> Health:
        """Return the state of database, store and workers; details are for the log alone."""
        try:
            with self._database.read() as work:
                now = work.now()
                queue = work.queue_state.read(now)
        except DatabaseUnavailableError:
            return Health(
                version=self._version,
                database="does not answer",
                storage=self._ask_storage(),
                worker="unknown",
                queue_depth=0,
            )
        alive = [worker for worker in queue.workers if worker.is_alive]
        return Health(
            version=self._version,
            database="ok",
            storage=self._ask_storage(),
            worker="ok" if alive else "none is running",
            queue_depth=queue.depth,
            running=queue.running,
            oldest_wait_s=queue.oldest_wait_s,
            workers_alive=len(alive),
            newest_heartbeat_s=min(
                (max(0.0, (now - worker.seen_at).total_seconds()) for worker in alive), default=None
            ),
        )

    def _ask_storage(self) -> str:
        try:
            self._storage.check()
        except StorageError:
            return "does not answer"
        return "ok"
