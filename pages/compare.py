"""Up to six pictures beside each other, zoomed in step, to choose from."""

import streamlit as st

from ui.access import require_actor
from ui.components.compare_page import (
    compare,
    found_pictures,
    ids_in_address,
    leave,
    pick_mode,
    product_photo,
)
from ui.components.counted import counted
from ui.components.header import page_header

actor = require_actor()

# Read
pictures = found_pictures(actor, ids_in_address())

# Draw
with page_header("Compare", counted(len(pictures), "picture")):
    photo = product_photo(actor, pictures)
    mode = pick_mode(len(pictures))
    if st.button("Gallery", icon=":material/arrow_back:", type="tertiary", key="compare.back"):
        leave()
compare(actor, pictures, mode=mode, photo=photo)
