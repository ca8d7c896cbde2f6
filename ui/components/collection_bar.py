"""The bar above the list of collections: which are shown, and by what they are sorted."""

from dataclasses import dataclass
from typing import Literal, get_args

import streamlit as st

from core.domain.collections import CollectionFilter, CollectionSort
from ui.components.collection_words import SORTS, STATUSES

View = Literal["Active", "Archived", "Trash"]


@dataclass(frozen=True)
class CollectionListing:
    """What the list is narrowed to, and which of its three parts is shown."""

    view: View
    text: str
    wanted: CollectionFilter

    @property
    def is_narrowed(self) -> bool:
        """Say whether more could be shown in this part of the list."""
        return bool(self.text) or self.wanted.status is not None


def collection_bar() -> CollectionListing:
    """Draw the bar and return what was chosen; it is in the address too."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        view = st.segmented_control(
            "Show", get_args(View), default="Active", required=True, key="collections_view",
            label_visibility="collapsed", bind="query-params",
        )  # fmt: skip
        st.space("stretch")
        status = st.selectbox(
            "Status", list(STATUSES), index=None, placeholder="Any status", width=150,
            format_func=STATUSES.__getitem__, key="collections_status",
            label_visibility="collapsed", bind="query-params",
        )  # fmt: skip
        sort = st.selectbox(
            "Sort by", list(SORTS), format_func=SORTS.__getitem__, key="collections_sort",
            label_visibility="collapsed", width=150, bind="query-params",
        )  # fmt: skip
        text = st.text_input(
            "Search", type="search", placeholder="Search collections", key="collections_q",
            live=True, label_visibility="collapsed", width=220, bind="query-params",
        )  # fmt: skip
    return CollectionListing(
        view,
        text,
        CollectionFilter(
            status=status,
            is_archived=view == "Archived",
            is_trashed=view == "Trash",
            sort=CollectionSort(sort),
        ),
    )
