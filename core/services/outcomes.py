"""What a failed call means: for the next try, for the ledger, and for the person who waits."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from core.domain.generation import GeneratedImage, Usage
from core.domain.jobs import CallOutcome, CallState, ProviderCall, SlotWork
from core.errors import (
    Charge,
    ImageModelError,
    RateLimitedError,
    RefusedError,
    UnknownOutcomeError,
)

WAITS_S = (5.0, 20.0, 60.0)
"""The longest waits before the first, second and every later try; chance shortens them."""

LONGEST_REST_S = 600.0
FAILURES_BEFORE_REST = 5
_SHORTEST_WAIT_S = 1.0
_FIRST_REST_S = 15.0
_LATEST_SPREAD = 0.1

_STAGES = {
    "rate": "Waiting: the model is busy",
    "transient": "Waiting: the model did not answer",
    "no_image": "Waiting: there was no picture",
    "unknown": "Waiting: the answer was lost",
    "auth": "Waiting: the model refused the key",
    "quota": "Waiting: the model's quota is used up",
}

Dice = Callable[[], float]
"""Gives a number from 0 to 1, such as `random.random`."""


@dataclass(frozen=True)
class Fail:
    """The slot has failed, with the error's code and sentence; a person may retry it."""


@dataclass(frozen=True)
class Ask:
    """The slot has failed as `unknown`: only a person may pay for it once more."""


@dataclass(frozen=True)
class TryAgain:
    """The slot goes back to the queue for `wait_s`, and this counts as one of its tries."""

    wait_s: float


@dataclass(frozen=True)
class Rest:
    """The slot goes back to the queue and the model rests for `wait_s`; it was no failure."""

    wait_s: float


@dataclass(frozen=True)
class Park:
    """The slot goes back to the queue, and the model is asked nothing until then.

    None waits for a person. Nothing is counted.
    """

    until: datetime | None


Reaction = Fail | Ask | TryAgain | Rest | Park


def reaction_to(
    todo: SlotWork,
    error: ImageModelError,
    *,
    repeat_unknown: int = 0,
    failures_in_row: int = 0,
    dice: Dice = random.random,
) -> Reaction:
    """Return what happens next to a slot whose call gave no picture.

    A lost answer is asked for again only while the slot has needed fewer than `repeat_unknown`
    tries. `failures_in_row` are those of the model before this one: where Google does not say how
    long it wants to rest, each makes the rest longer.
    """
    if error.parks:
        return Park(error.parked_until)
    if isinstance(error, RateLimitedError):
        return Rest(_rest_s(error, failures_in_row, dice))
    if isinstance(error, UnknownOutcomeError):
        return TryAgain(_wait_s(todo, dice)) if todo.tries < repeat_unknown else Ask()
    return TryAgain(_wait_s(todo, dice)) if todo.tries < error.retries else Fail()


def breaker_rest_s(failures_in_row: int, *, dice: Dice = random.random) -> float:
    """Return how long a model rests that failed so often in a row by its own fault; 0 is not.

    Without it every slot of a long queue would use up its own tries on a model that is down.
    """
    beyond = failures_in_row - FAILURES_BEFORE_REST
    if beyond < 0:
        return 0.0
    longest_s = min(_doubled(_FIRST_REST_S, beyond), LONGEST_REST_S)
    return longest_s / 2 * (1 + dice())


def stage_while_waiting(error: ImageModelError) -> str:
    """Return what a slot says while it waits."""
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


def with_charge(error: ImageModelError, image: GeneratedImage) -> ImageModelError:
    """Return the error with what the answer cost that turned out to be of no use."""
    usage = image.usage
    error.is_billed = image.cost_micros > 0
    error.charge = Charge(
        cost_micros=image.cost_micros,
        input_tokens=usage.input_tokens,
        image_tokens=usage.image_tokens,
        text_tokens=usage.text_tokens,
        model_version=image.model_version,
        response_id=image.response_id,
    )
    return error


def failure_sentence(call: ProviderCall | None, error: ImageModelError) -> str:
    """Return what a person reads of a failed slot: what happened, and whether it cost money."""
    if call is None or call.estimate_micros == 0 or isinstance(error, UnknownOutcomeError):
        return error.user_message  # free, or it says so itself
    if error.charge is not None and error.charge.cost_micros > 0:
        dollars = max(error.charge.cost_micros / 1_000_000, 0.0001)
        return f"{error.user_message} It cost about ${dollars:.4f}."
    if error.is_billed and error.charge is None:
        return f"{error.user_message} It may have been charged."
    return f"{error.user_message} Nothing was charged."


def _rest_s(error: RateLimitedError, failures_in_row: int, dice: Dice) -> float:
    rest_s = error.retry_after_s
    if not error.is_told:
        rest_s = _doubled(rest_s, failures_in_row)
    # Later and never earlier than told, and not all workers at the same moment.
    spread = 1 + _LATEST_SPREAD * dice()
    return min(max(rest_s, _SHORTEST_WAIT_S) * spread, LONGEST_REST_S)


def _wait_s(todo: SlotWork, dice: Dice) -> float:
    longest_s = WAITS_S[min(todo.tries, len(WAITS_S) - 1)]
    return _SHORTEST_WAIT_S + (longest_s - _SHORTEST_WAIT_S) * dice()


def _doubled(seconds: float, times: int) -> float:
    return seconds * 2.0 ** min(times, 10)
