"""One picture, large, with a look at each of its pixels."""

from core.domain.assets import AssetRef
from ui.components.browser_code import component

_viewer = component("viewer")


def show_picture(ref: AssetRef, label: str) -> None:
    """Draw the picture; a click opens the original over the whole window."""
    data = [ref.url("w1600"), ref.url("original"), ref.width_px, ref.height_px, label]
    _viewer(key="viewer", data=data)
