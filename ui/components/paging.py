"""Going through keyset pages; the place is in the address, so it can be shared and reloaded."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from core.domain.paging import Cursor, Page
from core.errors import InvalidInputError
from ui.state import state_of


@dataclass
class PagingState:
    """By page and key: the way that led to what is shown, and the filters it was gone with."""

    trails: dict[str, list[str]] = field(default_factory=dict)
    filters: dict[str, str] = field(default_factory=dict)


def current_cursor(*, key: str, filters: object = "") -> Cursor | None:
    """Return where the page begins, for the service call; None is the first page.

    `key` is the word in the address. Other `filters` than last time lead to the first page.
    """
    state, name = state_of(PagingState), _name(key)
    if state.filters.get(name, repr(filters)) != repr(filters):
        st.query_params.pop(key, None)
    state.filters[name] = repr(filters)
    place = st.query_params.get(key)
    if place is None:
        state.trails[name] = []
        return None
    try:
        return Cursor.decode(place)
    except InvalidInputError:
        st.query_params.pop(key, None)
        return None


def keyset_page(page: Page[Any], *, key: str) -> Cursor | None:
    """Draw "Previous" and "Next" where there is more than one page; a click shows the other one.

    Returns where the page begins, as `current_cursor` does.
    """
    place = st.query_params.get(key)
    if place is not None or page.next is not None:
        with st.container(horizontal=True, horizontal_alignment="center", gap="small"):
            st.button(
                "Previous", key=f"{key}.previous", icon=":material/chevron_left:",
                disabled=place is None, on_click=_go_back, args=(key,),
            )  # fmt: skip
            st.button(
                "Next", key=f"{key}.next", icon=":material/chevron_right:",
                icon_position="right", disabled=page.next is None,
                on_click=_go_on, args=(key, page.next.encode() if page.next else ""),
            )  # fmt: skip
    return Cursor.decode(place) if place is not None else None


def trail_of(key: str) -> list[str]:
    """Return where the pages before the one that is shown begin; "" is the first."""
    return list(state_of(PagingState).trails.get(_name(key), ()))


def go_to(key: str, place: str, trail: list[str]) -> None:
    """Show the page that begins there, to which the trail leads, when the script runs again."""
    state_of(PagingState).trails[_name(key)] = trail
    if place:
        st.query_params[key] = place
    else:
        st.query_params.pop(key, None)


def _go_on(key: str, place: str) -> None:
    trail = state_of(PagingState).trails.setdefault(_name(key), [])
    trail.append(st.query_params.get(key, ""))
    st.query_params[key] = place


def _go_back(key: str) -> None:
    # After a reload the way is not known any more: then back means the first page.
    trail = state_of(PagingState).trails.get(_name(key)) or [""]
    place = trail.pop()
    if place:
        st.query_params[key] = place
    else:
        st.query_params.pop(key, None)


def _name(key: str) -> str:
    url = st.context.url
    return f"{urlsplit(url).path if isinstance(url, str) else ''}?{key}"
