"""Choosing a picture that shows the model something: from here, from an address, from Unsplash."""

from collections.abc import Mapping

import streamlit as st

from core.domain.accounts import Actor
from ui.access import require_actor
from ui.components.inspiration_address import show_address
from ui.components.inspiration_library import show_library
from ui.components.inspiration_picks import InspirationPickState, OnPick, Source, forget
from ui.components.inspiration_unsplash import show_unsplash
from ui.components.inspiration_upload import show_upload
from ui.state import state_of

_SOURCES: Mapping[Source, str] = {
    "upload": "Upload", "library": "Library", "address": "Address", "unsplash": "Unsplash",
}  # fmt: skip
_DRAWN = {
    "upload": show_upload, "library": show_library, "address": show_address,
    "unsplash": show_unsplash,
}  # fmt: skip


@st.dialog("Choose a picture", width="large", icon=":material/image_search:", on_dismiss=forget)
def pick_inspiration(*, key: str, on_pick: OnPick) -> None:
    """Let the person choose a picture, hand its id to `on_pick`, and close.

    What was added on the way, an upload or a photo found, is in the library from then on.
    """
    show_inspiration(key=key, on_pick=on_pick)


def show_inspiration(*, key: str, on_pick: OnPick) -> None:
    """Draw what `pick_inspiration` shows, for where a dialog is open already: they do not nest.

    The whole page runs again once a picture is chosen.
    """
    actor = require_actor()
    with st.container(key=f"{key}.picker"):
        if actor.role.may_edit:
            _show_tabs(actor, key, on_pick)
        else:
            # Who may not add pictures can still look at those that are here.
            show_library(actor, key=f"{key}.library", on_pick=on_pick)


def _show_tabs(actor: Actor, key: str, on_pick: OnPick) -> None:
    state = state_of(InspirationPickState)
    tabs = st.tabs(
        list(_SOURCES.values()), default=_SOURCES[state.begins_in], key=f"{key}.source",
        on_change="rerun",
    )  # fmt: skip
    for source, tab in zip(_SOURCES, tabs, strict=True):
        if tab.open:
            state.looks_in = source
            with tab:
                _DRAWN[source](actor, key=f"{key}.{source}", on_pick=on_pick)
