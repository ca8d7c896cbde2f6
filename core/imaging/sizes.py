"""How many pixels a picture of an aspect ratio and a size has."""

from core.domain.generation import AspectRatio, ImageSize
from core.errors import InvalidRequestError

_AT_1K: dict[AspectRatio, tuple[int, int]] = {
    "1:1": (1024, 1024),
    "4:5": (928, 1152),
    "3:4": (896, 1200),
    "2:3": (848, 1264),
    "9:16": (768, 1376),
    "5:4": (1152, 928),
    "4:3": (1200, 896),
    "3:2": (1264, 848),
    "16:9": (1376, 768),
    "21:9": (1584, 672),
}
_FACTORS: dict[ImageSize, int] = {"1K": 1, "2K": 2}


def pixel_size(ratio: AspectRatio, size: ImageSize) -> tuple[int, int]:
    """Return width and height; raises `InvalidRequestError` for what is not offered."""
    if ratio not in _AT_1K or size not in _FACTORS:
        raise InvalidRequestError(
            f"{ratio} at {size} is not offered",
            user_message=f"The local compositor does not make {ratio} pictures in {size}. "
            "Nothing was charged; choose 1K or 2K.",
        )
    width, height = _AT_1K[ratio]
    return width * _FACTORS[size], height * _FACTORS[size]
