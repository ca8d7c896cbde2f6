"""What an edit asks for beyond a size and a model: as its job keeps it."""

from dataclasses import dataclass
from typing import Literal

EditMode = Literal["edit", "erase", "expand", "again_larger"]
EDIT_MODES: tuple[EditMode, ...] = ("edit", "erase", "expand", "again_larger")


@dataclass(frozen=True)
class EditSettings:
    """How a picture is edited by an image model; the picture itself is the settings' photo.

    `label` is what the picture was called, `width_px` and `height_px` its size as shown. With
    `mask_id` only what is white in that mask changes, fading over `feather_px` at its edge. An
    expansion puts the picture at `across` and `down` of the room that is left, 0 to 1.
    """

    mode: EditMode
    label: str
    width_px: int
    height_px: int
    mask_id: int | None = None
    mask_sha256: str = ""
    feather_px: int = 0
    across: float = 0.5
    down: float = 0.5

    @property
    def keeps_outside(self) -> bool:
        """Say whether the picture's own pixels are kept where nothing may change."""
        return self.mask_id is not None or self.mode == "expand"
