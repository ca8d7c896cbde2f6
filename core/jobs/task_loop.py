"""One task from its claim to its end, through outages and whatever nobody expected."""

import logging
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from core.domain.tasks import TaskClaim
from core.errors import (
    DatabaseUnavailableError,
    EpoxError,
    StorageError,
    TaskCancelledError,
    TaskInterruptedError,
    TaskLostError,
)
from core.services.patience import SHORT_WAITS_S, outlast
from core.services.tasks import TaskRunService

log = logging.getLogger(__name__)

_STORE_WAIT_S = 60
_DATABASE_WAIT_S = 2


def run_task(
    tasks: TaskRunService,
    claim: TaskClaim,
    is_stopping: Callable[[], bool],
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Run a task; what goes wrong ends on its row, or puts it back into the queue.

    After an outage it goes on from its last checkpoint. While the database cannot be reached
    the row keeps this attempt, and the worker's watch gives it back.
    """
    end: Callable[[], None] | None = None
    try:
        tasks.run(claim, is_stopping)
    except TaskLostError as error:
        log.warning("task %s is in other hands: %s", claim.id, error)
    except TaskCancelledError:
        end = partial(tasks.cancel, claim)
    except TaskInterruptedError:
        end = partial(tasks.give_back, claim)
    except DatabaseUnavailableError as error:
        log.warning("task %s waits for the database: %s", claim.id, error)
        end = partial(tasks.give_back, claim, wait_s=_DATABASE_WAIT_S)
    except StorageError as error:
        log.warning("task %s waits for the store: %s", claim.id, error)
        end = partial(tasks.give_back, claim, wait_s=_STORE_WAIT_S)
    except EpoxError as error:
        log.warning("task %s failed: %s", claim.id, error)
        end = partial(tasks.fail, claim, error.user_message)
    except Exception:
        error_id = uuid.uuid4().hex[:8]
        log.exception("error %s in task %s", error_id, claim.id)
        sentence = f"Something went wrong (error {error_id}). The log says more; please try again."
        end = partial(tasks.fail, claim, sentence)
    if end is not None:
        with suppress(DatabaseUnavailableError):
            outlast(end, DatabaseUnavailableError, SHORT_WAITS_S, pause)
