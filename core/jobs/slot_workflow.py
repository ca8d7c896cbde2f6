"""The durable workflow of a slot: each step's end is kept, so a restart goes on after it.

Importing this module loads DBOS; only workers do.
"""

import logging
import uuid
from typing import Any

from dbos import DBOS
from dbos._error import DBOSMaxStepRetriesExceeded

from core.errors import DatabaseUnavailableError, StorageError
from core.repositories.generation_queue import WORKFLOW
from core.services.slot_endings import SlotKey
from core.services.slot_runs import SlotRunService

log = logging.getLogger(__name__)

_RETRIES: dict[str, Any] = {
    "retries_allowed": True,
    "max_attempts": 10,
    "interval_seconds": 0.3,
    "backoff_rate": 1.6,
    "should_retry": lambda error: isinstance(error, DatabaseUnavailableError | StorageError),
}
"""An outage of the database or the store is waited out, some 40 seconds of it."""

_runs: SlotRunService | None = None


def install_runs(runs: SlotRunService | None) -> None:
    """Give the workflows of this process what they work with."""
    global _runs  # noqa: PLW0603 - DBOS calls plain functions
    _runs = runs


@DBOS.workflow(name=WORKFLOW, max_recovery_attempts=50)
def run_slot(workspace_id: int, slot_id: int, attempt: int) -> str:
    """Make one picture; what goes wrong ends on the slot's row, not in the engine."""
    try:
        if not begin(workspace_id, slot_id, attempt):
            return "over"
        call_id = call(workspace_id, slot_id, attempt)
        if call_id is None:
            return "no picture"
        return "done" if keep(workspace_id, slot_id, attempt, call_id) else "no picture"
    except Exception as error:  # noqa: BLE001 - the job runner is where unknown errors end
        give_up(workspace_id, slot_id, attempt, _known(error))
        return "failed"


@DBOS.step(name="epox.begin", **_RETRIES)
def begin(workspace_id: int, slot_id: int, attempt: int) -> bool:
    """Mark the slot as running."""
    return _installed().begin(SlotKey(workspace_id, slot_id, attempt))


@DBOS.step(name="epox.call", **_RETRIES)
def call(workspace_id: int, slot_id: int, attempt: int) -> str | None:
    """Have the answer of the model in the spool."""
    return _installed().call(SlotKey(workspace_id, slot_id, attempt))


@DBOS.step(name="epox.keep", **_RETRIES)
def keep(workspace_id: int, slot_id: int, attempt: int, call_id: str) -> bool:
    """Turn the answer into an asset."""
    return _installed().keep(SlotKey(workspace_id, slot_id, attempt), call_id)


@DBOS.step(name="epox.give_up", **_RETRIES)
def give_up(workspace_id: int, slot_id: int, attempt: int, failure: tuple[str, str]) -> None:
    """Close the slot as failed."""
    code, sentence = failure
    key = SlotKey(workspace_id, slot_id, attempt)
    _installed().endings.give_up(key, code=code, sentence=sentence)


def _known(error: Exception) -> tuple[str, str]:
    if isinstance(error, DBOSMaxStepRetriesExceeded) and error.errors:
        error = error.errors[-1]
    if isinstance(error, StorageError):
        return "storage", error.user_message
    error_id = uuid.uuid4().hex[:8]
    log.error("error %s in a slot", error_id, exc_info=error)
    return "error", f"Something went wrong (error {error_id}). The log says more; please try again."


def _installed() -> SlotRunService:
    if _runs is None:
        raise RuntimeError("no worker is installed in this process")
    return _runs
