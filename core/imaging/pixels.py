"""Small steps on arrays of pixels that every part of the imaging shares."""

from typing import Any, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

Pixels: TypeAlias = npt.NDArray[Any]
"""An array of height x width, or height x width x channels."""


def blurred(pixels: Pixels, sigma_x: float, sigma_y: float = 0.0) -> Pixels:
    """Return the pixels under a Gaussian blur; `sigma_y` is `sigma_x` unless given."""
    if sigma_x < 0.05:  # noqa: PLR2004 - OpenCV reads 0 as "choose for me"
        return pixels
    return cv2.GaussianBlur(pixels, (0, 0), sigmaX=sigma_x, sigmaY=sigma_y or sigma_x)


def resized(pixels: Pixels, width: int, height: int) -> Pixels:
    """Return the pixels at this size: averaged when smaller, smooth when larger."""
    old_height, old_width = pixels.shape[:2]
    if (old_width, old_height) == (width, height):
        return pixels
    is_smaller = width <= old_width and height <= old_height
    how = cv2.INTER_AREA if is_smaller else cv2.INTER_LINEAR
    return cv2.resize(pixels, (width, height), interpolation=how)


def fitted(pixels: Pixels, longest: int) -> Pixels:
    """Return the pixels with the longer side at most `longest`."""
    height, width = pixels.shape[:2]
    scale = longest / max(height, width)
    if scale >= 1:
        return pixels
    return resized(pixels, max(1, round(width * scale)), max(1, round(height * scale)))


def smoothstep(low: float, high: float, values: Pixels) -> Pixels:
    """Return 0 below `low`, 1 above `high` and a soft rise between."""
    rise = np.clip((values - low) / (high - low), 0, 1)
    soft: Pixels = rise * rise * (3 - 2 * rise)
    return soft


def grown(mask: Pixels, size: int) -> Pixels:
    """Return the true area grown by a square of this size."""
    return cv2.dilate(mask.astype(np.uint8), np.ones((size, size), np.uint8)) > 0


def shrunk(mask: Pixels, size: int) -> Pixels:
    """Return the true area shrunk by a square of this size."""
    return cv2.erode(mask.astype(np.uint8), np.ones((size, size), np.uint8)) > 0


def disc(size: int) -> Pixels:
    """Return a round structuring element."""
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
