"""Reads a stored picture into pixels."""

import io
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageOps

from core.errors import InvalidRequestError
from core.imaging.pixels import Pixels

_FORMATS = ("JPEG", "PNG", "WEBP")
_SEE_THROUGH = 128
_SEE_THROUGH_SHARE = 0.01


class Photo(NamedTuple):
    """A picture's colours, and its alpha from 0 to 1 if parts of it are see-through."""

    rgb: Pixels
    alpha: Pixels | None


def read_photo(data: bytes, *, longest: int) -> Photo:
    """Return the picture upright, its longer side at most `longest`.

    Raises `InvalidRequestError` if the bytes are no picture.
    """
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            image.draft("RGB", (longest, longest))  # a large JPEG is decoded small
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=3.0)
            return _split(upright)
    except (OSError, ValueError, SyntaxError) as error:
        raise InvalidRequestError(
            f"a reference is no picture: {error}",
            user_message="The photo cannot be read. Nothing was charged; choose another photo.",
        ) from error


def _split(image: Image.Image) -> Photo:
    if not image.has_transparency_data:
        return Photo(np.asarray(image.convert("RGB")), None)
    rgba = np.asarray(image.convert("RGBA"))
    alpha = rgba[..., 3]
    if (alpha < _SEE_THROUGH).mean() < _SEE_THROUGH_SHARE:
        return Photo(np.ascontiguousarray(rgba[..., :3]), None)
    return Photo(np.ascontiguousarray(rgba[..., :3]), alpha.astype(np.float32) / 255)
