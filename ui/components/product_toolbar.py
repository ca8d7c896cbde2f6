"""The bar above the catalogue: how it is shown and filtered, or what to do with the ticked."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import streamlit as st

from ui.components.selection import add_all, clear, selected
from ui.state import state_of

View = Literal["Grid", "Table"]


@dataclass(frozen=True)
class ProductFilters:
    """What narrows the catalogue down, and how it is shown."""

    text: str
    category: str
    view: View


@dataclass
class ProductViewState:
    """How the catalogue is shown while products are ticked: the switch is not drawn then.

    `on_page` are the products that were shown last: they can be ticked together.
    """

    view: View = "Grid"
    on_page: tuple[int, ...] = ()


def product_toolbar(
    key: str, categories: Sequence[str], show_actions: Callable[[], None]
) -> ProductFilters:
    """Draw the bar and return the filters; `show_actions` draws the buttons for the ticked."""
    state = state_of(ProductViewState)
    with st.container(horizontal=True, vertical_alignment="center", key=f"{key}.toolbar"):
        if selected(key):
            show_selected(key)
            if state.view == "Grid" and not set(state.on_page) <= selected(key):
                st.button(
                    "Select all", icon=":material/select_all:", type="tertiary",
                    key=f"{key}.select_all", help="Everything on this page",
                    on_click=add_all, args=(key, state.on_page),
                )  # fmt: skip
            show_actions()
        else:
            state.view = st.segmented_control(
                "View", get_args(View), default="Grid", required=True, key="products_view",
                label_visibility="collapsed", bind="query-params",
            )  # fmt: skip
        st.space("stretch")
        category = st.selectbox(
            "Category", categories, index=None, placeholder="All categories", width=180,
            key="products_category", label_visibility="collapsed", bind="query-params",
        )  # fmt: skip
        text = st.text_input(
            "Search", type="search", placeholder="Search products", key="products_q", live=True,
            label_visibility="collapsed", width=220, bind="query-params",
        )  # fmt: skip
    return ProductFilters(text, category or "", state.view)


def note_on_page(product_ids: Iterable[int]) -> None:
    """Note which products are shown, for the bar above them to tick them all."""
    state_of(ProductViewState).on_page = tuple(product_ids)


def clear_filters() -> None:
    """Empty the filters; to be called before they are drawn, as a button's callback is."""
    st.session_state["products_q"] = ""
    st.session_state["products_category"] = None


def show_selected(key: str) -> None:
    """Draw how many are ticked, as a button that unticks them."""
    st.button(
        f"{len(selected(key))} selected", icon=":material/close:", key=f"{key}.clear",
        help="Clear the selection", on_click=clear, args=(key,),
    )  # fmt: skip
