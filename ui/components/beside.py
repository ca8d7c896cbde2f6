"""A narrow part beside a wide one; below each other, at full width, where there is no room."""

from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

SIDE_PX = 296

_sheet = st.components.v2.component(
    "epox_beside",
    html='<i class="epox-beside"></i>',
    css=Path(__file__).with_suffix(".css").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def side_then_main() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Return a narrow part at the left and a wide one at the right; once a page."""
    row = _row()
    return row.container(width=SIDE_PX, key="beside.side"), row.container(key="beside.main")


def main_then_side() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Return a wide part at the left and a narrow one at the right; once a page."""
    row = _row()
    return row.container(key="beside.main"), row.container(width=SIDE_PX, key="beside.side")


def _row() -> DeltaGenerator:
    _sheet(key="beside.sheet")
    return st.container(horizontal=True, gap="medium", key="beside")
