"""Comparing pictures on a page of their own: which they are, how they are shown, judging them."""

from collections.abc import Sequence
from typing import NoReturn

import streamlit as st

from core.domain.accounts import Actor
from core.domain.assets import Asset
from core.domain.reviews import ReviewState
from core.errors import NotFoundError
from ui.components.compare_link import MAX_COMPARED
from ui.components.compare_pictures import (
    Compared,
    CompareEvent,
    Mode,
    compared,
    show_compared,
)
from ui.components.empty import empty_state
from ui.context import services
from ui.errors import expected_errors
from ui.navigation import MAX_ID

_MODES: dict[str, Mode] = {"Side by side": "side", "Slider": "slider"}
_PAIR = 2


def ids_in_address() -> list[int]:
    """Return the pictures that the address names, each once, at most six; others are left out."""
    words = st.query_params.get("ids", "").split(",")
    ids = [
        int(word)
        for word in words
        if word.isascii() and word.isdecimal() and len(word) <= len(str(MAX_ID))
    ]
    return list(dict.fromkeys(each for each in ids if 0 < each <= MAX_ID))[:MAX_COMPARED]


def found_pictures(actor: Actor, asset_ids: Sequence[int]) -> list[Asset]:
    """Return those of the pictures that are there, or say that there is none and stop."""
    found = []
    for asset_id in asset_ids:
        try:
            found.append(services().assets.get(actor, asset_id))
        except NotFoundError:
            continue
    if not found:
        row = empty_state(
            "compare",
            "Nothing to compare",
            "Tick up to six pictures in the gallery and press Compare.",
        )
        row.page_link("pages/gallery.py", label="Gallery", icon=":material/arrow_back:")
        st.stop()
    return found


def pick_mode(count: int) -> Mode:
    """Let the person choose how the pictures are shown; only two fit the slider."""
    if count != _PAIR:
        return "side"
    chosen = st.segmented_control(
        "How they are shown", list(_MODES), default="Side by side", required=True,
        label_visibility="collapsed", key="compare.mode",
    )  # fmt: skip
    return _MODES.get(chosen or "", "side")


def product_photo(actor: Actor, pictures: Sequence[Asset]) -> Compared | None:
    """Offer to see the photo of the product beside the pictures; return it while it is wanted.

    That is the product of the first picture that has one.
    """
    product_id = next((each.product_id for each in pictures if each.product_id), None)
    if product_id is None:
        return None
    photos = services().products.get(actor, product_id).photos
    if not photos or photos[0].id in {each.id for each in pictures}:
        return None
    if not st.toggle("Product photo", key="compare.photo"):
        return None
    return compared(photos[0], "Product photo", is_photo=True)


def compare(actor: Actor, pictures: Sequence[Asset], *, mode: Mode, photo: Compared | None) -> None:
    """Draw the pictures and do what the person does to them."""
    cards = [compared(each.ref, _title(each, pictures), asset=each) for each in pictures]
    is_slider = mode == "slider"
    if photo is not None and not is_slider:
        cards.insert(0, photo)
    events = show_compared(
        cards,
        key="compare",
        mode=mode,
        may_review=actor.role.may_review,
        may_remove=len(pictures) > 1,
        has_way_back=True,
    )
    with expected_errors():
        for event in events:
            _answer(actor, pictures, event)
        if events:
            st.rerun()


def leave() -> NoReturn:
    """Leave the script and show the gallery as it was."""
    query = {name: value for name, value in st.query_params.to_dict().items() if name != "ids"}
    st.switch_page("pages/gallery.py", query_params=query)


def _answer(actor: Actor, pictures: Sequence[Asset], event: CompareEvent) -> None:
    if event.action in ("back", "clear"):
        leave()
    asset = next((each for each in pictures if each.id == event.asset_id), None)
    if asset is None:
        return
    if event.action == "remove":
        ids = [each.id for each in pictures if each.id != asset.id]
        st.query_params["ids"] = ",".join(map(str, ids))
    elif event.action == "rate":
        services().reviews.rate(actor, [asset.id], event.rating)
    else:
        services().reviews.set_state(actor, [asset.id], ReviewState(event.action))


def _title(asset: Asset, pictures: Sequence[Asset]) -> str:
    """Return what tells the picture from the others: of one product, the rest of its label."""
    products = {each.product_id for each in pictures}
    rest = asset.label.rpartition(" · ")[2]
    return rest if len(products) == 1 and asset.product_id else asset.label
