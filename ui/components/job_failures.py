"""What it means that a picture failed: what is kept, what it cost, what a person can do."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.jobs import LOST, CallState, GenerationSlot, ProviderCall
from core.errors import UnknownOutcomeError
from ui.format import cents

_UNKNOWN = UnknownOutcomeError.code
_STUDIO = "Use other words or another photo in the studio"
_TO_DO = {
    "refused": f"{_STUDIO}. The same request would most likely be refused again.",
    "invalid": "Choose other settings in the studio.",
    "auth": "Ask an administrator to look at the image model, then retry.",
    "quota": "Ask an administrator to look at the image model, then retry.",
    "rate": "Retry later.",
    "transient": "Retry later. Epox tried several times by itself.",
    "no_image": f"Retry, or: {_STUDIO[0].lower()}{_STUDIO[1:]}.",
    _UNKNOWN: "Decide: pay once more, or accept the loss. Both can be done later too.",
    LOST: "Nothing. Should you want it after all, pay for it once more.",
    "crashed": "Retry once. If it fails again, use another photo or other settings.",
    "tools": "Retry. If it fails again, make the edit on a smaller picture.",
    "storage": "Retry as soon as the file store works again.",
    "interrupted": "Retry.",
}


@dataclass(frozen=True)
class Explanation:
    """Answers to what a person asks about a failed picture."""

    happened: str
    kept: str
    money: str
    to_do: str


def explain(slot: GenerationSlot, calls: Sequence[ProviderCall]) -> Explanation:
    """Return what is to be said about a failed slot, given its calls."""
    code = slot.failure_code or ""
    happened = slot.failure or "It failed, and nothing more is known."
    if code == _UNKNOWN:
        happened = "The request left, and its answer was lost on the way."
    return Explanation(
        happened=happened,
        kept=_kept(code, calls),
        money=_money(calls),
        to_do=_TO_DO.get(code, "Retry, or choose other settings in the studio."),
    )


def _kept(code: str, calls: Sequence[ProviderCall]) -> str:
    if code in (_UNKNOWN, LOST):
        return "The request. If the answer is found, the picture appears here, not paid again."
    if calls and calls[-1].state is CallState.INTENT:
        return "The model's answer, if there was one: a retry reads it and does not pay again."
    return "The photo, the prompt, the settings, and every picture of this job that was made."


def _money(calls: Sequence[ProviderCall]) -> str:
    if not calls:
        return "Nothing was spent: the image model was not asked."
    unsure = (CallState.INTENT, CallState.UNKNOWN)
    perhaps = sum(call.estimate_micros for call in calls if call.state in unsure)
    sure = sum(call.cost_micros for call in calls if call.state not in unsure)
    said = []
    if sure:
        said.append(f"{cents(sure)} was charged.")
    if perhaps:
        said.append(f"About {cents(perhaps)} may have been charged; it is counted as spent.")
    return " ".join(said) or "Nothing was charged."
