"""One picture: large, with what is known about it and what can be done with it."""

import streamlit as st

from core.domain.assets import Origin
from ui.access import require_actor
from ui.components.asset_facts import NOUNS, show_asset_actions, show_asset_facts, show_neighbours
from ui.components.header import page_header, show_way_back
from ui.components.missing import found
from ui.components.review_panel import show_review
from ui.components.viewer import show_picture
from ui.context import services

actor = require_actor()

# Read
asset = found(services().assets.get, actor, "picture", back="pages/gallery.py")

# Draw
actions = page_header(asset.product_name or asset.label, NOUNS[asset.origin])
with actions:
    show_way_back("Gallery", "pages/gallery.py")
    if asset.origin is Origin.GENERATED:
        show_neighbours(actor, asset)
if asset.trashed_at is not None:
    st.warning("This picture is in the trash.", icon=":material/delete:")

with st.grid(3, min_column_width=280, gap="medium") as columns:
    with columns.cell(column_span=2):
        show_picture(asset.ref, asset.product_name or asset.label)
    with columns.cell():
        show_review(actor, asset)
        show_asset_actions(actor, asset)
        show_asset_facts(asset)
