"""The tables of generation: jobs, their queue, the money ledger and the workers."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, Json, Numbered
from db.tables import AUTOINCREMENT, belongs_to


class GenerationSubmissionRow(Numbered, Base):
    """What one click on "Generate" asked for: one job for each product of its plan.

    `request_hash` is the hash of the plan: the same key with another plan is refused.
    """

    __tablename__ = "generation_submissions"
    __table_args__ = (UniqueConstraint("workspace_id", "idempotency_key"), AUTOINCREMENT)

    workspace_id: Mapped[int] = belongs_to("workspaces", index=False)
    created_by: Mapped[int | None] = belongs_to("users", ondelete="SET NULL")
    session_id: Mapped[int | None] = belongs_to("studio_sessions", ondelete="SET NULL")
    idempotency_key: Mapped[str] = mapped_column(String(64))
    request_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]


class GenerationJobRow(Numbered, Base):
    """A request for several pictures of one product, or for edits of a picture.

    `request` is the typed settings as JSON; `prompt` is, to the byte, what is sent for slots that
    have none of their own, written by `template` (its name and version). `sources` says which layer
    each of the settings came from. Jobs with a smaller `priority` go first among those of one
    person. After `cancelled_at` nothing more is asked; `paused_at` only holds it.
    """

    __tablename__ = "generation_jobs"
    __table_args__ = (
        Index("ix_generation_jobs_newest", "workspace_id", "created_at", "id"),
        Index("ix_generation_jobs_status", "workspace_id", "status"),
        Index(
            "ix_generation_jobs_active",
            "image_model",
            "workspace_id",
            "created_by",
            "priority",
            "id",
            sqlite_where=text("status IN ('queued', 'running')"),
            postgresql_where=text("status IN ('queued', 'running')"),
        ),
        CheckConstraint(
            "status in ('queued', 'running', 'succeeded', 'partial', 'failed', 'cancelled')",
            name="status",
        ),
        AUTOINCREMENT,
    )

    workspace_id: Mapped[int] = belongs_to("workspaces", index=False)
    submission_id: Mapped[int] = belongs_to("generation_submissions")
    product_id: Mapped[int | None] = belongs_to("products", ondelete="SET NULL")
    created_by: Mapped[int | None] = belongs_to("users", ondelete="SET NULL")
    shot_id: Mapped[int | None] = belongs_to("collection_shots", ondelete="SET NULL")
    preset_id: Mapped[int | None] = belongs_to("presets", ondelete="SET NULL")
    preset_version: Mapped[int | None]
    request: Mapped[dict[str, Any]] = mapped_column(Json)
    sources: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    image_model: Mapped[str] = mapped_column(String(80))
    prompt: Mapped[str] = mapped_column(Text)
    template: Mapped[str] = mapped_column(String(60), default="")
    seed: Mapped[int] = mapped_column(BigInteger)
    priority: Mapped[int]
    status: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]
    paused_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class GenerationSlotRow(Numbered, Base):
    """One picture of a job, and its entry in the queue.

    `attempt` rises each time a worker claims the slot, and every write of a worker names it: one
    that was taken for dead changes nothing any more. `tries` counts the failures after which Epox
    tried again by itself, `crash_count` the workers that died at it. It is not claimed before
    `run_at`, and while `spool_id` is set only by workers that have this spool, since the paid
    answer is there. `reserved_micros` is held from the budget until the slot is final.
    """

    __tablename__ = "generation_slots"
    __table_args__ = (
        UniqueConstraint("job_id", "position"),
        Index(
            "ix_generation_slots_queued",
            "job_id",
            "run_at",
            sqlite_where=text("status = 'queued'"),
            postgresql_where=text("status = 'queued'"),
        ),
        Index(
            "ix_generation_slots_begun",
            "run_at",
            sqlite_where=text("status = 'queued' AND attempt > 0"),
            postgresql_where=text("status = 'queued' AND attempt > 0"),
        ),
        Index(
            "ix_generation_slots_running",
            "claimed_by",
            sqlite_where=text("status = 'running'"),
            postgresql_where=text("status = 'running'"),
        ),
        Index(
            "ix_generation_slots_reserved",
            "workspace_id",
            sqlite_where=text("reserved_micros > 0"),
            postgresql_where=text("reserved_micros > 0"),
        ),
        CheckConstraint(
            "status in ('queued', 'running', 'succeeded', 'failed', 'cancelled')", name="status"
        ),
        AUTOINCREMENT,
    )

    workspace_id: Mapped[int] = belongs_to("workspaces")
    job_id: Mapped[int] = belongs_to("generation_jobs", index=False)
    position: Mapped[int]
    status: Mapped[str] = mapped_column(String(16))
    stage: Mapped[str] = mapped_column(String(80))
    progress_percent: Mapped[int]
    attempt: Mapped[int]
    tries: Mapped[int]
    crash_count: Mapped[int]
    prompt: Mapped[str | None] = mapped_column(Text)
    run_at: Mapped[datetime]
    reserved_micros: Mapped[int] = mapped_column(BigInteger)
    spool_id: Mapped[str | None] = mapped_column(String(40))
    claimed_by: Mapped[str | None] = mapped_column(String(40))
    claimed_at: Mapped[datetime | None]
    failure_code: Mapped[str | None] = mapped_column(String(40))
    failure: Mapped[str | None] = mapped_column(Text)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class SlotEventRow(Numbered, Base):
    """What happened to a slot, in order: its history."""

    __tablename__ = "slot_events"
    __table_args__ = (Index("ix_slot_events_when", "at"), AUTOINCREMENT)

    workspace_id: Mapped[int] = belongs_to("workspaces", index=False)
    slot_id: Mapped[int] = belongs_to("generation_slots")
    attempt: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    detail: Mapped[dict[str, Any]] = mapped_column(Json)
    at: Mapped[datetime]


class ProviderCallRow(Base):
    """The money ledger: written before a request leaves, closed after its answer.

    `id` also names the bytes in the spool and in the store, so a second run finds the first's.
    `request` says exactly what was sent: prompt, references, format. A call without a slot was made
    by a task: it asked for words about a picture, not for a picture, and names its product itself.
    """

    __tablename__ = "provider_calls"
    __table_args__ = (
        CheckConstraint("state in ('intent', 'ok', 'refused', 'failed', 'unknown')", name="state"),
        Index("ix_provider_calls_when", "workspace_id", "started_at"),
        Index("ix_provider_calls_pace", "image_model", "started_at"),
        Index(
            "ix_provider_calls_asking",
            "workspace_id",
            sqlite_where=text("state = 'intent' AND slot_id IS NULL"),
            postgresql_where=text("state = 'intent' AND slot_id IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    workspace_id: Mapped[int] = belongs_to("workspaces", index=False)
    slot_id: Mapped[int | None] = belongs_to("generation_slots")
    task_id: Mapped[int | None] = belongs_to("tasks", ondelete="SET NULL")
    product_id: Mapped[int | None] = belongs_to("products", ondelete="SET NULL")
    attempt: Mapped[int]
    image_model: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(16))
    request: Mapped[dict[str, Any] | None] = mapped_column(Json)
    estimate_micros: Mapped[int] = mapped_column(BigInteger)
    cost_micros: Mapped[int] = mapped_column(BigInteger)
    input_tokens: Mapped[int]
    image_tokens: Mapped[int]
    text_tokens: Mapped[int]
    model_version: Mapped[str] = mapped_column(String(120))
    response_id: Mapped[str] = mapped_column(String(120))
    failure_code: Mapped[str | None] = mapped_column(String(40))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ImageModelStateRow(Base):
    """How an image model may be asked now, for all workers; one without a row has no limits.

    `resting_until` passes by itself. A parked model waits for `parked_until`, or for a person if
    that is null; `parked_reason` is the sentence for people.
    """

    __tablename__ = "image_model_states"

    image_model: Mapped[str] = mapped_column(String(80), primary_key=True)
    requests_per_minute: Mapped[int | None]
    images_per_minute: Mapped[int | None]
    calls_at_once: Mapped[int | None]
    paused_at: Mapped[datetime | None]
    resting_until: Mapped[datetime | None]
    failures_in_row: Mapped[int]
    parked_at: Mapped[datetime | None]
    parked_until: Mapped[datetime | None]
    parked_code: Mapped[str | None] = mapped_column(String(40))
    parked_reason: Mapped[str | None] = mapped_column(Text)


class QueueTurnRow(Base):
    """When a person's slots were served last: whoever waits longest is next."""

    __tablename__ = "queue_turns"

    workspace_id: Mapped[int] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(Id, primary_key=True)
    served_at: Mapped[datetime]


class WorkerRow(Base):
    """A worker process; it may write until `lease_until`, which it moves on while it lives.

    `spool_id` says which spool it reads: workers that share a data folder share it.
    """

    __tablename__ = "workers"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    host: Mapped[str] = mapped_column(String(120))
    process_id: Mapped[int]
    spool_id: Mapped[str] = mapped_column(String(40))
    threads: Mapped[int]
    version: Mapped[str] = mapped_column(String(40))
    is_stopping: Mapped[bool]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    lease_until: Mapped[datetime]
