"""What was measured of a picture that a tool or an edit made, in words."""

from collections.abc import Callable, Mapping
from typing import Any

from core.domain.answers import whole_answer_in
from core.domain.assets import Asset
from core.domain.image_tools import FIGURES

_WORDS: Mapping[str, tuple[str, Callable[[Any], str]]] = {
    "changed_outside": ("Changed outside the mask", lambda count: _pixels(int(count))),
    "changed_inside_share": ("Changed inside the mask", lambda share: f"{100 * share:.0f} %"),
    "fill": ("Product fills", lambda fill: f"{fill:.1f} %"),
    "white_share": ("Pure white around it", lambda share: f"{100 * share:.2f} %"),
    "off_centre_px": ("Off the centre", lambda pixels: f"{pixels:g} px"),
    "product_share": ("Product in the picture", lambda share: f"{100 * share:.1f} %"),
    "from_px": ("Enlarged from", lambda size: f"{size[0]} \u00d7 {size[1]} px"),
}


def measured(asset: Asset) -> list[tuple[str, str]]:
    """Return name and value of each figure that was kept of how the picture was made.

    Where an edit could not keep to its mask, the first line says so.
    """
    found = [step.get(FIGURES) for step in asset.steps]
    figures = {
        name: value
        for each in found
        if isinstance(each, Mapping)
        for name, value in each.items()
        if name in _WORDS
    }
    lines = [
        (words, shown(figures[name])) for name, (words, shown) in _WORDS.items() if name in figures
    ]
    warning = whole_answer_in(asset.steps)
    return [("Outside the mask", warning), *lines] if warning else lines


def _pixels(count: int) -> str:
    return f"{count:,} pixels" if count != 1 else "1 pixel"
