"""The catalogue where it has nothing to show."""

import streamlit as st

from core.domain.accounts import Actor
from core.domain.products import ProductFilter
from ui.components.empty import empty_state
from ui.components.first_steps import show_first_steps
from ui.components.product_filters import Listing, clear_filters, narrow
from ui.context import services
from ui.format import escape_markdown


def show_no_products(actor: Actor, listing: Listing) -> None:
    """Say why no product is shown, and offer the way on."""
    wanted = listing.wanted
    if wanted.is_narrow or wanted.archived is not False:
        row = empty_state("search_off", "No product matches", _advice(wanted))
        row.button(
            "Clear filters", icon=":material/filter_list_off:", key="products.show_all",
            on_click=clear_filters,
        )  # fmt: skip
    elif services().products.search(actor, ProductFilter(archived=True), limit=1).items:
        row = empty_state(
            "archive", "Everything is archived", "Archived products are kept, but not listed."
        )
        row.button(
            "Show the archive", key="products.show_archive", on_click=narrow,
            kwargs={"archived": True},
        )  # fmt: skip
    else:
        show_first_steps(actor)


def say_similar(listing: Listing) -> None:
    """Say that nothing matched exactly, above what comes near it."""
    st.info(
        f"Nothing holds “{escape_markdown(listing.wanted.text)}”. These products come near it.",
        icon=":material/search_insights:",
    )


def _advice(wanted: ProductFilter) -> str:
    if wanted.text:
        return "Try fewer or other words, or take a filter away."
    return "Take a filter away to see more products."
