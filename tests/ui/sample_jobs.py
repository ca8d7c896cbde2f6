"""Jobs in every state, made up: for what is said and drawn about them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from core.domain.accounts import Actor, Role
from core.domain.generation import Backdrop, GenerationSettings
from core.domain.jobs import (
    CallState,
    GenerationJob,
    GenerationSlot,
    JobStatus,
    ProviderCall,
    SlotStatus,
)

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
PAST = NOW - timedelta(minutes=1)
OWNER = Actor(1, 1, "Ann's workspace", "Ann", "ann@example.com", Role.OWNER, is_admin=False)
VIEWER = replace(OWNER, role=Role.VIEWER)

_SLOT = GenerationSlot(
    id=1,
    job_id=1,
    position=0,
    status=SlotStatus.QUEUED,
    progress_percent=0,
    stage="",
    prompt="An oak chair",
    attempt=0,
    run_at=PAST,
    failure_code=None,
    failure=None,
    asset_id=None,
    asset_sha256=None,
    started_at=None,
    finished_at=None,
)
_JOB = GenerationJob(
    id=7,
    submission_id=1,
    product_id=1,
    product_name="Oak chair",
    settings=GenerationSettings("", 1, Backdrop("plain", "#f4f1ec"), "1:1", "1K", 1, "fake"),
    prompt="An oak chair",
    priority=100,
    status=JobStatus.QUEUED,
    created_by="Ann",
    created_at=PAST,
    paused_at=None,
    cancelled_at=None,
    finished_at=None,
    estimate_micros=0,
    cost_micros=0,
    slots=(),
)
_CALL = ProviderCall(
    id="c1",
    slot_id=1,
    attempt=1,
    image_model="fake",
    state=CallState.OK,
    estimate_micros=40_000,
    cost_micros=39_000,
    failure_code=None,
    started_at=PAST,
)


def slot(**changes: object) -> GenerationSlot:
    """Return a slot that is queued, with these changes."""
    return replace(_SLOT, **changes)  # type: ignore[arg-type] # the test names real fields


def made() -> GenerationSlot:
    """Return a slot whose picture is there."""
    return slot(
        status=SlotStatus.SUCCEEDED, asset_id=5, asset_sha256="ab" * 32, progress_percent=100
    )


def failed(code: str, sentence: str = "It failed.") -> GenerationSlot:
    """Return a slot that failed."""
    return slot(status=SlotStatus.FAILED, failure_code=code, failure=sentence)


def job(*slots: GenerationSlot, **changes: object) -> GenerationJob:
    """Return a job with these slots, in the status that they give it, with these changes."""
    placed = tuple(
        replace(one, id=place + 1, position=place) for place, one in enumerate(slots or (slot(),))
    )
    status = {"status": _status({one.status for one in placed})}
    return replace(_JOB, slots=placed, **(status | changes))  # type: ignore[arg-type] # likewise


def call(**changes: object) -> ProviderCall:
    """Return a call that gave a picture, with these changes."""
    return replace(_CALL, **changes)  # type: ignore[arg-type] # likewise


def _status(slots: set[SlotStatus]) -> JobStatus:
    if slots & {SlotStatus.QUEUED, SlotStatus.RUNNING}:
        return JobStatus.QUEUED if slots == {SlotStatus.QUEUED} else JobStatus.RUNNING
    if slots == {SlotStatus.SUCCEEDED}:
        return JobStatus.SUCCEEDED
    if SlotStatus.SUCCEEDED in slots:
        return JobStatus.PARTIAL
    return JobStatus.FAILED if SlotStatus.FAILED in slots else JobStatus.CANCELLED
