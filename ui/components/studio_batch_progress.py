"""A batch that was submitted: the same matrix, filled while its pictures are made."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import streamlit as st

from core.domain.accounts import Actor
from core.domain.jobs import GenerationJob, GenerationSlot, JobFilter, SlotStatus, SubmissionSum
from core.domain.plans import MAX_PLAN_PRODUCTS
from core.domain.shots import WantedShot
from ui.access import require_actor
from ui.components.counted import counted
from ui.components.job_sums import submission_sentence
from ui.components.job_words import Hold, hold_of, missing_slots, slot_note, slot_sign
from ui.components.jobs import MOVING_POLL_S, STILL_POLL_S, holds_of
from ui.components.live import show_live
from ui.components.model_names import model_names
from ui.components.notices import announce
from ui.components.studio_batch_plan import begin_new_round
from ui.components.studio_batch_table import MATRIX, PAGE_ROWS, photo_url
from ui.components.studio_matrix import (
    CellKind,
    MatrixLook,
    MatrixNote,
    PictureCell,
    PictureRow,
    matrix_event,
    show_picture_matrix,
)
from ui.components.studio_rows import BatchRow, RowsState, row_key
from ui.context import services
from ui.errors import expected_errors
from ui.format import cents, escape_markdown
from ui.navigation import id_in_address
from ui.state import state_of

MANY_POLL_S = 4
"""How often many jobs are looked at: each look reads all their pictures."""

_MANY = 100
_KINDS: Mapping[SlotStatus, CellKind] = {
    SlotStatus.QUEUED: "queued",
    SlotStatus.RUNNING: "running",
    SlotStatus.SUCCEEDED: "made",
    SlotStatus.FAILED: "failed",
    SlotStatus.CANCELLED: "cancelled",
}


@dataclass(frozen=True)
class Progress:
    """The submissions of a batch with their jobs, in the order in which they were planned."""

    sums: tuple[SubmissionSum, ...]
    jobs: tuple[GenerationJob, ...]

    @property
    def is_over(self) -> bool:
        """Say whether nothing more is made by itself."""
        return all(one.is_over for one in self.sums)

    @property
    def whole(self) -> SubmissionSum:
        """Return the sum of all submissions."""
        first, *others = self.sums
        for one in others:
            first = replace(
                first,
                **{
                    name: getattr(first, name) + getattr(one, name)
                    for name in ("jobs", "pictures", "ready", "failed", "undecided", "cancelled")
                },
                estimate_micros=first.estimate_micros + one.estimate_micros,
                cost_micros=first.cost_micros + one.cost_micros,
            )
        return first

    @property
    def missing(self) -> tuple[GenerationJob, ...]:
        """Return the jobs of which pictures can be tried again."""
        return tuple(job for job in self.jobs if job.status.is_final and missing_slots(job))

    def made(self) -> tuple[int, ...]:
        """Return the ids of the pictures that are there."""
        return tuple(slot.asset_id for job in self.jobs for slot in job.slots if slot.asset_id)


def show_progress(state: RowsState, submission_ids: Sequence[int]) -> Progress:
    """Draw what became of each picture, and keep it current until all are there."""
    known: dict[str, BatchRow] = {}
    return show_live(
        _reader(submission_ids),
        partial(_draw, known),
        key=f"studio.progress.{state.page}",
        mark=_mark,
        poll_s=_poll_s,
    )


def known_submissions(actor: Actor, submission_ids: Sequence[int]) -> tuple[int, ...]:
    """Return those submissions that are there."""
    found = (services().generation.find_submission(actor, number) for number in submission_ids)
    return tuple(one.submission_id for one in found if one is not None)


def _reader(submission_ids: Sequence[int]) -> Callable[[Actor], Progress]:
    seen: list[Progress] = []

    def read(actor: Actor) -> Progress:
        generation = services().generation
        found = (generation.find_submission(actor, number) for number in submission_ids)
        sums = tuple(one for one in found if one is not None)
        # Of many jobs the pictures are read again only when something became of one.
        if seen and seen[0].sums == sums and len(seen[0].jobs) > _MANY:
            return seen[0]
        jobs: list[GenerationJob] = []
        for one in sums:
            wanted = JobFilter(submission_id=one.submission_id)
            page = generation.jobs(actor, wanted, limit=MAX_PLAN_PRODUCTS)
            jobs += sorted(page.items, key=lambda job: job.id)
        seen[:] = [Progress(sums, tuple(jobs))]
        return seen[0]

    return read


def _mark(progress: Progress) -> Hashable:
    return progress.is_over


def _poll_s(progress: Progress) -> float:
    if progress.is_over:
        return STILL_POLL_S
    return MANY_POLL_S if len(progress.jobs) > _MANY else MOVING_POLL_S


def _draw(known: dict[str, BatchRow], progress: Progress) -> None:
    actor, state = require_actor(), state_of(RowsState)
    event = matrix_event(MATRIX, ())
    if event is not None and event.kind == "picture" and event.asset_id in progress.made():
        state.open_asset = event.asset_id
        # Not here: what draws itself anew would close the picture.
        st.rerun()
    _show_head(actor, progress)
    jobs = progress.jobs[state.page * PAGE_ROWS : (state.page + 1) * PAGE_ROWS]
    look = MatrixLook(
        columns=max((len(job.slots) for job in progress.jobs), default=1),
        label="Products and their pictures",
        end="Cost" if progress.whole.cost_micros else "",
    )
    if not known:
        # Once a page: of a product only what stays is shown, and its jobs say the rest.
        known |= _rows_of(actor, jobs)
    holds, models = holds_of(actor, jobs), model_names()
    shown = [_row(job, known, hold_of(job, holds, models)) for job in jobs]
    show_picture_matrix(shown, look, key=MATRIX)


def _show_head(actor: Actor, progress: Progress) -> None:
    whole = progress.whole
    with st.container(border=True, gap="small", key="studio.batch.sums"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            label, colour = _sign(whole)
            st.badge(label, color=colour)
            st.markdown(escape_markdown(submission_sentence(whole)), width="content")
            st.space("stretch")
            first = progress.sums[0].submission_id
            if st.button(
                "Open jobs", icon=":material/stacks:", type="tertiary", key="studio.batch.jobs"
            ):
                st.switch_page("pages/jobs.py", query_params={"submission": str(first)})
            if actor.role.may_edit and progress.missing:
                _show_retry(actor, progress)
            if actor.role.may_edit and st.button(
                "Make more", icon=":material/add:", key="studio.batch.more"
            ):
                begin_new_round(job.product_id or 0 for job in progress.jobs)
                st.rerun()
        if not progress.is_over:
            st.progress(whole.ready / max(1, whole.pictures))


def _show_retry(actor: Actor, progress: Progress) -> None:
    count = sum(len(missing_slots(job)) for job in progress.missing)
    with expected_errors():
        if not st.button(
            f"Retry {counted(count, 'picture')}", icon=":material/refresh:", type="primary",
            key="studio.batch.retry",
        ):  # fmt: skip
            return
        for job in progress.missing:
            services().job_control.retry(actor, job.id)
        announce("What is missing is in the queue once more.")
        st.rerun()


def _sign(whole: SubmissionSum) -> tuple[str, Literal["blue", "green", "orange", "red"]]:
    if not whole.is_over:
        return "Being made", "blue"
    if whole.ready == whole.pictures:
        return "Ready", "green"
    return ("Some missing", "orange") if whole.ready else ("Nothing made", "red")


def _row(job: GenerationJob, known: Mapping[str, BatchRow], hold: Hold | None) -> PictureRow:
    row = known.get(row_key(job.product_id or 0, job.shot_id or 0))
    parts = [row.product.sku] if row else []
    if row and row.shot:
        parts.append(row.shot.name)
    return PictureRow(
        id=f"job.{job.id}",
        name=job.product_name,
        text=" · ".join(parts),
        path=f"/job?id={job.id}",
        photo=photo_url(row, job.settings.photo_id) if row else "",
        notes=_notes(job),
        cells=tuple(_cell(job, slot, hold) for slot in job.slots),
        end=cents(job.cost_micros) if job.cost_micros else "",
    )


def _rows_of(actor: Actor, jobs: Sequence[GenerationJob]) -> dict[str, BatchRow]:
    products = services().products.find_many(actor, [job.product_id or 0 for job in jobs])
    collection_id = id_in_address("collection")
    shots: dict[int, WantedShot] = {}
    if collection_id is not None and any(job.shot_id for job in jobs):
        shots = {shot.id: shot for shot in services().shots.shots(actor, collection_id)}
    return {
        row_key(job.product_id or 0, job.shot_id or 0): BatchRow(
            products[job.product_id], shots.get(job.shot_id or 0)
        )
        for job in jobs
        if job.product_id in products
    }


def _notes(job: GenerationJob) -> tuple[MatrixNote, ...]:
    failures = dict.fromkeys(
        slot.failure for slot in job.slots if slot.status is SlotStatus.FAILED and slot.failure
    )
    path = f"/job?id={job.id}"
    return tuple(MatrixNote(text, "red", "Opens the job", path) for text in failures)


def _cell(job: GenerationJob, slot: GenerationSlot, hold: Hold | None) -> PictureCell:
    kind, sign = _KINDS[slot.status], slot_sign(job, slot, hold=hold)
    note = slot_note(job, slot, hold=hold) or slot.failure or ""
    running = slot.status is SlotStatus.RUNNING
    return PictureCell(
        kind=kind,
        label=f"{slot.progress_percent} %" if running else sign.label,
        hint=f"{sign.label}: {note}" if note else sign.label,
        src=f"/files/{slot.asset_id}/{(slot.asset_sha256 or '')[:16]}/w320"
        if slot.asset_id
        else "",
        percent=slot.progress_percent if running else -1,
        asset=str(slot.asset_id or ""),
    )
