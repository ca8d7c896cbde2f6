"""The catalogue where it has nothing to show."""

from core.domain.accounts import Actor
from ui.components.empty import empty_state
from ui.components.first_steps import show_first_steps
from ui.components.product_toolbar import ProductFilters, clear_filters


def show_no_products(actor: Actor, filters: ProductFilters, *, in_trash: bool) -> None:
    """Say why no product is shown, and offer the way on."""
    if filters.text or filters.category:
        row = empty_state("search_off", "No product matches", "Try fewer or other words.")
        row.button("Show all", key="products.show_all", on_click=clear_filters)
    elif in_trash:
        empty_state("delete", "The trash is empty", "Deleted products can be restored from here.")
    else:
        show_first_steps(actor)
