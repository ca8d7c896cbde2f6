"""The rows of a batch before they are made: what each will be, what is set for it, what is not."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Literal

import streamlit as st

from core.domain.accounts import Actor
from core.domain.assets import AssetRef
from core.domain.generation import GenerationSettings
from core.domain.photo_checks import PhotoCheck, Verdict
from core.domain.plans import PlanItem
from core.domain.setting_layers import SettingsLayer
from ui.components.counted import counted
from ui.components.layer_words import backdrop_words, layer_summary
from ui.components.plan_summary import common_notices, costs
from ui.components.studio_batch_plan import BatchPlan
from ui.components.studio_batch_source import Batch
from ui.components.studio_batch_warnings import repeated_notices
from ui.components.studio_matrix import (
    MatrixEvent,
    MatrixLook,
    MatrixNote,
    PictureCell,
    PictureRow,
    matrix_event,
    show_picture_matrix,
)
from ui.components.studio_rows import BatchRow, RowsState
from ui.context import services
from ui.format import escape_markdown

MATRIX = "studio.matrix"
PAGE_ROWS = 50
_WAYS_OUT = {"No photo yet": "No photo yet: add one", "In the trash": "In the trash: restore it"}


def take_event(state: RowsState, rows: Sequence[BatchRow]) -> str:
    """Keep what was just ticked, before anything is planned; return the row to set, or ""."""
    by_key = {row.key: row for row in rows}
    event = matrix_event(MATRIX, by_key)
    if event is None:
        return ""
    if event.kind == "row":
        return event.row_id
    _take(state, event, by_key)
    return ""


def show_table(actor: Actor, batch: Batch, state: RowsState, plan: BatchPlan | None) -> None:
    """Draw a page of the batch's rows as they are planned."""
    rows = page_of(batch.rows, state)
    checks = services().photo_checks.of(
        actor, [photo for row in rows if (photo := state.photo_of(row))]
    )
    repeated = repeated_notices(plan) if plan else {}
    for sentence in repeated.values():
        st.caption(f":material/info: {escape_markdown(sentence)}")
    common = (*common_notices(plan.whole), *repeated) if plan else ()
    shown = [_row(row, state, plan, checks.get(state.photo_of(row)), common) for row in rows]
    columns = max((len(state.places_of(row)) for row in batch.rows if not row.refusal), default=1)
    last = max((state.places_of(row)[-1] for row in batch.rows if not row.refusal), default=0)
    look = MatrixLook(
        columns=max(columns, last + 1),
        label="Products and the pictures to make of them",
        is_editable=actor.role.may_edit,
        all_on=_all_on(batch, state),
        echo=state.echo,
        end="Cost",
    )
    show_picture_matrix([_filled(row, look.columns) for row in shown], look, key=MATRIX)


def page_of(rows: Sequence[BatchRow], state: RowsState) -> Sequence[BatchRow]:
    """Return the rows of the page that is shown; a page that is not there is the last one."""
    state.page = max(0, min(state.page, (len(rows) - 1) // PAGE_ROWS))
    return rows[state.page * PAGE_ROWS : (state.page + 1) * PAGE_ROWS]


def photo_url(row: BatchRow, photo_id: int) -> str:
    """Return the address of the small photo of a row, "" if it has none."""
    photo = _photo(row, photo_id)
    return photo.url("w160") if photo else ""


def _take(state: RowsState, event: MatrixEvent, by_key: dict[str, BatchRow]) -> None:
    state.echo = event.token
    if event.kind == "all":
        state.turn([row for row in by_key.values() if not row.refusal], is_on=event.is_on)
    for ticks in event.ticks:
        row = by_key[ticks.row_id]
        if not row.refusal:
            state.take(row, ticks.places, is_on=ticks.is_on)


def _all_on(batch: Batch, state: RowsState) -> Literal["true", "false", "mixed"]:
    possible = [row for row in batch.rows if not row.refusal]
    on = sum(state.is_on(row) for row in possible)
    if not on:
        return "false"
    return "true" if on == len(possible) else "mixed"


def _row(
    row: BatchRow,
    state: RowsState,
    plan: BatchPlan | None,
    check: PhotoCheck | None,
    common: Collection[str],
) -> PictureRow:
    is_on = state.is_on(row)
    item = plan.item_of(row) if plan and is_on else None
    places = state.places_of(row)
    cells = tuple(
        PictureCell("planned" if place in places else "free") for place in range(places[-1] + 1)
    )
    return PictureRow(
        id=row.key,
        name=row.product.name,
        text=_text(row),
        path=f"/product?id={row.product.id}",
        photo=photo_url(row, state.photo_of(row)),
        photo_hint=_photo_words(row, state.photo_of(row)),
        facts=_facts(item.settings) if item else "",
        own=_own(row, state),
        notes=_notes(row, plan if is_on else None, item, check, common),
        cells=() if row.refusal else cells,
        end=costs(item) if item else "",
        is_on=None if row.refusal else is_on,
        is_focused=state.focus == row.key,
    )


def _filled(row: PictureRow, columns: int) -> PictureRow:
    if row.is_on is None:
        return row
    return replace(row, cells=row.cells + (PictureCell("free"),) * (columns - len(row.cells)))


def _text(row: BatchRow) -> str:
    parts = [row.product.sku]
    if row.shot:
        parts += [row.shot.name, f"{row.lacking:,} missing"]
    return " · ".join(parts)


def _facts(settings: GenerationSettings) -> str:
    scene = settings.scene_type
    behind = "" if settings.backdrop.kind == "described" else backdrop_words(settings.backdrop)
    words = (scene, settings.style, behind, settings.aspect_ratio)
    return " · ".join(dict.fromkeys(word for word in words if word))


def _own(row: BatchRow, state: RowsState) -> tuple[tuple[str, str], ...]:
    own = list(layer_summary(replace(state.layers.get(row.key, SettingsLayer()), variants=None)))
    if row.key in state.cells or (state.layers.get(row.key, SettingsLayer()).variants):
        own.append(("Pictures", counted(len(state.places_of(row)), "picture")))
    if row.key in state.photos:
        own.append(("Photo", _photo_words(row, state.photo_of(row))))
    if row.key in state.written:
        own.append(("Prompt", "Own prompt"))
    return tuple(own)


def _notes(
    row: BatchRow,
    plan: BatchPlan | None,
    item: PlanItem | None,
    check: PhotoCheck | None,
    common: Collection[str],
) -> tuple[MatrixNote, ...]:
    path = f"/product?id={row.product.id}"
    if row.refusal:
        return (MatrixNote(_WAYS_OUT[row.refusal], "orange", "Opens the product", path),)
    notes: list[MatrixNote] = []
    if plan is not None and item is None:
        notes.append(MatrixNote(f"Left out: {plan.reason_of(row)}", "red"))
    if check is not None and check.findings and check.counts_as is not Verdict.GOOD:
        finding, is_poor = check.findings[0], check.counts_as is Verdict.POOR
        notes.append(
            MatrixNote(finding.reason, "orange" if is_poor else "gray", finding.hint, path)
        )
    if item is not None:
        notes += [MatrixNote(notice) for notice in item.notices if notice not in common]
    return tuple(notes)


def _photo(row: BatchRow, photo_id: int) -> AssetRef | None:
    return next((photo for photo in row.product.photos if photo.id == photo_id), None)


def _photo_words(row: BatchRow, photo_id: int) -> str:
    ids = [photo.id for photo in row.product.photos]
    if photo_id not in ids:
        return "No photo"
    return f"Photo {ids.index(photo_id) + 1} of {len(ids)}"
