"""Pictures made anew for people elsewhere: another format, size or weight."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from core.errors import ImageRejectedError
from core.imaging import frames
from core.imaging.answers import rejection
from core.imaging.child import ChildEndedError, DecodingChild
from core.imaging.signatures import accepted_format
from core.imaging.verdicts import Reason

_TIMEOUT_S = 90.0
_OWN_SENTENCES = {
    "too_long_for_webp": "WebP holds no picture with a side over 16,383 pixels. Choose a smaller "
    "longest side or another format.",
}


@dataclass(frozen=True)
class Rendering:
    """What is made: `file_format` is JPEG, PNG or WEBP; 0 is no `longest_px` and no `max_bytes`.

    A picture is never enlarged. With `max_bytes` the quality is the highest one up to `quality`
    that keeps the limit.
    """

    file_format: str
    longest_px: int = 0
    quality: int = 90
    max_bytes: int = 0
    background: str = "#ffffff"

    def to_json(self) -> dict[str, object]:
        """Return it as the child reads it."""
        return {
            "format": self.file_format,
            "longest_px": self.longest_px,
            "quality": self.quality,
            "max_bytes": self.max_bytes,
            "background": self.background,
        }


@dataclass(frozen=True)
class RenderedPicture:
    """A new file, and what it is; nothing is in it but pixels and the sRGB profile."""

    data: bytes
    width_px: int
    height_px: int
    quality: int


class PictureMaker:
    """Makes pictures anew in one limited child process, which starts at the first of them.

    Use it in a `with` block, from one thread.
    """

    def __init__(self, *, timeout_s: float = _TIMEOUT_S) -> None:
        self._timeout_s = timeout_s
        self._child: DecodingChild | None = None

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the child."""
        if self._child is not None:
            self._child.end()
            self._child = None

    def make(self, data: bytes, wanted: Rendering) -> RenderedPicture:
        """Return the picture as it is wanted, or raise `ImageRejectedError` with a sentence."""
        file_format = accepted_format(data)
        if file_format is None:
            raise rejection(Reason.NOT_A_PICTURE)
        if len(data) > frames.MAX_BODY_BYTES:
            raise rejection(Reason.TOO_HEAVY, f"{len(data)} bytes")
        if self._child is None or not self._child.is_alive:
            self._child = DecodingChild("core.imaging.export_child")
        try:
            header, body = self._child.ask(
                data, file_format, timeout_s=self._timeout_s, wanted=wanted.to_json()
            )
        except ChildEndedError as error:
            self._child = None
            raise rejection(error.reason, str(error)) from error
        if "reason" in header:
            raise _refusal(header, wanted)
        return _rendered(header, body, wanted)


def _rendered(header: Mapping[str, object], body: bytes, wanted: Rendering) -> RenderedPicture:
    numbers = [header.get(name) for name in ("width_px", "height_px", "quality")]
    # What a child says is looked at: hostile bytes may have taken it over.
    if accepted_format(body) != wanted.file_format:
        raise rejection(Reason.CRASHED, "odd answer")
    width_px, height_px, quality = (
        each if isinstance(each, int) and each >= 1 else 0 for each in numbers
    )
    if not (width_px and height_px and quality):
        raise rejection(Reason.CRASHED, "odd answer")
    return RenderedPicture(body, width_px, height_px, quality)


def _refusal(header: Mapping[str, object], wanted: Rendering) -> ImageRejectedError:
    reason, detail = str(header["reason"]), str(header.get("detail", ""))
    if reason == "over_limit" and detail.isascii() and detail.isdigit():
        sentence = (
            f"Even at the lowest quality it has {int(detail) / 1000:,.0f} kB, more than the "
            f"{wanted.max_bytes / 1000:,.0f} kB that are allowed. Choose a smaller longest side."
        )
        return ImageRejectedError(f"over the limit: {detail}", user_message=sentence)
    if reason in _OWN_SENTENCES:
        return ImageRejectedError(reason, user_message=_OWN_SENTENCES[reason])
    try:
        return rejection(Reason(reason), detail)
    except ValueError:
        return rejection(Reason.CRASHED, detail)
