"""Upkeep: what a check finds, what a clean-up frees, what a backup holds."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.answers import KeptAnswer


class Severity(StrEnum):
    """How bad a finding is: an error must never be, a warning is worth a look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One thing that a check found.

    `code` is stable, for scripts and alarms; `subject` names the row or the file.
    """

    code: str
    severity: Severity
    subject: str
    sentence: str


@dataclass(frozen=True)
class AssetFile:
    """What must be true of an asset's original, wherever it is stored.

    `answer` lies beside one that was put together here.
    """

    asset_id: int
    storage_key: str
    sha256: str
    size_bytes: int
    width_px: int
    height_px: int
    answer: KeptAnswer | None = None


class GarbageKind(StrEnum):
    """What a clean-up can free."""

    OBJECT = "object"
    ANSWER = "answer"
    UNFINISHED = "unfinished file"
    SESSIONS = "expired sessions"
    SIGN_IN_FAILURES = "old sign-in failures"
    SLOT_EVENTS = "old slot events"
    WORKERS = "dead workers"
    IMPORTS = "imports never run"
    EXPORTS = "expired exports"


@dataclass(frozen=True)
class GarbageItem:
    """What can be freed: one file, or so many rows of a kind (`count`)."""

    kind: GarbageKind
    subject: str
    count: int = 1
    size_bytes: int = 0


@dataclass(frozen=True)
class GarbageReport:
    """What was found to be of no use any more; `is_freed` says whether it is gone now."""

    items: tuple[GarbageItem, ...]
    is_freed: bool

    @property
    def size_bytes(self) -> int:
        """Return how many bytes of files that is."""
        return sum(item.size_bytes for item in self.items)


@dataclass(frozen=True)
class BackupReport:
    """What a backup holds. `missing` are the files that the store should have had."""

    rows: int
    files: int
    answers: int
    size_bytes: int
    missing: tuple[str, ...]


@dataclass(frozen=True)
class RestoreReport:
    """What came back, from a backup of when; unfinished jobs are paused, whoever made them."""

    made_at: datetime
    rows: int
    files: int
    answers: int
    jobs_paused: int
    slots_requeued: int
    has_files: bool
