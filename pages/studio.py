"""Make pictures of products: the brief at the left, what comes of it at the right."""

import streamlit as st

from ui.access import require_actor
from ui.components.header import page_header
from ui.components.missing import found
from ui.components.product_picker import choose_studio_product
from ui.components.studio_batch import show_studio_batch
from ui.components.studio_product import show_studio_product
from ui.context import services

actor = require_actor()
page_header("Studio", "Make pictures of your products.")

if "products" in st.query_params or "collection" in st.query_params:
    show_studio_batch(actor)
elif "product" in st.query_params:
    product = found(
        services().products.get, actor, "product", name="product", back="pages/studio.py"
    )
    show_studio_product(actor, product)
else:
    choose_studio_product(actor)
