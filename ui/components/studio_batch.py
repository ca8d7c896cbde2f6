"""The studio with several products: one brief for all, and a matrix of what it makes of each."""

from collections.abc import Iterable
from typing import NoReturn

import streamlit as st

from core.domain.accounts import Actor
from core.domain.plans import MadeFor
from core.domain.setting_layers import Resolved, layer_to_json
from core.domain.studio_sessions import MAX_SESSION_NAME_CHARS, StudioSession
from ui.components.beside import side_then_main
from ui.components.counted import counted
from ui.components.plan_options import pick_plan_options
from ui.components.plan_summary import common_notices, plan_or_reason, show_what_is_sent
from ui.components.prompt_panel import show_prompt, show_unplanned, typed_prompt
from ui.components.studio_batch_made import note_made, show_made_before
from ui.components.studio_batch_plan import plan_batch, show_confirm
from ui.components.studio_batch_progress import known_submissions, show_progress
from ui.components.studio_batch_side import focus_on, show_side
from ui.components.studio_batch_source import Batch, batch_of_address, numbers_in_address
from ui.components.studio_batch_table import PAGE_ROWS, show_table, take_event
from ui.components.studio_batch_viewer import view_picture
from ui.components.studio_batch_warnings import shots_without_settings
from ui.components.studio_layers import below_request
from ui.components.studio_rows import TICKED, BatchRow, RowsState
from ui.components.studio_session import (
    SessionState,
    current_session,
    keep,
    work_of,
)
from ui.errors import expected_errors
from ui.format import escape_markdown
from ui.state import state_of


def open_studio_with(product_ids: Iterable[int]) -> NoReturn:
    """Leave the script and show the studio with these products."""
    ids = ",".join(str(product_id) for product_id in sorted(product_ids))
    st.switch_page("pages/studio.py", query_params={"products": ids})


def open_studio_with_collection(collection_id: int) -> NoReturn:
    """Leave the script and show the studio with the products of a collection."""
    st.switch_page("pages/studio.py", query_params={"collection": str(collection_id)})


def show_studio_batch(actor: Actor) -> None:
    """Draw the batch that the address or the session names: planned, or as it is being made."""
    state = state_of(RowsState)
    asked = numbers_in_address("submission")
    submissions = known_submissions(actor, asked) if asked else ()
    session = current_session(actor)
    if submissions:
        note_made(actor, session, submissions)
        _show_made(state, submissions)
        return
    show_made_before(actor, session)
    batch = batch_of_address(actor)
    if state.begin(batch.name, state_of(SessionState).revision, _said(session)):
        work = work_of(session.state)
        state.layer, state.preset_id = work.layer, work.preset_id
        state.below = _below(actor, batch, state)
    _show_planned(actor, batch, state, session)
    _keep(actor, session, batch, state)


def _show_planned(actor: Actor, batch: Batch, state: RowsState, session: StudioSession) -> None:
    focus = take_event(state, batch.rows)
    if focus:
        focus_on(state, focus)
    side, main = side_then_main()
    with side.container(border=True, gap=10, key="studio.brief"), expected_errors():
        show_side(actor, session, batch, state)
        notes = st.container(gap="xsmall")
        options = pick_plan_options(f"studio.{state.submissions}")
    with main:
        bar = st.container(horizontal=True, vertical_alignment="center", gap="small")
        table = st.container(gap="small")
        row = next((each for each in batch.rows if each.key == state.focus), None)
        if row is not None:
            # What was typed right before a click is meant by it.
            before = state.written.get(row.key, "")
            state.write(row, typed_prompt(row.product.id, before, key=_prompt_key(row)))
        plan, reason = plan_or_reason(
            lambda: plan_batch(actor, batch, state, options, session_id=session.id)
        )
        for notice in common_notices(plan.whole) if plan else ():
            notes.caption(escape_markdown(notice))
        warnings = shots_without_settings(batch, state)
        with table:
            for warning in warnings:
                st.markdown(f":orange[:material/warning:] {warning}")
            show_table(actor, batch, state, plan)
            _show_pages(state, len(batch.rows))
        with bar:
            _show_bar(actor, batch, state)
        item = plan.item_of(row) if plan and row else None
        if row is not None and item is not None:
            if state.write(row, show_prompt(actor, item, key=_prompt_key(row))):
                st.rerun()
        elif row is not None and state.is_on(row):
            before = state.written.get(row.key, "")
            if state.write(row, show_unplanned(row.product.id, before, key=_prompt_key(row))):
                st.rerun()
        elif plan is not None:
            show_what_is_sent(plan.whole)
        show_confirm(actor, plan, state, reason=reason, warnings=warnings)


