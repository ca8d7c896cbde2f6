"""The results of the studio stay in sight while the form beside them is long."""

from pathlib import Path

import streamlit as st

_sheet = st.components.v2.component(
    "epox_studio_results",
    html='<i class="epox-results"></i>',
    css=Path(__file__).with_suffix(".css").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def keep_in_view() -> None:
    """Let the wide part of the page stay where it is while the narrow one scrolls; once a page."""
    _sheet(key="studio.results.sheet")
