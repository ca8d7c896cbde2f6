"""Collections as cards, each with up to four of its products' photos."""

from collections.abc import Sequence

from core.domain.collections import CollectionSummary
from ui.components.browser_code import component
from ui.components.counted import counted

MAX_COVERS = 4
_covers = component("covers")


def show_covers(collections: Sequence[CollectionSummary], *, key: str) -> int | None:
    """Draw the cards and return the id of the collection that was opened, once, or None."""
    items = [
        {
            "id": str(collection.id),
            "title": collection.name,
            "subtitle": counted(collection.product_count, "product"),
            "covers": [cover.url("w320") for cover in collection.covers[:MAX_COVERS]],
        }
        for collection in collections
    ]
    opened = _covers(key=key, data=items, on_opened_change=_nothing).get("opened")
    return next((item.id for item in collections if str(item.id) == opened), None)


def _nothing() -> None:
    """Make Streamlit know the event; the page reacts to the returned value."""
