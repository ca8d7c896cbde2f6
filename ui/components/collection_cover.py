"""Choosing the cover of a collection."""

import streamlit as st

from core.domain.collections import Collection
from ui.access import require_actor
from ui.components.collection_state import close, finish
from ui.components.empty import empty_state
from ui.components.grid import show_grid
from ui.components.pictures import picture_card
from ui.components.product_grid import product_card
from ui.context import services
from ui.errors import expected_errors

_SHOWN = 24
PHOTOS, PICTURES = "Photos of its products", "All pictures"


@st.dialog("Choose a cover", width="large", icon=":material/wallpaper:", on_dismiss=close)
def choose_cover(collection: Collection) -> None:
    """Let the person click a photo of its products or any picture; it becomes the cover."""
    actor = require_actor()
    with expected_errors():
        with st.container(horizontal=True, vertical_alignment="center"):
            source = st.segmented_control(
                "From", (PHOTOS, PICTURES), default=PHOTOS, required=True,
                key="collection.cover.from", label_visibility="collapsed",
            )  # fmt: skip
            st.space("stretch")
            if collection.cover is not None and st.button(
                "Use the first photos again", icon=":material/undo:", type="tertiary",
                key="collection.cover.none",
            ):  # fmt: skip
                services().collections.set_cover(actor, collection.id, None)
                finish("The photos of the first products are the cover again.")
        if source == PHOTOS:
            page = services().collections.products(actor, collection.id, limit=_SHOWN)
            by_id = {str(one.id): one.photo.id for one in page.items if one.photo is not None}
            cards = [product_card(one) for one in page.items if one.photo is not None]
        else:
            found = services().assets.search(actor, limit=_SHOWN)
            by_id = {str(one.ref.id): one.ref.id for one in found.items}
            cards = [picture_card(one) for one in found.items]
        if not cards:
            empty_state("image", "Nothing to choose from", "There are no pictures here yet.")
        event = show_grid(cards, key="collection.cover.grid") if cards else None
        if event is not None and event.id in by_id:
            services().collections.set_cover(actor, collection.id, by_id[event.id])
            finish("The cover is chosen.")
