"""What of Streamlit's own parts has to be placed otherwise, on every page."""

from pathlib import Path

import streamlit as st

_sheet = st.components.v2.component(
    "epox_sheet",
    html='<i class="epox-sheet"></i>',
    css=Path(__file__).with_suffix(".css").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def show_sheet() -> None:
    """Place toasts, standing notices, heads and the studio's foot; once a page, for the frame."""
    _sheet(key="frame.sheet")
