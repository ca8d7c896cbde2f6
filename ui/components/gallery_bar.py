"""What can be done with the ticked pictures, below whatever part of the gallery is seen."""

import streamlit as st

from core.domain.accounts import Actor
from core.domain.assets import AssetSummary
from core.domain.paging import Page
from core.domain.reviews import MAX_RATING, ReviewState, Verdict
from core.services.access import MAX_IDS
from ui.components.analysis_words import words_for_pictures
from ui.components.compare_link import MAX_COMPARED, open_compare
from ui.components.counted import counted
from ui.components.gallery_deeds import (
    GalleryDeed,
    deed_of,
    finish,
    in_parts,
    judge_all,
    last_deed,
    note_deed,
    show_deed,
    trash_all,
)
from ui.components.gallery_dialogs import move_selected, review_selected, tag_selected
from ui.components.gallery_filters import GalleryListing
from ui.components.image_tool_dialogs import tool_dialog
from ui.components.picture_export_dialog import export_dialog
from ui.components.selection import add_all, clear, selected
from ui.components.share_dialog import share_dialog
from ui.context import services
from ui.errors import expected_errors

MAX_SELECTED = 10 * MAX_IDS
"""So many pictures are ticked by "all that match": what is done with them is done in parts."""

_PAIR = 2
_STARS = {f"{'★' * rating}": rating for rating in range(MAX_RATING, 0, -1)} | {"No stars": 0}


def show_selection_bar(actor: Actor, listing: GalleryListing, page: Page[AssetSummary]) -> None:
    """Draw the buttons for the ticked pictures of this view and do what they say."""
    ids = tuple(sorted(selected(listing.key)))
    deed = last_deed()
    if not ids and deed is None:
        return
    with (
        st.bottom,
        st.container(
            horizontal=True, vertical_alignment="center", gap="xsmall", key="gallery.selection"
        ),
        expected_errors(),
    ):
        if not ids:
            if deed is not None:
                show_deed(actor, deed)
            return
        st.button(
            f"{len(ids):,} selected", icon=":material/close:", key="gallery.clear",
            help="Clear the selection", on_click=clear, args=(listing.key,),
        )  # fmt: skip
        _show_select_all(actor, ids, listing, page)
        if listing.view == "trash":
            _show_restore(actor, ids, listing.key)
            return
        if actor.role.may_review and listing.view in ("results", "all"):
            _show_judging(actor, ids, listing.key)
        if _PAIR <= len(ids) <= MAX_COMPARED and st.button(
            "Compare", icon=":material/compare:", type="tertiary", key="gallery.compare"
        ):
            open_compare(ids)
        if actor.role.may_edit:
            _show_ways_on(actor, ids, listing)
            _show_editing(actor, ids, listing.key)


def _show_select_all(
    actor: Actor, ids: tuple[int, ...], listing: GalleryListing, page: Page[AssetSummary]
) -> None:
    here = [asset.ref.id for asset in page.items]
    if page.total > len(here) and not set(here) - set(ids) and page.total > len(ids):
        if st.button(
            f"Select all {page.total_label}", icon=":material/select_all:", type="tertiary",
            key="gallery.select_all", help=f"All that match, at most {MAX_SELECTED:,}",
        ):  # fmt: skip
            found = services().assets.ids(
                actor, listing.wanted, sort=listing.sort, limit=MAX_SELECTED
            )
            add_all(listing.key, found)
            st.rerun()
    elif not set(here) <= set(ids):
        st.button(
            "Select page", icon=":material/select_all:", type="tertiary",
            key="gallery.select_page", on_click=add_all, args=(listing.key, here),
        )  # fmt: skip


def _show_judging(actor: Actor, ids: tuple[int, ...], key: str) -> None:
    reviews = services().reviews
    if st.button("Approve", icon=":material/check_circle:", type="primary", key="gallery.approve"):
        judged = judge_all(actor, ids, Verdict(ReviewState.APPROVED))
        finish(key, deed_of(judged, "approved"))
    if st.button(
        "Review", icon=":material/fact_check:", type="tertiary", key="gallery.review",
        help="Approve, send back or reject, with reason and note",
    ):  # fmt: skip
        review_selected(key)
    stars = st.menu_button(
        "Rate", list(_STARS), icon=":material/star:", type="tertiary", key="gallery.rate"
    )
    if stars is not None:
        count = in_parts(ids, lambda part: reviews.rate(actor, part, _STARS[stars]))
        finish(key, GalleryDeed(f"{counted(count, 'picture')} rated {stars.lower()}."))
    pinned = st.menu_button(
        "Pin", ["Pin", "Take the pin off"], icon=":material/keep:", type="tertiary",
        key="gallery.pin",
    )  # fmt: skip
    if pinned is not None:
        count = in_parts(ids, lambda part: reviews.pin(actor, part, pinned == "Pin"))
        said = "pinned" if pinned == "Pin" else "not pinned any more"
        finish(key, GalleryDeed(f"{counted(count, 'picture')} {said}."))


def _show_ways_on(actor: Actor, ids: tuple[int, ...], listing: GalleryListing) -> None:
    if st.button(
        "Export", icon=":material/folder_zip:", type="tertiary", key="gallery.download",
        help="As a ZIP, with names and formats of your choice",
    ):  # fmt: skip
        export_dialog(actor, ids, sort=listing.sort)
    if st.button("Share", icon=":material/link:", type="tertiary", key="gallery.share"):
        share_dialog(actor, ids)
    if st.button("Edit", icon=":material/auto_fix_high:", type="tertiary", key="gallery.tools"):
        tool_dialog(actor, ids)


def _show_editing(actor: Actor, ids: tuple[int, ...], key: str) -> None:
    # In one menu: beside the other buttons there is no room for them on a narrow screen.
    further = {
        "Tags": lambda: tag_selected(key),
        "Move to a product": lambda: move_selected(key),
    }
    if services().analyses.can_ask:
        further["Titles and alt texts"] = lambda: words_for_pictures(ids)
    chosen = st.menu_button(
        "More", list(further), icon=":material/more_horiz:", type="tertiary", key="gallery.more",
        help="Tags, the product they show, and words for shops",
    )  # fmt: skip
    if chosen is not None:
        further[chosen]()
    if st.button("Delete", icon=":material/delete:", type="tertiary", key="gallery.delete"):
        finish(key, trash_all(actor, ids))


def _show_restore(actor: Actor, ids: tuple[int, ...], key: str) -> None:
    if actor.role.may_edit and st.button(
        "Restore", icon=":material/restore_from_trash:", type="primary", key="gallery.restore"
    ):
        count = in_parts(ids, lambda part: services().assets.restore(actor, part))
        deed = last_deed()
        # An offer to take back what is back already would be untrue.
        if deed is not None and deed.way_back == "restore":
            note_deed(None)
        finish(key, GalleryDeed(f"{counted(count, 'picture')} restored."))
