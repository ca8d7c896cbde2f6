"""Where an import stands, as steps, and what can be done from there."""

from collections.abc import Sequence

import streamlit as st

from core.domain.accounts import Actor
from core.domain.imports import Import, ImportKind, ImportStatus
from core.domain.products import ProductFilter
from ui.access import require_actor
from ui.components.counted import counted
from ui.components.import_words import done_sentences, summary, undone_sentences
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown

_STEPS = {
    ImportKind.PRODUCTS: ("File", "Columns", "Check", "Import"),
    ImportKind.PHOTOS: ("Photos", "Check", "Import"),
}


def show_steps(item: Import, *, at_columns: bool = False) -> None:
    """Draw the steps in a line: those that are done, the one that is meant, those to come."""
    names = _STEPS[item.kind]
    _draw(names, _place(item, names, at_columns=at_columns))


def show_first_step(kind: ImportKind) -> None:
    """Draw the steps of an import that has not begun."""
    _draw(_STEPS[kind], 0)


def _draw(names: Sequence[str], current: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="steps"):
        for place, name in enumerate(names):
            if place < current:
                text = f":green[:material/check_circle:] {name}"
            elif place == current:
                text = f":primary[:material/radio_button_checked:] **{name}**"
            else:
                text = f":gray[:material/radio_button_unchecked: {name}]"
            st.markdown(text, width="content")


def show_new(actor: Actor, item: Import) -> None:
    """Say that nothing has happened to the file yet, and offer to look for its photos' products."""
    with st.container(border=True, gap="small", key="import.new"):
        st.markdown("It has not been checked yet.")
        if actor.role.may_edit:
            _offer_check(actor, item)


def show_check(actor: Actor, item: Import) -> None:
    """Say what the import would do, and offer to do it or to choose the columns anew."""
    with st.container(border=True, gap="small", key="import.checked"):
        st.markdown(f"**{escape_markdown(_verdict(item))}**")
        if actor.role.may_edit:
            with st.container(horizontal=True, gap="small"):
                _offer_run(actor, item)
                _offer_columns(item)


def show_end(actor: Actor, item: Import) -> None:
    """Say what came of the import, and offer what can be done about it."""
    with st.container(border=True, gap="small", key="import.end"):
        _show_outcome(item)
        with st.container(horizontal=True, gap="small"):
            if item.status is ImportStatus.DONE and item.counts.created:
                _link_to_products(item)
            if actor.role.may_edit:
                if item.may_run:
                    _offer_run(actor, item)
                if item.may_check:
                    _offer_columns(item)
                    _offer_check(actor, item)
                if item.may_undo and st.button(
                    "Undo this import", icon=":material/undo:", key="import.undo"
                ):
                    undo_import(item)


@st.dialog("Undo this import", icon=":material/undo:")
def undo_import(item: Import) -> None:
    """Ask once more, then take back what the import did."""
    actor = require_actor()
    st.markdown(
        "Products that it added go to the trash, those that it changed become as they were, and "
        "photos that it added are removed. What people changed since stays."
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Keep it", key="import.undo.cancel"):
            st.rerun()
        is_sure = st.button("Undo the import", type="primary", key="import.undo.confirm")
    with expected_errors():
        if is_sure:
            services().imports.undo(actor, item.id)
            st.rerun()


def _place(item: Import, names: Sequence[str], *, at_columns: bool) -> int:
    if at_columns or item.status is ImportStatus.NEW:
        return 1
    if item.stage in (ImportStatus.NEW, ImportStatus.CHECKING, ImportStatus.CHECKED):
        return names.index("Check")
    return names.index("Import") if item.is_busy or item.may_run else len(names)


def _verdict(item: Import) -> str:
    words = summary(item)
    if not item.counts.create + item.counts.change + item.counts.photos:
        done = "Nothing to import"
        return f"{done}: {words}." if words else f"{done}: the file holds nothing new."
    return f"{words}. Nothing is changed yet."


def _offer_run(actor: Actor, item: Import) -> None:
    counts = item.counts
    count = counts.create + counts.change if item.kind is ImportKind.PRODUCTS else counts.photos
    noun = "product" if item.kind is ImportKind.PRODUCTS else "photo"
    goes_on = item.stage is ImportStatus.RUNNING
    if not goes_on and not count + counts.photos:
        return
    label = "Go on with the import" if goes_on else f"Import {counted(count, noun)}"
    if st.button(label, icon=":material/play_arrow:", type="primary", key="import.run"):
        with expected_errors():
            services().imports.run(actor, item.id)
            st.rerun()


def _offer_check(actor: Actor, item: Import) -> None:
    if item.kind is ImportKind.PHOTOS and st.button(
        "Check the photos", icon=":material/fact_check:", key="import.check_photos"
    ):
        with expected_errors():
            services().imports.check(actor, item.id, {})
            st.rerun()


def _offer_columns(item: Import) -> None:
    if item.kind is ImportKind.PRODUCTS and st.button(
        "Change the columns", icon=":material/view_column:", key="import.columns"
    ):
        st.switch_page("pages/import.py", query_params={"id": str(item.id), "step": "columns"})


def _link_to_products(item: Import) -> None:
    if st.button(
        "Show its products", icon=":material/inventory_2:", type="primary", key="import.products"
    ):
        query = ProductFilter(import_id=item.id).to_query()
        st.switch_page("pages/products.py", query_params=query)


def _show_outcome(item: Import) -> None:
    if item.status is ImportStatus.DONE:
        first, *rest = done_sentences(item)
        with st.container(gap="xxsmall"):
            st.markdown(f":green[:material/check_circle:] **{escape_markdown(first)}**")
            for sentence in rest:
                st.caption(escape_markdown(sentence))
    elif item.status is ImportStatus.UNDONE:
        with st.container(gap="xxsmall"):
            for sentence in undone_sentences(item.counts):
                st.markdown(escape_markdown(sentence))
    elif item.status is ImportStatus.FAILED:
        st.error(escape_markdown(item.failure or "It failed."), icon=":material/error:")
        _show_done_so_far(item)
    else:
        st.markdown("It was cancelled.")
        _show_done_so_far(item)


def _show_done_so_far(item: Import) -> None:
    if item.stage is ImportStatus.RUNNING:
        st.caption(f"Up to there: {escape_markdown(summary(item))}. What is done stays done.")
    elif item.stage is ImportStatus.UNDOING:
        words = summary(item) or "nothing was taken back"
        st.caption(f"Up to there: {escape_markdown(words)}.")
    else:
        st.caption("Nothing was changed.")
