"""Masks: what a person painted on a picture, kept as a grey PNG of its size; white is chosen."""

from dataclasses import dataclass

MAX_MASKS = 500
"""How many masks one picture can have."""


@dataclass(frozen=True)
class NewMask:
    """A mask of an asset whose file is stored and that is not yet a row."""

    asset_id: int
    storage_key: str
    sha256: str
    size_bytes: int
    width_px: int
    height_px: int


@dataclass(frozen=True)
class Mask(NewMask):
    """A kept mask of an asset and where its file is."""

    id: int
