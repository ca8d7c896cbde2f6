"""The way to the page that compares pictures."""

from collections.abc import Iterable
from typing import NoReturn

import streamlit as st

from ui.components.gallery_filters import listing_in_address

MAX_COMPARED = 6


def open_compare(asset_ids: Iterable[int]) -> NoReturn:
    """Leave the script and show the pictures beside each other.

    The address keeps how the gallery was narrowed, so that the way back leads to just that.
    """
    ids = ",".join(str(asset_id) for asset_id in asset_ids)
    st.switch_page("pages/compare.py", query_params={**listing_in_address().query(), "ids": ids})
