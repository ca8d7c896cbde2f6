"""Figures at a glance, each a way to what it counts."""

from collections.abc import Mapping
from typing import Literal

import streamlit as st

from ui.format import escape_markdown

LinkColour = Literal["gray", "orange", "red"]


def show_count(
    label: str,
    value: str,
    page: str,
    link: str,
    *,
    colour: LinkColour = "gray",
    query: Mapping[str, str] | None = None,
) -> None:
    """Draw a figure with its name, and under it a way to the page that shows what was counted."""
    with st.container(border=True, gap="xxsmall"):
        st.metric(label, value)
        # A button, because a link of Streamlit's does not begin where the figure does.
        if st.button(
            f":{colour}[{escape_markdown(link)}]",
            key=f"count.{label}",
            type="tertiary",
            icon=":material/arrow_forward:",
            icon_position="right",
        ):
            st.switch_page(page, query_params=dict(query or {}))
