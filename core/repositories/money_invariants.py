"""What must be true of the money: each call is in the ledger once, and nothing is paid twice."""

from sqlalchemy import and_, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from core.domain.assets import Origin
from core.domain.jobs import CallState
from core.domain.queueing import EventKind
from core.repositories.invariant import FINAL_SLOT, REPEAT_UNKNOWN, Invariant
from db.generation_tables import (
    GenerationJobRow,
    GenerationSlotRow,
    GenerationSubmissionRow,
    ProviderCallRow,
    SlotEventRow,
)
from db.tables import AssetRow

_JOB, _SLOT, _CALL, _ASSET = GenerationJobRow, GenerationSlotRow, ProviderCallRow, AssetRow
_SUBMISSION = GenerationSubmissionRow

_first = aliased(SlotEventRow)
_history_began_at = (
    select(func.min(_first.at)).where(_first.slot_id == _CALL.slot_id).scalar_subquery()
)
_event = aliased(SlotEventRow)
# What queues a slot by itself says why; a person's submit or retry gives no reason.
_times_wanted = (
    select(func.count())
    .select_from(_event)
    .where(
        _event.slot_id == _CALL.slot_id,
        _event.kind == EventKind.QUEUED,
        _event.detail["reason"].as_string().is_(None),
    )
    .scalar_subquery()
)
_allowed_unknown = func.max(_times_wanted) * (1 + REPEAT_UNKNOWN)

