"""Why a tool does not work on a picture, and the sentences for it.

The child process gives only a code and whole numbers: should hostile bytes take it over, it cannot
put words on the screen.
"""

from collections.abc import Sequence
from enum import StrEnum

from core.errors import InvalidInputError


class Refusal(StrEnum):
    """What is wrong."""

    UNREADABLE = "unreadable"
    TOO_SMALL = "too_small"
    TOO_HEAVY = "too_heavy"
    TOO_SLOW = "too_slow"
    CRASHED = "crashed"
    RESULT_TOO_SMALL = "result_too_small"
    RESULT_TOO_LARGE = "result_too_large"
    FILE_TOO_LARGE = "file_too_large"
    TOO_LONG = "too_long"
    NO_PRODUCT = "no_product"
    MASK_UNREADABLE = "mask_unreadable"
    MASK_OTHER_SIZE = "mask_other_size"
    MASK_EMPTY = "mask_empty"
    MASK_FULL = "mask_full"
    MASK_MISSING = "mask_missing"
    BACKGROUND_MISSING = "background_missing"
    OTHER_SHAPE = "other_shape"
    PREVIEW_TOO_LARGE = "preview_too_large"


_PASSING = frozenset({Refusal.TOO_HEAVY, Refusal.TOO_SLOW, Refusal.CRASHED})
"""What may be the machine's fault: these end a child that another program left no room."""

SENTENCES = {
    Refusal.UNREADABLE: "This picture is damaged or incomplete and cannot be edited.",
    Refusal.TOO_SMALL: "This picture is too small to be edited: it needs {0} pixels on each side.",
    Refusal.TOO_HEAVY: (
        "This picture takes more memory than its tools may use. Make it smaller, then try again."
    ),
    Refusal.TOO_SLOW: (
        "This took too long and was ended. Use a smaller picture, or fewer steps at a time."
    ),
    Refusal.CRASHED: "This picture could not be edited. Please save it again as JPEG or PNG.",
    Refusal.RESULT_TOO_SMALL: (
        "The result would be {0} x {1} pixels; a picture needs at least {2} on each side. "
        "Choose a larger part."
    ),
    Refusal.RESULT_TOO_LARGE: (
        "The result would be {0} x {1} pixels; at most {2} a side and {3} megapixels are made. "
        "Choose a smaller factor, or crop first."
    ),
    Refusal.FILE_TOO_LARGE: (
        "The result would be a file of {0} MB; at most {1} MB can be kept. "
        "Choose JPEG, or fewer pixels."
    ),
    Refusal.TOO_LONG: (
        "A picture of {0} x {1} pixels is too long to be turned by a few degrees. Crop it first."
    ),
    Refusal.NO_PRODUCT: (
        "No product can be found in this picture. Choose one that shows a product before a plain "
        "backdrop, or paint a mask."
    ),
    Refusal.MASK_UNREADABLE: "The mask cannot be read. Please paint it again.",
    Refusal.MASK_OTHER_SIZE: (
        "The mask is {0} x {1} pixels and the picture {2} x {3}. Please paint it on this picture."
    ),
    Refusal.MASK_EMPTY: "Nothing is painted in the mask. Please paint what is meant.",
    Refusal.MASK_FULL: "The mask covers the whole picture. Please leave something out.",
    Refusal.MASK_MISSING: "The mask is not there any more. Please paint it again.",
    Refusal.BACKGROUND_MISSING: "The background picture is not there any more; choose another.",
    Refusal.OTHER_SHAPE: (
        "The edited picture is {0} x {1} pixels and the original {2} x {3}: their shapes differ "
        "too much to put one into the other."
    ),
    Refusal.PREVIEW_TOO_LARGE: (
        "Enlarging is shown on a part of at most {0} x {0} pixels. Crop to a smaller part for a "
        "look at it, or save: the whole picture is enlarged then."
    ),
}


class ToolRefusedError(InvalidInputError):
    """A tool does not work on this picture; the sentence says why and what to do."""

    def __init__(self, refusal: Refusal, numbers: Sequence[int] = ()) -> None:
        sentence = SENTENCES[refusal].format(*numbers)
        super().__init__(f"{refusal}: {sentence}", user_message=sentence)
        self.refusal = refusal
        self.numbers = tuple(numbers)

    @property
    def may_pass(self) -> bool:
        """Say whether the same picture may well do another time."""
        return self.refusal in _PASSING
