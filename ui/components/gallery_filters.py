"""What of the gallery is shown and how: it stands in the address, so a link shows the same."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

import streamlit as st

from core.domain.asset_filters import RESULTS, AssetFilter, AssetSort
from core.domain.assets import Origin
from core.domain.reviews import ReviewState
from ui.state import state_of

View = Literal["results", "uploaded", "inspiration", "all", "trash"]
Density = Literal["small", "medium", "large"]
Shape = Literal["square", "original"]

PAGE_SIZE = 100
SEARCH = "gallery.search"
_NAMES: dict[View, AssetFilter] = {
    "results": RESULTS,
    "uploaded": AssetFilter(origins=(Origin.UPLOADED,)),
    "inspiration": AssetFilter(origins=(Origin.INSPIRATION,)),
    "all": AssetFilter(),
    "trash": AssetFilter(trashed=True),
}
_VIEWS: dict[str, View] = {view: view for view in get_args(View)}
_DENSITIES: dict[str, Density] = {density: density for density in get_args(Density)}
_SHAPES: dict[str, Shape] = {shape: shape for shape in get_args(Shape)}
_VIEW_OF: dict[tuple[Origin, ...], View] = {
    (Origin.UPLOADED,): "uploaded",
    (Origin.INSPIRATION,): "inspiration",
}


@dataclass
class AddressState:
    """The query with which the gallery was shown last."""

    query: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class GalleryListing:
    """What the gallery is narrowed to, by what it is sorted, and how it is drawn."""

    wanted: AssetFilter = RESULTS
    sort: AssetSort = AssetSort.NEWEST
    density: Density = "medium"
    shape: Shape = "square"

    @property
    def view(self) -> View:
        """Return which kind of pictures is shown."""
        if self.wanted.trashed:
            return "trash"
        if self.wanted.is_made:
            return "results"
        return _VIEW_OF.get(self.wanted.origins, "all")

    @property
    def base(self) -> AssetFilter:
        """Return what the view shows when nothing narrows it."""
        return _NAMES[self.view]

    @property
    def is_narrow(self) -> bool:
        """Say whether anything narrows the view."""
        return self.wanted != self.base

    @property
    def is_as_usual(self) -> bool:
        """Say whether it is what one sees without having chosen anything."""
        return self.query().keys() <= {"size", "shape"}

    @property
    def shows_new(self) -> bool:
        """Say whether what is being made would appear here: it has no facts to be found by yet."""
        states = self.wanted.review_states
        plain = replace(self.wanted, review_states=(), product_id=None)
        return (
            self.view in ("results", "all")
            and plain == self.base
            and (not states or ReviewState.UNREVIEWED in states)
            and self.sort is AssetSort.NEWEST
        )

    @property
    def key(self) -> str:
        """Return the key of the view's own ticks."""
        return f"gallery.{self.view}"

    def query(self) -> dict[str, str]:
        """Return it as the query of an address; what is as usual is left out."""
        query = self.wanted.to_query()
        query.pop("trashed", None)
        if self.wanted.is_made is not False:
            query.pop("made", None)
        if self.wanted.origins == self.base.origins:
            query.pop("origin", None)
        extras = {
            "view": "" if self.view == "results" else self.view,
            "sort": "" if self.sort is AssetSort.NEWEST else self.sort.value,
            "size": "" if self.density == "medium" else self.density,
            "shape": "" if self.shape == "square" else self.shape,
        }
        return query | {name: value for name, value in extras.items() if value}


def listing_in_address() -> GalleryListing:
    """Return what the address asks for; whatever in it cannot be meant is left out."""
    query = st.query_params.to_dict()
    return GalleryListing(
        _wanted(query),
        AssetSort.of(query.get("sort", "")),
        _DENSITIES.get(query.get("size", ""), "medium"),
        _SHAPES.get(query.get("shape", ""), "square"),
    )


def tell_address() -> None:
    """Let the browser's address say what is shown.

    A link from the gallery to itself, as a saved view is, changes what Streamlit runs with, but
    not what stands in the browser.
    """
    state, query = state_of(AddressState), st.query_params.to_dict()
    if state.query != query:
        st.query_params.from_dict(query)
        state.query = query


def show_listing(listing: GalleryListing) -> None:
    """Write it into the address, at its first page; for callbacks."""
    st.query_params.from_dict(listing.query())


def narrow(**changes: Any) -> None:  # noqa: ANN401 - the filter's own fields
    """Change fields of the filter in the address; for callbacks."""
    listing = listing_in_address()
    show_listing(replace(listing, wanted=replace(listing.wanted, **changes)))


def show_view(view: View) -> None:
    """Show another kind of pictures, narrowed as before where that can be; for callbacks."""
    listing, base = listing_in_address(), _NAMES[view]
    wanted = replace(
        listing.wanted, is_made=base.is_made, origins=base.origins, trashed=base.trashed
    )
    if view in ("uploaded", "inspiration"):
        # Only results are judged and have a model: with these filters nothing could be found.
        wanted = replace(
            base, text=wanted.text, product_id=wanted.product_id, sku=wanted.sku, tag=wanted.tag
        )
    show_listing(replace(listing, wanted=wanted))


def clear_filters() -> None:
    """Show all of the view again, sorted and drawn as it is; for callbacks."""
    listing = listing_in_address()
    show_listing(replace(listing, wanted=listing.base))


def seed(key: str, value: object) -> str:
    """Let a widget begin with what the address says; return its key."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value
    return key


def _wanted(query: Mapping[str, str]) -> AssetFilter:
    wanted = AssetFilter.from_query(query)
    view = _VIEWS.get(query.get("view", "").lower()) or _view_of(wanted)
    base = _NAMES[view]
    is_made = False if view == "all" and wanted.is_made is False else base.is_made
    return replace(
        wanted, is_made=is_made, origins=base.origins or wanted.origins, trashed=base.trashed
    )


def _view_of(wanted: AssetFilter) -> View:
    """Return the view that an address means which another page made of a filter."""
    if wanted.trashed:
        return "trash"
    if wanted.is_made is False or any(not origin.is_made for origin in wanted.origins):
        return _VIEW_OF.get(wanted.origins, "all")
    return "results"
