"""The history of a thing: who changed what of it, when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Change = tuple[Any, Any]
"""What a field held before and after."""


@dataclass(frozen=True)
class AuditEvent:
    """One line of history: who did what, when. `who` is empty for a person who is gone.

    `changes` holds before and after of each changed field, `detail` whatever else was noted.
    """

    id: int
    who: str
    action: str
    at: datetime
    changes: Mapping[str, Change] = field(default_factory=dict)
    detail: Mapping[str, Any] = field(default_factory=dict)
