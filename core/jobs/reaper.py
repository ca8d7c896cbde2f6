"""The reaper: gives the unfinished slots of dead workers back, and closes abandoned ones."""

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence

from dbos import DBOS

from core.jobs.lease import Leases, number_of
from core.repositories.generation_queue import queue_of, workflow_id
from core.services.slot_endings import SlotEndings, SlotKey

log = logging.getLogger(__name__)

_AT_ONCE = 500
_GOES_ON = ["PENDING", "ENQUEUED", "DELAYED"]


def take_over(leases: Leases, model_ids: Sequence[str], may_take: Callable[[int], bool]) -> int:
    """Queue again what dead workers left running; return how many slots that were.

    A worker is dead when nobody heard of it and its lease can be taken: the kernel or the server
    let go of it.
    """
    count = 0
    for queue in map(queue_of, model_ids):
        for executor, workflow_ids in _running(queue).items():
            number = number_of(executor)
            if number is not None and may_take(number):
                count += _take_over_from(leases, number, queue, workflow_ids)
    return count


class Sweep:
    """Goes round all unfinished slots, some at a time, and closes those no engine works on.

    An engine gives up for good when even the note of a failure fails, such as in a long outage of
    the database: the slot would show as running for ever.
    """

    def __init__(self, endings: SlotEndings) -> None:
        self._endings = endings
        self._after_id = 0

    def go_on(self) -> int:
        """Look at the next slots; return how many were closed."""
        found = self._endings.unfinished(after_id=self._after_id, limit=_AT_ONCE)
        self._after_id = found[-1].slot_id if len(found) == _AT_ONCE else 0
        by_id = {workflow_id(key.slot_id, key.attempt): key for key in found}
        # Read after the slots: whatever ends meanwhile is final on its row, and stays as it is.
        alive = _alive(list(by_id))
        lost = [key for workflow, key in by_id.items() if workflow not in alive]
        return sum(self._close(key) for key in lost)

    def _close(self, key: SlotKey) -> bool:
        is_closed = self._endings.abandon(key)
        if is_closed:
            log.error("slot %s was abandoned by the engine and is closed", key.slot_id)
        return is_closed


def _alive(workflow_ids: list[str]) -> set[str]:
    if not workflow_ids:
        return set()
    found = DBOS.list_workflows(
        workflow_ids=workflow_ids, status=_GOES_ON, load_input=False, load_output=False
    )
    return {workflow.workflow_id for workflow in found}


def _running(queue: str) -> dict[str, list[str]]:
    by_executor: dict[str, list[str]] = defaultdict(list)
    for workflow in DBOS.list_workflows(
        status="PENDING", queue_name=queue, limit=_AT_ONCE, load_input=False, load_output=False
    ):
        by_executor[workflow.executor_id or ""].append(workflow.workflow_id)
    return by_executor


def _take_over_from(leases: Leases, number: int, queue: str, workflow_ids: list[str]) -> int:
    # Our own lease is held by this very process, so taking it fails as for any live worker.
    lease = leases.take(number)
    if lease is None:
        return 0
    try:
        DBOS.resume_workflows(workflow_ids, queue_name=queue)
    finally:
        lease.release()
    log.warning("took over %d slots of the dead worker %s", len(workflow_ids), lease.executor_id)
    return len(workflow_ids)
