"""What image tools give back, for those who load no OpenCV."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.imaging.tool_verdicts import Refusal, ToolRefusedError


@dataclass(frozen=True)
class Supplies:
    """What steps name by an id: masks as PNG, pictures as files."""

    masks: Mapping[int, bytes] = field(default_factory=dict)
    pictures: Mapping[int, bytes] = field(default_factory=dict)

    def mask(self, mask_id: int) -> bytes:
        """Return a mask, or raise a sentence."""
        if mask_id not in self.masks:
            raise ToolRefusedError(Refusal.MASK_MISSING)
        return self.masks[mask_id]

    def picture(self, asset_id: int) -> bytes:
        """Return a picture, or raise a sentence."""
        if asset_id not in self.pictures:
            raise ToolRefusedError(Refusal.BACKGROUND_MISSING)
        return self.pictures[asset_id]


@dataclass(frozen=True)
class Rendered:
    """What steps made of a picture.

    `data` is a file of `width_px` x `height_px`; the whole result has `full_width_px` x
    `full_height_px`, which is more for a preview only. `steps` are the steps as an asset keeps
    them, with what was measured under "figures".
    """

    data: bytes
    mime_type: str
    width_px: int
    height_px: int
    full_width_px: int
    full_height_px: int
    steps: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Composite:
    """A picture with an edit inside a mask only, without loss.

    `changed_outside` counts pixels that differ from the original where the mask is black, after
    the file was decoded again: 0. `changed_inside` counts those that differ where it is not.
    """

    data: bytes
    mime_type: str
    width_px: int
    height_px: int
    changed_outside: int
    changed_inside: int
