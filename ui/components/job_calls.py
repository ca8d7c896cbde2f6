"""A call to an image model as people read it: what was sent, how it ended, what it cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.domain.generation import ROOMS
from core.domain.jobs import CallState, ProviderCall
from ui.components.job_words import Sign
from ui.format import duration, exact, money

_SIGNS = {
    CallState.INTENT: Sign("Answer awaited", "blue"),
    CallState.OK: Sign("Picture received", "green"),
    CallState.REFUSED: Sign("Refused", "red"), CallState.FAILED: Sign("No picture", "red"),
    CallState.UNKNOWN: Sign("Answer lost", "orange"),
}  # fmt: skip
_ROLES = {
    "product": "Product photo", "backdrop": "Backdrop", "source": "Edited picture", "mask": "Mask",
}  # fmt: skip


@dataclass(frozen=True)
class SentReference:
    """A picture that was shown to the model, and its address; "" if that is not known."""

    label: str
    src: str


def call_sign(call: ProviderCall) -> Sign:
    """Return how the call ended."""
    return _SIGNS[call.state]


def call_facts(call: ProviderCall) -> list[tuple[str, str]]:
    """Return names and values of all that is known about a call; without a value it is left out."""
    request = call.request or {}
    took = (
        None if call.finished_at is None else (call.finished_at - call.started_at).total_seconds()
    )
    facts = (
        ("Asked", exact(call.started_at)),
        ("Took", "" if took is None else duration(max(took, 1))),
        ("Cost", _cost(call)),
        ("Expected", money(call.estimate_micros)),
        ("Tokens", _tokens(call)),
        ("Format", " · ".join(_texts(request, ("aspect_ratio", "size")))),
        ("Model", call.model_version or call.image_model),
        ("Response id", call.response_id),
        ("Outcome", call.failure_code or ""),
        ("Attempt", str(call.attempt)),
        ("Seed", "".join(_texts(request, ("seed",)))),
        ("Call id", call.id),
    )
    return [(name, value) for name, value in facts if value]


def references_of(call: ProviderCall) -> list[SentReference]:
    """Return the pictures that were shown to the model, in their order."""
    sent = (call.request or {}).get("references")
    if not isinstance(sent, list):
        return []
    return [_reference(one) for one in sent if isinstance(one, dict)]


def _reference(sent: dict[str, Any]) -> SentReference:
    role = _ROLES.get(str(sent.get("role", "")), "Reference")
    label = str(sent.get("label") or "")
    named = f"{role}: {label}" if label not in ("", role) else role
    return SentReference(named, _address(sent, label))


def _address(sent: dict[str, Any], label: str) -> str:
    asset_id = sent.get("asset_id")
    if isinstance(asset_id, int):
        return f"/files/{asset_id}/{str(sent.get('sha256', ''))[:16]}/w160"
    room = next((room.name for room in ROOMS if room.label == label), "")
    return f"/assets/rooms/{room}.webp" if room else ""


def _cost(call: ProviderCall) -> str:
    if call.state is CallState.INTENT:
        return "not known yet"
    if call.state is CallState.UNKNOWN:
        return f"perhaps {money(call.cost_micros)}"
    return money(call.cost_micros) if call.cost_micros else "nothing"


def _tokens(call: ProviderCall) -> str:
    usage = call.usage
    parts = (
        (usage.input_tokens, "in"), (usage.image_tokens, "image"), (usage.text_tokens, "text"),
    )  # fmt: skip
    return ", ".join(f"{count:,} {name}" for count, name in parts if count)


def _texts(request: dict[str, Any], names: Sequence[str]) -> list[str]:
    return [str(request[name]) for name in names if request.get(name) is not None]
