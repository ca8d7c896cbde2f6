"""The pictures of a job one by one: what each is, what happened to it, what was sent for it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from core.domain.jobs import CallState, GenerationJob, GenerationSlot, ProviderCall, SlotStatus
from core.domain.queueing import SlotEvent
from ui.components.browser_code import component
from ui.components.counted import counted
from ui.components.job_calls import call_facts, call_sign, references_of
from ui.components.job_failures import explain
from ui.components.job_history import history_line
from ui.components.job_words import Hold, slot_note, slot_sign
from ui.components.moments import clock, clock_s
from ui.format import cents, exact

_slots = component("job_slots")


@dataclass(frozen=True)
class JobTrace:
    """A job with all that is known about its pictures; `warnings` by the picture's id."""

    job: GenerationJob
    events: tuple[SlotEvent, ...]
    calls: tuple[ProviderCall, ...]
    warnings: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SlotClick:
    """What was clicked: a picture, or without one the wish to change it and make it again."""

    asset_id: int | None


def show_job_slots(
    trace: JobTrace, *, key: str, may_edit: bool = False, hold: Hold | None = None
) -> SlotClick | None:
    """Draw the job's pictures in order and return what was clicked, once, or None."""
    events: dict[int, list[SlotEvent]] = defaultdict(list)
    calls: dict[int, list[ProviderCall]] = defaultdict(list)
    for event in trace.events:
        events[event.slot_id].append(event)
    for call in trace.calls:
        calls[call.slot_id or 0].append(call)
    # Most calls of a job send the same words: each text goes to the browser once.
    prompts: dict[str, int] = {}
    slots = [
        _slot(trace.job, slot, events[slot.id], calls[slot.id], prompts, hold)
        | {
            "studio": _studio(trace.job, slot) if may_edit else "",
            "warning": trace.warnings.get(slot.asset_id or 0, ""),
        }
        for slot in trace.job.slots
    ]
    clicked = _slots(
        key=key, data=[slots, list(prompts)], on_opened_change=_nothing, on_again_change=_nothing
    )
    if clicked.get("again") and may_edit:
        return SlotClick(None)
    opened = clicked.get("opened")
    known = {str(slot.asset_id): slot.asset_id for slot in trace.job.slots if slot.asset_id}
    return SlotClick(known[opened]) if isinstance(opened, str) and opened in known else None


def _nothing() -> None:
    """Make Streamlit know the event; the page reacts to the returned value."""


def _slot(
    job: GenerationJob,
    slot: GenerationSlot,
    events: Sequence[SlotEvent],
    calls: Sequence[ProviderCall],
    prompts: dict[str, int],
    hold: Hold | None,
) -> dict[str, Any]:
    lines = [history_line(event) for event in events]
    has_own_prompt = slot.prompt != job.prompt
    return {
        "id": str(slot.id),
        "title": f"Picture {slot.position + 1} of {len(job.slots)}",
        "asset": str(slot.asset_id or ""),
        "src": f"/files/{slot.asset_id}/{(slot.asset_sha256 or '')[:16]}/w320"
        if slot.asset_id
        else "",
        "sign": asdict(slot_sign(job, slot, hold=hold)),
        "tile": _tile(job, slot),
        "note": slot_note(job, slot, hold=hold),
        "percent": slot.progress_percent if slot.status is SlotStatus.RUNNING else -1,
        "answers": _answers(slot, calls),
        "is_open_question": slot.is_undecided,
        "prompt": prompts.setdefault(slot.prompt, len(prompts)) if has_own_prompt else -1,
        "history": [
            {"at": clock_s(line.at), "when": exact(line.at), "text": line.text, "tone": line.tone}
            for line in lines
        ],
        "calls": [_call(call, number, prompts) for number, call in enumerate(calls, 1)],
        "spent": f"{counted(len(calls), 'call')} · {_spent(calls)}",
    }


def _tile(job: GenerationJob, slot: GenerationSlot) -> list[str]:
    """Return an icon and a word that stand where no picture is."""
    if slot.may_be_paid:
        return ["lost", "Lost"]
    if slot.status is SlotStatus.QUEUED and job.paused_at is not None:
        return ["paused", "Paused"]
    words = {
        SlotStatus.QUEUED: "Queued", SlotStatus.FAILED: "Failed", SlotStatus.CANCELLED: "Cancelled",
    }  # fmt: skip
    return [slot.status.value, words.get(slot.status, "")]


def _studio(job: GenerationJob, slot: GenerationSlot) -> str:
    if slot.status is not SlotStatus.FAILED:
        return ""
    if job.settings.edit is not None:
        return f"/editor?id={job.settings.photo_id}"
    return f"/studio?product={job.product_id}&photo={job.settings.photo_id}"


def _spent(calls: Sequence[ProviderCall]) -> str:
    cost = sum(call.cost_micros for call in calls)
    if cost:
        return cents(cost)
    is_open = any(call.state is CallState.INTENT for call in calls)
    return "answer awaited" if is_open else "nothing spent"


def _answers(slot: GenerationSlot, calls: Sequence[ProviderCall]) -> list[list[str]]:
    if slot.status is not SlotStatus.FAILED:
        return []
    told = explain(slot, calls)
    return [
        ["What happened", told.happened], ["What is kept", told.kept],
        ["Money", told.money], ["What to do", told.to_do],
    ]  # fmt: skip


def _call(call: ProviderCall, number: int, prompts: dict[str, int]) -> dict[str, Any]:
    prompt = (call.request or {}).get("prompt")
    return {
        "id": call.id,
        "title": f"Call {number}",
        "when": clock(call.started_at),
        "sign": asdict(call_sign(call)),
        "is_open": call.state is CallState.INTENT,
        "facts": [list(fact) for fact in call_facts(call)],
        "prompt": prompts.setdefault(prompt, len(prompts)) if isinstance(prompt, str) else -1,
        "references": [asdict(reference) for reference in references_of(call)],
    }
