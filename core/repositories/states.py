"""What is still in progress, written so that both databases find it by their partial indexes.

The words stand in the statement itself: with values that are only bound when it runs, neither
database can know that an index of queued slots holds what it looks for.
"""

from sqlalchemy import ColumnElement, literal_column, select

from core.domain.jobs import CallState, JobStatus, SlotStatus
from db.generation_tables import GenerationJobRow, GenerationSlotRow, ProviderCallRow

NOTHING_HELD: dict[str, object] = {
    "stage": "",
    "reserved_micros": 0,
    "spool_id": None,
    "claimed_by": None,
}
"""What no final slot has any more: its share of the budget goes back."""


def _word(status: str) -> ColumnElement[str]:
    return literal_column(f"'{status}'")


JOB_GOES_ON = GenerationJobRow.status.in_([_word(JobStatus.QUEUED), _word(JobStatus.RUNNING)])
SLOT_IS_QUEUED = GenerationSlotRow.status == _word(SlotStatus.QUEUED)
SLOT_WAS_BEGUN = GenerationSlotRow.attempt > literal_column("0")
SLOT_IS_RUNNING = GenerationSlotRow.status == _word(SlotStatus.RUNNING)


def has_open_call() -> ColumnElement[bool]:
    """Return whether a model was asked for the slot and its answer is not known."""
    return (
        select(ProviderCallRow.id)
        .where(
            ProviderCallRow.slot_id == GenerationSlotRow.id,
            ProviderCallRow.state == CallState.INTENT,
        )
        .exists()
    )


def is_owed() -> ColumnElement[bool]:
    """Return whether a model was asked for the slot: what was paid is kept, come what may."""
    return GenerationSlotRow.spool_id.is_not(None) | has_open_call()
