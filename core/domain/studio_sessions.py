"""Studio sessions: who works on what in the studio, saved by itself as they work."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

MAX_SESSION_NAME_CHARS = 120
MAX_STATE_BYTES = 512 * 1024
"""How much a session may hold as JSON: several hundred products, each with settings of its own."""


@dataclass(frozen=True)
class StudioSession:
    """A studio session. `state` is what the screen keeps; `version` rises with each save of it."""

    id: int
    name: str
    state: Mapping[str, Any]
    version: int
    created_at: datetime
    updated_at: datetime
    trashed_at: datetime | None = None


@dataclass(frozen=True)
class StudioSessionSummary:
    """A studio session as a list shows it."""

    id: int
    name: str
    version: int
    created_at: datetime
    updated_at: datetime
