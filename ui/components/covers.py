"""Collections as cards, each with its cover, or up to four of its products' photos."""

from collections.abc import Sequence
from typing import Any

from core.domain.collections import CollectionSummary
from ui.components.browser_code import component
from ui.components.collection_words import SMART, STATUSES, TONES

MAX_COVERS = 4
_covers = component("covers")


def show_covers(collections: Sequence[CollectionSummary], *, key: str) -> int | None:
    """Draw the cards and return the id of the collection that was opened, once, or None."""
    items = [_card(collection) for collection in collections]
    opened = _covers(key=key, data=items, on_opened_change=_nothing).get("opened")
    return next((item.id for item in collections if str(item.id) == opened), None)


def _nothing() -> None:
    """Make Streamlit know the event; the page reacts to the returned value."""


def _card(collection: CollectionSummary) -> dict[str, Any]:
    noun = "product" if collection.count_label == "1" else "products"
    return {
        "id": str(collection.id),
        "title": collection.name,
        "subtitle": " · ".join(
            (f"{collection.count_label} {noun}", *((SMART,) if collection.is_smart else ()))
        ),
        "status": STATUSES[collection.status],
        "tone": TONES[collection.status],
        "covers": [cover.url("w320") for cover in collection.covers[:MAX_COVERS]],
    }
