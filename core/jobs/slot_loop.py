"""One slot from its claim to its end, through outages and whatever nobody expected."""

import logging
import uuid
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

from core.errors import DatabaseUnavailableError, ImageModelError, StorageError
from core.failpoints import failpoint
from core.services.patience import SHORT_WAITS_S
from core.services.slot_endings import SlotKey
from core.services.slot_runs import SlotRunService

log = logging.getLogger(__name__)

T = TypeVar("T")


class _UnexpectedError(ImageModelError):
    """What nobody expected; the log knows more."""

    code = "error"


def run_slot(runs: SlotRunService, key: SlotKey) -> None:
    """Make one picture; what goes wrong ends on the slot's row.

    An outage is waited out for about a minute. After a longer one of the store the slot goes back
    to the queue; after one of the database the worker's watch gives it back.
    """
    failpoint("claimed")
    try:
        call_id = _patiently(runs, lambda: runs.call(key))
        if call_id is not None:
            _patiently(runs, lambda: runs.keep(key, call_id))
    except DatabaseUnavailableError as error:
        log.warning("slot %s is left to be queued again: %s", key.slot_id, error)
    except StorageError as error:
        log.warning("slot %s waits for the store: %s", key.slot_id, error)
        _finally(partial(runs.wait_for_store, key, error))
    except Exception:
        error_id = uuid.uuid4().hex[:8]
        log.exception("error %s in slot %s", error_id, key.slot_id)
        sentence = f"Something went wrong (error {error_id}). The log says more; please try again."
        unexpected = _UnexpectedError(error_id, user_message=sentence)
        _finally(partial(runs.give_up, key, unexpected))


def _patiently(runs: SlotRunService, step: Callable[[], T]) -> T:
    for wait_s in SHORT_WAITS_S:
        try:
            return step()
        except (DatabaseUnavailableError, StorageError) as error:
            log.warning("trying again in %s s: %s", wait_s, error)
            runs.pause(wait_s)
    return step()


def _finally(end: Callable[[], None]) -> None:
    # Unreachable, the row keeps this attempt, and the watch gives it back to the queue.
    with suppress(DatabaseUnavailableError):
        end()
