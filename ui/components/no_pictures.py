"""What the gallery says when it has nothing to show."""

import streamlit as st

from ui.components.empty import empty_state
from ui.components.gallery_filters import GalleryListing, clear_filters


def show_no_pictures(listing: GalleryListing) -> None:
    """Say why there is nothing to see, and what to do next."""
    if listing.is_narrow:
        words = "Try another word, or fewer of them." if listing.wanted.text else ""
        row = empty_state(
            "search_off", "Nothing found", words or "No picture matches all of these filters."
        )
        row.button(
            "Clear filters", icon=":material/filter_list_off:", key="empty.clear",
            on_click=clear_filters,
        )  # fmt: skip
        return
    match listing.view:
        case "trash":
            empty_state("delete", "The trash is empty", "Pictures that you delete wait here.")
        case "uploaded":
            row = empty_state(
                "add_photo_alternate", "No uploads yet", "Add photos to your products."
            )
            row.page_link("pages/products.py", label="Open products", icon=":material/inventory_2:")
        case "inspiration":
            empty_state(
                "image_search", "No inspiration yet",
                "Pictures that you find or upload while you choose references in the studio.",
            )  # fmt: skip
        case _:
            row = empty_state(
                "photo_library", "No pictures yet",
                "Choose a product and a backdrop in the studio.",
            )  # fmt: skip
            if row.button(
                "Open studio", type="primary", icon=":material/auto_awesome:", key="to.studio"
            ):
                st.switch_page("pages/studio.py", query_params={})
