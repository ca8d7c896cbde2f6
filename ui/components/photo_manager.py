"""A product's photos: seen in order, moved, removed, added."""

from collections.abc import Sequence

import streamlit as st

from core.domain.accounts import Actor
from core.domain.products import Product
from ui.components.counted import counted
from ui.components.grid import GridItem, show_grid
from ui.components.notices import announce
from ui.components.photo_upload import add_photos, show_refused
from ui.components.selection import clear, select, selected
from ui.components.uploads import photo_uploader
from ui.context import services
from ui.errors import expected_errors


def show_photos(actor: Actor, product: Product) -> None:
    """Show the photos in order; a click on one offers to move or remove it; more can be dropped."""
    key = f"product.photos.{product.id}"
    may_change = actor.role.may_edit and product.trashed_at is None
    show_refused(product.id)
    ids = [photo.id for photo in product.photos]
    ticked = next((photo_id for photo_id in ids if photo_id in selected(key)), None)
    if ticked is not None and may_change:
        _show_actions(actor, product, ticked, key)
    event = show_grid(
        [
            GridItem(
                id=str(photo.id),
                title="Primary photo" if place == 1 else f"Photo {place}",
                subtitle=f"{photo.width_px} \u00d7 {photo.height_px} px",
                src=photo.url("w320"),
                fit="contain",
            )
            for place, photo in enumerate(product.photos, start=1)
        ],
        key=f"{key}.grid",
        selected=frozenset() if ticked is None else frozenset({str(ticked)}),
    )
    if may_change and len(ids) > 1 and ticked is None:
        st.caption("Click a photo to move or remove it.")
    if event is not None:
        select(key, () if int(event.id) == ticked else (int(event.id),))
        st.rerun()
    if may_change:
        _add_more(actor, product)


def _show_actions(actor: Actor, product: Product, photo_id: int, key: str) -> None:
    ids = [photo.id for photo in product.photos]
    place, last = ids.index(photo_id), len(ids) - 1
    to = place
    with st.container(horizontal=True, vertical_alignment="center", key="product.photo.actions"):
        st.button(f"Photo {place + 1}", icon=":material/close:", key="product.photo.clear",
                  help="Clear the selection", on_click=clear, args=(key,))  # fmt: skip
        if place > 0 and _action("Make primary", "star"):
            to = 0
        if place > 0 and _action("Move earlier", "arrow_back"):
            to = place - 1
        if place < last and _action("Move later", "arrow_forward"):
            to = place + 1
        is_removed = _action("Remove", "delete")
    with expected_errors():
        if to != place:
            services().products.order_photos(actor, product.id, _moved(ids, place, to))
            st.rerun()
        if is_removed:
            services().products.remove_photo(actor, product.id, photo_id)
            clear(key)
            announce("The photo is in the trash.")
            st.rerun()


def _action(label: str, icon: str) -> bool:
    key = f"product.photo.{icon}"
    return st.button(label, icon=f":material/{icon}:", type="tertiary", key=key)


def _moved(ids: Sequence[int], place: int, to: int) -> list[int]:
    rest = [*ids[:place], *ids[place + 1 :]]
    return [*rest[:to], ids[place], *rest[to:]]


def _add_more(actor: Actor, product: Product) -> None:
    files = photo_uploader("Drop more photos here", key="product.upload")
    if files:
        with expected_errors():
            kept = add_photos(actor, product.id, files, key="product.upload")
            if kept:
                announce(f"{counted(kept, 'photo')} added.")
            st.rerun()
