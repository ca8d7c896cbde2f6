"""Narrowing the gallery: the panel in which filters are chosen."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.domain.accounts import Actor
from core.domain.asset_filters import AssetFacets, AssetFilter, Choice, Stacks
from core.domain.assets import Origin
from core.domain.products import ProductFilter
from core.domain.reviews import ReviewState
from ui.components.gallery_filters import GalleryListing, narrow, seed
from ui.components.gallery_words import ASPECTS, GONE, ORIGINS, RATINGS, SIZES, tool_name
from ui.components.model_names import model_names
from ui.components.review_words import SIGNS
from ui.context import services

_MAX_CHOICES = 200
_KEY = "gallery.filter"
_PINNED = {True: "Pinned", False: "Not pinned"}
_STACKS = {Stacks.COLLAPSED: "Only the top of each stack"}
_MICROS = 1_000_000


def filter_panel(actor: Actor, listing: GalleryListing) -> None:
    """Draw the button that opens the panel; its choices are read only while it is open."""
    # Of another label it would be another panel, and closed: how many are chosen, the chips say.
    panel = st.popover(
        "Filters", icon=":material/filter_list:", key="gallery.filters", on_change="rerun",
        width="content",
    )  # fmt: skip
    if panel.open:
        with panel, st.container(width=720, gap="small"):
            _show_fields(actor, listing)


def _show_fields(actor: Actor, listing: GalleryListing) -> None:
    wanted, facets = listing.wanted, services().assets.facets(actor)
    if listing.view in ("results", "all", "trash"):
        _pick_some("Review", {one: SIGNS[one].label for one in ReviewState}, "review_states", wanted.review_states)  # fmt: skip  # noqa: E501
        with st.container(horizontal=True, gap="large"):
            _pick("Stars", RATINGS, "min_rating", wanted.min_rating or None, empty=0)
            _pick("Pin", _PINNED, "is_pinned", wanted.is_pinned)
    with st.grid(3, min_column_width=200, gap="small") as columns:
        with columns.cell():
            _choose_product(actor, wanted)
        with columns.cell():
            _type_sku(wanted)
        with columns.cell():
            categories = services().categories.tree(actor, is_counted=False)
            _choose("Category", {one.id: one.full_name for one in categories}, "category_id", wanted.category_id, "All categories")  # fmt: skip  # noqa: E501
        with columns.cell():
            found = services().collections.search(actor, limit=_MAX_CHOICES).items
            _choose("Collection", {one.id: one.name for one in found}, "collection_id", wanted.collection_id, "All collections")  # fmt: skip  # noqa: E501
        with columns.cell():
            _choose("Tag", _texts(facets.tags), "tag", wanted.tag or None, "All tags", empty="")
        with columns.cell():
            _choose("Person", _ids(facets.people), "created_by", wanted.created_by, "Everybody")
        if listing.view in ("results", "all", "trash"):
            _show_made(columns, facets, wanted)
        with columns.cell():
            _choose("Shape", ASPECTS, "aspect", wanted.aspect, "Any shape")
        with columns.cell():
            _choose("Size", SIZES, "min_longest_px", wanted.min_longest_px, "Any size")
        with columns.cell():
            _day("From", "since", wanted.since)
        with columns.cell():
            _day("Until", "until", wanted.until)
    if listing.view in ("results", "all"):
        with st.container(horizontal=True, gap="medium"):
            made = {one: ORIGINS[one] for one in (Origin.GENERATED, Origin.EDITED)}
            if listing.view == "all":
                made = dict(ORIGINS)
            _pick_some("Came by", made, "origins", wanted.origins)
            stack = wanted.stack if wanted.stack is Stacks.COLLAPSED else None
            _pick("Near duplicates", _STACKS, "stack", stack, empty=Stacks.OPEN)


def _show_made(columns: Any, facets: AssetFacets, wanted: AssetFilter) -> None:  # noqa: ANN401 - Streamlit names no type of it
    with columns.cell():
        names = model_names()
        models = {one.value: names.get(one.value, one.label) for one in facets.image_models}
        _choose("Image model", models, "image_model", wanted.image_model or None, "All models", empty="")  # fmt: skip  # noqa: E501
    with columns.cell():
        _choose("Preset", _ids(facets.presets), "preset_id", wanted.preset_id, "All presets")
    with columns.cell():
        _choose("Prompt template", _texts(facets.templates), "template", wanted.template or None, "All templates", empty="")  # fmt: skip  # noqa: E501
    with columns.cell():
        tools = {(one.value,): tool_name(one.value) for one in facets.tools}
        _choose("Tool", tools, "tools", wanted.tools or None, "All tools", empty=())
    with columns.cell():
        _type_cost(wanted)


def _choose_product(actor: Actor, wanted: AssetFilter) -> None:
    products = services().products.search(actor, ProductFilter(archived=None), limit=_MAX_CHOICES)
    names = {one.id: f"{one.name} · {one.sku}" for one in products.items}
    if wanted.product_id is not None and wanted.product_id not in names:
        found = services().products.find_many(actor, [wanted.product_id])
        names |= {one.id: f"{one.name} · {one.sku}" for one in found.values()}
    _choose("Product", names, "product_id", wanted.product_id, "All products")


def _type_sku(wanted: AssetFilter) -> None:
    key = seed(f"{_KEY}.sku", wanted.sku)
    st.text_input(
        "SKU", key=key, max_chars=120, placeholder="Exactly this SKU",
        on_change=lambda: narrow(sku=st.session_state[key].strip()),
    )  # fmt: skip


def _type_cost(wanted: AssetFilter) -> None:
    micros = wanted.max_cost_micros
    key = seed(f"{_KEY}.cost", None if micros is None else micros / _MICROS)

    def keep() -> None:
        dollars = st.session_state[key]
        narrow(max_cost_micros=None if dollars is None else round(dollars * _MICROS))

    st.number_input(
        "Cost at most ($)", key=key, min_value=0.0, max_value=1000.0, step=0.01, format="%.4g",
        placeholder="Any cost", on_change=keep,
    )  # fmt: skip


def _day(label: str, field: str, chosen: object) -> None:
    key = seed(f"{_KEY}.{field}", chosen)
    st.date_input(label, value=None, key=key, format="YYYY-MM-DD", on_change=_keep, args=(field, key, None))  # fmt: skip  # noqa: E501


def _choose(
    label: str,
    names: Mapping[Any, str],
    field: str,
    chosen: object,
    placeholder: str,
    *,
    empty: object = None,
) -> None:
    key = f"{_KEY}.{field}"
    # What the address names may be beyond the choices that are read.
    options = [*names, *(() if chosen is None or chosen in names else (chosen,))]
    st.selectbox(
        label, options, index=None, placeholder=placeholder, key=seed(key, chosen),
        format_func=lambda one: names.get(one, str(one) if isinstance(one, str) else GONE),
        on_change=_keep, args=(field, key, empty),
    )  # fmt: skip


def _pick(
    label: str, names: Mapping[Any, str], field: str, chosen: object, *, empty: object = None
) -> None:
    key = f"{_KEY}.{field}"
    st.pills(
        label, list(names), format_func=names.__getitem__, key=seed(key, chosen),
        on_change=_keep, args=(field, key, empty), width="content",
    )  # fmt: skip


def _pick_some(
    label: str, names: Mapping[Any, str], field: str, chosen: tuple[object, ...]
) -> None:
    key = f"{_KEY}.{field}"
    st.pills(
        label, list(names), format_func=names.__getitem__, selection_mode="multi",
        key=seed(key, [one for one in chosen if one in names]), width="content",
        on_change=lambda: narrow(**{field: tuple(st.session_state[key])}),
    )  # fmt: skip


def _keep(field: str, key: str, empty: object) -> None:
    chosen = st.session_state[key]
    narrow(**{field: empty if chosen is None else chosen})


def _texts(choices: tuple[Choice, ...]) -> dict[str, str]:
    return {one.value: one.label for one in choices}


def _ids(choices: tuple[Choice, ...]) -> dict[int, str]:
    return {int(one.value): one.label for one in choices}
