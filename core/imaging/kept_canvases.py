"""Pictures between two steps, kept for the next preview."""

from collections import OrderedDict
from typing import Any

from core.imaging.canvas import Canvas

Figures = list[dict[str, Any]]
"""What was measured of each step so far."""


class KeptCanvases:
    """The last pictures between steps, so that moving one slider does not redo all before it."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._kept: OrderedDict[str, tuple[Canvas, Figures]] = OrderedDict()

    def find(self, key: str) -> tuple[Canvas, Figures] | None:
        """Return what was kept under the key."""
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def keep(self, key: str, canvas: Canvas, figures: Figures) -> None:
        """Keep a picture, and let the oldest go."""
        if canvas.size_bytes > self._limit_bytes:
            return
        self._kept[key] = (canvas, figures)
        self._kept.move_to_end(key)
        while sum(kept.size_bytes for kept, _ in self._kept.values()) > self._limit_bytes:
            self._kept.popitem(last=False)
