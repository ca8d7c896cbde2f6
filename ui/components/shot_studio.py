"""The way from wanted shots to the studio."""

from collections.abc import Sequence
from typing import NoReturn

import streamlit as st

from ui.components.collection_state import close


def open_studio_with_shots(
    collection_id: int, shot_ids: Sequence[int], *, product_id: int | None = None
) -> NoReturn:
    """Leave the script and show the studio with what is missing of these shots.

    With a product, it is about that one only, whether or not it lacks anything.
    """
    query = {"collection": str(collection_id), "shot": ",".join(map(str, shot_ids))}
    if product_id is not None:
        query["products"] = str(product_id)
    close()
    st.switch_page("pages/studio.py", query_params=query)
