"""An import at work, kept current: how far it is, how long it takes, and a way to stop it."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from core.domain.accounts import Actor
from core.domain.imports import Import, ImportKind
from core.domain.tasks import Task
from ui.access import require_actor
from ui.components.import_words import STATES, busy_sentence, progress_words
from ui.components.live import show_live
from ui.components.notices import announce
from ui.context import services
from ui.errors import expected_errors

POLL_S = 1.0


@dataclass(frozen=True)
class ImportAtWork:
    """An import and the task that works on it, if one does."""

    item: Import
    task: Task | None


def show_progress(import_id: int) -> None:
    """Draw how far the import is until it is done with what it does; then the page runs again."""

    def read(actor: Actor) -> ImportAtWork:
        return read_at_work(actor, services().imports.get(actor, import_id))

    show_live(read, _draw, key=f"import.{import_id}.live", mark=_mark, poll_s=lambda _: POLL_S)


def read_at_work(actor: Actor, item: Import) -> ImportAtWork:
    """Return the import with the task that works on it, if one does."""
    is_busy = item.is_busy and item.task_id is not None
    return ImportAtWork(item, services().tasks.get(actor, item.task_id or 0) if is_busy else None)


def progress_of(at_work: ImportAtWork) -> tuple[float, str]:
    """Return how much is done, from 0 to 1, and that in words."""
    task = at_work.task
    if task is None:
        return 0.0, ""
    noun = "photos" if at_work.item.kind is ImportKind.PHOTOS else "lines"
    return task.share, progress_words(task, noun, task.seconds_left(datetime.now(UTC)))


def _mark(at_work: ImportAtWork) -> Hashable:
    return at_work.item.status


def _draw(at_work: ImportAtWork) -> None:
    actor, item = require_actor(), at_work.item
    share, words = progress_of(at_work)
    label, tone = STATES[item.status]
    with st.container(border=True, gap="small", key="import.progress"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(label, color=tone or "gray")
            st.markdown(busy_sentence(item.status), width="content")
        st.progress(share, words)
        is_stopping = at_work.task is not None and at_work.task.cancel_asked_at is not None
        if actor.role.may_edit and st.button(
            "Cancel", icon=":material/close:", key="import.cancel", disabled=is_stopping
        ):
            with expected_errors():
                services().imports.cancel(actor, item.id)
                announce("The import stops at its next step.")
                st.rerun()