MONEY_INVARIANTS = (
    Invariant(
        "reservation_left",
        "slot",
        "It is {status}, but still holds {reserved_micros} micros of the budget.",
        select(_SLOT.id, _SLOT.status, _SLOT.reserved_micros).where(
            _SLOT.status.in_(FINAL_SLOT), _SLOT.reserved_micros != 0
        ),
    ),
    Invariant(
        "reservation_negative",
        "slot",
        "It holds {reserved_micros} micros of the budget: less than nothing.",
        select(_SLOT.id, _SLOT.reserved_micros).where(_SLOT.reserved_micros < 0),
    ),
    Invariant(
        "call_left_open",
        "call",
        "Slot {slot_id} is {status}, but its call is open and not booked at its estimate.",
        select(_CALL.id, _CALL.slot_id, _SLOT.status)
        .join(_SLOT, _SLOT.id == _CALL.slot_id)
        .where(
            _CALL.state == CallState.INTENT,
            _SLOT.status.in_(FINAL_SLOT),
            _CALL.cost_micros != _CALL.estimate_micros,
        ),
    ),
    Invariant(
        "call_open_twice",
        "slot",
        "It has {calls} open calls at once.",
        select(_CALL.slot_id, func.count().label("calls"))
        .where(_CALL.slot_id.is_not(None), _CALL.state == CallState.INTENT)
        .group_by(_CALL.slot_id)
        .having(func.count() > 1),
    ),
    Invariant(
        "picture_paid_twice",
        "slot",
        "Its picture was made, and paid, {calls} times.",
        select(_CALL.slot_id, func.count().label("calls"))
        .where(_CALL.slot_id.is_not(None), _CALL.state == CallState.OK)
        .group_by(_CALL.slot_id)
        .having(func.count() > 1),
    ),
    Invariant(
        "unknown_too_often",
        "slot",
        "The answers of {calls} calls were lost, but it was wanted only {wanted} times.",
        select(_CALL.slot_id, func.count().label("calls"), func.max(_times_wanted).label("wanted"))
        .where(
            _CALL.slot_id.is_not(None),
            _CALL.state == CallState.UNKNOWN,
            _CALL.started_at >= _history_began_at,
        )
        .group_by(_CALL.slot_id)
        .having(and_(func.count() > 1, func.count() > _allowed_unknown)),
    ),
    Invariant(
        "call_without_picture",
        "call",
        "It gave a picture, but its slot {slot_id} has none.",
        select(_CALL.id, _CALL.slot_id).where(
            _CALL.slot_id.is_not(None),
            _CALL.state == CallState.OK,
            ~exists().where(_ASSET.slot_id == _CALL.slot_id),
        ),
    ),
    Invariant(
        "picture_without_call",
        "asset",
        "It is the picture of slot {slot_id}, but the ledger knows no call that gave it.",
        select(_ASSET.id, _ASSET.slot_id).where(
            _ASSET.slot_id.is_not(None),
            ~exists().where(_CALL.slot_id == _ASSET.slot_id, _CALL.state == CallState.OK),
        ),
    ),
    Invariant(
        "picture_of_other_call",
        "asset",
        "Its file {storage_key} is not named after call {call_id} that gave it.",
        select(_ASSET.id, _ASSET.storage_key, _CALL.id.label("call_id"))
        .join(_CALL, and_(_CALL.slot_id == _ASSET.slot_id, _CALL.state == CallState.OK))
        .where(_ASSET.storage_key.not_like(literal("w%/") + _CALL.id + "/original.%")),
    ),
    Invariant(
        "asset_origin_differs",
        "asset",
        "It is said to be {origin}, which does not fit its slot {slot_id}.",
        select(_ASSET.id, _ASSET.origin, _ASSET.slot_id).where(
            _ASSET.origin == Origin.UPLOADED, _ASSET.slot_id.is_not(None)
        ),
    ),
    Invariant(
        "call_end_differs",
        "call",
        "Its state {state} does not fit the moment of its end, {finished_at}.",
        select(_CALL.id, _CALL.state, _CALL.finished_at).where(
            (_CALL.state == CallState.INTENT) == _CALL.finished_at.is_not(None)
        ),
    ),
    Invariant(
        "call_amount_wrong",
        "call",
        "It says {cost_micros} micros of {estimate_micros} estimated, in the state {state}.",
        select(_CALL.id, _CALL.cost_micros, _CALL.estimate_micros, _CALL.state).where(
            or_(
                _CALL.cost_micros < 0,
                _CALL.estimate_micros < 0,
                _CALL.input_tokens < 0,
                _CALL.image_tokens < 0,
                _CALL.text_tokens < 0,
                and_(
                    _CALL.state == CallState.INTENT,
                    _CALL.cost_micros.not_in((0, _CALL.estimate_micros)),
                ),
            )
        ),
    ),
    Invariant(
        "call_ahead",
        "call",
        "It belongs to attempt {attempt} of slot {slot_id}, which has had only {latest}.",
        select(_CALL.id, _CALL.slot_id, _CALL.attempt, _SLOT.attempt.label("latest"))
        .join(_SLOT, _SLOT.id == _CALL.slot_id)
        .where(_CALL.attempt > _SLOT.attempt),
    ),
    Invariant(
        "call_model_differs",
        "call",
        "It asked {image_model}, but job {job_id} wanted {wanted}.",
        select(
            _CALL.id,
            _CALL.image_model,
            _JOB.id.label("job_id"),
            _JOB.image_model.label("wanted"),
        )
        .join(_SLOT, _SLOT.id == _CALL.slot_id)
        .join(_JOB, _JOB.id == _SLOT.job_id)
        .where(_CALL.image_model != _JOB.image_model),
    ),
    Invariant(
        "submitted_twice",
        "workspace",
        "{submissions} submissions have the same key {idempotency_key}.",
        select(
            _SUBMISSION.workspace_id,
            _SUBMISSION.idempotency_key,
            func.count().label("submissions"),
        )
        .group_by(_SUBMISSION.workspace_id, _SUBMISSION.idempotency_key)
        .having(func.count() > 1),
    ),
    Invariant(
        "product_submitted_twice",
        "submission",
        "It has {jobs} jobs for product {product_id}.",
        select(_JOB.submission_id, _JOB.product_id, func.count().label("jobs"))
        .group_by(_JOB.submission_id, _JOB.product_id)
        .having(func.count() > 1),
    ),
)
