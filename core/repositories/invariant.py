"""An invariant: a query whose every row is a fault."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam

from core.domain.jobs import SlotStatus
from core.domain.upkeep import Severity
from core.repositories.paging import AnySelect
from db.base import UtcDateTime

FINAL_SLOT = (SlotStatus.SUCCEEDED, SlotStatus.FAILED, SlotStatus.CANCELLED)
ACTIVE_SLOT = (SlotStatus.QUEUED, SlotStatus.RUNNING)


@dataclass(frozen=True)
class Invariant:
    """A statement about the tables that is true while `broken` finds no row.

    A row's columns fill the holes of `sentence`; its first one, `id`, names the `subject`.
    """

    code: str
    subject: str
    sentence: str
    broken: AnySelect
    severity: Severity = Severity.ERROR


NOW = bindparam("now", type_=UtcDateTime())
LONG_DEAD = bindparam("long_dead", type_=UtcDateTime())
"""A lease that ended before it belongs to a worker that nobody waits for any more."""

A_MINUTE_AGO = bindparam("a_minute_ago", type_=UtcDateTime())
JUST_NOW = bindparam("just_now", type_=UtcDateTime())
"""A model that was asked since then is at work, within its limits."""

LOST_SINCE = bindparam("lost_since", type_=UtcDateTime())
"""An answer on the disk of a machine without a worker since then is given up by workers."""

REPEAT_UNKNOWN: Any = bindparam("repeat_unknown")
