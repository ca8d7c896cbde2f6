"""The head of a page: what it is, what it is for, and what can be done."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui.format import escape_markdown


def page_header(title: str, subtitle: str = "") -> DeltaGenerator:
    """Draw the title and a grey line under it; return the row at the right for buttons."""
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="header")
    with row.container(gap=None, width="content"):
        st.title(escape_markdown(title), anchor=False)
        if subtitle:
            st.markdown(f":gray[{escape_markdown(subtitle)}]")
    row.space("stretch")
    return row.container(horizontal=True, width="content", gap="small")


def show_way_back(label: str, page: str) -> None:
    """Draw, in a page's head, the way to the page that lists things like this one."""
    if st.button(label, icon=":material/arrow_back:", type="tertiary", key="header.back"):
        st.switch_page(page, query_params={})
