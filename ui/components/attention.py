"""What waits for somebody: each with the way to the page where it is dealt with."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from core.domain.dashboard import Figures
from ui.components.counted import counted


@dataclass(frozen=True)
class _Matter:
    key: str
    count: int
    label: str
    icon: str
    colour: str
    page: str
    query: Mapping[str, str]


def show_attention(figures: Figures) -> None:
    """Draw what waits, the most pressing first; nothing at all when nothing does."""
    matters = [each for each in _matters(figures) if each.count]
    if not matters:
        return
    with st.container(horizontal=True, gap="small", key="attention"):
        for matter in matters:
            if st.button(
                f":{matter.colour}[{matter.label}]",
                key=f"attention.{matter.key}",
                icon=f":material/{matter.icon}:",
            ):
                st.switch_page(matter.page, query_params=dict(matter.query))


def _matters(figures: Figures) -> tuple[_Matter, ...]:
    return (
        _Matter(
            "failed", figures.failed_jobs,
            f"{counted(figures.failed_jobs, 'job')} failed in the last week", "error", "red",
            "pages/jobs.py", {"jobs_state": "Failed"},
        ),
        _Matter(
            "review", figures.to_review,
            f"{counted(figures.to_review, 'picture')} to review", "fact_check", "violet",
            "pages/gallery.py", {"review": "unreviewed"},
        ),
        _Matter(
            "running", figures.active_jobs,
            f"{counted(figures.active_jobs, 'job')} under way", "progress_activity", "blue",
            "pages/jobs.py", {"jobs_state": "Active"},
        ),
        _Matter(
            "no_photo", figures.products_without_photo,
            f"{counted(figures.products_without_photo, 'product')} without a photo",
            "no_photography", "orange", "pages/products.py", {"photo": "no"},
        ),
        _Matter(
            "poor", figures.poor_photos,
            f"{counted(figures.poor_photos, 'photo')} should be looked at", "image_search",
            "orange", "pages/products.py", {"verdict": "poor"},
        ),
    )  # fmt: skip
