"""The lightbox over the gallery: which pictures it goes through, and what was done in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st

from core.domain.accounts import Actor
from core.domain.assets import AssetSummary
from core.domain.paging import Cursor, Page
from ui.access import require_actor
from ui.components.compare_link import MAX_COMPARED, open_compare
from ui.components.gallery_cards import lightbox_card
from ui.components.gallery_filters import PAGE_SIZE, GalleryListing
from ui.components.lightbox import (
    DEEDS,
    Detail,
    LightboxCard,
    LightboxEvent,
    Look,
    draw_lightbox,
    new_events,
)
from ui.components.lightbox_deeds import DeedsState, do_deeds, forget_deeds
from ui.components.model_names import model_names
from ui.components.paging import go_to, trail_of
from ui.components.review_words import review_line
from ui.components.selection import select, selected
from ui.context import services
from ui.errors import expected_errors
from ui.navigation import open_asset
from ui.state import state_of

KEY = "gallery.lightbox"
PLACE = "after"
"""The word in the address for where the gallery's page begins."""

MAX_BLOCKS = 3
_NEAR = 15
_PHOTOS_AROUND = (2, 10)


@dataclass(frozen=True)
class Block:
    """A page of the gallery: where it begins, and its pictures when it was read."""

    place: str
    ids: tuple[int, ...]


@dataclass
class GalleryLightboxState:
    """The pages it goes through; `at` is the picture that is seen, 0 while it is closed.

    `trail` leads to the first block, `next_place` on from the last, "" when there is none.
    """

    at: int = 0
    blocks: list[Block] = field(default_factory=list)
    trail: list[str] = field(default_factory=list)
    next_place: str = ""
    is_beside: bool = False
    turn: int = 0
    focus: tuple[int, str] = (0, "")


def open_lightbox(page: Page[AssetSummary], asset_id: int) -> None:
    """Let the lightbox show the picture of this page of the gallery."""
    state = state_of(GalleryLightboxState)
    ids = tuple(asset.ref.id for asset in page.items)
    state.blocks = [Block(st.query_params.get(PLACE, ""), ids)]
    state.trail = trail_of(PLACE)
    state.next_place = page.next.encode() if page.next else ""
    forget_deeds()
    _go(asset_id)


def grid_focus() -> tuple[int, str]:
    """Return the picture to which the keyboard goes when the lightbox was closed."""
    return state_of(GalleryLightboxState).focus


def show_lightbox(listing: GalleryListing) -> None:
    """Draw the lightbox while a picture is open."""
    if state_of(GalleryLightboxState).at:
        _show(listing)


@st.fragment
def _show(listing: GalleryListing) -> None:
    actor = require_actor()
    state = state_of(GalleryLightboxState)
    if not state.at:
        return
    with expected_errors():
        shown = [asset_id for block in state.blocks for asset_id in block.ids]
        events = new_events(KEY, shown)
        undone = do_deeds(actor, [event for event in events if event.action in DEEDS])
        for event in events:
            _follow(event, listing)
        if undone:
            _go(undone)
        wants_earlier = any((one.action, one.value) == ("see", "earlier") for one in events)
        _read_on(actor, listing, wants_earlier=wants_earlier)
        _draw(actor, listing)


def _go(asset_id: int) -> None:
    state = state_of(GalleryLightboxState)
    state.at, state.turn = asset_id, state.turn + 1


def _follow(event: LightboxEvent, listing: GalleryListing) -> None:
    """Do what leads elsewhere, or changes what is seen; what leaves the page comes last."""
    state, asset_id = state_of(GalleryLightboxState), event.asset_id
    if event.action != "undo":
        state.at = asset_id
    match event.action:
        case "tick":
            select(listing.key, selected(listing.key) | {asset_id})
        case "untick":
            select(listing.key, selected(listing.key) - {asset_id})
        case "beside" | "alone":
            state.is_beside = event.action == "beside"
        case "compare":
            _close()
            open_compare(_compared(asset_id, selected(listing.key)))
        case "open":
            _close()
            open_asset(asset_id)
        case "close":
            _close()
            st.rerun()


def _compared(asset_id: int, ticked: frozenset[int]) -> list[int]:
    """Return what is compared: what is ticked, or else the picture and the one after it."""
    state = state_of(GalleryLightboxState)
    order = [one for block in state.blocks for one in block.ids]
    others = [one for one in order if one in ticked and one != asset_id]
    others = others or order[order.index(asset_id) + 1 :][:1] or order[-2:-1]
    return [asset_id, *others][:MAX_COMPARED]


