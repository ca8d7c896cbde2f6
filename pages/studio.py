"""Make pictures of a product: the brief at the left, what comes of it at the right."""

import streamlit as st

from ui.access import require_actor
from ui.components.beside import side_then_main
from ui.components.brief import show_brief
from ui.components.header import page_header
from ui.components.missing import found
from ui.components.product_picker import choose_studio_product
from ui.components.product_pictures import show_product_pictures
from ui.components.studio_plan import show_plan_and_submit
from ui.components.studio_product import show_no_brief, show_studio_product
from ui.context import services

actor = require_actor()
page_header("Studio", "Make pictures of your products.")

# Read
if "product" not in st.query_params:
    choose_studio_product(actor)
    st.stop()
product = found(services().products.get, actor, "product", name="product", back="pages/studio.py")

# Draw
can_be_made = bool(product.photos) and product.trashed_at is None
side, main = side_then_main()
with side.container(border=True, gap=10, key="studio.brief"):
    show_studio_product(product)
    if can_be_made:
        brief = show_brief(actor, product, services().generation.models())
        show_plan_and_submit(actor, product, brief)
    else:
        show_no_brief(product)
with main:
    show_product_pictures(
        actor,
        product.id,
        key="studio.pictures",
        hint="Say in the brief what you want to see. The pictures appear here."
        if can_be_made
        else "Pictures of this product appear here.",
    )
