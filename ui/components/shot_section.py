"""The wanted shots of a collection: the matrix, kept current while something moves."""

from collections.abc import Hashable
from functools import partial

import streamlit as st

from core.domain.accounts import Actor
from core.domain.collections import Collection
from core.domain.paging import Cursor, Page
from core.domain.shots import MATRIX_CAP, MAX_SHOTS, Matrix
from ui.components.collection_state import Dialog, ask
from ui.components.counted import counted
from ui.components.empty import empty_state
from ui.components.live import show_live
from ui.components.paging import current_cursor, keyset_page
from ui.components.product_dialogs import open_product
from ui.components.shot_cell import show_cell
from ui.components.shot_dialogs import add_shot, edit_shot
from ui.components.shot_gaps import fill_gaps
from ui.components.shot_matrix import show_matrix
from ui.context import services
from ui.errors import expected_errors

MOVING_POLL_S = 2
STILL_POLL_S = 20
SUGGESTED = ("Front on white", "Detail", "In a room")

SHOT_DIALOGS: dict[str, Dialog] = {
    "shot.add": lambda collection, _: add_shot(collection),
    "shot": lambda collection, state: edit_shot(collection, state.shot_id),
    "cell": lambda collection, state: show_cell(collection, state.shot_id, state.product_id),
    "gaps": lambda collection, _: fill_gaps(collection),
}


def show_shots(actor: Actor, collection: Collection) -> None:
    """Draw what is there, on its way and missing, of each product and wanted shot."""
    if not collection.shot_count:
        _show_no_shots(actor, collection)
        return
    bar = st.container(horizontal=True, vertical_alignment="center", gap="small")
    only_gaps = bar.toggle("Only gaps", key="gaps_only", bind="query-params")
    after = current_cursor(key="rows", filters=(collection.id, only_gaps))
    matrix = show_live(
        partial(_read, collection_id=collection.id, only_gaps=only_gaps, after=after),
        partial(_draw, collection, actor.role.may_edit, only_gaps),
        key="collection.shots",
        mark=mark_of,
        poll_s=poll_s,
    )
    with bar, expected_errors():
        _show_bar(actor, collection, matrix)
    keyset_page(Page(matrix.rows, matrix.next, matrix.product_count), key="rows")


def mark_of(matrix: Matrix) -> Hashable:
    """Return what, once it is another, makes the page around the matrix outdated."""
    sums = [(column.shot.id, column.approved, column.gaps) for column in matrix.columns]
    return tuple(sums), tuple(row.product_id for row in matrix.rows)


def poll_s(matrix: Matrix) -> float:
    """Return how soon to look again: soon while pictures of this page are being made."""
    return MOVING_POLL_S if matrix.is_moving else STILL_POLL_S


def _read(actor: Actor, *, collection_id: int, only_gaps: bool, after: Cursor | None) -> Matrix:
    return services().shots.matrix(actor, collection_id, only_gaps=only_gaps, after=after)


def _draw(collection: Collection, may_edit: bool, only_gaps: bool, matrix: Matrix) -> None:  # noqa: FBT001 - bound before it is drawn
    if not matrix.rows:
        _show_no_rows(matrix, only_gaps=only_gaps)
        return
    event = show_matrix(matrix, key="collection.matrix", may_edit=may_edit)
    if event is None:
        return
    if event.kind == "product":
        open_product(event.product_id)
    ask(event.kind, collection, shot_id=event.shot_id, product_id=event.product_id)


def _show_bar(actor: Actor, collection: Collection, matrix: Matrix) -> None:
    wanted = matrix.product_count * len(matrix.columns)
    plus = "+" if collection.is_smart and matrix.product_count >= MATRIX_CAP else ""
    st.markdown(f":gray[{matrix.approved:,} of {wanted:,}{plus} approved]", width="content")
    st.space("stretch")
    if not actor.role.may_edit:
        return
    if len(matrix.columns) < MAX_SHOTS and st.button(
        "Add shot", icon=":material/add_a_photo:", type="tertiary", key="collection.shot.add"
    ):
        ask("shot.add", collection)
    label = f"Fill {counted(matrix.gaps, 'gap')}" if matrix.gaps else "No gaps"
    if st.button(
        label, icon=":material/auto_awesome:", disabled=not matrix.gaps, type="primary",
        key="collection.gaps",
    ):  # fmt: skip
        ask("gaps", collection)


def _show_no_rows(matrix: Matrix, *, only_gaps: bool) -> None:
    if only_gaps and matrix.product_count:
        empty_state("task_alt", "No gaps", "All that is wanted is there, or on its way.")
    else:
        empty_state(
            "inventory_2", "No products yet", "Add products: each shot is wanted of every one."
        )


def _show_no_shots(actor: Actor, collection: Collection) -> None:
    row = empty_state(
        "photo_camera",
        "No wanted shots yet",
        "Say which pictures each product here should have, such as “Front on white”. "
        "Then you see what is missing, and can have all of it made at once.",
    )
    if not actor.role.may_edit:
        return
    with row, expected_errors():
        if st.button("Add a shot", icon=":material/add_a_photo:", key="collection.shot.first"):
            ask("shot.add", collection)
        if st.button(
            f"Begin with {', '.join(SUGGESTED)}", icon=":material/playlist_add:", type="tertiary",
            key="collection.shot.suggested",
        ):  # fmt: skip
            for name in SUGGESTED:
                services().shots.add(actor, collection.id, name)
            st.rerun()
