"""The one typed way into the durable queue: DBOS accepts anything, so nothing else calls it."""

import threading
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from dbos import DBOSClient, EnqueueOptions

WORKFLOW = "epox.slot.v1"
"""Name of the workflow of a slot; a new shape of its steps gets a new name."""

APPLICATION = "epox"
APPLICATION_VERSION = "1"
"""Pinned: DBOS would otherwise strand queued work at every edit of a workflow's source."""


def queue_of(image_model: str) -> str:
    """Return the queue of a model: each has limits of its own."""
    return f"gen:{image_model}"


def workflow_id(slot_id: int, attempt: int) -> str:
    """Return the id of the workflow of one attempt at a slot: never used twice."""
    return f"slot-{slot_id}-{attempt}"


class GenerationQueue:
    """Enqueues slots on the app's own database."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._client: DBOSClient | None = None

    def prepare(self) -> None:
        """Make the engine's tables and open its client, once: not inside a transaction of ours."""
        # DBOS takes over a second to import, so the first submit pays for it, not the start.
        from dbos import DBOS, DBOSClient  # noqa: PLC0415

        with self._lock:
            if self._client is None:
                DBOS.migrate(self._url)
                self._client = DBOSClient(
                    system_database_url=self._url, application_name=APPLICATION, lazy=True
                )

    def enqueue(
        self,
        session: Session,
        workspace_id: int,
        slot_id: int,
        *,
        attempt: int,
        image_model: str,
        delay_s: float = 0,
    ) -> None:
        """Put the slot's attempt in the queue when the session's transaction commits."""
        if self._client is None:
            raise RuntimeError("prepare the queue before the transaction begins")
        options: EnqueueOptions = {
            "workflow_name": WORKFLOW,
            "queue_name": queue_of(image_model),
            "workflow_id": workflow_id(slot_id, attempt),
        }
        if delay_s > 0:
            options["delay_seconds"] = delay_s
        self._client.enqueue_in_transaction(session, options, workspace_id, slot_id, attempt)

    def close(self) -> None:
        """Close the connections of the engine's client."""
        with self._lock:
            if self._client is not None:
                self._client.destroy()
                self._client = None
