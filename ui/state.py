"""State of a page that outlives a rerun: one dataclass a page, one value a browser session."""

from typing import TypeVar, cast

import streamlit as st

S = TypeVar("S")


def state_of(kind: type[S]) -> S:
    """Return this session's own value of the kind, made with its defaults at first.

    The kind is a dataclass of plain values, defined in a module: a class in a page script would
    be another class at each rerun.
    """
    key = f"state.{kind.__module__}.{kind.__qualname__}"
    if key not in st.session_state:
        st.session_state[key] = kind()
    return cast("S", st.session_state[key])
