"""Generation jobs: what was asked for, how far it is, and what each call cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.domain.generation import Dimensions, GenerationSettings, Usage
from core.domain.setting_layers import Source
from core.errors import UnknownOutcomeError

LOST = "lost"
"""The failure code of a picture whose answer was lost, once somebody chose not to ask again."""


class JobStatus(StrEnum):
    """Where a generation job stands; `partial` means some slots have a picture, others failed."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Say whether nothing more will happen by itself."""
        return self not in (JobStatus.QUEUED, JobStatus.RUNNING)


class SlotStatus(StrEnum):
    """Where one picture of a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Say whether nothing more will happen by itself."""
        return self not in (SlotStatus.QUEUED, SlotStatus.RUNNING)


class CallState(StrEnum):
    """How a provider call ended; `intent` is written before the request leaves."""

    INTENT = "intent"
    OK = "ok"
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class GenerationSlot:
    """One picture of a job; `progress_percent` is what its worker last wrote.

    `prompt` is what will be, or was last, sent for it. It is not begun before `run_at`.
    """

    id: int
    job_id: int
    position: int
    status: SlotStatus
    progress_percent: int
    stage: str
    prompt: str
    attempt: int
    run_at: datetime
    failure_code: str | None
    failure: str | None
    asset_id: int | None
    asset_sha256: str | None
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def is_undecided(self) -> bool:
        """Say whether its answer was lost and a person has to decide what follows from that."""
        return self.failure_code == UnknownOutcomeError.code

    @property
    def may_be_paid(self) -> bool:
        """Say whether its answer was lost: it may have been charged, whatever was decided."""
        return self.failure_code in (UnknownOutcomeError.code, LOST)


@dataclass(frozen=True)
class GenerationJob:
    """A request for several pictures of one product, with its slots in order.

    An edit of a picture that belongs to no product has no product: `product_name` is then what
    the picture was called.

    `estimate_micros` is what its calls were expected to cost, without those that failed for free,
    `cost_micros` what they did. `template` wrote its prompt, and `sources` say where each of its
    settings came from; both are empty for jobs that were submitted before Epox kept them.
    """

    id: int
    submission_id: int
    product_id: int | None
    product_name: str
    settings: GenerationSettings
    prompt: str
    priority: int
    status: JobStatus
    created_by: str
    created_at: datetime
    paused_at: datetime | None
    cancelled_at: datetime | None
    finished_at: datetime | None
    estimate_micros: int
    cost_micros: int
    slots: tuple[GenerationSlot, ...]
    template: str = ""
    sources: Mapping[str, Source] = field(default_factory=dict)
    preset_id: int | None = None
    preset_version: int | None = None
    shot_id: int | None = None

    @property
    def done_count(self) -> int:
        """Return how many slots are final."""
        return sum(slot.status.is_final for slot in self.slots)

    @property
    def run_at(self) -> datetime | None:
        """Return when the first of its queued slots may begin; None when none is queued."""
        queued = [slot.run_at for slot in self.slots if slot.status is SlotStatus.QUEUED]
        return min(queued, default=None)

    @property
    def progress_percent(self) -> int:
        """Return the mean progress of the slots, final ones counting as 100."""
        if not self.slots:
            return 100
        parts = [100 if s.status.is_final else s.progress_percent for s in self.slots]
        return sum(parts) // len(parts)


@dataclass(frozen=True)
class SlotWork:
    """What a worker needs to know to make the picture of a slot.

    `attempt` is the claim under which it works: no other one may write. `tries` says how often
    Epox tried again by itself, `crash_count` how many workers died at it; `is_spooled` says that
    its answer is on the disk.
    """

    slot_id: int
    job_id: int
    workspace_id: int
    product_id: int | None
    product_name: str
    position: int
    attempt: int
    tries: int
    crash_count: int
    is_spooled: bool
    settings: GenerationSettings
    prompt: str
    seed: int
    dimensions: Dimensions | None
    created_by: int | None


@dataclass(frozen=True)
class ProviderCall:
    """A line of the money ledger; amounts in millionths of a US dollar.

    It asked for the picture of a slot, or, within a task, for words about a picture.
    """

    id: str
    slot_id: int | None
    attempt: int
    image_model: str
    state: CallState
    estimate_micros: int
    cost_micros: int
    failure_code: str | None
    started_at: datetime
    finished_at: datetime | None = None
    usage: Usage = Usage()  # noqa: RUF009 - it is frozen
    model_version: str = ""
    response_id: str = ""
    request: dict[str, Any] | None = None
    """What was sent: `prompt`, `references` (role, asset_id, sha256), `aspect_ratio`, `size`."""


@dataclass(frozen=True)
class JobFilter:
    """Which jobs are wanted; what is None or empty matters not.

    `text` is searched in the product's name and SKU, and in the prompt.
    """

    statuses: Sequence[JobStatus] = ()
    product_id: int | None = None
    person_id: int | None = None
    image_model: str = ""
    text: str = ""
    failure_code: str = ""
    submission_id: int | None = None


@dataclass(frozen=True)
class SubmissionSum:
    """What became of all that one click on "Generate" asked for.

    `jobs` is how many there are; the other counts are pictures. `failed` are those that nobody
    has to decide about, `undecided` those whose answer was lost.
    """

    submission_id: int
    jobs: int
    pictures: int
    ready: int
    failed: int
    undecided: int
    cancelled: int
    estimate_micros: int
    cost_micros: int

    @property
    def is_over(self) -> bool:
        """Say whether nothing more of it is made by itself."""
        return self.ready + self.failed + self.undecided + self.cancelled == self.pictures


@dataclass(frozen=True)
class CallOutcome:
    """How a provider call ended: what closes its line in the ledger."""

    state: CallState
    cost_micros: int = 0
    usage: Usage = Usage()  # noqa: RUF009 - it is frozen
    model_version: str = ""
    response_id: str = ""
    failure_code: str | None = None
