"""Names and values of a thing's facts, one beside the other."""

from collections.abc import Iterable

import streamlit as st


def show_facts(facts: Iterable[tuple[str, str]]) -> None:
    """Show each fact that has a value; values are people's text and never Markdown."""
    with st.container(gap="xsmall"):
        for name, value in facts:
            if value:
                with st.container(horizontal=True, gap="small", wrap=False):
                    st.container(width=104).caption(name)
                    st.container(width="stretch").text(value)
