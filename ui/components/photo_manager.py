"""A product's photos: seen large, moved, replaced, removed, added."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from core.domain.accounts import Actor
from core.domain.products import Product
from ui.access import require_actor
from ui.components.counted import counted
from ui.components.empty import empty_state
from ui.components.notices import announce
from ui.components.photo_check import show_photo_checks
from ui.components.photo_strip import show_photo_strip
from ui.components.photo_upload import add_photos, show_refused
from ui.components.selection import clear, select, selected
from ui.components.uploads import one_photo_uploader, photo_uploader, taken
from ui.context import services
from ui.errors import expected_errors
from ui.navigation import open_asset
from ui.state import state_of


@dataclass
class RemovedPhotoState:
    """The photo that was removed last, and where it was: it can be put back with one click."""

    product_id: int = 0
    photo_id: int = 0
    place: int = 0


def show_photos(actor: Actor, product: Product) -> None:
    """Show the photos, one of them large; what can be done with it stands below."""
    key = f"product.photos.{product.id}"
    may_change = actor.role.may_edit and product.trashed_at is None
    show_refused(product.id)
    if product.photos:
        _show_strip(actor, product, key, may_change=may_change)
        show_photo_checks(actor, product)
    elif not may_change:
        empty_state("add_a_photo", "No photos yet", "Pictures are made from a product's photos.")
    if may_change:
        _show_removed(actor, product)
        _add_more(actor, product)


def _show_strip(actor: Actor, product: Product, key: str, *, may_change: bool) -> None:
    ids = [photo.id for photo in product.photos]
    chosen = next((photo_id for photo_id in ids if photo_id in selected(key)), ids[0])
    strip = st.container(key=f"{key}.view")
    is_square = _show_actions(actor, product, chosen, may_change=may_change)
    with strip:
        event = show_photo_strip(
            product.photos, chosen, key=f"{key}.strip", is_square=is_square, may_order=may_change
        )
    if event is None:
        return
    with expected_errors():
        if event.kind == "open":
            open_asset(event.ids[0])
        if event.kind == "choose":
            select(key, event.ids)
        elif may_change:
            services().products.order_photos(actor, product.id, event.ids)
        st.rerun()


def _show_actions(actor: Actor, product: Product, photo_id: int, *, may_change: bool) -> bool:
    """Draw what can be done with the chosen photo; return whether photos are cut to squares."""
    ids = [photo.id for photo in product.photos]
    place, last = ids.index(photo_id), len(ids) - 1
    to, is_removed = place, False
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall",
                      key="product.photo.actions"):  # fmt: skip
        if may_change:
            if place > 0 and _action("Make primary", "star"):
                to = 0
            if last and _arrow("Earlier", "arrow_back", "Alt + left", is_off=place == 0):
                to = place - 1
            if last and _arrow("Later", "arrow_forward", "Alt + right", is_off=place == last):
                to = place + 1
            if _action("Replace", "sync"):
                replace_photo(product, photo_id)
            is_removed = _action("Remove", "delete")
        st.space("stretch")
        is_square = st.toggle(
            "Square", key="product.photo.square", persist_state="session",
            help="Show the photos cut to a square, as many shops do. The files stay as they are.",
        )  # fmt: skip
    with expected_errors():
        if to != place:
            services().products.order_photos(actor, product.id, _moved(ids, place, to))
            select(f"product.photos.{product.id}", (photo_id,))
            st.rerun()
        if is_removed:
            services().products.remove_photo(actor, product.id, photo_id)
            removed = state_of(RemovedPhotoState)
            removed.product_id, removed.photo_id, removed.place = product.id, photo_id, place
            clear(f"product.photos.{product.id}")
            st.rerun()
    return is_square


@st.dialog("Replace photo", icon=":material/sync:")
def replace_photo(product: Product, photo_id: int) -> None:
    """Ask for a file that takes the photo's place; the old one goes to the trash."""
    show_replace_photo(product, photo_id)


def show_replace_photo(product: Product, photo_id: int) -> None:
    """Draw the place for the new file; a file that is no picture changes nothing."""
    actor = require_actor()
    st.caption("The new photo takes its place in the order; the old one goes to the trash.")
    key = f"product.replace.{photo_id}"
    files = one_photo_uploader("Drop the new photo here", key=key)
    with expected_errors():
        if files:
            [upload] = taken(files, key=key)
            services().products.replace_photo(actor, product.id, photo_id, upload)
            announce("The photo is replaced.")
            st.rerun()


def _show_removed(actor: Actor, product: Product) -> None:
    removed = state_of(RemovedPhotoState)
    if removed.product_id != product.id:
        return
    with (
        st.container(horizontal=True, vertical_alignment="center", key="product.photo.removed"),
        expected_errors(),
    ):
        st.markdown(":gray[The photo is in the trash.]", width="content")
        if st.button("Undo", icon=":material/undo:", type="tertiary", key="product.photo.undo"):
            services().products.restore_photo(
                actor, product.id, removed.photo_id, place=removed.place
            )
            removed.product_id = 0
            st.rerun()


def _action(label: str, icon: str) -> bool:
    key = f"product.photo.{icon}"
    return st.button(label, icon=f":material/{icon}:", type="tertiary", key=key)


def _arrow(label: str, icon: str, hint: str, *, is_off: bool) -> bool:
    return st.button(
        label, icon=f":material/{icon}:", type="tertiary", key=f"product.photo.{icon}", help=hint,
        disabled=is_off,
    )  # fmt: skip


def _moved(ids: Sequence[int], place: int, to: int) -> list[int]:
    rest = [*ids[:place], *ids[place + 1 :]]
    return [*rest[:to], ids[place], *rest[to:]]


def _add_more(actor: Actor, product: Product) -> None:
    label = "Drop more photos here" if product.photos else "Drop photos of this product here"
    files = photo_uploader(label, key="product.upload")
    if files:
        with expected_errors():
            kept = add_photos(actor, product.id, files, key="product.upload")
            if kept:
                announce(f"{counted(kept, 'photo')} added.")
            st.rerun()
