"""The head of the catalogue's page: what it is, and the ways to add to it and take along."""

import streamlit as st

from core.domain.accounts import Actor
from ui.components.export_menu import show_export_menu
from ui.components.header import page_header
from ui.components.product_dialogs import add_product
from ui.components.product_filters import Listing, listing_in_address


def show_product_head(actor: Actor) -> None:
    """Draw the title, and the buttons; what is exported is what the address asks for."""
    with page_header("Products", "Everything you make pictures of."):
        _show_buttons(actor, listing_in_address())


def _show_buttons(actor: Actor, listing: Listing) -> None:
    if st.button("Trash", icon=":material/delete:", type="tertiary", key="products.trash"):
        st.switch_page("pages/trash.py", query_params={})
    show_export_menu(listing.query(), key="products.export")
    if not actor.role.may_edit:
        return
    if st.button("Import", icon=":material/upload:", key="products.import"):
        st.switch_page("pages/imports.py", query_params={})
    if st.button(
        "Add product", icon=":material/add:", type="primary", key="products.new", shortcut="N"
    ):
        add_product()
