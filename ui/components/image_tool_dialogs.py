"""Tools for many pictures at once: what is asked, what is left out, and how far it is."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from core.domain.accounts import Actor
from core.domain.image_tools import FileFormat
from core.domain.tasks import TaskStatus
from core.errors import EpoxError
from core.services.image_tools import ToolRun
from ui.access import require_actor
from ui.components.counted import counted
from ui.components.editor_options import FORMATS
from ui.components.image_tool_choices import KEY, Wanted, ask_tool, split
from ui.context import services
from ui.errors import error_boundary, expected_errors
from ui.format import duration, escape_markdown
from ui.state import state_of

_POLL_S = 1.0
_MAX_FAILURES = 8


@dataclass
class ToolDialogState:
    """What the dialog knows of the task that was begun in it; 0 is none.

    `request` makes a double click begin one task. `refusal` says why none was begun.
    """

    task_id: int = 0
    request: str = ""
    refusal: str = ""


def tool_dialog(actor: Actor, ids: Sequence[int]) -> None:
    """Open the dialog in which a tool is chosen for these pictures and watched at its work."""
    del actor  # the dialog asks for itself
    prepare_tools()
    _ask(tuple(ids))


def prepare_tools() -> None:
    """Let the dialog begin anew: with no task that is watched."""
    state = state_of(ToolDialogState)
    state.task_id, state.request, state.refusal = 0, uuid.uuid4().hex, ""


@st.dialog("Edit pictures", width="medium", icon=":material/auto_fix_high:")
def _ask(ids: tuple[int, ...]) -> None:
    require_actor()
    show_tools(ids)


def show_tools(ids: Sequence[int]) -> None:
    """Draw what the dialog shows: the tools, or how far the one is that was begun."""
    actor = require_actor()
    with expected_errors():
        if state_of(ToolDialogState).task_id:
            _watch()
        else:
            _ask_and_begin(actor, ids)


def _ask_and_begin(actor: Actor, ids: Sequence[int]) -> None:
    pictures = services().assets.summaries(actor, ids)
    wanted = ask_tool()
    chosen, left_out = split(pictures, wanted)
    file_format = st.segmented_control(
        "Save as", list(FORMATS), default=FileFormat.AUTO, required=True,
        format_func=FORMATS.__getitem__, key=f"{KEY}.format",
    )  # fmt: skip
    if wanted.steps:
        _say_what_happens(len(chosen), {**left_out, **_missing(len(ids) - len(pictures))})
    if refusal := state_of(ToolDialogState).refusal:
        st.error(escape_markdown(refusal), icon=":material/error:")
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(
            f"Edit {counted(len(chosen), 'picture')}", type="primary", key=f"{KEY}.send",
            icon=":material/auto_fix_high:", disabled=not chosen or not wanted.steps,
            on_click=_begin, args=(actor, chosen, wanted, file_format),
        )  # fmt: skip


def _begin(actor: Actor, ids: list[int], wanted: Wanted, file_format: FileFormat) -> None:
    # Before the run that shows it: what was asked is not drawn again, and so does not stay.
    state = state_of(ToolDialogState)
    state.refusal = ""
    try:
        state.task_id = services().image_tools.apply(
            actor, ids, wanted.steps, file_format=file_format, request_id=state.request
        )
    except EpoxError as error:
        state.refusal = error.user_message


def _say_what_happens(count: int, left_out: dict[str, int]) -> None:
    st.markdown(
        f"Makes **{counted(count, 'new picture')}**, free of charge. "
        "The originals stay as they are."
    )
    for reason, skipped in left_out.items():
        st.caption(f"{counted(skipped, 'picture')} left out: {reason}.")


def _missing(count: int) -> dict[str, int]:
    return {"deleted meanwhile": count} if count else {}


def _watch() -> None:
    """Draw how far the task is, again and again."""

    def show() -> None:
        with error_boundary():
            actor = require_actor()
            run = services().image_tools.run(actor, state_of(ToolDialogState).task_id)
            _show_run(run)
            with st.container(horizontal=True, horizontal_alignment="right"):
                _show_ways(actor, run)

    st.fragment(show, run_every=_POLL_S, key=f"{KEY}.watch")()


def _show_run(run: ToolRun) -> None:
    task, count = run.task, len(run.made) + len(run.failed) + len(run.waiting)
    if not task.status.is_final:
        st.progress(task.share, text=_how_far(run, count))
        st.caption(
            "You can close this: it goes on, and the pictures appear in the gallery under Results."
        )
    elif run.made:
        st.success(f"{counted(len(run.made), 'new picture')} made.", icon=":material/check:")
        st.caption("They are in the gallery under Results, the newest first.")
    else:
        st.warning("No picture was made.", icon=":material/error:")
    for sentence in dict.fromkeys(list(run.failed.values())[:_MAX_FAILURES]):
        number = sum(each == sentence for each in run.failed.values())
        st.markdown(f":gray[{counted(number, 'picture')} not done:] {escape_markdown(sentence)}")


def _how_far(run: ToolRun, count: int) -> str:
    if run.task.status is TaskStatus.QUEUED:
        return "Waiting for a free worker"
    left = run.task.seconds_left(datetime.now(UTC))
    words = f"{len(run.made) + len(run.failed)} of {counted(count, 'picture')} done"
    return words if left is None else f"{words}, about {duration(max(1.0, left))} left"


def _show_ways(actor: Actor, run: ToolRun) -> None:
    if not run.task.status.is_final:
        if st.button("Stop", icon=":material/stop:", key=f"{KEY}.stop"):
            services().tasks.cancel(actor, run.task.id)
        return
    if run.may_retry and st.button("Try the rest again", key=f"{KEY}.retry"):
        state_of(ToolDialogState).task_id = services().image_tools.retry(actor, run.task.id)
    if st.button("Close", type="primary", key=f"{KEY}.close"):
        st.rerun()
