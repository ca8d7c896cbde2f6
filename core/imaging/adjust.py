"""Adjusts light, colour and detail of a picture; docs/image-tools.md gives the formulas.

All of it is one pass over bands of rows: a table for what is done in linear light, then lightness
and colour apart. Lightness is luma, the weighted mean of the sRGB values; colour is the distance
of the three channels from it and keeps its hue.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from core.domain.image_tools import Adjust
from core.imaging.canvas import Canvas, averaged, bands
from core.imaging.pixels import Pixels
from core.imaging.tones import exposure_table, luma_of, toned

_COARSE_PX = 512
_COARSE_SIGMA = 0.02
_FINE_SIGMA = 0.0015
_FINE_SIGMA_PX = (1.0, 6.0)
_SHARP_SIGMA_PX = 1.0
_DARKEST = 4 / 255
_MOST_GAIN = 3.0
_LEAST = 1e-6


@dataclass(frozen=True)
class _Plan:
    """What is the same for all bands."""

    step: Adjust
    table: Pixels
    coarse: Pixels | None
    size: tuple[int, int]
    fine_sigma: float

    @property
    def reach_px(self) -> int:
        """Return how many rows above and below a band change it."""
        sigma = max(
            self.fine_sigma if self.step.texture else 0.0,
            _SHARP_SIGMA_PX if self.step.sharpness else 0.0,
        )
        return math.ceil(4 * sigma) + 1 if sigma else 0


def adjusted(canvas: Canvas, step: Adjust) -> Canvas:
    """Return the picture adjusted; with all at 0 the very same one. The alpha stays as it is."""
    if step.is_neutral:
        return canvas
    plan = _planned(canvas, step)
    rgb = np.empty_like(canvas.rgb)
    height = canvas.height_px
    for rows in bands(height, canvas.width_px):
        low, high = max(0, rows.start - plan.reach_px), min(height, rows.stop + plan.reach_px)
        band = _adjusted_band(canvas, plan, slice(low, high))
        rgb[rows] = band[rows.start - low : rows.stop - low]
    return Canvas(rgb, canvas.alpha)


def _planned(canvas: Canvas, step: Adjust) -> _Plan:
    longest = max(canvas.width_px, canvas.height_px)
    table = exposure_table(step)
    low, high = _FINE_SIGMA_PX
    return _Plan(
        step=step,
        table=table,
        coarse=_coarse_light(canvas, step, table) if step.clarity else None,
        size=(canvas.width_px, canvas.height_px),
        fine_sigma=min(max(_FINE_SIGMA * longest, low), high),
    )


def _coarse_light(canvas: Canvas, step: Adjust, table: Pixels) -> Pixels:
    """Return the lightness all around each place, small."""
    ratio = min(1.0, _COARSE_PX / max(canvas.width_px, canvas.height_px))
    size = max(1, round(canvas.width_px * ratio)), max(1, round(canvas.height_px * ratio))
    small = averaged(canvas, size) if ratio < 1 else canvas
    light = toned(luma_of(cv2.LUT(small.rgb, table)), step)
    return _smooth(light, _share_of(small.alpha), _COARSE_SIGMA * max(size))


def _adjusted_band(canvas: Canvas, plan: _Plan, rows: slice) -> Pixels:
    step = plan.step
    colours = cv2.LUT(canvas.rgb[rows], plan.table)
    old_light = luma_of(colours)
    light = toned(old_light, step)
    # In the darkest tones colour grows less than light: it is mostly noise there.
    gain = np.minimum((light + _DARKEST) / (old_light + _DARKEST), _MOST_GAIN)
    highest, lowest = _extremes(colours)
    if step.saturation or step.vibrance:
        gain *= _colourfulness(step, gain * (highest - lowest))
    share = None if canvas.alpha is None else _share_of(canvas.alpha[rows])
    light = _detailed(light, share, plan, rows)
    # Colour that has no room beside its lightness is paled until it has, which keeps its hue.
    above = np.maximum(gain * (highest - old_light), _LEAST)
    below = np.maximum(gain * (old_light - lowest), _LEAST)
    gain *= np.minimum(np.minimum((1 - light) / above, light / below), 1)
    result = cv2.merge([(light + gain * (plane - old_light)) * 255 for plane in cv2.split(colours)])
    return np.rint(result).clip(0, 255).astype(np.uint8)


def _colourfulness(step: Adjust, chroma: Pixels) -> Pixels:
    """Return by how much colours get stronger; vibrance spares those that are strong already."""
    vibrance = 1 + step.vibrance / 100 * (1 - np.minimum(chroma, 1)) ** 2
    factor: Pixels = (1 + step.saturation / 100) * vibrance
    return factor


def _detailed(light: Pixels, share: Pixels | None, plan: _Plan, rows: slice) -> Pixels:
    """Return the lightness with more or less of its detail, coarse, fine and finest."""
    step, result = plan.step, light
    if plan.coarse is not None:
        middle = 4 * light * (1 - light)
        detail = light - _enlarged(plan.coarse, plan.size, rows)
        result = result + 0.6 * step.clarity / 100 * middle * _gentle(detail, 0.5)
    if step.texture:
        detail = light - _smooth(light, share, plan.fine_sigma)
        strength = step.texture / 100 if step.texture > 0 else 0.8 * step.texture / 100
        result = result + strength * _gentle(detail, 0.1)
    if step.sharpness:
        detail = light - _smooth(light, share, _SHARP_SIGMA_PX)
        result = result + 1.5 * step.sharpness / 100 * _gentle(detail, 0.2)
    return np.clip(result, 0, 1)


def _gentle(detail: Pixels, limit: float) -> Pixels:
    """Return detail with its strong edges held back, so that they get no bright rims."""
    held: Pixels = detail / (1 + np.abs(detail) / limit)
    return held


def _smooth(light: Pixels, share: Pixels | None, sigma: float) -> Pixels:
    """Return the lightness blurred; what cannot be seen does not count."""
    if share is None:
        return cv2.GaussianBlur(light, (0, 0), sigma)
    total = cv2.GaussianBlur(light * share, (0, 0), sigma)
    weight = cv2.GaussianBlur(share, (0, 0), sigma)
    return np.where(weight > _LEAST, total / np.maximum(weight, _LEAST), light)


def _enlarged(coarse: Pixels, size: tuple[int, int], rows: slice) -> Pixels:
    """Return some rows of a small plane at the full size."""
    across, down = coarse.shape[1] / size[0], coarse.shape[0] / size[1]
    first = (rows.start + 0.5) * down - 0.5
    move = np.array([[across, 0, 0.5 * across - 0.5], [0, down, first]])
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    wanted = size[0], rows.stop - rows.start
    return cv2.warpAffine(coarse, move, wanted, flags=how, borderMode=cv2.BORDER_REPLICATE)


def _extremes(colours: Pixels) -> tuple[Pixels, Pixels]:
    red, green, blue = cv2.split(colours)
    return cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue)


def _share_of(alpha: Pixels | None) -> Pixels | None:
    return None if alpha is None else alpha.astype(np.float32) / 255
