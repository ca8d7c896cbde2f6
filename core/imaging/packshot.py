"""Packshots: the product in the middle of a canvas that is exactly white."""

import math
from typing import Any, NamedTuple

import cv2
import numpy as np
from PIL import Image

from core.domain.image_tools import Packshot, ratio_of
from core.imaging.canvas import Canvas
from core.imaging.cutout_step import cut_out_if_opaque
from core.imaging.pixels import Pixels, blurred, smoothstep
from core.imaging.tool_verdicts import Refusal, ToolRefusedError

_SOLID, _WHITE, _NEAR_WHITE = 128, 255, 250
_RIM_PX = 8
"""How far around its outline a product's soft edge is kept, in pixels of the canvas."""

_STANDS = 0.12
_FOOT, _BESIDE = 0.12, 0.3
_LEVEL, _LEGS = 0.01, 0.5
_DARKEST = 0.6
_TIGHT, _WIDE = (0.006, 0.003), (0.03, 0.012)
_TIGHT_SHARE = 0.6
_FREE_BORDER = 0.01


class _Box(NamedTuple):
    left: int
    top: int
    width: int
    height: int


def packshot(canvas: Canvas, step: Packshot) -> tuple[Canvas, dict[str, Any]]:
    """Return the packshot and what was measured of it; an opaque picture is cut out first.

    `fill` is measured in the result: the larger share of the canvas that the product's outline
    takes. `white_share` is that of the pixels beside product and shadow that are exactly white.
    """
    cut, figures = cut_out_if_opaque(canvas)
    size = canvas_size(step)
    product = _placed(cut, step, size)
    share = product.alpha.astype(np.float32) / _WHITE if product.alpha is not None else None
    if share is None:
        raise ToolRefusedError(Refusal.NO_PRODUCT)
    shadow = _shadow(share, step.shadow / 100)
    ground = np.rint(_WHITE * (1 - shadow)).astype(np.float32)[..., None]
    rgb = np.rint(product.rgb * share[..., None] + ground * (1 - share[..., None]))
    result = Canvas(rgb.astype(np.uint8))
    scale = _scale(_box_of(cut), step, size)
    return result, figures | _measured(result, share, ground[..., 0]) | {"scale": round(scale, 3)}


def canvas_size(step: Packshot) -> tuple[int, int]:
    """Return the canvas's width and height."""
    ratio = ratio_of(step.ratio) or 1.0
    longest = step.canvas_px
    if ratio >= 1:
        return longest, max(1, round(longest / ratio))
    return max(1, round(longest * ratio)), longest


def white_after(before: Canvas, after: Canvas) -> dict[str, Any]:
    """Return how much of what was exactly white still is, in a file that was decoded again."""
    was_white = (before.rgb == _WHITE).all(-1)
    lowest = after.rgb.min(axis=-1)[was_white]
    return {
        "white_share": round(float((lowest == _WHITE).mean()), 6),
        "near_white_share": round(float((lowest >= _NEAR_WHITE).mean()), 6),
    }


def _placed(cut: Canvas, step: Packshot, size: tuple[int, int]) -> Canvas:
    """Return the product alone on the canvas, its outline in the middle to half a pixel."""
    box = _box_of(cut)
    scale = _scale(box, step, size)
    width, height = max(1, round(box.width * scale)), max(1, round(box.height * scale))
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    around = math.ceil(_RIM_PX / scale) + 1
    part = _with_rim(cut, box, around)
    # The outline's box falls on whole pixels of the canvas, its soft rim around them.
    rim_x, rim_y = _RIM_PX * box.width / width, _RIM_PX * box.height / height
    source = (
        max(0.0, around - rim_x),
        max(0.0, around - rim_y),
        min(float(part.width), around + box.width + rim_x),
        min(float(part.height), around + box.height + rim_y),
    )
    wanted = width + 2 * _RIM_PX, height + 2 * _RIM_PX
    drawn = part.resize(wanted, Image.Resampling.BICUBIC, box=source)
    target = Image.new("RGBA", size, (_WHITE, _WHITE, _WHITE, 0))
    target.paste(drawn, (left - _RIM_PX, top - _RIM_PX))
    pixels = np.asarray(target)
    return Canvas(pixels[..., :3], pixels[..., 3])


