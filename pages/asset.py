"""One picture: large, with what is known and said of it, whence it comes, what it can become."""

import streamlit as st

from ui.access import require_actor
from ui.components.analysis_words import show_proposed_words
from ui.components.asset_actions import show_asset_actions
from ui.components.asset_facts import (
    NOUNS,
    show_asset_facts,
    show_neighbours,
    show_way_to_gallery,
    show_whole_answer,
)
from ui.components.asset_history import show_asset_history
from ui.components.asset_versions import show_versions
from ui.components.asset_words import show_words, words_of
from ui.components.comments_panel import show_comments
from ui.components.compare_pictures import compared, show_picture_closely
from ui.components.header import page_header
from ui.components.lineage_panel import show_lineage
from ui.components.missing import found
from ui.components.review_panel import show_review
from ui.components.similar_pictures import show_similar, show_stack
from ui.context import services

actor = require_actor()

# Read
asset = found(services().assets.get, actor, "picture", back="pages/gallery.py")
said = words_of(actor, asset)
lineage = services().lineage.of(actor, asset.id)
title = said.title or asset.product_name or asset.label

# Draw
with page_header(title, NOUNS[asset.origin]):
    show_way_to_gallery()
    show_neighbours(actor, asset)
if asset.trashed_at is not None:
    st.warning("This picture is in the trash.", icon=":material/delete:")
show_whole_answer(asset)

with st.grid(3, min_column_width=280, gap="medium") as columns:
    with columns.cell(column_span=2):
        show_picture_closely(compared(asset.ref, title), key="asset.picture")
    with columns.cell():
        show_review(actor, asset)
        show_asset_actions(actor, asset)
        show_words(actor, asset, said)
        show_proposed_words(actor, asset)
show_lineage(actor, lineage)
show_versions(lineage)
with st.grid(3, min_column_width=280, gap="medium") as columns:
    with columns.cell(column_span=2):
        show_comments(actor, asset)
    with columns.cell():
        show_asset_facts(actor, asset)
        show_asset_history(actor, asset.id)
show_stack(actor, asset)
show_similar(actor, asset)
