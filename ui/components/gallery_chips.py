"""What narrows the gallery, as chips: a click on one takes that filter away."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.domain.accounts import Actor
from core.domain.asset_filters import AssetFilter, Choice, Stacks
from core.domain.assets import AssetSummary
from core.domain.paging import Page
from core.errors import NotFoundError
from ui.components.gallery_filters import GalleryListing, clear_filters, narrow
from ui.components.gallery_words import ASPECTS, GONE, ORIGINS, tool_name
from ui.components.model_names import model_names
from ui.components.review_words import SIGNS
from ui.context import services
from ui.format import escape_markdown, money

Say = Callable[[Actor, AssetFilter], str]


@dataclass(frozen=True)
class _Chip:
    field: str
    say: Say


def show_narrowed(actor: Actor, listing: GalleryListing, page: Page[AssetSummary]) -> None:
    """Draw how many pictures are shown, and a chip for each filter."""
    chips = [chip for chip in _CHIPS if _is_set(listing, chip.field)]
    # The row is always there, so that choosing a filter moves nothing below it.
    with st.container(
        horizontal=True, gap="xsmall", vertical_alignment="center", key="gallery.narrowed"
    ):
        plural = "" if page.total == 1 else "s"
        st.markdown(f":gray[{page.total_label} picture{plural}]", width="content")
        for chip in chips:
            st.button(
                escape_markdown(chip.say(actor, listing.wanted)), icon=":material/close:",
                icon_position="right", key=f"gallery.chip.{chip.field}",
                help="Take this filter away", on_click=narrow,
                kwargs={chip.field: getattr(listing.base, chip.field)},
            )  # fmt: skip
        if len(chips) > 1 or (chips and listing.wanted.text):
            st.button(
                "Clear filters", type="tertiary", key="gallery.clear_filters",
                on_click=clear_filters,
            )  # fmt: skip


def _is_set(listing: GalleryListing, field: str) -> bool:
    value = getattr(listing.wanted, field)
    return bool(value != getattr(listing.base, field))


def _named(get: Callable[[], str]) -> str:
    try:
        return get()
    except NotFoundError:
        return GONE


def _choice(choices: tuple[Choice, ...], value: object) -> str:
    return next((one.label for one in choices if one.value == str(value)), GONE)


def _category(actor: Actor, wanted: AssetFilter) -> str:
    names = {one.id: one.name for one in services().categories.tree(actor, is_counted=False)}
    return f"Category: {names.get(wanted.category_id or 0, GONE)}"


_STACKS = {
    (Stacks.COLLAPSED, True): "Only tops of stacks",
    (Stacks.COLLAPSED, False): "Stacks are open while other filters are set",
    (Stacks.OPEN, False): "Stacks open",
}
_CHIPS: tuple[_Chip, ...] = (
    _Chip(
        "product_id",
        lambda actor, wanted: "Product: "
        + _named(lambda: services().products.get(actor, wanted.product_id or 0).name),
    ),
    _Chip("sku", lambda _, wanted: f"SKU: {wanted.sku}"),
    _Chip("category_id", _category),
    _Chip(
        "collection_id",
        lambda actor, wanted: "Collection: "
        + _named(lambda: services().collections.get(actor, wanted.collection_id or 0).name),
    ),
    _Chip("tag", lambda _, wanted: f"Tag: {wanted.tag}"),
    _Chip(
        "created_by",
        lambda actor, wanted: "By "
        + _choice(services().assets.facets(actor).people, wanted.created_by),
    ),
    _Chip("job_id", lambda _, wanted: f"Job {wanted.job_id}"),
    _Chip(
        "image_model",
        lambda _, wanted: f"Model: {model_names().get(wanted.image_model, wanted.image_model)}",
    ),
    _Chip(
        "preset_id",
        lambda actor, wanted: "Preset: "
        + _named(lambda: services().presets.get(actor, wanted.preset_id or 0).name),
    ),
    _Chip("template", lambda _, wanted: f"Template: {wanted.template}"),
    _Chip(
        "review_states",
        lambda _, wanted: " or ".join(SIGNS[one].label for one in wanted.review_states),
    ),
    _Chip(
        "min_rating",
        lambda _, wanted: f"{wanted.min_rating} stars" + ("" if wanted.min_rating == 5 else " or more"),  # noqa: E501, PLR2004
    ),
    _Chip("is_pinned", lambda _, wanted: "Pinned" if wanted.is_pinned else "Not pinned"),
    _Chip("aspect", lambda _, wanted: ASPECTS[wanted.aspect] if wanted.aspect else ""),
    _Chip("min_longest_px", lambda _, wanted: f"{wanted.min_longest_px or 0:,} px and more"),
    _Chip("since", lambda _, wanted: f"From {wanted.since}"),
    _Chip("until", lambda _, wanted: f"Until {wanted.until}"),
    _Chip(
        "max_cost_micros",
        lambda _, wanted: f"Cost at most {money(wanted.max_cost_micros or 0)}"
        if wanted.max_cost_micros else "Free",
    ),
    _Chip("tools", lambda _, wanted: " or ".join(map(tool_name, wanted.tools))),
    _Chip("origins", lambda _, wanted: " or ".join(ORIGINS[one] for one in wanted.origins)),
    _Chip("is_made", lambda _, __: "Brought in"),
    _Chip("stack", lambda _, wanted: _STACKS[wanted.stack, wanted.is_collapsed]),
    _Chip("stack_id", lambda _, __: "One stack"),
)  # fmt: skip
