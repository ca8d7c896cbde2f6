"""The exports of pictures of a workspace, kept current while one is being made."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from core.domain.accounts import Actor
from core.domain.paging import Cursor, Page
from core.domain.picture_exports import MAX_LISTED, PictureExport
from ui.access import require_actor
from ui.components.live import show_live
from ui.components.notices import announce
from ui.components.picture_export_words import (
    facts_of,
    progress_words,
    report_words,
    state_of_export,
)
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown

_BUSY_POLL_S, _IDLE_POLL_S = 1.0, 30.0
_KEY = "exports.list"


@dataclass(frozen=True)
class ExportsView:
    """What the page of exports shows, and when it was read."""

    page: Page[PictureExport]
    now: datetime


def show_exports(after: Cursor | None) -> Page[PictureExport]:
    """Draw a page of exports, the newest first, each with what can be done; return the page."""

    def read(actor: Actor) -> ExportsView:
        return ExportsView(services().picture_exports.list(actor, after=after), datetime.now(UTC))

    return show_live(read, _draw, key=_KEY, mark=_mark, poll_s=_poll_s).page


def _draw(view: ExportsView) -> None:
    actor = require_actor()
    for export in view.page.items:
        _show(actor, export, view.now)


def _show(actor: Actor, export: PictureExport, now: datetime) -> None:
    label, tone = state_of_export(export, now)
    with st.container(border=True, gap="small", key=f"exports.{export.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            with st.container(gap=None, width="stretch"):
                sign = f":{tone or 'gray'}-badge[{label}]"
                st.markdown(f"**{escape_markdown(export.title)}** {sign}")
                st.caption(escape_markdown(facts_of(export, now)))
            with st.container(horizontal=True, width="content", gap="small"):
                _show_deeds(actor, export, now)
        if export.is_busy:
            share = export.task.share if export.task else 0.0
            st.progress(share, progress_words(export, now))
        elif not export.is_ready and export.task is not None and export.task.failure:
            st.markdown(f":red[{escape_markdown(export.task.failure)}]")
        _show_report(export)


def _show_report(export: PictureExport) -> None:
    sentences = report_words(export.report)
    if sentences:
        st.caption(" ".join(sentences))
    left_out = export.report.left_out
    if not left_out:
        return
    with st.expander("What is left out, and why", key=f"exports.{export.id}.left_out"):
        for each in left_out:
            st.markdown(f"{escape_markdown(each.name)} :gray[{escape_markdown(each.reason)}]")
        if export.report.left_out_count > MAX_LISTED:
            st.caption("The file report.txt in the ZIP names all of them.")


def _show_deeds(actor: Actor, export: PictureExport, now: datetime) -> None:
    key = f"exports.{export.id}"
    if export.is_ready and not export.is_expired(now):
        st.link_button(
            "Download", export.address, icon=":material/download:", type="primary",
            key=f"{key}.download",
        )  # fmt: skip
    if not actor.role.may_edit:
        return
    with expected_errors():
        if export.is_busy:
            is_stopping = export.task is not None and export.task.cancel_asked_at is not None
            if st.button(
                "Cancel", icon=":material/close:", key=f"{key}.cancel", disabled=is_stopping
            ):
                services().picture_exports.cancel(actor, export.id)
                announce("The export stops at its next picture.")
                st.rerun()
            return
        if st.button("Again", icon=":material/replay:", key=f"{key}.again"):
            services().picture_exports.again(actor, export.id)
            announce("The same pictures are exported again, as they are now.")
            st.rerun()
        if st.button(
            "", icon=":material/delete:", type="tertiary", key=f"{key}.delete",
            help="Delete this export with its file; the pictures stay",
        ):  # fmt: skip
            services().picture_exports.remove(actor, export.id)
            announce("The export is deleted. The pictures stay.")
            st.rerun()


def _mark(view: ExportsView) -> Hashable:
    return tuple((export.id, export.is_busy) for export in view.page.items), view.page.next


def _poll_s(view: ExportsView) -> float:
    is_busy = any(export.is_busy for export in view.page.items)
    return _BUSY_POLL_S if is_busy else _IDLE_POLL_S
