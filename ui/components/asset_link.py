"""The way from the gallery to a picture's page, which then leads through the same list."""

from typing import NoReturn

import streamlit as st

from ui.components.gallery_filters import listing_in_address


def open_listed_asset(asset_id: int) -> NoReturn:
    """Leave the gallery and show a picture's page, with previous and next as the gallery lists."""
    query = {**listing_in_address().query(), "id": str(asset_id)}
    st.switch_page("pages/asset.py", query_params=query)
