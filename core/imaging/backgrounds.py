"""Puts something behind a product."""

import math
from typing import Any

import cv2
import numpy as np

from core.domain.image_tools import Background, BackgroundKind
from core.imaging.canvas import Canvas, averaged, bands, on_white, read_canvas
from core.imaging.cutout_step import cut_out_if_opaque
from core.imaging.pixels import Pixels

_SEED = 7


def with_background(
    canvas: Canvas, step: Background, picture: bytes | None
) -> tuple[Canvas, dict[str, Any]]:
    """Return the product before another background; an opaque picture is cut out first."""
    cut, figures = cut_out_if_opaque(canvas)
    if step.kind is BackgroundKind.TRANSPARENT or cut.alpha is None:
        return cut, figures
    scene = _covering(picture, cut) if step.kind is BackgroundKind.PICTURE and picture else None
    rgb = np.empty_like(cut.rgb)
    for rows in bands(cut.height_px, cut.width_px):
        share = cut.alpha[rows][..., None].astype(np.float32) / 255
        behind = _behind(step, rows, cut) if scene is None else scene[rows].astype(np.float32)
        rgb[rows] = np.rint(cut.rgb[rows] * share + behind * (1 - share))
    return Canvas(rgb), figures


def _behind(step: Background, rows: slice, cut: Canvas) -> Pixels:
    """Return some rows of a plain or graded background; or one pixel that stands for all."""
    if step.kind is BackgroundKind.GRADIENT:
        return _graded(step, rows, cut)
    colour = "#ffffff" if step.kind is BackgroundKind.WHITE else step.colour
    return _rgb(colour)[None, None]


def _graded(step: Background, rows: slice, cut: Canvas) -> Pixels:
    angle = math.radians(step.degrees)
    # 0 is downwards, 90 to the left, as a clock hand that starts at six.
    across, down = -math.sin(angle), math.cos(angle)
    x = (np.arange(cut.width_px, dtype=np.float32) + 0.5 - cut.width_px / 2) * across
    y = (np.arange(rows.start, rows.stop, dtype=np.float32) + 0.5 - cut.height_px / 2) * down
    reach = abs(across) * cut.width_px + abs(down) * cut.height_px
    place = np.clip((y[:, None] + x[None]) / reach + 0.5, 0, 1)[..., None]
    colours = _rgb(step.colour) * (1 - place) + _rgb(step.second_colour) * place
    # Half a step of noise, always the same: without it a soft gradient shows its 8-bit steps.
    noise = np.random.default_rng((_SEED, rows.start)).random(place.shape, np.float32) - 0.5
    return np.clip(np.rint(colours + noise), 0, 255)


def _covering(picture: bytes, cut: Canvas) -> Pixels:
    """Return the middle of a picture, as large as the product's."""
    scene = on_white(read_canvas(picture))
    ratio = max(cut.width_px / scene.width_px, cut.height_px / scene.height_px)
    width = max(cut.width_px, round(scene.width_px * ratio))
    height = max(cut.height_px, round(scene.height_px * ratio))
    if ratio < 1:
        rgb = averaged(scene, (width, height)).rgb
    else:
        rgb = cv2.resize(scene.rgb, (width, height), interpolation=cv2.INTER_CUBIC)
    left, top = (width - cut.width_px) // 2, (height - cut.height_px) // 2
    middle: Pixels = rgb[top : top + cut.height_px, left : left + cut.width_px]
    return middle


def _rgb(colour: str) -> Pixels:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], np.float32)
