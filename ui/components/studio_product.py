"""The studio with one product: its brief, and what was made of it."""

import streamlit as st

from core.domain.accounts import Actor
from core.domain.products import Product
from ui.components.beside import side_then_main
from ui.components.brief import show_brief
from ui.components.product_picker import change_studio_product
from ui.components.product_pictures import show_product_pictures
from ui.components.studio_plan import show_plan_and_submit
from ui.context import services
from ui.format import escape_markdown


def show_studio_product(actor: Actor, product: Product) -> None:
    """Draw the brief for a product, and the pictures of it as they come."""
    can_be_made = bool(product.photos) and product.trashed_at is None
    side, main = side_then_main()
    with side.container(border=True, gap=10, key="studio.brief"):
        _show_head(product)
        if can_be_made:
            brief = show_brief(actor, product, services().generation.models())
            show_plan_and_submit(actor, [product.id], brief)
        else:
            _show_no_brief(product)
    with main:
        show_product_pictures(
            actor,
            product.id,
            key="studio.pictures",
            hint="Say in the brief what you want to see. The pictures appear here."
            if can_be_made
            else "Pictures of this product appear here.",
        )


def _show_head(product: Product) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Brief", anchor=False, width="content")
        st.space("stretch")
        if st.button("Change product", type="tertiary", icon=":material/swap_horiz:"):
            change_studio_product()
    name, sku = escape_markdown(product.name), escape_markdown(product.sku)
    st.markdown(f"**{name}** :small[:gray[{sku}]]")


def _show_no_brief(product: Product) -> None:
    if product.trashed_at is not None:
        icon, sentence, link = "delete", "This product is in the trash.", "Restore it on its page"
    else:
        icon, sentence, link = "add_a_photo", "This product has no photo yet.", "Add a photo"
    st.info(sentence, icon=f":material/{icon}:")
    st.page_link(
        "pages/product.py", label=link, icon=":material/arrow_forward:",
        query_params={"id": str(product.id)},
    )  # fmt: skip
