"""Soft edges: aligns a mask with a photo's edges and cleans the colours along them."""

import cv2
import numpy as np

from core.imaging.pixels import Pixels, grown

_STRIP_ROWS = 256
_RADIUS = 4
_EPSILON = 2e-5
_MOST_LEFT = 25.0
_COLOURFUL = 16.0
_SURELY_OWN = 24.0


def sharpened(rgb: Pixels, mask: Pixels) -> Pixels:
    """Return the mask with its edge where the photo's edge is, from 0 to 1.

    Works in strips, so that a large photo does not need gigabytes.
    """
    alpha = mask.astype(np.float32).copy()
    margin = 2 * _RADIUS
    for top in range(0, len(mask), _STRIP_ROWS):
        low, high = max(0, top - margin), min(len(mask), top + _STRIP_ROWS + margin)
        part = mask[low:high]
        if part.min() == part.max():
            continue
        filtered = _guided(rgb[low:high].astype(np.float64) / 255, part.astype(np.float64))
        alpha[top : top + _STRIP_ROWS] = filtered[top - low : top - low + _STRIP_ROWS]
    soft: Pixels = np.clip((alpha - 0.1) / 0.8, 0, 1)
    return soft


def _guided(guide: Pixels, mask: Pixels) -> Pixels:
    """Filter the mask guided by colour (He et al.); in float64, as float32 cancels to nothing."""
    means = [_mean(guide[..., i]) for i in range(3)]
    mask_mean = _mean(mask)
    joint = [_mean(guide[..., i] * mask) - means[i] * mask_mean for i in range(3)]
    slope = _solve(_covariance(guide, means), joint)
    offset = mask_mean - sum(slope[i] * means[i] for i in range(3))
    out: Pixels = sum(_mean(slope[i]) * guide[..., i] for i in range(3)) + _mean(offset)
    return out


def _mean(plane: Pixels) -> Pixels:
    side = 2 * _RADIUS + 1
    return cv2.boxFilter(plane, -1, (side, side), borderType=cv2.BORDER_REFLECT)


def _covariance(guide: Pixels, means: list[Pixels]) -> dict[tuple[int, int], Pixels]:
    pairs = ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))
    return {
        (i, j): _mean(guide[..., i] * guide[..., j]) - means[i] * means[j] + _EPSILON * (i == j)
        for i, j in pairs
    }


def _solve(s: dict[tuple[int, int], Pixels], right: list[Pixels]) -> list[Pixels]:
    """Solve the symmetric 3x3 system of every pixel in closed form."""
    c00 = s[1, 1] * s[2, 2] - s[1, 2] ** 2
    c01 = s[0, 2] * s[1, 2] - s[0, 1] * s[2, 2]
    c02 = s[0, 1] * s[1, 2] - s[0, 2] * s[1, 1]
    c11 = s[0, 0] * s[2, 2] - s[0, 2] ** 2
    c12 = s[0, 1] * s[0, 2] - s[0, 0] * s[1, 2]
    c22 = s[0, 0] * s[1, 1] - s[0, 1] ** 2
    determinant = s[0, 0] * c00 + s[0, 1] * c01 + s[0, 2] * c02
    x, y, z = right
    return [
        (c00 * x + c01 * y + c02 * z) / determinant,
        (c01 * x + c11 * y + c12 * z) / determinant,
        (c02 * x + c12 * y + c22 * z) / determinant,
    ]


def unmixed_edge(alpha: Pixels, chroma: Pixels) -> Pixels:
    """Return the alpha with its edge read from colour, where the product is more colourful.

    `chroma` is each pixel's distance in hue from a plain backdrop: along the edge it falls from
    the product's own to none exactly as the alpha does, and shadows have nearly none.
    """
    own = cv2.dilate(np.where(alpha > 0.5, chroma, 0).astype(np.float32), np.ones((7, 7)))  # noqa: PLR2004
    share = np.clip((chroma / np.maximum(own, 1) - 0.2) / 0.5, 0, 1)
    share = np.where(chroma > _SURELY_OWN, np.maximum(share, np.minimum(alpha, 0.9)), share)
    inside = alpha > 0.5  # noqa: PLR2004
    band = grown(inside, 7) & grown(~inside, 5)
    return np.where(band & (own > _COLOURFUL), share, alpha).astype(np.float32)


def without_backdrop(rgb: Pixels, alpha: Pixels) -> Pixels:
    """Return the product's own colours: along its edge, the old backdrop is taken out of them.

    Where the product is opaque, the photo's pixels stay as they are.
    """
    photo = rgb.astype(np.float32)
    front, back = _unmixed(photo, photo, photo, alpha, radius=45)
    front, _ = _unmixed(photo, front, back, alpha, radius=4)
    opaque = ~grown(alpha < 0.98, 5)  # noqa: PLR2004 - the outermost rings are mixed, too
    core = opaque.astype(np.float32)
    nearest = _weighted(photo, core, 4)
    has_core = cv2.blur(core, (9, 9))[..., None] > 0.03  # noqa: PLR2004
    edge = np.where(has_core, 0.75 * nearest + 0.25 * front, front)
    colours = np.where(opaque[..., None], photo, np.clip(edge, 0, 255))
    return np.rint(colours).astype(np.uint8)


def _unmixed(
    photo: Pixels, front: Pixels, back: Pixels, alpha: Pixels, *, radius: int
) -> tuple[Pixels, Pixels]:
    """Estimate front and back colours by blur fusion (Forte): local means, then what is left."""
    a = alpha[..., None]
    front_mean = _weighted(front, alpha, radius)
    back_mean = _weighted(back, 1 - alpha, radius)
    left_over = np.clip(photo - a * front_mean - (1 - a) * back_mean, -_MOST_LEFT, _MOST_LEFT)
    return front_mean + a * left_over, back_mean


def _weighted(colours: Pixels, weight: Pixels, radius: int) -> Pixels:
    side = (2 * radius + 1, 2 * radius + 1)
    total = cv2.blur(colours * weight[..., None], side)
    return total / (cv2.blur(weight, side)[..., None] + 1e-5)
