"""Inspiration from the workspace itself: any picture that is kept here."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import streamlit as st

from core.domain.accounts import Actor
from core.domain.asset_filters import AssetFilter
from core.domain.assets import AssetSummary, Origin
from core.domain.paging import Cursor, Page
from ui.components.empty import empty_state
from ui.components.inspiration_grid import asset_card, show_inspiration_grid, taken_asset
from ui.components.inspiration_picks import OnPick, hand_over
from ui.context import services
from ui.errors import expected_errors
from ui.state import state_of

_A_PAGE = 24
_ALL = "All"
_ORIGINS: Mapping[str, Origin | None] = {
    _ALL: None, "Generated": Origin.GENERATED, "Uploaded": Origin.UPLOADED,
    "Inspiration": Origin.INSPIRATION,
}  # fmt: skip


@dataclass
class LibraryState:
    """What was looked for, and where the pages begin that led to the one that is shown.

    Not in the address, which is the page's below: the picker is gone with its picture.
    """

    wanted: tuple[str, Origin | None] = ("", None)
    trail: list[Cursor] = field(default_factory=list)


def show_library(actor: Actor, *, key: str, on_pick: OnPick) -> None:
    """Draw the pictures of the workspace, newest first: a click takes one."""
    state = state_of(LibraryState)
    wanted = _ask(key)
    if wanted != state.wanted:
        state.wanted, state.trail = wanted, []
    text, origin = wanted
    with expected_errors():
        if picked := taken_asset(f"{key}.grid"):
            hand_over(services().assets.get(actor, picked).id, on_pick)
        after = state.trail[-1] if state.trail else None
        asked = AssetFilter(text, origins=() if origin is None else (origin,))
        page = services().assets.search(actor, asked, after=after, limit=_A_PAGE)
        if not page.items:
            _show_nothing(text)
            return
        show_inspiration_grid([asset_card(asset) for asset in page.items], key=f"{key}.grid")
        _show_ways(page, state, key=key)


def _ask(key: str) -> tuple[str, Origin | None]:
    with st.container(horizontal=True, vertical_alignment="center"):
        origin = st.segmented_control(
            "Show", list(_ORIGINS), default=_ALL, required=True, key=f"{key}.origin",
            label_visibility="collapsed", persist_state="session",
        )  # fmt: skip
        st.space("stretch")
        text = st.text_input(
            "Search the library", type="search", live=True, key=f"{key}.text", width=220,
            placeholder="Search the library", label_visibility="collapsed",
            persist_state="session",
        )  # fmt: skip
    return text, _ORIGINS[origin]


def _show_nothing(text: str) -> None:
    if text:
        empty_state("search_off", "Nothing found", "Try another word, or fewer of them.")
    else:
        empty_state("photo_library", "Nothing here yet", "Upload a picture, or look elsewhere.")


def _show_ways(page: Page[AssetSummary], state: LibraryState, *, key: str) -> None:
    if page.next is None and not state.trail:
        return
    with st.container(horizontal=True, horizontal_alignment="center", gap="small"):
        st.button(
            "Previous", icon=":material/chevron_left:", key=f"{key}.previous",
            disabled=not state.trail, on_click=_go_back,
        )  # fmt: skip
        st.button(
            "Next", icon=":material/chevron_right:", icon_position="right", key=f"{key}.next",
            disabled=page.next is None, on_click=_go_on, args=(page.next,),
        )  # fmt: skip


def _go_on(place: Cursor) -> None:
    state_of(LibraryState).trail.append(place)


def _go_back() -> None:
    state_of(LibraryState).trail.pop()
