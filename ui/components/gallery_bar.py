"""The gallery's bars: what is shown, and what to do with what is ticked."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, NoReturn, get_args

import streamlit as st

from core.domain.accounts import Actor
from core.domain.assets import Origin
from core.domain.reviews import ReviewState
from ui.components.counted import counted
from ui.components.notices import announce
from ui.components.review_words import SIGNS
from ui.components.selection import add_all, clear, selected
from ui.context import services
from ui.errors import expected_errors
from ui.state import state_of

View = Literal["generated", "uploaded", "inspiration", "all", "trash"]
_LABELS: dict[View, str] = {
    "generated": "Generated", "uploaded": "Uploaded", "inspiration": "Inspiration",
    "all": "All", "trash": "Trash",
}  # fmt: skip
_ORIGINS: dict[View, Origin] = {
    "generated": Origin.GENERATED, "uploaded": Origin.UPLOADED, "inspiration": Origin.INSPIRATION,
}  # fmt: skip


@dataclass(frozen=True)
class GalleryFilters:
    """What narrows the gallery down."""

    view: View
    text: str
    review_state: ReviewState | None = None

    @property
    def origin(self) -> Origin | None:
        """Return the origin to look for, or None for both; only what is generated is judged."""
        if self.review_state is not None:
            return Origin.GENERATED
        return _ORIGINS.get(self.view)

    @property
    def shows_new(self) -> bool:
        """Say whether what is being made would appear here."""
        is_of_state = self.review_state in (None, ReviewState.UNREVIEWED)
        return is_of_state and not self.text and self.view in ("generated", "all")

    @property
    def key(self) -> str:
        """Return the key of the view's own ticks."""
        return f"gallery.{self.view}"


@dataclass
class GalleryState:
    """What went to the trash last and can be taken back with one click."""

    trashed: tuple[int, ...] = ()


def gallery_filters() -> GalleryFilters:
    """Draw the bar above the gallery and return what was chosen; it is in the address too."""
    with st.container(horizontal=True, vertical_alignment="center", key="gallery.bar"):
        view = st.segmented_control(
            "Show", get_args(View), default="generated", required=True, key="view",
            format_func=_LABELS.__getitem__, label_visibility="collapsed", bind="query-params",
        )  # fmt: skip
        st.space("stretch")
        review_state = _pick_state() if view in ("generated", "all") else None
        text = st.text_input(
            "Search", type="search", placeholder="Search pictures", key="q", live=True,
            label_visibility="collapsed", width=240, bind="query-params",
        )  # fmt: skip
    return GalleryFilters(view, text, review_state)


def show_selection_bar(
    actor: Actor, filters: GalleryFilters, on_page: Collection[int] = ()
) -> None:
    """Draw what can be done with the ticked pictures, below whatever part of the page is seen.

    `on_page` are the pictures that can be ticked together.
    """
    ids = tuple(selected(filters.key))
    trashed = state_of(GalleryState).trashed
    if not ids and (not trashed or filters.view == "trash"):
        return
    with (
        st.bottom,
        st.container(horizontal=True, vertical_alignment="center", gap="small"),
        expected_errors(),
    ):
        if not ids:
            _show_undo(actor, trashed)
            return
        st.markdown(f"**{len(ids)} selected**", width="content")
        if not set(on_page) <= set(ids):
            st.button(
                "Select all", icon=":material/select_all:", type="tertiary",
                key="gallery.select_all", help="Everything on this page",
                on_click=add_all, args=(filters.key, tuple(on_page)),
            )  # fmt: skip
        if filters.view == "trash":
            if st.button("Restore", icon=":material/restore_from_trash:", key="gallery.restore"):
                _restore(actor, ids)
        elif st.button("Delete", icon=":material/delete:", key="gallery.delete"):
            services().assets.trash(actor, ids)
            clear(filters.key)
            state_of(GalleryState).trashed = ids
            st.rerun()
        st.button(
            "Clear", icon=":material/close:", type="tertiary", key="gallery.clear",
            on_click=clear, args=(filters.key,),
        )  # fmt: skip


def _pick_state() -> ReviewState | None:
    """Draw the choice; uploads are not judged, so there is none where only they are shown."""
    return st.selectbox(
        "Review", list(ReviewState), index=None, placeholder="Any review state", width=160,
        key="review", format_func=lambda state: SIGNS[state].label,
        label_visibility="collapsed", bind="query-params",
    )  # fmt: skip


def _show_undo(actor: Actor, ids: tuple[int, ...]) -> None:
    st.markdown(f"{counted(len(ids), 'picture')} moved to the trash.", width="content")
    if st.button("Undo", icon=":material/undo:", key="gallery.undo"):
        _restore(actor, ids)
    if st.button("", icon=":material/close:", type="tertiary", key="gallery.done", help="Close"):
        state_of(GalleryState).trashed = ()
        st.rerun()


def _restore(actor: Actor, ids: tuple[int, ...]) -> NoReturn:
    count = services().assets.restore(actor, ids)
    clear("gallery.trash")
    # What is offered to be undone may be among them; an offer that does nothing would be untrue.
    state_of(GalleryState).trashed = ()
    announce(f"{counted(count, 'picture')} restored.")
    st.rerun()
