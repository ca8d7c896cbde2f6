"""Numbers with the noun that fits them."""

from typing import Any

import streamlit as st

from core.domain.paging import Page


def counted(count: int, noun: str) -> str:
    """Return the number with its noun, such as "1 product" or "1,200 products"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def show_total(page: Page[Any], noun: str) -> None:
    """Show under a list how many things all its pages hold."""
    if page.total:
        plural = "" if page.total == 1 else "s"
        st.caption(f"{page.total_label} {noun}{plural}", text_alignment="center")
