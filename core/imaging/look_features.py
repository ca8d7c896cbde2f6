"""Measures how a picture looks, from a small rendition, to find those that look like it.

The features are 128 bytes. The first 64 are a histogram of the colours: four steps of lightness by
four of green to red by four of blue to yellow (CIELAB). The other 64 are where the edges are and
which way they run: a grid of four by four fields, in each four directions, weighted by strength.
Both halves add up to one before the square root of each number is kept as a byte; so the likeness
of two halves, from 0 to 1, is the sum of the products (the Bhattacharyya coefficient).
"""

import cv2
import numpy as np

from core.domain.looks import LookMeasures
from core.imaging.look_ranks import COLOURS, buckets_of
from core.imaging.photo import Photo, read_photo
from core.imaging.photo_measures import perceptual_hash
from core.imaging.pixels import Pixels

_WORK_PX = 128
_HASHED_PX = 320
_LIGHTNESS_STEPS = (64, 128, 192)
# Most furniture is nearly grey: there the steps are small. 128 is neutral in OpenCV's Lab.
_TONE_STEPS = (122, 132, 146)
_GRID, _DIRECTIONS = 4, 4
_FAINT = 12.0


def measure_look(data: bytes) -> LookMeasures:
    """Return how a picture looks; raises `InvalidRequestError` if the bytes are no picture."""
    rgb = _on_white(read_photo(data, longest=_HASHED_PX))
    small = cv2.resize(rgb, (_WORK_PX, _WORK_PX), interpolation=cv2.INTER_AREA)
    features = np.concatenate([_colours(small), _edges(small)])
    return LookMeasures(perceptual_hash(rgb), features.tobytes(), buckets_of(features))


def _on_white(photo: Photo) -> Pixels:
    """Return the colours as a page shows them: what is see-through is white."""
    if photo.alpha is None:
        return photo.rgb
    alpha = photo.alpha[..., None]
    shown: Pixels = (photo.rgb * alpha + 255 * (1 - alpha)).astype(np.uint8)
    return shown


def _colours(rgb: Pixels) -> Pixels:
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2Lab)
    lightness = np.digitize(lab[..., 0], _LIGHTNESS_STEPS)
    red, yellow = (np.digitize(lab[..., channel], _TONE_STEPS) for channel in (1, 2))
    place = (lightness * 4 + red) * 4 + yellow
    return _kept(np.bincount(place.ravel(), minlength=COLOURS).astype(np.float64))


def _edges(rgb: Pixels) -> Pixels:
    grey = cv2.GaussianBlur(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), (0, 0), 1).astype(np.float32)
    across, down = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    strength = np.hypot(across, down)
    strength[strength < _FAINT] = 0  # noise and smooth light have a direction too, but no edge
    angle = np.mod(np.arctan2(down, across), np.pi)
    direction = np.mod(np.round(angle / np.pi * _DIRECTIONS), _DIRECTIONS).astype(int)
    field = np.arange(_WORK_PX) * _GRID // _WORK_PX
    place = (field[:, None] * _GRID + field[None, :]) * _DIRECTIONS + direction
    counted = np.bincount(
        place.ravel(), weights=strength.ravel(), minlength=_GRID * _GRID * _DIRECTIONS
    )
    return _kept(counted)


def _kept(counted: Pixels) -> Pixels:
    total = counted.sum()
    # A picture without edges is as like to all others as to none.
    share = counted / total if total > 0 else np.full_like(counted, 1 / counted.size)
    return np.round(np.sqrt(share) * 255).astype(np.uint8)
