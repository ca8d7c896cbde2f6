"""Tasks: durable work that is no generation, such as an import."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class TaskStatus(StrEnum):
    """Where a task stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Say whether nothing more will happen by itself."""
        return self not in (TaskStatus.QUEUED, TaskStatus.RUNNING)


@dataclass(frozen=True)
class Task:
    """A task as people see it; `total` is 0 while nobody knows it. `failure` is a sentence."""

    id: int
    kind: str
    title: str
    payload: Mapping[str, Any]
    status: TaskStatus
    stage: str
    done: int
    total: int
    result: Mapping[str, Any]
    failure: str | None
    created_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    cancel_asked_at: datetime | None

    @property
    def share(self) -> float:
        """Return how much of it is done, from 0 to 1."""
        if self.status is TaskStatus.DONE:
            return 1.0
        return min(1.0, self.done / self.total) if self.total else 0.0

    def seconds_left(self, now: datetime) -> float | None:
        """Return how long it takes from here on at the pace so far; None while nobody knows."""
        if self.started_at is None or not 0 < self.share < 1:
            return None
        return (now - self.started_at).total_seconds() * (1 - self.share) / self.share


@dataclass(frozen=True)
class TaskClaim:
    """A task in the hands of a worker, at one attempt; it goes on from `checkpoint`.

    `created_by` is None when the account of the person is gone.
    """

    id: int
    workspace_id: int
    created_by: int | None
    kind: str
    payload: Mapping[str, Any]
    checkpoint: Mapping[str, Any]
    attempt: int
    done: int
    total: int
    is_cancelled: bool = False
