"""A product's photos: one large, the others in order below it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core.domain.assets import AssetRef
from ui.components.browser_code import component

_strip = component("photo_strip")


@dataclass(frozen=True)
class PhotoEvent:
    """What a person did: chose or opened a photo, or dragged the photos into another order."""

    kind: Literal["choose", "open", "order"]
    ids: tuple[int, ...]


def show_photo_strip(
    photos: Sequence[AssetRef], chosen: int, *, key: str, is_square: bool, may_order: bool
) -> PhotoEvent | None:
    """Draw the photos and return what was done to them, once, or None.

    The caller keeps which one is chosen. `is_square` cuts each to a square, as shops do.
    """
    shown = [
        {
            "id": photo.id,
            "small": photo.url("w160"),
            "large": photo.url("w1600"),
            "width": photo.width_px,
            "height": photo.height_px,
        }
        for photo in photos
    ]
    # A list, because for a mapping Streamlit would import pandas to look for data frames.
    result = _strip(key=key, data=[shown, chosen, is_square, may_order], on_event_change=_nothing)
    return _event(result.get("event"), {photo.id for photo in photos})


def _nothing() -> None:
    """Make Streamlit know the event; the page reacts to the returned value."""


def _event(value: object, known: set[int]) -> PhotoEvent | None:
    match value:
        case ["choose" | "open" as kind, [int(photo_id)]] if photo_id in known:
            return PhotoEvent(kind, (photo_id,))
        case ["order", [*ids]]:
            order = tuple(photo_id for photo_id in ids if isinstance(photo_id, int))
            is_whole = set(order) == known and len(order) == len(ids) == len(known)
            return PhotoEvent("order", order) if is_whole else None
        case _:
            return None
