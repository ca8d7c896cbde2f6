"""Generation jobs as rows: where each stands, what it costs, what can be done with it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from core.domain.accounts import Actor
from core.domain.jobs import GenerationJob, SlotStatus
from core.domain.workspace_queues import Holds
from ui.components.browser_code import component
from ui.components.job_actions import ICONS, actions_for, label_of
from ui.components.job_words import (
    complaints_of,
    costs_of,
    flags_of,
    hold_of,
    made_of,
    note_of,
    sign_of,
    slots_in,
)
from ui.format import ago, exact

_rows = component("job_rows")

MAX_PREVIEWS = 6
_NO_HOLDS = Holds()


@dataclass(frozen=True)
class RowEvent:
    """What a person did to a row: `open`, or one of the actions that it offered."""

    action: str
    job_id: int


def show_job_rows(
    actor: Actor,
    jobs: Sequence[GenerationJob],
    *,
    key: str,
    thumbs: dict[int, str] | None = None,
    models: dict[str, str] | None = None,
    holds: Holds = _NO_HOLDS,
) -> RowEvent | None:
    """Draw the jobs below each other and return what was done to one of them, once, or None.

    `thumbs` are the addresses of photos by their ids, `models` the names of image models, and
    `holds` says what keeps queued pictures waiting.
    """
    # A list, because for a mapping Streamlit would import pandas to look for data frames.
    data = [[_row(actor, job, thumbs or {}, models or {}, holds) for job in jobs]]
    result = _rows(key=key, data=data, on_event_change=_nothing)
    return _event(result.get("event"), jobs)


def _nothing() -> None:
    """Make Streamlit know the event; the page reacts to the returned value."""


def _event(value: object, jobs: Sequence[GenerationJob]) -> RowEvent | None:
    match value:
        case [str(action), str(job_id)] if job_id in {str(job.id) for job in jobs}:
            return RowEvent(action, int(job_id))
        case _:
            return None


def _row(
    actor: Actor,
    job: GenerationJob,
    thumbs: dict[int, str],
    models: dict[str, str],
    holds: Holds,
) -> dict[str, Any]:
    settings, hold = job.settings, hold_of(job, holds, models)
    made = slots_in(job, SlotStatus.SUCCEEDED)
    facts = (
        settings.backdrop.label, settings.aspect_ratio, settings.size,
        models.get(settings.image_model, settings.image_model),
    )  # fmt: skip
    return {
        "id": str(job.id),
        "title": job.product_name,
        "facts": " · ".join(facts),
        "photo": thumbs.get(settings.photo_id, ""),
        "sign": asdict(sign_of(job, hold=hold)),
        "flags": [asdict(flag) for flag in flags_of(job)],
        "made": made_of(job),
        "percent": -1 if job.status.is_final else job.progress_percent,
        "is_moving": bool(slots_in(job, SlotStatus.RUNNING)),
        "note": note_of(job, hold=hold),
        "complaints": [asdict(complaint) for complaint in complaints_of(job)],
        "previews": [
            f"/files/{slot.asset_id}/{(slot.asset_sha256 or '')[:16]}/w160"
            for slot in made[:MAX_PREVIEWS]
        ],
        "more": max(0, len(made) - MAX_PREVIEWS),
        "cost": costs_of(job),
        "who": f"{job.created_by} · {ago(job.created_at)}",
        "when": exact(job.created_at),
        "actions": [
            {"id": action, "label": label_of(action, job), "icon": ICONS[action]}
            for action in actions_for(actor, job)
        ],
    }
