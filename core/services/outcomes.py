"""What a failed call means: for the ledger, for the person who waits, and for the next try."""

import random

from core.domain.generation import CallOutcome, CallState, ProviderCall, SlotWork, Usage
from core.errors import ImageModelError, RateLimitedError, RefusedError, UnknownOutcomeError

WAITS_S = (5, 20, 60)
LONGEST_WAIT_S = 3600
_STAGES = {
    "rate": "Waiting: the model is busy",
    "transient": "Waiting: the model did not answer",
    "no_image": "Waiting: there was no picture",
}


def wait_before_retry(todo: SlotWork, error: ImageModelError) -> float | None:
    """Return how long to wait before Epox tries again by itself, or None if it does not."""
    if todo.tries >= error.retries:
        return None
    spread = random.uniform(0.9, 1.2)  # noqa: S311 - only spreads the load
    if isinstance(error, RateLimitedError):
        return min(error.retry_after_s, LONGEST_WAIT_S) + spread
    return WAITS_S[min(todo.tries, len(WAITS_S) - 1)] * spread


def stage_while_waiting(error: ImageModelError) -> str:
    """Return what a slot says while it waits for its next try."""
    return _STAGES.get(error.code, _STAGES["transient"])


def outcome_of(call: ProviderCall, error: ImageModelError) -> CallOutcome:
    """Return what closes the line of a call that gave no picture."""
    state = CallState.FAILED
    if isinstance(error, UnknownOutcomeError):
        state = CallState.UNKNOWN
    elif isinstance(error, RefusedError):
        state = CallState.REFUSED
    charge = error.charge
    if charge is None:
        cost = call.estimate_micros if error.is_billed else 0
        return CallOutcome(state, cost, failure_code=error.code)
    return CallOutcome(
        state=state,
        cost_micros=charge.cost_micros,
        usage=Usage(charge.input_tokens, charge.image_tokens, charge.text_tokens),
        model_version=charge.model_version,
        response_id=charge.response_id,
        failure_code=error.code,
    )
