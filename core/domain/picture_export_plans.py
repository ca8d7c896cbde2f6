"""What an export of pictures would hold, before it is begun."""

from dataclasses import dataclass
from itertools import pairwise

from core.domain.picture_exports import ExportOptions, PictureFacts, PictureFormat

_BYTES_A_PIXEL = {PictureFormat.PNG: 1.9}
_QUALITY_BYTES = {
    PictureFormat.JPEG: ((30, 0.03), (80, 0.065), (90, 0.11), (95, 0.2), (100, 0.5)),
    PictureFormat.WEBP: ((30, 0.012), (80, 0.024), (90, 0.055), (95, 0.11), (100, 0.3)),
}
"""Measured on product photos; what is busy takes more, what is plain less."""


@dataclass(frozen=True)
class ExportPlan:
    """What an export would hold, before it is begun.

    `size_bytes` is exact for originals and a guess for what is made anew. `renamed` counts the
    pictures that would get a number because others are called the same, `trashed` those that are
    in the trash and would be left out.
    """

    count: int
    size_bytes: int
    examples: tuple[str, ...]
    renamed: int
    trashed: int
    first: PictureFacts | None


def estimated_bytes(facts: PictureFacts, options: ExportOptions) -> int:
    """Return about how large the picture's file becomes; exactly for an original."""
    if options.file_format.keeps_pixels:
        return facts.size_bytes
    width_px, height_px = options.size_of(facts.width_px, facts.height_px)
    guess = round(width_px * height_px * _rate(options))
    limit = options.max_kb * 1000
    return min(guess, limit) if limit and options.file_format.is_lossy else guess


def _rate(options: ExportOptions) -> float:
    known = _BYTES_A_PIXEL.get(options.file_format)
    if known is not None:
        return known
    steps = _QUALITY_BYTES[options.file_format]
    for (low, less), (high, more) in pairwise(steps):
        if options.quality <= high:
            return less + (more - less) * (options.quality - low) / (high - low)
    return steps[-1][1]