def _with_rim(cut: Canvas, box: _Box, around: int) -> Image.Image:
    """Return the product with what is around it, transparent beyond the picture's border."""
    top, bottom = max(0, box.top - around), min(cut.height_px, box.top + box.height + around)
    left, right = max(0, box.left - around), min(cut.width_px, box.left + box.width + around)
    alpha = cut.alpha if cut.alpha is not None else np.full(cut.rgb.shape[:2], _WHITE, np.uint8)
    area = np.s_[top:bottom, left:right]
    part = Image.fromarray(np.dstack([cut.rgb[area], alpha[area]]))
    whole = Image.new("RGBA", (box.width + 2 * around, box.height + 2 * around), (255, 255, 255, 0))
    whole.paste(part, (left - box.left + around, top - box.top + around))
    return whole


def _scale(box: _Box, step: Packshot, size: tuple[int, int]) -> float:
    return step.fill / 100 * min(size[0] / box.width, size[1] / box.height)


def _box_of(cut: Canvas) -> _Box:
    if cut.alpha is None:
        return _Box(0, 0, cut.width_px, cut.height_px)
    return _outline(cut.alpha >= _SOLID)


def _outline(solid: Pixels) -> _Box:
    rows, columns = np.flatnonzero(solid.any(1)), np.flatnonzero(solid.any(0))
    if not len(rows):
        raise ToolRefusedError(Refusal.NO_PRODUCT)
    left, top = int(columns[0]), int(rows[0])
    return _Box(left, top, int(columns[-1]) - left + 1, int(rows[-1]) - top + 1)


def _shadow(share: Pixels, strength: float) -> Pixels:
    """Return how dark the ground is, from 0: most where the product stands, never at the border."""
    height, width = share.shape
    none = np.zeros_like(share)
    solid = share > 0.5  # noqa: PLR2004
    if strength <= 0 or not solid.any():
        return none
    columns = np.flatnonzero(solid.any(0))
    lowest = height - 1 - solid[::-1].argmax(0)[columns]
    tall = int(lowest.max()) - int(np.flatnonzero(solid.any(1))[0]) + 1
    traces = none.copy()
    traces[lowest, columns] = _standing(lowest, tall)
    side = max(width, height)
    tight, wide = (blurred(traces, x * side, y * side) for x, y in (_TIGHT, _WIDE))
    dark = _TIGHT_SHARE * tight / tight.max() + (1 - _TIGHT_SHARE) * wide / wide.max()
    free = max(2.0, _FREE_BORDER * min(width, height))
    x, y = (
        np.minimum(np.arange(n), np.arange(n)[::-1]).astype(np.float32) for n in (width, height)
    )
    inside = smoothstep(free, 3 * free, np.minimum(x[None], y[:, None]))
    shadow: Pixels = _DARKEST * strength * dark * inside
    return shadow


def _standing(lowest: Pixels, tall: int) -> Pixels:
    """Return, by column, how surely the product's lowest point there stands on the ground.

    What is lowest of all does, and so do feet: they reach down beside what is higher.
    """
    depth = (lowest - lowest.max()) / tall
    is_lowest = np.exp(-((depth / _STANDS) ** 2))
    foot, beside = (max(3, int(share * len(depth)) | 1) for share in (_FOOT, _BESIDE))
    line = depth[None].astype(np.float32)
    nearby = cv2.dilate(line, np.ones((1, foot), np.uint8))[0]
    higher = cv2.erode(line, np.ones((1, beside), np.uint8))[0]
    is_foot = np.exp(-(((nearby - depth) / _LEVEL) ** 2)) * smoothstep(0.05, 0.2, depth - higher)
    stands: Pixels = np.maximum(is_lowest, np.where(depth > -_LEGS, is_foot, 0))
    return stands


def _measured(result: Canvas, share: Pixels, ground: Pixels) -> dict[str, Any]:
    height, width = share.shape
    box = _outline(share >= _SOLID / _WHITE)
    beside = (share == 0) & (ground == _WHITE)
    is_white = (result.rgb == _WHITE).all(-1)
    middle = (box.left + box.width / 2 - width / 2, box.top + box.height / 2 - height / 2)
    return {
        "fill": round(100 * max(box.width / width, box.height / height), 2),
        "white_share": round(float(is_white[beside].mean()) if beside.any() else 1.0, 6),
        "off_centre_px": max(abs(distance) for distance in middle),
        "shadow_share": round(float((ground < _WHITE).mean()), 4),
    }
