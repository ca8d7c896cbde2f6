"""Pixel lock: the product's own pixels in a scene that an image model made without it."""

import io

import numpy as np
from PIL import Image

from core.domain.generation import Dimensions
from core.imaging.compose import draw, drawn_product
from core.imaging.cutout import Cutout
from core.imaging.looks import Look
from core.imaging.photo import read_photo
from core.imaging.pixels import Pixels
from core.imaging.placement import Box
from core.imaging.pose import pose_of
from core.imaging.scenes import picture_scene
from core.imaging.words import read_words

LONGEST_PX = 3200
"""How large a scene may be: above 2K in every shape, and well within the memory of a worker."""
WHOLLY_PRODUCT = 0.999
"""From this alpha on a pixel is the product's alone."""


def place_locked(
    scene: bytes, cutout: Cutout, *, dimensions: Dimensions | None, words: str
) -> tuple[Pixels, Box]:
    """Return the scene with the product standing in it, and where that is, in whole pixels.

    Shadow and edges belong to the scene; every pixel that is wholly the product's is exactly as it
    is in the cutout at that size. Raises `InvalidRequestError` if the scene is no picture.
    """
    picture = read_photo(scene, longest=LONGEST_PX).rgb
    wishes = read_words(words)
    pose = pose_of(cutout, dimensions, wishes)
    look = Look(side=float(wishes.side or 0), shadow=1.0 if wishes.has_shadow else 0.0)
    size = int(picture.shape[1]), int(picture.shape[0])
    prepared = picture_scene(picture, pose, look, size=size)
    rgb, drawn = draw(prepared, cutout, pose)
    box = prepared.placement.box(pose)
    width, height = max(2, round(box.width)), max(2, round(box.height))
    # What hangs is drawn with its cord: the product itself is at the lower end.
    own = Box(drawn.left, drawn.bottom - height, width, height)
    return _with_own_pixels(rgb, cutout, own), own


def as_png(rgb: Pixels) -> bytes:
    """Return the pixels without loss."""
    out = io.BytesIO()
    Image.fromarray(rgb).save(out, "PNG", compress_level=4)
    return out.getvalue()


def _with_own_pixels(rgb: Pixels, cutout: Cutout, box: Box) -> Pixels:
    colours, alpha = drawn_product(cutout, box)
    height, width = rgb.shape[:2]
    left, top = int(box.left), int(box.top)
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(width, left + colours.shape[1]), min(height, top + colours.shape[0])
    here, there = np.s_[y0:y1, x0:x1], np.s_[y0 - top : y1 - top, x0 - left : x1 - left]
    out = rgb.copy()
    is_product = alpha[there] >= WHOLLY_PRODUCT
    out[here][is_product] = np.rint(colours[there] * 255).astype(np.uint8)[is_product]
    return out
