"""Dialogs for many pictures of the gallery: judging, tagging, and saying what they show."""

import streamlit as st

from core.domain.products import ProductFilter
from core.domain.reviews import MAX_NOTE_CHARS, ReviewState, Verdict
from ui.access import require_actor
from ui.components.counted import counted
from ui.components.gallery_deeds import GalleryDeed, deed_of, finish, judge_all, parts
from ui.components.review_actions import pick_reason
from ui.components.review_words import ICONS, SIGNS
from ui.components.selection import selected
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown

_LABELS = {
    ReviewState.APPROVED: "Approved",
    ReviewState.NEEDS_EDIT: "Needs edit",
    ReviewState.REJECTED: "Rejected",
    ReviewState.UNREVIEWED: "Back to review",
}
_NO_PRODUCT = 0
_MAX_CHOICES = 200


@st.dialog("Review pictures", icon=":material/fact_check:")
def review_selected(key: str) -> None:
    """Let the person say one thing of all ticked pictures."""
    actor = require_actor()
    ids = sorted(selected(key))
    with expected_errors():
        state = st.segmented_control(
            "They are", list(_LABELS), key="gallery.review.state", default=ReviewState.APPROVED,
            required=True, width="stretch",
            format_func=lambda one: f"{ICONS[one]} {_LABELS[one]}",
        )  # fmt: skip
        reason = pick_reason("Why?", "", key="gallery.review.why") if state.takes_reason else ""
        note = st.text_area(
            "Note", key="gallery.review.note", max_chars=MAX_NOTE_CHARS, height=90,
            placeholder="What should be different?" if state.takes_reason else "",
        )  # fmt: skip
        if st.button(
            f"Judge {counted(len(ids), 'picture')}", type="primary", width="stretch",
            key="gallery.review.go", disabled=not ids,
        ):  # fmt: skip
            judged = judge_all(actor, ids, Verdict(state, reason, note))
            finish(key, deed_of(judged, f"now: {SIGNS[state].label.lower()}"))


@st.dialog("Tags", icon=":material/sell:")
def tag_selected(key: str) -> None:
    """Let the person add tags to all ticked pictures, or take some off."""
    actor = require_actor()
    ids = sorted(selected(key))
    with expected_errors():
        known = [one.value for one in services().assets.facets(actor).tags]
        added = st.multiselect(
            "Add", known, key="gallery.tags.add", accept_new_options=True, max_selections=20,
            placeholder="Choose or type tags",
        )  # fmt: skip
        gone = st.multiselect(
            "Take off", known, key="gallery.tags.remove", accept_new_options=True,
            max_selections=20, placeholder="Choose or type tags",
        )  # fmt: skip
        if st.button(
            f"Tag {counted(len(ids), 'picture')}", type="primary", width="stretch",
            key="gallery.tags.go", disabled=not ids or not (added or gone),
        ):  # fmt: skip
            before: dict[int, tuple[str, ...]] = {}
            for part in parts(ids):
                if added:
                    before = services().assets.add_tags(actor, part, added) | before
                if gone:
                    before = services().assets.remove_tags(actor, part, gone) | before
            sentence = f"Tags of {counted(len(before), 'picture')} changed."
            finish(key, GalleryDeed(sentence, "tags" if before else "", tags=before))


@st.dialog("Move to a product", icon=":material/drive_file_move:")
def move_selected(key: str) -> None:
    """Let the person say which product all ticked pictures show."""
    actor = require_actor()
    ids = sorted(selected(key))
    with expected_errors():
        text = st.text_input(
            "Search", type="search", key="gallery.move.text", live=True,
            placeholder="Search products by name, SKU, tag", label_visibility="collapsed",
        )  # fmt: skip
        page = services().products.search(actor, ProductFilter(text=text), limit=_MAX_CHOICES)
        names = {one.id: f"{one.name} · {one.sku}" for one in page.items}
        chosen = st.radio(
            "Product", [*list(names)[:8], _NO_PRODUCT], index=None, key="gallery.move.product",
            format_func=lambda one: escape_markdown(names.get(one, "No product")),
            label_visibility="collapsed",
        )  # fmt: skip
        if st.button(
            f"Move {counted(len(ids), 'picture')}", type="primary", width="stretch",
            key="gallery.move.go", disabled=not ids or chosen is None,
        ):  # fmt: skip
            before: dict[int, int | None] = {}
            for part in parts(ids):
                before |= services().assets.move_to_product(actor, part, chosen or None)
            where = escape_markdown(names[chosen]) if chosen else "no product"
            sentence = f"{counted(len(before), 'picture')} moved to {where}."
            finish(key, GalleryDeed(sentence, "products" if before else "", products=before))
