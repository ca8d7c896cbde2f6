"""The queue as people see and steer it: models, workers, and what happened to a slot."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal


class Priority(StrEnum):
    """How soon a job goes, among those of the same person."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"

    @property
    def rank(self) -> int:
        """Return the number that jobs are ordered by; smaller ones go first."""
        return {"high": 50, "normal": 100, "low": 200}[self.value]


class EventKind(StrEnum):
    """What can happen to a slot."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    ASKED = "asked"
    WAITING = "waiting"
    TAKEN_OVER = "taken_over"
    PROMPT_EDITED = "prompt_edited"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class SlotEvent:
    """One line of a slot's history; `detail` holds names, codes, sentences and call ids."""

    slot_id: int
    attempt: int
    kind: EventKind
    detail: dict[str, Any]
    at: datetime


@dataclass(frozen=True)
class ModelLimits:
    """How often an image model may be asked, over all workers; None is no limit."""

    requests_per_minute: int | None = None
    images_per_minute: int | None = None
    calls_at_once: int | None = None


@dataclass(frozen=True)
class Parking:
    """Why a model is asked nothing: `until` None waits for a person."""

    code: str
    reason: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class ModelState:
    """How an image model is used now."""

    image_model: str
    limits: ModelLimits = ModelLimits()
    paused_at: datetime | None = None
    resting_until: datetime | None = None
    parking: Parking | None = None
    failures_in_row: int = 0


@dataclass(frozen=True)
class WorkerState:
    """A worker process, as it last said; `running` is how many slots it holds."""

    id: str
    host: str
    process_id: int
    threads: int
    version: str
    is_stopping: bool
    started_at: datetime
    seen_at: datetime
    is_alive: bool
    running: int


@dataclass(frozen=True)
class QueueState:
    """The queue of all workspaces: for administrators and `/healthz`."""

    depth: int
    running: int
    oldest_wait_s: float
    workers: tuple[WorkerState, ...]


StandingKind = Literal["stopped_model", "budget", "paused_model", "paused_workspace"]


@dataclass(frozen=True)
class StandingNotice:
    """What stands on top of every page until it is over.

    `level` is `error` for a model that is stopped, `warning` for a budget, `info` for a pause.
    `kind` says what it is about, and so what can be done.
    """

    level: Literal["error", "warning", "info"]
    kind: StandingKind
    text: str
