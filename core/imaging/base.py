"""What is known of a picture once it was decoded safely."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

RENDITION_WIDTHS: Mapping[str, int] = {"w160": 160, "w320": 320, "w640": 640, "w1600": 1600}
"""Renditions of every asset: WebP, longest side in px, never larger than the original."""

MAX_UPLOAD_BYTES = 20 * 1024 * 1024
MAX_ANSWER_BYTES = 128 * 1024 * 1024
"""A model's picture is paid for and comes from a known sender: it may be larger than an upload."""

MAX_PIXELS = 50_000_000
MAX_WEBP_PIXELS = 24_000_000
"""Lower than for the others, because the WebP decoder holds four copies of the picture at once."""

MIN_SIDE_PX = 32
MAX_THUMBNAIL_BYTES = 40 * 1024
"""What `w160` and `w320` stay below, so that a page of many loads at once."""


@dataclass(frozen=True)
class CheckedImage:
    """A picture that decoded to its last pixel.

    `width_px` and `height_px` are as shown, EXIF orientation applied. `renditions` maps the names
    of `RENDITION_WIDTHS` to WebP bytes without metadata. `notices` are sentences for the person,
    such as that only the first frame is used. `is_blank` says that there is nothing in it: each
    pixel has exactly the same colour, or none can be seen.
    """

    mime_type: str
    width_px: int
    height_px: int
    sha256: str
    size_bytes: int
    renditions: Mapping[str, bytes]
    notices: tuple[str, ...] = ()
    is_blank: bool = False


class ImageGate(Protocol):
    """Judges bytes by their content, in a limited child process."""

    def check(self, data: bytes, *, max_bytes: int = MAX_UPLOAD_BYTES) -> CheckedImage:
        """Return the facts and renditions of a JPEG, PNG or WebP, or raise `ImageRejectedError`.

        Its sentence says what is wrong with the file and what to do.
        """
        ...

    def close(self) -> None:
        """End the child processes."""
        ...
