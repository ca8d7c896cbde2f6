"""The one typed way into the durable queue: DBOS accepts anything, so nothing else calls it."""

import threading
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from dbos import DBOSClient

WORKFLOW = "epox.slot.v1"
"""Name of the workflow of a slot; a new shape of its steps gets a new name."""

QUEUE = "slots"
APPLICATION = "epox"
APPLICATION_VERSION = "1"
"""Pinned: DBOS would otherwise strand queued work at every edit of a workflow's source."""


class GenerationQueue:
    """Enqueues slots on the app's own database."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._client: DBOSClient | None = None

    def enqueue(self, session: Session, workspace_id: int, slot_id: int, *, attempt: int) -> None:
        """Put the slot's attempt in the queue when the session's transaction commits."""
        self._open().enqueue_in_transaction(
            session,
            {
                "workflow_name": WORKFLOW,
                "queue_name": QUEUE,
                "workflow_id": f"slot-{slot_id}-{attempt}",
            },
            workspace_id,
            slot_id,
            attempt,
        )

    def close(self) -> None:
        """Close the connections of the engine's client."""
        with self._lock:
            if self._client is not None:
                self._client.destroy()
                self._client = None

    def _open(self) -> "DBOSClient":
        # DBOS takes over a second to import, so the first enqueue pays for it, not the start.
        from dbos import DBOSClient  # noqa: PLC0415

        with self._lock:
            if self._client is None:
                self._client = DBOSClient(
                    system_database_url=self._url, application_name=APPLICATION
                )
            return self._client