def _prompt_key(row: BatchRow) -> str:
    return f"studio.batch.prompt.{row.key}"


def _show_bar(actor: Actor, batch: Batch, state: RowsState) -> None:
    on = sum(state.is_on(row) for row in batch.rows)
    refused = sum(bool(row.refusal) for row in batch.rows)
    words = f"**{on:,} of {counted(len(batch.rows), 'row')}** ticked"
    if refused:
        words += f" :orange[· {refused:,} without a usable photo]"
    st.markdown(words, width="content")
    st.space("stretch")
    st.button(
        "Set for ticked rows", icon=":material/tune:", key="studio.batch.set",
        type="primary" if state.focus == TICKED else "secondary",
        disabled=not on or not actor.role.may_edit, on_click=focus_on, args=(state, TICKED),
    )  # fmt: skip


def _show_pages(state: RowsState, count: int) -> None:
    if count <= PAGE_ROWS:
        return
    last = (count - 1) // PAGE_ROWS
    first = state.page * PAGE_ROWS
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="center", gap="small"
    ):
        st.button(
            "Previous", icon=":material/chevron_left:", key="studio.batch.previous",
            disabled=state.page == 0, on_click=_go_to, args=(state, state.page - 1),
        )  # fmt: skip
        st.caption(
            f"{first + 1:,} to {min(count, first + PAGE_ROWS):,} of {count:,}", width="content"
        )
        st.button(
            "Next", icon=":material/chevron_right:", icon_position="right",
            key="studio.batch.next", disabled=state.page >= last,
            on_click=_go_to, args=(state, state.page + 1),
        )  # fmt: skip


def _go_to(state: RowsState, page: int) -> None:
    state.page = page


def _show_made(state: RowsState, submissions: tuple[int, ...]) -> None:
    progress = show_progress(state, submissions)
    _show_pages(state, len(progress.jobs))
    if state.open_asset:
        view_picture(progress.made())


def _below(actor: Actor, batch: Batch, state: RowsState) -> Resolved:
    """Return what holds below the brief, as the first product that can be made has it."""
    row = next((row for row in batch.rows if not row.refusal), None)
    if row is None:
        return Resolved()
    made_for = MadeFor(
        preset_id=state.preset_id,
        collection_id=batch.collection_id,
        shot_id=row.shot_id or None,
    )
    return below_request(actor, row.product.id, state.layer, made_for)


def _said(session: StudioSession) -> dict[str, object]:
    said = session.state.get("batch")
    return dict(said) if isinstance(said, dict) else {}


def _keep(actor: Actor, session: StudioSession, batch: Batch, state: RowsState) -> None:
    own = {row.product.id: state.layer_of(row) for row in batch.rows if not row.shot}
    photos = {
        row.product.id: state.photos[row.key]
        for row in batch.rows
        if not row.shot and row.key in state.photos
    }
    said = state.to_json()
    kept = {
        **session.state,
        "layer": layer_to_json(state.layer),
        "rows": {str(one): layer_to_json(each) for one, each in own.items() if not each.is_empty},
        "photos": {str(one): photo for one, photo in photos.items()},
        "batch": said if any(said.values()) else {},
    }
    keep(actor, session, kept, name=batch.title[:MAX_SESSION_NAME_CHARS], must_open=batch.has_shots)
