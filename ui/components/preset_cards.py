"""Presets as cards, each with the best picture of what it makes."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from core.domain.setting_layers import SettingsLayer
from ui.components.browser_code import component
from ui.components.preset_faces import tiles_of

_cards = component("preset_cards")


@dataclass(frozen=True)
class PresetCard:
    """A preset as its card shows it; of `sources` the first picture that can be loaded counts.

    Where none can, what `layer` looks like stands in. `is_used` says whether `figures` are any.
    """

    id: str
    title: str
    text: str
    layer: SettingsLayer
    sources: tuple[str, ...] = ()
    sign: str = ""
    figures: str = ""
    is_used: bool = False


def show_preset_cards(cards: Sequence[PresetCard], *, key: str) -> str | None:
    """Draw the cards and return the id of the one that was opened, once, or None."""
    # A list, because for a mapping Streamlit would import pandas to look for data frames.
    data = [
        {
            "id": card.id,
            "title": card.title,
            "text": card.text,
            "sources": list(card.sources),
            "tiles": [asdict(tile) for tile in tiles_of(card.layer)],
            "sign": card.sign,
            "figures": card.figures,
            "is_used": card.is_used,
        }
        for card in cards
    ]
    opened = _cards(key=key, data=data, on_opened_change=_nothing).get("opened")
    return next((card.id for card in cards if card.id == opened), None)


def _nothing() -> None:
    """Make Streamlit know the event; the page reacts to the returned value."""
