"""What a page says when there is nothing to show: never a blank."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui.format import escape_markdown


def empty_state(icon: str, title: str, text: str) -> DeltaGenerator:
    """Draw a sign, what is missing and what to do next; return the row for buttons."""
    box = st.container(
        border=True, horizontal_alignment="center", gap="small", height="content",
        key=f"empty.{icon}",
    )  # fmt: skip
    box.space("small")
    box.markdown(f":gray[:material/{icon}:]", text_alignment="center")
    box.subheader(escape_markdown(title), anchor=False, text_alignment="center")
    box.markdown(f":gray[{escape_markdown(text)}]", text_alignment="center")
    row = box.container(horizontal=True, horizontal_alignment="center", gap="small")
    box.space("small")
    return row
