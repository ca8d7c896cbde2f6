"""All imports of a workspace, kept current while one is at work."""

from collections.abc import Hashable
from dataclasses import dataclass

import streamlit as st

from core.domain.accounts import Actor
from core.domain.imports import Import, ImportKind
from core.domain.paging import Cursor, Page
from ui.components.import_progress import ImportAtWork, progress_of, read_at_work
from ui.components.import_words import STATES, summary
from ui.components.live import show_live
from ui.components.table import Cell, Column, TableRow, show_table
from ui.context import services
from ui.format import ago, size_bytes

_BUSY_POLL_S, _IDLE_POLL_S = 2.0, 30.0
_KEY = "imports.list"


@dataclass(frozen=True)
class ImportsView:
    """What the page of imports shows."""

    page: Page[Import]
    rows: tuple[ImportAtWork, ...]


def show_imports(after: Cursor | None) -> Page[Import]:
    """Draw a page of imports, the newest first, and return it; a click opens one."""

    def read(actor: Actor) -> ImportsView:
        page = services().imports.imports(actor, after=after)
        return ImportsView(page, tuple(read_at_work(actor, item) for item in page.items))

    return show_live(read, _draw, key=_KEY, mark=_mark, poll_s=_poll_s).page


def _draw(view: ImportsView) -> None:
    if not view.rows:
        return
    opened = show_table(
        (
            Column("File"),
            Column("State"),
            Column("What came of it", is_minor=True),
        ),
        [_row(at_work) for at_work in view.rows],
        key=_KEY,
        label="Imports, the newest first",
    )
    if opened is not None:
        st.switch_page("pages/import.py", query_params={"id": opened})


def _row(at_work: ImportAtWork) -> TableRow:
    item = at_work.item
    label, tone = STATES[item.status]
    share, words = progress_of(at_work)
    kind = "Photos" if item.kind is ImportKind.PHOTOS else "Products"
    parts = (kind, size_bytes(item.size_bytes), item.created_by or "", ago(item.created_at))
    note = " · ".join(part for part in parts if part)
    return TableRow(
        str(item.id),
        (
            Cell(item.file_name, note),
            Cell(label, tone=tone),
            Cell(words or item.failure or summary(item), share=share),
        ),
        href=f"/import?id={item.id}",
        is_quiet=item.undone_at is not None,
    )


def _mark(view: ImportsView) -> Hashable:
    return bool(view.page.items), view.page.next


def _poll_s(view: ImportsView) -> float:
    is_busy = any(at_work.item.is_busy for at_work in view.rows)
    return _BUSY_POLL_S if is_busy else _IDLE_POLL_S
