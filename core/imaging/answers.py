"""What the parent believes of a child's answer: nothing that was not looked at."""

import hashlib
from collections.abc import Mapping

from core.errors import ImageRejectedError
from core.imaging.base import RENDITION_WIDTHS, CheckedImage
from core.imaging.verdicts import NOTICES, SENTENCES, Notice, Reason

_MIME_TYPES = {"image/jpeg", "image/png", "image/webp"}


def rejection(reason: Reason, detail: str = "") -> ImageRejectedError:
    """Return the error for this reason."""
    return ImageRejectedError(f"{reason}: {detail!a}", user_message=SENTENCES[reason])


def checked_image(data: bytes, header: Mapping[str, object], body: bytes) -> CheckedImage:
    """Return what the answer says of the picture, or raise `ImageRejectedError`.

    An answer in any other shape than ours counts as that of a crashed child.
    """
    if "reason" in header:
        raise _rejection_of(header)
    try:
        return CheckedImage(
            mime_type=_mime_type(header["mime_type"]),
            width_px=_positive(header["width_px"]),
            height_px=_positive(header["height_px"]),
            sha256=hashlib.sha256(data).hexdigest(),
            size_bytes=len(data),
            renditions=_renditions(header["renditions"], body),
            notices=_notices(header["notices"]),
            is_blank=_flag(header["is_blank"]),
        )
    except (KeyError, ValueError) as error:
        raise rejection(Reason.CRASHED, f"odd answer: {error}") from error


def _rejection_of(header: Mapping[str, object]) -> ImageRejectedError:
    try:
        reason = Reason(str(header["reason"]))
    except ValueError:
        reason = Reason.CRASHED
    return rejection(reason, str(header.get("detail", "")))


def _mime_type(value: object) -> str:
    if value not in _MIME_TYPES:
        raise ValueError("mime type")
    return str(value)


def _positive(value: object) -> int:
    if not isinstance(value, int) or value < 1:
        raise ValueError("size")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("flag")  # noqa: TRY004 - one kind of error for every odd answer
    return value


def _notices(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("notices")  # noqa: TRY004 - one kind of error for every odd answer
    return tuple(NOTICES[Notice(name)] for name in value)


def _renditions(value: object, body: bytes) -> dict[str, bytes]:
    if not isinstance(value, dict) or value.keys() != RENDITION_WIDTHS.keys():
        raise ValueError("names of renditions")
    renditions: dict[str, bytes] = {}
    start = 0
    for name, size in value.items():
        renditions[name] = body[start : start + _positive(size)]
        start += size
    if start != len(body):
        raise ValueError("sizes of renditions")
    return renditions
