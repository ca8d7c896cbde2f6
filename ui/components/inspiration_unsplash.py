"""Inspiration from Unsplash, searched and credited as its guidelines ask."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from core.domain.accounts import Actor
from core.domain.inspiration import (
    MAX_PAGE,
    ORIENTATIONS,
    UNSPLASH_COLOURS,
    Orientation,
    UnsplashPage,
    UnsplashQuery,
)
from ui.components.empty import empty_state
from ui.components.inspiration_grid import show_inspiration_grid, taken_photo, unsplash_card
from ui.components.inspiration_picks import OnPick, hand_over
from ui.context import services
from ui.errors import expected_errors
from ui.state import state_of

_HOME = "https://unsplash.com/?utm_source=epox&utm_medium=referral"
_SHAPES: Mapping[Orientation, str] = {
    "": "Any shape", "landscape": "Landscape", "portrait": "Portrait", "squarish": "Square",
}  # fmt: skip
_IDEAS = ("Morning light", "Linen", "Oak wood", "Concrete wall", "Living room", "Still life")


@dataclass
class UnsplashState:
    """What was looked for last, and which page of it is shown."""

    wanted: tuple[str, str, str] = ("", "", "")
    page: int = 1


def show_unsplash(actor: Actor, *, key: str, on_pick: OnPick) -> None:
    """Search Unsplash: a click keeps a photo here and chooses it. Without a key, say how to."""
    if not services().inspiration.has_unsplash:
        _show_how_to_get_a_key()
        return
    query = _ask(key)
    if not query.text:
        _show_ideas(key)
        return
    with expected_errors():
        if picked := taken_photo(f"{key}.grid"):
            hand_over(services().inspiration.use_unsplash(actor, query, picked).id, on_pick)
    with expected_errors():
        with st.spinner("Asking Unsplash ..."):
            page = services().inspiration.search_unsplash(actor, query)
        _show_page(page, query, key)


def _ask(key: str) -> UnsplashQuery:
    with st.container(horizontal=True, vertical_alignment="center"):
        # Not live: each question counts against the hour's limit.
        text = st.text_input(
            "Search Unsplash", type="search", key=f"{key}.text", width=360,
            placeholder="Search Unsplash, then press Enter", label_visibility="collapsed",
            persist_state="session",
        )  # fmt: skip
        shape = st.selectbox(
            "Shape", ORIENTATIONS, format_func=_SHAPES.__getitem__, key=f"{key}.shape", width=140,
            label_visibility="collapsed", persist_state="session",
        )  # fmt: skip
        colour = st.selectbox(
            "Colour", UNSPLASH_COLOURS, format_func=_colour, key=f"{key}.colour", width=160,
            label_visibility="collapsed", persist_state="session",
        )  # fmt: skip
    state = state_of(UnsplashState)
    wanted = (text.strip(), shape, colour)
    if wanted != state.wanted:
        state.wanted, state.page = wanted, 1
    return UnsplashQuery(wanted[0], state.page, shape, colour)


def _colour(name: str) -> str:
    return name.replace("_", " ").capitalize() or "Any colour"


def _show_ideas(key: str) -> None:
    row = empty_state(
        "travel_explore",
        "Photos for a mood, a light, a place",
        "Search, or begin with one of these.",
    )
    for idea in _IDEAS:
        row.button(
            idea, type="tertiary", key=f"{key}.idea.{idea}", on_click=_look_for, args=(key, idea)
        )


def _look_for(key: str, idea: str) -> None:
    st.session_state[f"{key}.text"] = idea


def _show_page(page: UnsplashPage, query: UnsplashQuery, key: str) -> None:
    if not page.photos:
        empty_state("search_off", "Nothing found", "Try another word, or any shape and colour.")
        return
    show_inspiration_grid([unsplash_card(photo) for photo in page.photos], key=f"{key}.grid")
    count = min(page.page_count, MAX_PAGE)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(f"Photos from [Unsplash]({_HOME}); it is told which one you use.")
        st.space("stretch")
        if count > 1:
            _show_ways(query.page, count, key)


def _show_ways(page: int, count: int, key: str) -> None:
    st.button(
        "", icon=":material/chevron_left:", key=f"{key}.previous", help="Previous page",
        disabled=page <= 1, on_click=_turn_to, args=(page - 1,),
    )  # fmt: skip
    st.caption(f"Page {page} of {count:,}")
    st.button(
        "", icon=":material/chevron_right:", key=f"{key}.next", help="Next page",
        disabled=page >= count, on_click=_turn_to, args=(page + 1,),
    )  # fmt: skip


def _turn_to(page: int) -> None:
    state_of(UnsplashState).page = page


def _show_how_to_get_a_key() -> None:
    row = empty_state(
        "key", "Unsplash needs a key, which is free",
        "Sign in at Unsplash, add a new application and copy its access key. An administrator "
        "sets it as UNSPLASH_ACCESS_KEY and starts Epox again.",
    )  # fmt: skip
    row.link_button(
        "Get a key", "https://unsplash.com/oauth/applications", icon=":material/open_in_new:"
    )
