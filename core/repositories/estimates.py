"""Which calls an estimate counts for: those that cost something, or still may."""

from sqlalchemy import ColumnElement, case, or_

from core.domain.jobs import CallState
from db.generation_tables import ProviderCallRow

_COUNTS = (CallState.INTENT, CallState.OK, CallState.UNKNOWN)


def estimate_that_counts() -> ColumnElement[int]:
    """Return what a call was expected to cost: nothing for one that failed without a charge.

    A slot whose model was busy three times is asked four times and paid once.
    """
    counts = or_(ProviderCallRow.state.in_(_COUNTS), ProviderCallRow.cost_micros > 0)
    return case((counts, ProviderCallRow.estimate_micros), else_=0)
