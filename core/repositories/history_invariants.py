"""What must be true of the history of slots: nobody who was taken for dead wrote anything."""

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from core.domain.queueing import EventKind
from core.repositories.invariant import ACTIVE_SLOT, FINAL_SLOT, Invariant
from db.generation_tables import GenerationSlotRow, SlotEventRow

_SLOT, _EVENT = GenerationSlotRow, SlotEventRow
_ENDS = (EventKind.SUCCEEDED, EventKind.FAILED, EventKind.CANCELLED)
_OF_A_WORKER = (EventKind.ASKED, EventKind.WAITING, EventKind.SUCCEEDED, EventKind.FAILED)

_claim = aliased(SlotEventRow)
_later_claim = (
    select(func.max(_claim.attempt))
    .where(
        _claim.slot_id == _EVENT.slot_id,
        _claim.kind == EventKind.CLAIMED,
        _claim.id < _EVENT.id,
        _claim.attempt > _EVENT.attempt,
    )
    .scalar_subquery()
)
_steps = select(
    _EVENT.id,
    _EVENT.slot_id,
    _EVENT.kind,
    func.lag(_EVENT.kind).over(partition_by=_EVENT.slot_id, order_by=_EVENT.id).label("before"),
).subquery()
_newest = aliased(SlotEventRow)
_last_kind = (
    select(_newest.kind)
    .where(_newest.slot_id == _SLOT.id)
    .order_by(_newest.id.desc())
    .limit(1)
    .scalar_subquery()
)

HISTORY_INVARIANTS = (
    Invariant(
        "fence_broken",
        "slot event",
        "Attempt {attempt} of slot {slot_id} wrote '{kind}' after attempt {later} had begun.",
        select(_EVENT.id, _EVENT.slot_id, _EVENT.attempt, _EVENT.kind, _later_claim.label("later"))
        .where(_EVENT.kind.in_(_OF_A_WORKER), _later_claim.is_not(None))
        .order_by(_EVENT.id),
    ),
    Invariant(
        "event_ahead",
        "slot event",
        "It belongs to attempt {attempt} of slot {slot_id}, which has had only {latest}.",
        select(_EVENT.id, _EVENT.slot_id, _EVENT.attempt, _SLOT.attempt.label("latest"))
        .join(_SLOT, _SLOT.id == _EVENT.slot_id)
        .where(_EVENT.attempt > _SLOT.attempt),
    ),
    Invariant(
        "claimed_twice",
        "slot",
        "Attempt {attempt} was given to {claims} workers.",
        select(_EVENT.slot_id, _EVENT.attempt, func.count().label("claims"))
        .where(_EVENT.kind == EventKind.CLAIMED)
        .group_by(_EVENT.slot_id, _EVENT.attempt)
        .having(func.count() > 1),
    ),
    Invariant(
        "left_final_state",
        "slot",
        "After '{before}' came '{kind}' (event {event_id}), which nobody asked for.",
        select(_steps.c.slot_id, _steps.c.before, _steps.c.kind, _steps.c.id.label("event_id"))
        .where(
            or_(
                _steps.c.before == EventKind.SUCCEEDED,
                and_(
                    _steps.c.before.in_((EventKind.FAILED, EventKind.CANCELLED)),
                    _steps.c.kind != EventKind.QUEUED,
                ),
            )
        )
        .order_by(_steps.c.id),
    ),
    Invariant(
        "history_differs",
        "slot",
        "It is {status}, but the last line of its history is '{last}'.",
        select(_SLOT.id, _SLOT.status, _last_kind.label("last"))
        .where(
            exists().where(_EVENT.slot_id == _SLOT.id),
            or_(
                and_(_SLOT.status.in_(FINAL_SLOT), _last_kind != _SLOT.status),
                and_(_SLOT.status.in_(ACTIVE_SLOT), _last_kind.in_(_ENDS)),
            ),
        )
        .order_by(_SLOT.id),
    ),
)
