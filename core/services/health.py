"""Health: how the parts that Epox stands on are."""

from datetime import UTC, datetime, timedelta

from core.domain.dashboard import Health
from core.errors import DatabaseUnavailableError, StorageError
from core.storage.base import AssetStorage
from core.unit_of_work import Database

WORKER_SILENCE = timedelta(seconds=35)
"""A worker says every few seconds that it lives; after this long it is taken for dead."""


class HealthService:
    """Asks each part whether it works now."""

    def __init__(self, database: Database, storage: AssetStorage, version: str) -> None:
        self._database = database
        self._storage = storage
        self._version = version

    def check(self) -> Health:
        """Return the state of database, store and workers; details are for the log alone."""
        database, worker, depth = self._ask_database()
        return Health(
            version=self._version,
            database=database,
            storage=self._ask_storage(),
            worker=worker,
            queue_depth=depth,
        )

    def _ask_database(self) -> tuple[str, str, int]:
        try:
            with self._database.read() as work:
                alive = work.workers.count_alive(datetime.now(UTC) - WORKER_SILENCE)
                depth = work.generation_slots.queue_depth()
        except DatabaseUnavailableError:
            return "does not answer", "unknown", 0
        return "ok", "ok" if alive else "none is running", depth

    def _ask_storage(self) -> str:
        try:
            self._storage.check()
        except StorageError:
            return "does not answer"
        return "ok"
