"""Enlarges a picture, with a small network that ships with Epox or by plain interpolation."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from core.domain.image_tools import Upscale, UpscaleMethod
from core.imaging.canvas import Canvas
from core.imaging.pixels import Pixels
from core.imaging.tool_verdicts import Refusal, ToolRefusedError

MAX_SIDE_PX = 8192
MAX_MEGAPIXELS = 36
TILE_PX = 256

Progress = Callable[[int, int], None]
"""Is told how many of how many parts of the work are done."""

_MODEL = Path(__file__).parent / "models" / "waifu2x_upconv7_photo_noise1_x2.onnx"
_AROUND_PX = 7
_WHITE = 255


def upscaled(canvas: Canvas, step: Upscale, on_progress: Progress) -> tuple[Canvas, dict[str, Any]]:
    """Return the picture 2 or 4 times as wide and high, and what it was before.

    Raises `ToolRefusedError` where the result would be larger than any that is made.
    """
    size = canvas.width_px * step.factor, canvas.height_px * step.factor
    if max(size) > MAX_SIDE_PX or size[0] * size[1] > MAX_MEGAPIXELS * 10**6:
        raise ToolRefusedError(Refusal.RESULT_TOO_LARGE, (*size, MAX_SIDE_PX, MAX_MEGAPIXELS))
    if step.method is UpscaleMethod.LANCZOS:
        result = _interpolated(canvas, size)
    else:
        result = _learned(canvas, step.factor, on_progress)
    figures = {
        "from_px": [canvas.width_px, canvas.height_px],
        "to_px": [result.width_px, result.height_px],
    }
    return result, figures


def tile_count(width_px: int, height_px: int, factor: int) -> int:
    """Return how many tiles the network enlarges."""
    count = 0
    while factor > 1:
        count += -(-width_px // TILE_PX) * -(-height_px // TILE_PX)
        width_px, height_px, factor = 2 * width_px, 2 * height_px, factor // 2
    return count


def _interpolated(canvas: Canvas, size: tuple[int, int]) -> Canvas:
    if canvas.alpha is None:
        image = Image.fromarray(canvas.rgb)
        return Canvas(np.asarray(image.resize(size, Image.Resampling.LANCZOS)))
    # Pillow weighs colours by their opacity here.
    image = Image.fromarray(np.dstack([canvas.rgb, canvas.alpha]))
    pixels = np.asarray(image.resize(size, Image.Resampling.LANCZOS))
    return Canvas(np.ascontiguousarray(pixels[..., :3]), np.ascontiguousarray(pixels[..., 3]))


def _learned(canvas: Canvas, factor: int, on_progress: Progress) -> Canvas:
    total, done = tile_count(canvas.width_px, canvas.height_px, factor), 0
    rgb = _filled(canvas)
    while factor > 1:
        larger = np.empty((2 * rgb.shape[0], 2 * rgb.shape[1], 3), np.uint8)
        for rows, columns in _tiles(*rgb.shape[:2]):
            on_progress(done, total)
            place = np.s_[2 * rows.start : 2 * rows.stop, 2 * columns.start : 2 * columns.stop]
            larger[place] = _doubled(rgb, rows, columns)
            done += 1
        rgb, factor = larger, factor // 2
    on_progress(done, total)
    if canvas.alpha is None:
        return Canvas(rgb)
    size = rgb.shape[1], rgb.shape[0]
    alpha = np.asarray(Image.fromarray(canvas.alpha).resize(size, Image.Resampling.LANCZOS))
    return Canvas(np.where((alpha > 0)[..., None], rgb, np.uint8(_WHITE)), alpha)


def _tiles(height_px: int, width_px: int) -> Iterator[tuple[slice, slice]]:
    for top in range(0, height_px, TILE_PX):
        for left in range(0, width_px, TILE_PX):
            yield (
                slice(top, min(top + TILE_PX, height_px)),
                slice(left, min(left + TILE_PX, width_px)),
            )


def _doubled(rgb: Pixels, rows: slice, columns: slice) -> Pixels:
    """Return one tile at twice its size; the network sees as much around it as it looks at."""
    high, wide = rgb.shape[:2]
    top, left = max(0, rows.start - _AROUND_PX), max(0, columns.start - _AROUND_PX)
    bottom, right = min(high, rows.stop + _AROUND_PX), min(wide, columns.stop + _AROUND_PX)
    # Beyond the picture it is mirrored; all tiles have one size, so that memory is taken once.
    above, before = _AROUND_PX - (rows.start - top), _AROUND_PX - (columns.start - left)
    side = TILE_PX + 2 * _AROUND_PX
    below, after = side - above - (bottom - top), side - before - (right - left)
    tile = cv2.copyMakeBorder(
        rgb[top:bottom, left:right], above, below, before, after, cv2.BORDER_REFLECT_101
    )
    planes = (tile.astype(np.float32) / _WHITE).transpose(2, 0, 1)[None]
    network = _network()
    network.setInput(np.ascontiguousarray(planes))
    answer = np.asarray(network.forward())[0].transpose(1, 2, 0)
    height, width = 2 * (rows.stop - rows.start), 2 * (columns.stop - columns.start)
    larger: Pixels = np.rint(np.clip(answer[:height, :width], 0, 1) * _WHITE).astype(np.uint8)
    return larger


def _filled(canvas: Canvas) -> Pixels:
    """Return the colours, with those of the edge carried on into what cannot be seen."""
    if canvas.alpha is None:
        return canvas.rgb
    seen = (canvas.alpha > 0).astype(np.float32)
    side = (4 * _AROUND_PX + 1, 4 * _AROUND_PX + 1)
    weight = cv2.blur(seen, side)
    near = cv2.blur(canvas.rgb * seen[..., None], side) / np.maximum(weight, 1e-4)[..., None]
    filled = np.where((weight > 1e-3)[..., None], near, _WHITE)  # noqa: PLR2004
    return np.where((seen > 0)[..., None], canvas.rgb, np.rint(filled).astype(np.uint8))


@cache
def _network() -> cv2.dnn.Net:
    return cv2.dnn.readNetFromONNX(str(_MODEL))
