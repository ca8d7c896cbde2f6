"""The cut-out as a step: an alpha at full size, corrected by hand, and clean colours under it."""

from typing import Any

import cv2
import numpy as np

from core.domain.brushes import Stroke, StrokeKind
from core.domain.image_tools import CutOut
from core.imaging.canvas import Canvas, averaged, bands
from core.imaging.cutout import ONE_AT_A_TIME, find_alpha
from core.imaging.masks import feathered, read_mask
from core.imaging.matting import without_backdrop
from core.imaging.pixels import Pixels
from core.imaging.tool_verdicts import Refusal, ToolRefusedError

FOUND_PX = 2000
"""The product's outline is looked for in at most this size, and brought to the full one."""

_TILE_PX, _MARGIN_PX, _EDGE_PX = 768, 96, 8
_SEEN, _HALF, _WHITE = 4, 128, 255
_FEWEST_SHARE = 0.0005
_SHIFT = 4
_SUB_PIXELS = 1 << _SHIFT


def cut_out_step(canvas: Canvas, step: CutOut, mask: bytes | None) -> tuple[Canvas, dict[str, Any]]:
    """Return the product with a true alpha, and what was measured of it.

    Where it is opaque its pixels are the photo's own; along its edge the old backdrop is taken out
    of the colours; what cannot be seen is white. Raises `ToolRefusedError` if there is no product.
    """
    alpha, doubt = _first_alpha(canvas, mask)
    for stroke in step.strokes:
        alpha = _stroked(alpha, stroke)
    alpha = feathered(alpha, step.feather_px)
    solid = alpha >= _HALF
    share = float(solid.mean())
    if share < _FEWEST_SHARE:
        raise ToolRefusedError(Refusal.NO_PRODUCT)
    cut = Canvas(_clean_colours(canvas.rgb, alpha), alpha)
    edges = float(((alpha > 0) & (alpha < _WHITE)).mean())
    figures = {
        "product_share": round(share, 4),
        "edge_share": round(edges, 4),
        "doubt": doubt,
        "touches": [
            side
            for side, rim in zip(
                ("left", "top", "right", "bottom"),
                (solid[:, :2], solid[:2], solid[:, -2:], solid[-2:]),
                strict=True,
            )
            if rim.any()
        ],
    }
    return cut, figures


def cut_out_if_opaque(canvas: Canvas) -> tuple[Canvas, dict[str, Any]]:
    """Return the picture cut out, unless it is see-through already."""
    if canvas.alpha is not None:
        return canvas, {}
    cut, figures = cut_out_step(canvas, CutOut(), None)
    return cut, {"cutout": figures}


def _first_alpha(canvas: Canvas, mask: bytes | None) -> tuple[Pixels, str]:
    if mask is not None:
        alpha = read_mask(mask, (canvas.width_px, canvas.height_px))
        return alpha if canvas.alpha is None else np.minimum(alpha, canvas.alpha), ""
    if canvas.alpha is not None:
        return canvas.alpha, ""
    ratio = min(1.0, FOUND_PX / max(canvas.width_px, canvas.height_px))
    size = max(1, round(canvas.width_px * ratio)), max(1, round(canvas.height_px * ratio))
    small = averaged(canvas, size) if ratio < 1 else canvas
    with ONE_AT_A_TIME:
        found = find_alpha(small.rgb)
    if found is None:
        raise ToolRefusedError(Refusal.NO_PRODUCT)
    share, doubt = found
    alpha = np.rint(np.clip(share, 0, 1) * _WHITE).astype(np.uint8)
    if ratio < 1:
        full = canvas.width_px, canvas.height_px
        alpha = cv2.resize(alpha, full, interpolation=cv2.INTER_CUBIC)
    # The last trace of a backdrop is no product: white has to stay exactly white behind it.
    alpha[alpha < _SEEN] = 0
    alpha[alpha > _WHITE - _SEEN] = _WHITE
    return alpha, doubt


def _stroked(alpha: Pixels, stroke: Stroke) -> Pixels:
    height, width = alpha.shape
    drawn = np.zeros_like(alpha)
    radius = max(0.5, stroke.radius * max(width, height))
    points = np.array([(x * width - 0.5, y * height - 0.5) for x, y in stroke.points])
    places = np.rint(points * _SUB_PIXELS).astype(np.int32)
    for x, y in places:
        centre = int(x), int(y)
        cv2.circle(drawn, centre, round(radius * _SUB_PIXELS), _WHITE, -1, cv2.LINE_AA, _SHIFT)
    if len(places) > 1:
        thickness = max(1, round(2 * radius))
        cv2.polylines(drawn, [places], False, _WHITE, thickness, cv2.LINE_AA, _SHIFT)  # noqa: FBT003 - OpenCV's: the line is not closed
    is_restored = stroke.kind is StrokeKind.RESTORE
    corrected: Pixels = (
        np.maximum(alpha, drawn) if is_restored else np.minimum(alpha, _WHITE - drawn)
    )
    return corrected


def _clean_colours(rgb: Pixels, alpha: Pixels) -> Pixels:
    """Return the colours without the backdrop, tile by tile, so that a large photo is no load."""
    clean = rgb.copy()
    height, width = alpha.shape
    for top in range(0, height, _TILE_PX):
        for left in range(0, width, _TILE_PX):
            _clean_tile(clean, rgb, alpha, (top, left))
    for rows in bands(height, width):  # all at once, the places alone would take gigabytes
        clean[rows][alpha[rows] == 0] = _WHITE
    return clean


def _clean_tile(clean: Pixels, rgb: Pixels, alpha: Pixels, corner: tuple[int, int]) -> None:
    top, left = corner
    tile = np.s_[top : top + _TILE_PX, left : left + _TILE_PX]
    # What is opaque some way from the edge stays as it is, and what is clear is not seen.
    if int(_around(alpha, corner, _EDGE_PX).min()) == _WHITE or not alpha[tile].any():
        return
    above, before = min(top, _MARGIN_PX), min(left, _MARGIN_PX)
    colours = np.ascontiguousarray(_around(rgb, corner, _MARGIN_PX))
    share = _around(alpha, corner, _MARGIN_PX).astype(np.float32) / _WHITE
    cleaned = without_backdrop(colours, share)
    height, width = alpha[tile].shape
    clean[tile] = cleaned[above : above + height, before : before + width]


def _around(pixels: Pixels, corner: tuple[int, int], margin: int) -> Pixels:
    top, left = corner
    area: Pixels = pixels[
        max(0, top - margin) : top + _TILE_PX + margin,
        max(0, left - margin) : left + _TILE_PX + margin,
    ]
    return area
