"""What the gallery says when it has nothing to show."""

import streamlit as st

from ui.components.empty import empty_state
from ui.components.gallery_bar import GalleryFilters


def show_no_pictures(filters: GalleryFilters) -> None:
    """Say why there is nothing to see, and what to do next."""
    if filters.text:
        empty_state("search_off", "Nothing found", "Try another word, or fewer of them.")
    elif filters.review_state is not None:
        empty_state("photo_library", "None of these", "Choose another review state.")
    elif filters.view == "trash":
        empty_state("delete", "The trash is empty", "Pictures that you delete wait here.")
    elif filters.view == "uploaded":
        row = empty_state("add_photo_alternate", "No uploads yet", "Add photos to your products.")
        row.page_link("pages/products.py", label="Open products", icon=":material/inventory_2:")
    elif filters.view == "inspiration":
        empty_state(
            "image_search", "No inspiration yet",
            "Pictures that you find or upload while you choose references in the studio.",
        )  # fmt: skip
    else:
        row = empty_state(
            "photo_library", "No pictures yet", "Choose a product and a backdrop in the studio."
        )
        if row.button(
            "Open studio", type="primary", icon=":material/auto_awesome:", key="to.studio"
        ):
            st.switch_page("pages/studio.py", query_params={})
