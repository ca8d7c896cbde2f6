"""Choosing the filter of a smart collection, with how many products it finds."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from core.domain.accounts import Actor
from core.domain.products import ALL, ProductFilter, ProductSource
from ui.context import services

_PHOTO = {True: "With a photo", False: "Without a photo"}
_APPROVED = {True: "With an approved picture", False: "Without an approved picture"}
_SOURCES = {
    ProductSource.ENTERED.value: "Entered by hand",
    ProductSource.IMPORTED.value: "Imported",
    ProductSource.SAMPLE.value: "Samples",
}


def pick_filter(actor: Actor, *, key: str, begin: ProductFilter = ALL) -> ProductFilter:
    """Draw the fields of a filter and how much it finds now; return what they say.

    What the fields cannot say, such as an import, is kept as it was.
    """
    text = st.text_input(
        "Words in name, SKU, description or tags", begin.text, max_chars=200, live=True,
        key=f"{key}.text",
    )  # fmt: skip
    tree = services().categories.tree(actor, is_counted=False)
    categories = {one.id: one.full_name for one in tree}
    tags = services().products.tags(actor)
    with st.container(horizontal=True, gap="small"):
        category_id = _choose("Category", categories, begin.category_id, key=f"{key}.category")
        tag = _choose("Tag", {tag: tag for tag in tags}, begin.tag or None, key=f"{key}.tag")
    with st.container(horizontal=True, gap="small"):
        has_photo = _choose("Photo", _PHOTO, begin.has_photo, key=f"{key}.photo")
        has_approved = _choose("Pictures", _APPROVED, begin.has_approved, key=f"{key}.approved")
        source = _choose("Came by", _SOURCES, begin.source or None, key=f"{key}.source")
    wanted = replace(
        begin,
        text=text.strip(),
        category_id=category_id,
        tag=tag or "",
        has_photo=has_photo,
        has_approved=has_approved,
        source=source or "",
    )
    page = services().products.search(actor, wanted, limit=1)
    total = "0" if page.is_similar else page.total_label
    st.caption(f"Finds {total} {'product' if total == '1' else 'products'} now.")
    return wanted


def _choose(label: str, names: Mapping[Any, str], chosen: object, *, key: str) -> Any:  # noqa: ANN401 - one of the options
    options = list(names)
    if chosen is not None and chosen not in names:
        options.append(chosen)
    return st.selectbox(
        label, options, index=None if chosen is None else options.index(chosen),
        placeholder="Any", format_func=lambda one: names.get(one, "not there any more"), key=key,
        width="stretch",
    )  # fmt: skip