def _close() -> None:
    """Close it and let the gallery show the page on which one was last."""
    state = state_of(GalleryLightboxState)
    number = next((n for n, block in enumerate(state.blocks) if state.at in block.ids), 0)
    if state.blocks and state.blocks[number].place != st.query_params.get(PLACE, ""):
        trail = [*state.trail, *(block.place for block in state.blocks[:number])]
        go_to(PLACE, state.blocks[number].place, trail)
    state.turn += 1
    state.focus = (state.turn, str(state.at))
    state.at = 0


def _read_on(actor: Actor, listing: GalleryListing, *, wants_earlier: bool) -> None:
    """Read the next page of the gallery before one comes to its end, or the one before."""
    state = state_of(GalleryLightboxState)
    order = [asset_id for block in state.blocks for asset_id in block.ids]
    at = order.index(state.at)
    if state.next_place and len(order) - at <= _NEAR:
        page = _read(actor, listing, state.next_place)
        fresh = tuple(one.ref.id for one in page.items if one.ref.id not in order)
        block = Block(state.next_place, fresh)
        state.next_place = page.next.encode() if page.next else ""
        state.blocks = [*state.blocks, block] if fresh else state.blocks
        while len(state.blocks) > MAX_BLOCKS:
            state.trail = [*state.trail, state.blocks[0].place]
            state.blocks = state.blocks[1:]
    elif wants_earlier and at == 0 and state.trail:
        place = state.trail[-1]
        state.trail = state.trail[:-1]
        page = _read(actor, listing, place)
        fresh = tuple(one.ref.id for one in page.items if one.ref.id not in order)
        state.blocks = [Block(place, fresh), *state.blocks] if fresh else state.blocks
        while len(state.blocks) > MAX_BLOCKS:
            state.next_place = state.blocks[-1].place
            state.blocks = state.blocks[:-1]


def _read(actor: Actor, listing: GalleryListing, place: str) -> Page[AssetSummary]:
    after = Cursor.decode(place) if place else None
    return services().assets.search(
        actor, listing.wanted, sort=listing.sort, after=after, limit=PAGE_SIZE
    )


def _draw(actor: Actor, listing: GalleryListing) -> None:
    state, deeds = state_of(GalleryLightboxState), state_of(DeedsState)
    found = services().assets.summaries(actor, _window(state))
    order = [asset_id for block in state.blocks for asset_id in block.ids]
    ticked = selected(listing.key)
    draw_lightbox(
        [block.ids for block in state.blocks],
        _cards(state, found),
        Look(
            went=(state.turn, str(state.at)),
            may_review=actor.role.may_review,
            may_edit=actor.role.may_edit,
            has_more=bool(state.next_place),
            has_earlier=bool(state.trail),
            can_undo=bool(deeds.steps),
            beside=state.is_beside,
            ticked=tuple(str(one) for one in order if one in ticked),
        ),
        key=KEY,
        refusals=deeds.refusals,
        photos=_photos(actor, state, found) if state.is_beside else (),
        detail=_detail(actor, state.at),
    )


def _window(state: GalleryLightboxState) -> list[int]:
    """Return the pictures to draw: the page that is seen, and the next one when it is near."""
    wanted: list[int] = []
    for block in state.blocks:
        is_here = state.at in block.ids
        # A page is small and its progress is counted in the browser: so it comes as a whole.
        if is_here or _is_near(state, block):
            wanted += block.ids
    return wanted


def _is_near(state: GalleryLightboxState, block: Block) -> bool:
    order = [asset_id for other in state.blocks for asset_id in other.ids]
    at, first = order.index(state.at), order.index(block.ids[0])
    return first - _NEAR <= at < first + len(block.ids) + _NEAR


def _cards(state: GalleryLightboxState, found: Sequence[AssetSummary]) -> list[LightboxCard | str]:
    steps = state_of(DeedsState).steps
    trashed = {step.asset_id for step in steps if step.action == "trash"}
    known = {asset.ref.id: asset for asset in found}
    names = model_names()
    return [
        str(asset_id)
        if asset_id in trashed or asset_id not in known
        else lightbox_card(known[asset_id], names)
        for asset_id in _window(state)
    ]


def _photos(
    actor: Actor, state: GalleryLightboxState, found: Sequence[AssetSummary]
) -> list[tuple[str, str]]:
    """Return the addresses of the product photos of the pictures that come next."""
    at = next((n for n, asset in enumerate(found) if asset.ref.id == state.at), 0)
    before, after = _PHOTOS_AROUND
    near = found[max(0, at - before) : at + after]
    ids = list(dict.fromkeys(one.product_id for one in near if one.product_id is not None))
    products = services().products.find_many(actor, ids) if ids else {}
    return [
        (str(product.id), product.photos[0].url("w1600") if product.photos else "")
        for product in products.values()
    ]


def _detail(actor: Actor, asset_id: int) -> Detail:
    review = services().assets.get(actor, asset_id).review
    line = review_line(review) if review.at is not None else ""
    return Detail(str(asset_id), review.note, line)
