"""Finding what the address names, or saying that it is not there."""

from collections.abc import Callable
from typing import NoReturn, TypeVar

import streamlit as st

from core.domain.accounts import Actor
from core.errors import NotFoundError
from ui.components.empty import empty_state
from ui.navigation import id_in_address

T = TypeVar("T")


def found(
    read: Callable[[Actor, int], T], actor: Actor, noun: str, *, name: str = "id", back: str
) -> T:
    """Return what the id in the address stands for, or say that there is none and stop.

    An unknown id and one of another workspace are told apart nowhere. `back` is the page of all.
    """
    item_id = id_in_address(name)
    if item_id is None:
        _say_missing(noun, back)
    try:
        return read(actor, item_id)
    except NotFoundError:
        _say_missing(noun, back)


def _say_missing(noun: str, back: str) -> NoReturn:
    st.space("small")
    row = empty_state(
        "search_off",
        f"This {noun} could not be found",
        "It may have been deleted, or the link is not complete.",
    )
    row.page_link(back, label=f"Find a {noun}", icon=":material/arrow_back:")
    st.stop()
