"""What was made in a session of many products before: noted, and shown when it goes on."""

from collections.abc import Iterable

import streamlit as st

from core.domain.accounts import Actor
from core.domain.studio_sessions import StudioSession
from ui.components.counted import counted
from ui.components.studio_session import keep
from ui.context import services

_MADE = "made"


def note_made(actor: Actor, session: StudioSession, submission_ids: Iterable[int]) -> None:
    """Note in the session what was submitted in it."""
    if not session.id:
        return
    known = _submissions(session)
    # By the session's own id: a copy of the session made nothing.
    made = {str(session.id): list(dict.fromkeys((*known, *submission_ids)))}
    keep(actor, session, {**session.state, _MADE: made})


def show_made_before(actor: Actor, session: StudioSession) -> None:
    """Say how many pictures were made in the session, and lead to them; nothing without any."""
    generation = services().generation
    found = [generation.find_submission(actor, number) for number in _submissions(session)]
    sums = [one for one in found if one is not None]
    if not sums:
        return
    ready, wanted = sum(one.ready for one in sums), sum(one.pictures for one in sums)
    verb = "was" if ready == 1 else "were"
    words = f"{counted(ready, 'picture')} {verb} made in this session"
    if not all(one.is_over for one in sums):
        words = f"{ready:,} of {counted(wanted, 'picture')} of this session are there by now"
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", gap="small",
        key="studio.batch.made",
    ):  # fmt: skip
        st.markdown(f":material/photo_library: {words}.", width="stretch")
        if st.button("Show them", icon=":material/visibility:", key="studio.batch.made.show"):
            st.query_params["submission"] = ",".join(str(one.submission_id) for one in sums)
            st.rerun()


def _submissions(session: StudioSession) -> list[int]:
    made = session.state.get(_MADE)
    ids = made.get(str(session.id)) if isinstance(made, dict) else None
    return [each for each in ids if type(each) is int] if isinstance(ids, list) else []
