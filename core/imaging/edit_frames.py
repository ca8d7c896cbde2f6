"""Edits: the pictures that a model is shown of one, and its answer fitted to the picture again.

The same bytes give the same bytes again: a worker that goes on after a crash makes nothing new.
"""

import io

import cv2
import numpy as np
from PIL import Image

from core.domain.edits import Frame
from core.domain.image_tools import FileFormat
from core.imaging.canvas import Canvas, averaged, encoded, on_white, read_canvas
from core.imaging.masks import as_mask_png
from core.imaging.pixels import Pixels

MAX_SENT_PX = 2560
"""The longer side of what a model is shown: more of it makes no better answer."""

_GREY = 128
_WHITE = 255
_ALIKE = 0.03
"""Shapes that differ by no more than this are taken for the same frame."""


def sent_picture(data: bytes, frame: Frame) -> bytes:
    """Return the picture as a model is shown it: upright, on its canvas, not too large, as PNG."""
    picture = on_white(read_canvas(data))
    rgb = _placed(picture.rgb, frame, _GREY)
    size = _sent_size(frame)
    shown = Canvas(rgb)
    if size != (frame.canvas_width_px, frame.canvas_height_px):
        shown = averaged(shown, size)
    return encoded(shown, FileFormat.PNG)


def sent_mask(mask: bytes, frame: Frame) -> bytes:
    """Return a painted mask as a model is shown it, of the size of the picture that it is shown."""
    return as_mask_png(_shrunk(_placed(_read_grey(mask), frame, 0), frame))


def sent_border(frame: Frame) -> bytes:
    """Return the mask of an expansion as a model is shown it: white is what is to be filled."""
    return as_mask_png(_shrunk(_border(frame), frame))


def border_mask(frame: Frame) -> bytes:
    """Return the mask of an expansion in full size."""
    return as_mask_png(_border(frame))


def on_canvas(data: bytes, frame: Frame) -> bytes:
    """Return the picture on the canvas of its expansion, in full size and without loss."""
    picture = read_canvas(data)
    rgb = _placed(picture.rgb, frame, _GREY)
    alpha = None if picture.alpha is None else _placed(picture.alpha, frame, _WHITE)
    return encoded(Canvas(rgb, alpha), FileFormat.PNG)


def chosen_pixels(mask: bytes) -> int:
    """Return how many pixels of a mask are not black."""
    return int(np.count_nonzero(_read_grey(mask)))


def fitted_answer(answer: bytes, frame: Frame, *, keeps_border: bool) -> tuple[bytes, float]:
    """Return the part of an answer that shows the picture, and which share was cut off for that.

    An answer of clearly another shape than its canvas is cut evenly on both sides. With the border
    kept, the whole canvas is the picture.
    """
    canvas = read_canvas(answer)
    width, height = canvas.width_px, canvas.height_px
    cut = _cover(width, height, frame.canvas_width_px / frame.canvas_height_px)
    lost = 1 - (cut[2] * cut[3]) / (width * height)
    box = cut if keeps_border or frame.is_whole else _inner(cut, frame)
    if box == (0, 0, width, height):
        return answer, 0.0
    left, top, wide, high = box
    here = np.s_[top : top + high, left : left + wide]
    alpha = None if canvas.alpha is None else np.ascontiguousarray(canvas.alpha[here])
    part = Canvas(np.ascontiguousarray(canvas.rgb[here]), alpha)
    return encoded(part, FileFormat.PNG), round(lost, 4)


def _cover(width: int, height: int, ratio: float) -> tuple[int, int, int, int]:
    """Return the largest box of about this ratio in the middle: left, top, width, height."""
    own = width / height
    if abs(own / ratio - 1) <= _ALIKE:
        return 0, 0, width, height
    if own > ratio:
        wide = max(1, round(height * ratio))
        return (width - wide) // 2, 0, wide, height
    high = max(1, round(width / ratio))
    return 0, (height - high) // 2, width, high


def _inner(cut: tuple[int, int, int, int], frame: Frame) -> tuple[int, int, int, int]:
    left, top, wide, high = cut
    across, down = wide / frame.canvas_width_px, high / frame.canvas_height_px
    return (
        left + round(frame.left_px * across),
        top + round(frame.top_px * down),
        max(1, round(frame.width_px * across)),
        max(1, round(frame.height_px * down)),
    )


def _placed(pixels: Pixels, frame: Frame, filled_with: int) -> Pixels:
    if frame.is_whole:
        return pixels
    shape = (frame.canvas_height_px, frame.canvas_width_px, *pixels.shape[2:])
    out = np.full(shape, filled_with, np.uint8)
    bottom, right = frame.top_px + frame.height_px, frame.left_px + frame.width_px
    out[frame.top_px : bottom, frame.left_px : right] = pixels
    return out


def _border(frame: Frame) -> Pixels:
    return _placed(np.zeros((frame.height_px, frame.width_px), np.uint8), frame, _WHITE)


def _shrunk(mask: Pixels, frame: Frame) -> Pixels:
    size = _sent_size(frame)
    if size == (frame.canvas_width_px, frame.canvas_height_px):
        return mask
    return cv2.resize(mask, size, interpolation=cv2.INTER_AREA)


def _sent_size(frame: Frame) -> tuple[int, int]:
    width, height = frame.canvas_width_px, frame.canvas_height_px
    ratio = min(1.0, MAX_SENT_PX / max(width, height))
    return max(1, round(width * ratio)), max(1, round(height * ratio))


def _read_grey(png: bytes) -> Pixels:
    with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
        return np.asarray(image.convert("L"))
