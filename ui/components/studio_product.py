"""The product that the studio works on."""

import streamlit as st

from core.domain.products import Product
from ui.components.product_picker import change_studio_product
from ui.format import escape_markdown


def show_studio_product(product: Product) -> None:
    """Draw the product's name, with ways to its page and to another product."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Brief", anchor=False, width="content")
        st.space("stretch")
        if st.button("Change product", type="tertiary", icon=":material/swap_horiz:"):
            change_studio_product()
    name, sku = escape_markdown(product.name), escape_markdown(product.sku)
    st.markdown(f"**{name}** :small[:gray[{sku}]]")


def show_no_brief(product: Product) -> None:
    """Say why no picture can be made of this product, with the way to change that."""
    if product.trashed_at is not None:
        icon, sentence, link = "delete", "This product is in the trash.", "Restore it on its page"
    else:
        icon, sentence, link = "add_a_photo", "This product has no photo yet.", "Add a photo"
    st.info(sentence, icon=f":material/{icon}:")
    st.page_link(
        "pages/product.py", label=link, icon=":material/arrow_forward:",
        query_params={"id": str(product.id)},
    )  # fmt: skip
