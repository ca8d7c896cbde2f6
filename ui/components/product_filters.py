"""What of the catalogue is shown and how: it stands in the address, so a link shows the same."""

from dataclasses import dataclass, field, replace
from typing import Any, Literal

import streamlit as st

from core.domain.products import ALL, ProductFilter, ProductSort
from ui.state import state_of

View = Literal["Grid", "Table"]

SEARCH = "products.search"
_PAGE_SIZES: dict[View, int] = {"Grid": 24, "Table": 48}


@dataclass
class AddressState:
    """The query with which the list was shown last."""

    query: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Listing:
    """What a list of products is narrowed to, by what it is sorted, and how it is drawn."""

    wanted: ProductFilter = ALL
    sort: ProductSort = ProductSort.UPDATED
    view: View = "Grid"

    @property
    def page_size(self) -> int:
        """Return how many products a page has: rows take less room than cards."""
        return _PAGE_SIZES[self.view]

    @property
    def is_as_usual(self) -> bool:
        """Say whether it is what one sees without having chosen anything."""
        return self in (Listing(), Listing(view="Table"))

    def query(self) -> dict[str, str]:
        """Return it as the query of an address; what is as usual is left out."""
        query = self.wanted.to_query()
        if self.sort is not ProductSort.UPDATED:
            query["sort"] = self.sort.value
        if self.view == "Table":
            query["view"] = "table"
        return query


def listing_in_address() -> Listing:
    """Return what the address asks for; whatever in it cannot be meant is left out.

    What is in the trash has a page of its own.
    """
    return Listing(
        replace(ProductFilter.from_query(st.query_params), trashed=False),
        ProductSort.of(st.query_params.get("sort", "")),
        "Table" if st.query_params.get("view") == "table" else "Grid",
    )


def tell_address() -> None:
    """Let the browser's address say what is shown.

    A link from the list to itself, as a saved view is, changes what Streamlit runs with, but not
    what stands in the browser.
    """
    state, query = state_of(AddressState), st.query_params.to_dict()
    if state.query != query:
        st.query_params.from_dict(query)
        state.query = query


def show_listing(listing: Listing) -> None:
    """Write it into the address, at its first page; for callbacks."""
    st.query_params.from_dict(listing.query())


def narrow(**changes: Any) -> None:  # noqa: ANN401 - the filter's own fields
    """Change fields of the filter in the address; for callbacks."""
    listing = listing_in_address()
    show_listing(replace(listing, wanted=replace(listing.wanted, **changes)))


def clear_filters() -> None:
    """Show all products again, sorted and drawn as they are; for callbacks."""
    show_listing(replace(listing_in_address(), wanted=ALL))


def search_field(listing: Listing) -> None:
    """Draw the field that is searched with while one types."""
    # Set only when the address says something else, as after a click on a saved view: what is
    # being typed must not be replaced by what was typed a moment ago.
    if str(st.session_state.get(SEARCH, "")).strip() != listing.wanted.text:
        st.session_state[SEARCH] = listing.wanted.text
    st.text_input(
        "Search", type="search", key=SEARCH, live=True, width=310, on_change=_search,
        placeholder="Search products by name, SKU, tag, colour", label_visibility="collapsed",
    )  # fmt: skip


def seed(key: str, value: object) -> str:
    """Let a widget begin with what the address says; return its key."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value
    return key


def _search() -> None:
    narrow(text=st.session_state[SEARCH].strip())
