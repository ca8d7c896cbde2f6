"""The pictures of the gallery, those in flight first, and what a click on one does."""

from collections.abc import Sequence

import streamlit as st

from core.domain.assets import AssetSummary
from core.domain.jobs import GenerationJob
from core.domain.paging import Page
from ui.components.gallery_cards import gallery_card
from ui.components.gallery_filters import GalleryListing
from ui.components.gallery_grid import GridLook, Opened, Ticked, coming, show_gallery_grid
from ui.components.gallery_lightbox import grid_focus, open_lightbox
from ui.components.pictures import slot_cards
from ui.components.selection import select, selected
from ui.navigation import open_asset


def show_gallery(
    page: Page[AssetSummary], jobs: Sequence[GenerationJob], listing: GalleryListing
) -> None:
    """Draw the pictures: a click opens one in the lightbox, a tick selects it."""
    ticked = selected(listing.key)
    look = GridLook(
        density=listing.density,
        shape=listing.shape,
        selectable=True,
        picking=bool(ticked),
        focus=grid_focus(),
    )
    cards = [*map(coming, slot_cards(jobs)), *map(gallery_card, page.items)]
    event = show_gallery_grid(cards, look, key=f"{listing.key}.grid", selected=ticked)
    match event:
        case Ticked(ids, here):
            select(listing.key, (ticked - here) | ids)
            st.rerun()
        case Opened(asset_id):
            if listing.view == "trash":
                open_asset(asset_id)
            open_lightbox(page, asset_id)
            st.rerun()
