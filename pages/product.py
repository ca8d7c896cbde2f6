"""One product: its photos, its facts, where it is collected, and what was made of it."""

import streamlit as st

from ui.access import require_actor
from ui.components.beside import main_then_side
from ui.components.header import page_header, show_way_back
from ui.components.missing import found
from ui.components.photo_manager import show_photos
from ui.components.product_panels import (
    show_product_buttons,
    show_product_collections,
    show_product_facts,
)
from ui.components.product_pictures import show_job_history, show_product_pictures
from ui.context import services

actor = require_actor()

# Read
product = found(services().products.get, actor, "product", back="pages/products.py")

# Draw
with page_header(product.name, product.sku):
    show_way_back("Products", "pages/products.py")
    show_product_buttons(actor, product)
if product.trashed_at is not None:
    st.warning(
        "This product is in the trash. Restore it to work with it.", icon=":material/delete:"
    )

main, side = main_then_side()
with main:
    st.subheader("Photos", anchor=False)
    show_photos(actor, product)
with side:
    show_product_facts(actor, product)
    show_product_collections(actor, product)

st.subheader("Pictures", anchor=False)
show_product_pictures(
    actor,
    product.id,
    key="product.pictures",
    hint="Pictures of this product appear here.",
)
show_job_history(actor, product.id)
