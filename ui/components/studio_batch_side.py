"""The brief of a batch: for all rows, for the ticked ones, or for a single one."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from core.domain.accounts import Actor
from core.domain.plans import MadeFor, StudioRequest
from core.domain.setting_layers import Resolved, SettingsLayer
from core.domain.studio_sessions import StudioSession
from ui.components.counted import counted
from ui.components.layer_form import current_layer, reset_layer_form, show_layer_form
from ui.components.notices import announce
from ui.components.prompt_panel import show_own_text, typed_prompt
from ui.components.studio_batch_source import Batch
from ui.components.studio_brand import show_brand
from ui.components.studio_presets import show_preset
from ui.components.studio_rows import TICKED, BatchRow, RowsState
from ui.components.studio_session import FORM, show_undo, work_of
from ui.components.thumbs import Thumb, pick_thumb
from ui.context import services
from ui.format import escape_markdown

_TICKED_FORM = "studio.batch.ticked"


def show_side(actor: Actor, session: StudioSession, batch: Batch, state: RowsState) -> None:
    """Draw the brief of what is in focus, and keep what is said in it."""
    row = next((each for each in batch.rows if each.key == state.focus), None)
    if row is not None:
        _show_row(actor, batch, state, row)
    elif state.focus == TICKED:
        _show_ticked(actor, batch, state)
    else:
        _show_all(actor, session, batch, state)


def focus_on(state: RowsState, focus: str) -> None:
    """Let the brief be about a row, the ticked ones, or all; the same again leads back to all."""
    state.focus = "" if state.focus == focus else focus
    state.draft = SettingsLayer()
    reset_layer_form(_TICKED_FORM)


def _show_all(actor: Actor, session: StudioSession, batch: Batch, state: RowsState) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Brief", anchor=False, width="content")
        st.space("stretch")
        if st.button("Change products", type="tertiary", icon=":material/swap_horiz:"):
            st.switch_page(batch.page, query_params=batch.query)
    st.markdown(f"**{escape_markdown(batch.title)}**")
    said = "One brief for all. What you set for single rows wins over it."
    if batch.has_shots:
        said = "One brief for all gaps; each begins with the settings of its shot."
    st.caption(f"{said} {batch.note}")
    state.layer = current_layer(state.layer, key=FORM)
    work = work_of(session.state)
    work = replace(work, layer=state.layer, preset_id=state.preset_id)
    show_undo(actor, work)
    show_preset(actor, work)
    state.layer = show_layer_form(actor, state.layer, key=FORM, below=state.below)
    show_brand(actor)


def _show_ticked(actor: Actor, batch: Batch, state: RowsState) -> None:
    rows = [row for row in batch.rows if state.is_on(row)]
    _show_head(f"For {counted(len(rows), 'ticked row')}", state)
    st.caption("This holds for the rows that are ticked now, and wins over the brief for all.")
    _show_photo_rules(state, rows)
    state.draft = current_layer(state.draft, key=_TICKED_FORM)
    with st.container(horizontal=True, gap="small"):
        st.button(
            f"Apply to {counted(len(rows), 'row')}", type="primary", icon=":material/done_all:",
            disabled=state.draft.is_empty or not rows, key="studio.batch.apply",
            on_click=_apply, args=(state, rows),
        )  # fmt: skip
        st.button(
            "Clear", icon=":material/ink_eraser:", key="studio.batch.clear", disabled=not rows,
            help="Takes away what was set for these rows only.", on_click=_clear,
            args=(state, rows),
        )  # fmt: skip
    state.draft = show_layer_form(actor, state.draft, key=_TICKED_FORM, below=state.below)


def _apply(state: RowsState, rows: list[BatchRow]) -> None:
    count = state.add_to(rows, state.draft)
    focus_on(state, "")
    announce(f"Set for {counted(count, 'row')}.")


def _clear(state: RowsState, rows: list[BatchRow]) -> None:
    state.clear(rows)
    announce(f"{counted(len(rows), 'row')} follow the brief again.")


def _show_photo_rules(state: RowsState, rows: list[BatchRow]) -> None:
    st.markdown(":small[Use the photo that is]")
    with st.container(horizontal=True, gap="small", key="studio.batch.photos"):
        for place, label in enumerate(("First", "Second", "Third")):
            st.button(
                label, key=f"studio.batch.photo.{place}", disabled=not rows, wrap=False,
                on_click=_use_photo, args=(state, rows, place, label.lower()),
            )  # fmt: skip


def _use_photo(state: RowsState, rows: list[BatchRow], place: int, label: str) -> None:
    changed, kept = state.use_photo(rows, place)
    told = f"{counted(changed, 'row')} will use the {label} photo."
    if kept:
        told += f" {counted(kept, 'product')} without one keep theirs."
    announce(told)


def _show_row(actor: Actor, batch: Batch, state: RowsState, row: BatchRow) -> None:
    _show_head("For this row only", state)
    name, sku = escape_markdown(row.product.name), escape_markdown(row.product.sku)
    shot = f" · {escape_markdown(row.shot.name)}" if row.shot else ""
    st.markdown(f"**{name}** :small[:gray[{sku}{shot}]]")
    if len(row.product.photos) > 1:
        _pick_photo(state, row)
    prompt = f"studio.batch.prompt.{row.key}"
    typed = typed_prompt(row.product.id, state.written.get(row.key, ""), key=prompt)
    own = show_own_text(row.product.id, typed, key=prompt) if actor.role.may_edit else typed
    state.write(row, own)
    if own != typed:
        st.rerun()
    form = f"studio.batch.row.{row.key}"
    layer = current_layer(state.layers.get(row.key, SettingsLayer()), key=form)
    state.set_layer(row, layer)
    if state.has_own(row):
        st.button(
            "Follow the brief again", icon=":material/ink_eraser:", key="studio.batch.row.clear",
            on_click=_forget_row, args=(state, row, form),
        )  # fmt: skip
    below = _below_row(actor, batch, state, row)
    state.set_layer(row, show_layer_form(actor, layer, key=form, below=below))


def _forget_row(state: RowsState, row: BatchRow, form: str) -> None:
    state.clear([row])
    reset_layer_form(form)


def _pick_photo(state: RowsState, row: BatchRow) -> None:
    thumbs = [
        Thumb(str(photo.id), f"Photo {place}", photo.url("w160"))
        for place, photo in enumerate(row.product.photos, start=1)
    ]
    chosen = state.photo_of(row)
    picked = int(
        pick_thumb(
            "Photo", thumbs, key=f"studio.batch.photo.of.{row.key}.{chosen}", chosen=str(chosen),
            width_px=58, shape="whole",
        )
    )  # fmt: skip
    if picked == chosen:
        return
    state.photos[row.key] = picked
    if picked == row.product.photos[0].id:
        del state.photos[row.key]


def _below_row(actor: Actor, batch: Batch, state: RowsState, row: BatchRow) -> Resolved:
    made_for = MadeFor(
        preset_id=state.preset_id,
        collection_id=batch.collection_id,
        shot_id=row.shot_id or None,
    )
    request = StudioRequest(state.layer, made_for=made_for)
    found = services().generation.resolve(actor, [row.product.id], request)
    return found.get(row.product.id, Resolved())


def _show_head(title: str, state: RowsState) -> None:
    back: Callable[[], None] = lambda: focus_on(state, "")  # noqa: E731 - a callback of one line
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(title, anchor=False, width="content")
        st.space("stretch")
        st.button(
            "All rows", type="tertiary", icon=":material/arrow_back:", key="studio.batch.back",
            on_click=back,
        )  # fmt: skip
