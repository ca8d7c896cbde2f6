"""Photos in rows of one height, whole: a click takes one, a link names who made it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

import streamlit as st

from core.domain.assets import AssetSummary
from core.domain.inspiration import UnsplashPhoto
from ui.components.browser_code import component
from ui.state import state_of

_grid = component("inspiration_grid", is_in_dialogs=True)
_MAX_ID_CHARS = 18


@dataclass(frozen=True)
class InspirationCard:
    """A photo to take. `fill` is a checked colour, seen until the photo is there.

    With a `by`, the card says below the photo whom it is by and on whose `site` it was found;
    their addresses are https or "".
    """

    id: str
    label: str
    src: str
    width_px: int
    height_px: int
    note: str = ""
    fill: str = ""
    by: str = ""
    by_url: str = ""
    site: str = ""
    site_url: str = ""


def asset_card(asset: AssetSummary) -> InspirationCard:
    """Return the card of a picture of the workspace, named after what it shows."""
    name = asset.product_name or asset.label
    return InspirationCard(
        id=str(asset.ref.id),
        label=name,
        src=asset.ref.url("w320"),
        width_px=asset.ref.width_px,
        height_px=asset.ref.height_px,
        note=name,
    )


def unsplash_card(photo: UnsplashPhoto) -> InspirationCard:
    """Return the card of a photo at Unsplash, shown from there, with the credit it asks for."""
    return InspirationCard(
        id=photo.id,
        label=photo.label,
        src=photo.thumb_url,
        width_px=photo.width_px,
        height_px=photo.height_px,
        fill=photo.colour,
        by=photo.photographer,
        by_url=photo.photographer_url,
        site="Unsplash",
        site_url=photo.page_url,
    )


@dataclass
class InspirationGridState:
    """By each grid's key, how many photos were taken so far."""

    answers: dict[str, int] = field(default_factory=dict)


def taken_photo(key: str) -> str:
    """Return the id of the photo that was just taken, or ""; to be asked before the grid is drawn.

    The photo looks busy in the browser until `show_inspiration_grid` draws the grid again, so
    what takes a while is to be done in between.
    """
    found = st.session_state.get(key, {}).get("picked")
    if not isinstance(found, str):
        return ""
    answers = state_of(InspirationGridState).answers
    answers[key] = answers.get(key, 0) + 1
    return found


def taken_asset(key: str) -> int | None:
    """Return the id of the asset that was just taken, as `taken_photo` does, or None."""
    picked = taken_photo(key)
    # What a browser sends may be anything.
    is_id = picked.isascii() and picked.isdecimal() and len(picked) <= _MAX_ID_CHARS
    return int(picked) if is_id else None


def show_inspiration_grid(cards: Sequence[InspirationCard], *, key: str) -> None:
    """Draw the photos; `taken_photo` says in the next run which one was taken."""
    # A list, because for a mapping Streamlit would import pandas to look for data frames.
    answer = state_of(InspirationGridState).answers.get(key, 0)
    _grid(key=key, data=[[asdict(card) for card in cards], answer], on_picked_change=_nothing)


def _nothing() -> None:
    """Make Streamlit know the event; `taken_photo` reads it."""
