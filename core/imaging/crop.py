"""Crops, turns and mirrors a picture. Whole quarters and mirrors keep every pixel as it is."""

import math
from collections.abc import Callable

import cv2
import numpy as np

from core.domain.image_tools import Crop, Flip, Rotate, Straighten, ratio_of
from core.imaging.canvas import Canvas, bands, unpremultiplied
from core.imaging.pixels import Pixels
from core.imaging.tool_verdicts import Refusal, ToolRefusedError

_REACH_PX = 4
_LONGEST_PX = 32_000
"""OpenCV counts the pixels of a side in 16 bits when it turns a picture."""


def cropped(canvas: Canvas, step: Crop) -> Canvas:
    """Return the part inside the box."""
    left, top, right, bottom = crop_box(step, canvas.width_px, canvas.height_px)
    area = np.s_[top:bottom, left:right]
    return _each(canvas, lambda pixels: np.ascontiguousarray(pixels[area]))


def crop_box(step: Crop, width_px: int, height_px: int) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of a crop, in whole pixels, at least one a side."""
    left, right = _ends(step.left, step.width, width_px)
    top, bottom = _ends(step.top, step.height, height_px)
    ratio = ratio_of(step.ratio)
    if ratio is None:
        return left, top, right, bottom
    width, height = right - left, bottom - top
    if width > height * ratio:
        width = max(1, round(height * ratio))
    else:
        height = max(1, round(width / ratio))
    left += (right - left - width) // 2
    top += (bottom - top - height) // 2
    return left, top, left + width, top + height


def turned(canvas: Canvas, step: Rotate) -> Canvas:
    """Return the picture turned by quarters, clockwise."""
    turns = -int(step.quarters)
    return _each(canvas, lambda pixels: np.ascontiguousarray(np.rot90(pixels, turns)))


def flipped(canvas: Canvas, step: Flip) -> Canvas:
    """Return the picture mirrored."""
    where = np.s_[:, ::-1] if step.is_horizontal else np.s_[::-1]
    return _each(canvas, lambda pixels: np.ascontiguousarray(pixels[where]))


def straightened(canvas: Canvas, step: Straighten) -> Canvas:
    """Return the picture turned by a few degrees, without the corners that are empty then."""
    size = canvas.width_px, canvas.height_px
    if max(size) > _LONGEST_PX:
        raise ToolRefusedError(Refusal.TOO_LONG, size)
    width, height = straightened_size(step.degrees, *size)
    rgb = np.empty((height, width, 3), np.uint8)
    alpha = None if canvas.alpha is None else np.empty((height, width), np.uint8)
    for rows in bands(height, width):
        band = _turned_band(canvas, step.degrees, (width, height), rows)
        rgb[rows] = band.rgb
        if alpha is not None and band.alpha is not None:
            alpha[rows] = band.alpha
    return Canvas(rgb, alpha)


def straightened_size(degrees: float, width_px: int, height_px: int) -> tuple[int, int]:
    """Return the largest size of the same ratio that fits into the turned picture."""
    angle = math.radians(abs(degrees))
    sine, cosine = math.sin(angle), math.cos(angle)
    share = min(
        width_px / (width_px * cosine + height_px * sine),
        height_px / (width_px * sine + height_px * cosine),
    )
    return max(1, int(width_px * share + 1e-6)), max(1, int(height_px * share + 1e-6))


def _turned_band(canvas: Canvas, degrees: float, size: tuple[int, int], rows: slice) -> Canvas:
    """Return some rows of the turned picture, from only those rows of the old one they need."""
    back = _way_back(canvas, degrees, size)
    corners = np.array([(x, y, 1) for x in (0, size[0]) for y in (rows.start, rows.stop)])
    reached = (corners @ back.T)[:, 1]
    low = max(0, math.floor(reached.min()) - _REACH_PX)
    high = min(canvas.height_px, math.ceil(reached.max()) + _REACH_PX + 1)
    # From the band's own first row to the part's own first row.
    move = back.copy()
    move[:, 2] += back[:, 1] * rows.start
    move[1, 2] -= low
    part = canvas.rgb[low:high]
    wanted = size[0], rows.stop - rows.start
    if canvas.alpha is None:
        return Canvas(_warped(part, move, wanted))
    share = canvas.alpha[low:high].astype(np.float32) / 255
    colours = _warped(part * share[..., None], move, wanted)
    return unpremultiplied(colours, _warped(share, move, wanted))


def _way_back(canvas: Canvas, degrees: float, size: tuple[int, int]) -> Pixels:
    """Return the matrix from a place in the result to the place in the picture."""
    angle = math.radians(degrees)
    cosine, sine = math.cos(angle), math.sin(angle)
    turn = np.array([[cosine, sine], [-sine, cosine]])
    middle = (np.array([canvas.width_px, canvas.height_px]) - 1) / 2
    own_middle = (np.array(size) - 1) / 2
    return np.hstack([turn, (middle - turn @ own_middle)[:, None]])


def _warped(pixels: Pixels, move: Pixels, size: tuple[int, int]) -> Pixels:
    how = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(pixels, move, size, flags=how, borderMode=cv2.BORDER_REFLECT_101)


def _each(canvas: Canvas, change: Callable[[Pixels], Pixels]) -> Canvas:
    return Canvas(change(canvas.rgb), None if canvas.alpha is None else change(canvas.alpha))


def _ends(begin: float, length: float, side_px: int) -> tuple[int, int]:
    low = min(round(begin * side_px), side_px - 1)
    return low, max(low + 1, min(round((begin + length) * side_px), side_px))
