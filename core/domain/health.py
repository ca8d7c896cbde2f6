"""How the parts are that Epox stands on: for load balancers and administrators."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Health:
    """How the parts are: each is "ok" or says in a few words what is wrong.

    `queue_depth` counts the slots that wait, also those for later; `oldest_wait_s` is how long the
    first of those has waited that may begin. `newest_heartbeat_s` is None without a worker.
    """

    version: str
    database: str
    storage: str
    worker: str
    queue_depth: int
    running: int = 0
    oldest_wait_s: float = 0
    workers_alive: int = 0
    newest_heartbeat_s: float | None = None

    @property
    def is_ok(self) -> bool:
        """Say whether all parts are well."""
        return all(part == "ok" for part in (self.database, self.storage, self.worker))
