"""The bars above the gallery: what is shown of it, sorted by what, and how."""

from dataclasses import replace
from typing import get_args

import streamlit as st

from core.domain.accounts import Actor
from ui.components.gallery_filter_panel import filter_panel
from ui.components.gallery_filters import (
    SEARCH,
    Density,
    GalleryListing,
    Shape,
    View,
    listing_in_address,
    narrow,
    seed,
    show_listing,
    show_view,
    tell_address,
)
from ui.components.gallery_words import SORTS
from ui.components.saved_views import ViewsOf, saved_views

_LABELS: dict[View, str] = {
    "results": "Results",
    "uploaded": "Uploads",
    "inspiration": "Inspiration",
    "all": "All",
    "trash": "Trash",
}
_DENSITIES: dict[Density, str] = {
    "small": ":material/grid_on:",
    "medium": ":material/grid_view:",
    "large": ":material/crop_square:",
}
_SHAPES: dict[Shape, str] = {
    "square": ":material/crop_din: Square",
    "original": ":material/crop_original: As it is",
}
_VIEWS = ViewsOf("gallery", "pages/gallery.py", "To approve this week")


def gallery_toolbar(actor: Actor) -> GalleryListing:
    """Draw the bars and return what they say, which is what the address says."""
    tell_address()
    listing = listing_in_address()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.segmented_control(
            "Show", get_args(View), key=seed("gallery.view", listing.view), required=True,
            format_func=_LABELS.__getitem__, label_visibility="collapsed",
            on_change=lambda: show_view(st.session_state["gallery.view"]),
        )  # fmt: skip
        st.space("stretch")
        _search_field(listing)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        filter_panel(actor, listing)
        saved_views(actor, _VIEWS, listing.query(), is_as_usual=listing.is_as_usual)
        st.space("stretch")
        st.selectbox(
            "Sort by", list(SORTS), format_func=SORTS.__getitem__, width=140,
            key=seed("gallery.sort", listing.sort), label_visibility="collapsed",
            on_change=_change, args=("sort", "gallery.sort"),
        )  # fmt: skip
        st.segmented_control(
            "Shape of the cards", get_args(Shape), format_func=_SHAPES.__getitem__, required=True,
            key=seed("gallery.shape", listing.shape), label_visibility="collapsed",
            on_change=_change, args=("shape", "gallery.shape"),
        )  # fmt: skip
        st.segmented_control(
            "Size of the cards", get_args(Density), format_func=_DENSITIES.__getitem__,
            required=True, key=seed("gallery.density", listing.density),
            label_visibility="collapsed", on_change=_change, args=("density", "gallery.density"),
        )  # fmt: skip
    return listing


def _search_field(listing: GalleryListing) -> None:
    # Set only when the address says something else, as after a click on a saved view: what is
    # being typed must not be replaced by what was typed a moment ago.
    if str(st.session_state.get(SEARCH, "")).strip() != listing.wanted.text:
        st.session_state[SEARCH] = listing.wanted.text
    st.text_input(
        "Search", type="search", key=SEARCH, live=True, width=310, label_visibility="collapsed",
        placeholder="Search in prompt, product, tag, note",
        on_change=lambda: narrow(text=st.session_state[SEARCH].strip()),
    )  # fmt: skip


def _change(field: str, key: str) -> None:
    show_listing(replace(listing_in_address(), **{field: st.session_state[key]}))
