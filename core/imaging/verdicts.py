"""Why a picture is not kept, and the sentences for it.

The child process gives only the reason: should hostile bytes take it over, it cannot put words on
the screen.
"""

from enum import StrEnum

from core.imaging.base import MAX_PIXELS, MAX_UPLOAD_BYTES, MAX_WEBP_PIXELS, MIN_SIDE_PX


class Reason(StrEnum):
    """What is wrong with a picture."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_A_PICTURE = "not_a_picture"
    DAMAGED = "damaged"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_SMALL = "too_small"
    TOO_MUCH_TEXT = "too_much_text"
    TOO_HEAVY = "too_heavy"
    CRASHED = "crashed"


class Notice(StrEnum):
    """What the person should know of a picture that is kept."""

    FIRST_FRAME = "first_frame"


SENTENCES = {
    Reason.EMPTY: "This file is empty.",
    Reason.TOO_LARGE: (
        f"This file is larger than {MAX_UPLOAD_BYTES // 1024**2} MB. "
        "Please save it smaller or with stronger compression."
    ),
    Reason.NOT_A_PICTURE: "This file is not a picture that Epox can read. Use JPEG, PNG or WebP.",
    Reason.DAMAGED: "This picture is damaged or incomplete. Please export or upload it again.",
    Reason.TOO_MANY_PIXELS: (
        f"This picture has more than {MAX_PIXELS // 10**6} megapixels "
        f"({MAX_WEBP_PIXELS // 10**6} for WebP). Please make it smaller."
    ),
    Reason.TOO_SMALL: (
        f"This picture is less than {MIN_SIDE_PX} pixels wide or high. Please use a larger one."
    ),
    Reason.TOO_MUCH_TEXT: (
        "This picture carries too much hidden text. Please save it again without metadata."
    ),
    Reason.TOO_HEAVY: (
        "This picture takes too much time or memory to read. Please save it again as a plain JPEG."
    ),
    Reason.CRASHED: "This picture could not be read. Please save it again as JPEG or PNG.",
}
NOTICES = {
    Notice.FIRST_FRAME: "This file holds several pictures; Epox uses only the first.",
}


def foreign_sentence(name: str) -> str:
    """Return the sentence for a format that is known but not kept."""
    return f"This is {name} file; save it as JPEG, PNG or WebP."


class RefusedPictureError(Exception):
    """Inside the child: this picture is not kept."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
