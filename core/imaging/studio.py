"""Reads a studio photo: where its even backdrop is, and what plainly differs from it."""

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from core.imaging.pixels import Pixels, blurred, disc, grown, resized

_DEGREE = 3
_ROUNDS = 5
_SIDE = 300  # the backdrop is smooth: a small copy tells enough
_EVEN = 0.55
_SEPARATE = 8.0
_DEEPEST_SHADOW = 45.0
_LIT = 4.5
_COLOURFUL = 9.0
_SMALLEST_OPENING = 0.0003


class Backdrop(NamedTuple):
    """A smooth model of the backdrop in Lab, and the share of the border that it explains."""

    lab: Pixels
    evenness: float


@dataclass(frozen=True)
class StudioPhoto:
    """How each pixel differs from the backdrop, all at the same size.

    `chroma` and `light` are distances in Lab, `edge` is the steepness of lightness, `backdrop`
    is the smooth model in Lab, at any size.
    """

    lab: Pixels
    chroma: Pixels
    light: Pixels
    edge: Pixels
    backdrop: Pixels
    evenness: float

    def is_even(self) -> bool:
        """Say whether the backdrop is one even surface, as in a studio."""
        return self.evenness >= _EVEN

    def separates(self, mask: Pixels) -> bool:
        """Say whether the product's rim differs from the backdrop, so that colour can decide."""
        return rim_contrast(self, mask) >= _SEPARATE


def read_studio(rgb: Pixels, mask: Pixels) -> StudioPhoto:
    """Compare a photo with its own backdrop; `mask` says roughly where the product is."""
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    lab = cv2.bilateralFilter(lab, 5, 4, 2)
    step = max(1, min(rgb.shape[:2]) // _SIDE)
    backdrop = _fit_backdrop(lab[::step, ::step], mask[::step, ::step] > 0.3)  # noqa: PLR2004
    height, width = rgb.shape[:2]
    difference = lab - resized(backdrop.lab, width, height)
    lightness = blurred(lab[..., 0], 0.8)
    return StudioPhoto(
        lab=lab,
        chroma=np.hypot(difference[..., 1], difference[..., 2]),
        light=difference[..., 0],
        edge=_steepness(lightness) / 8,
        backdrop=backdrop.lab,
        evenness=backdrop.evenness,
    )


def rim_contrast(studio: StudioPhoto, mask: Pixels) -> float:
    """Return how far the product's rim is from the backdrop, as a distance in Lab."""
    rim = (mask > 0.9) & grown(mask < 0.1, 25)  # noqa: PLR2004 - sure product near sure backdrop
    if rim.sum() <= 100:  # noqa: PLR2004 - too little to judge
        return float("inf")
    return float(np.median(np.hypot(studio.chroma, studio.light)[rim]))


def thin_parts(studio: StudioPhoto, mask: Pixels) -> Pixels:
    """Return thin parts, such as legs and cords, that the mask lacks.

    They differ in colour, or are dark and sharp; a wide soft dark area is a shadow and stays out.
    """
    sharp = grown(studio.edge > 2.2, 5)  # noqa: PLR2004
    coloured = (studio.chroma > 9) & (sharp | (studio.chroma > 14))  # noqa: PLR2004
    dark = (studio.lab[..., 0] < 46) & (studio.light < -30) & sharp  # noqa: PLR2004
    shadow = _near_shadow(studio, mask)
    differs = (coloured & ~(shadow & (studio.chroma < 16))) | (dark & ~shadow)  # noqa: PLR2004
    differs &= mask < 0.6  # noqa: PLR2004
    return differs & _joined_to_product(differs, mask)


def openings(studio: StudioPhoto) -> Pixels:
    """Return see-through openings: flat, backdrop-coloured, framed by edges, apart from the rest.

    A shadowed piece of backdrop counts only within a colourful frame, so that a grey product's
    own faces are left alone.
    """
    flat = (studio.chroma < 2.6) & (studio.light < 4.5) & (studio.edge < 1.1)  # noqa: PLR2004
    flat &= studio.light > -_DEEPEST_SHADOW
    enclosed = (flat & ~_from_border(flat)).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(enclosed, connectivity=4)
    found = np.zeros(flat.shape, bool)
    for label in np.flatnonzero(stats[:, cv2.CC_STAT_AREA] > _SMALLEST_OPENING * flat.size):
        if label > 0:
            _add_if_framed(found, labels, studio, label=int(label), box=stats[label])
    corners = (studio.chroma < 5) & (studio.light > -_DEEPEST_SHADOW)  # noqa: PLR2004
    opened: Pixels = found | (corners & grown(found, 31) & _joined(corners | found, found))
    return opened


def hue_distance(studio: StudioPhoto, rgb: Pixels) -> Pixels:
    """Return each pixel's distance in hue from the backdrop, at the full size of `rgb`."""
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    height, width = rgb.shape[:2]
    difference = lab - resized(studio.backdrop, width, height)
    return blurred(np.hypot(difference[..., 1], difference[..., 2]), 0.6)


def bare_backdrop(studio: StudioPhoto, mask: Pixels) -> Pixels:
    """Return where the photo shows exactly the backdrop and the mask doubts that it is product."""
    same = (studio.chroma < 1.3) & (np.abs(studio.light) < 1.6)  # noqa: PLR2004
    plain: Pixels = same & (mask < 0.3)  # noqa: PLR2004
    return plain


def _add_if_framed(
    found: Pixels, labels: Pixels, studio: StudioPhoto, *, label: int, box: Pixels
) -> None:
    x, y, width, height = (int(value) for value in box[:4])
    area = np.s_[max(0, y - 8) : y + height + 8, max(0, x - 8) : x + width + 8]
    own = labels[area] == label
    hole = cv2.morphologyEx(own.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    ring = (cv2.dilate(hole, np.ones((9, 9), np.uint8)) - hole) > 0
    edges = cv2.dilate(studio.edge[area], np.ones((5, 5), np.uint8))
    is_framed = (edges[ring] > 3.2).mean() > 0.72  # noqa: PLR2004 - an edge nearly all round
    frame = cv2.dilate(studio.chroma[area], np.ones((5, 5), np.uint8))[ring]
    is_lit = studio.light[area][own].min() > -_LIT
    if is_framed and (is_lit or np.percentile(frame, 20) > _COLOURFUL):
        found[area] |= grown(hole, 3)


def _near_shadow(studio: StudioPhoto, mask: Pixels) -> Pixels:
    core = (studio.light < -24) & (studio.chroma < 7) & (mask < 0.75)  # noqa: PLR2004
    wide = cv2.morphologyEx(core.astype(np.uint8), cv2.MORPH_OPEN, disc(15))
    return cv2.dilate(wide, disc(25)) > 0


def _joined_to_product(extra: Pixels, mask: Pixels) -> Pixels:
    either = (extra | (mask > 0.5)).astype(np.uint8)  # noqa: PLR2004
    joined = cv2.morphologyEx(either, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    product = np.bincount(labels[mask > 0.5], minlength=count)  # noqa: PLR2004
    kept = (product > 0.02 * stats[:, cv2.CC_STAT_AREA]) & (product > 30)  # noqa: PLR2004
    kept[0] = False
    found: Pixels = kept[labels]
    return found


def _joined(area: Pixels, seeds: Pixels) -> Pixels:
    """Return the pieces of an area that hold a seed."""
    _, labels = cv2.connectedComponents(area.astype(np.uint8), connectivity=4)
    return np.isin(labels, np.unique(labels[seeds]))


def _steepness(plane: Pixels) -> Pixels:
    across = cv2.Sobel(plane, cv2.CV_32F, 1, 0)
    return np.hypot(across, cv2.Sobel(plane, cv2.CV_32F, 0, 1))


def _fit_backdrop(lab: Pixels, product: Pixels) -> Backdrop:
    """Fit a polynomial from the border inwards, leaving out what is far from it."""
    height, width = lab.shape[:2]
    terms = _polynomial(height, width)
    rim = max(4, min(height, width) // 40)
    border = np.ones((height, width), bool)
    border[rim:-rim, rim:-rim] = False
    chosen = border & ~product
    model, distance = _fit(terms, lab, chosen, is_first=True)
    for turn in range(1, _ROUNDS):
        near = (distance < 3.0 + 0.6 * turn) & ~product
        grown_in = _from_border(near)
        if grown_in.sum() < 500:  # noqa: PLR2004 - no backdrop to speak of
            break
        model, distance = _fit(terms, lab, grown_in, is_first=False)
    return Backdrop(model, float((distance[border] < 6).mean()))  # noqa: PLR2004


def _fit(terms: Pixels, lab: Pixels, chosen: Pixels, *, is_first: bool) -> tuple[Pixels, Pixels]:
    if not chosen.any():
        chosen = np.ones_like(chosen)
    step = max(1, int(chosen.sum()) // 20000)
    known, wanted = terms[chosen][::step], lab[chosen][::step]
    weights = np.linalg.lstsq(known, wanted, rcond=None)[0]
    if is_first:
        error = np.abs(known @ weights - wanted).max(1)
        fits = error < max(2.5, float(np.percentile(error, 85)))
        weights = np.linalg.lstsq(known[fits], wanted[fits], rcond=None)[0]
    model = (terms @ weights).astype(np.float32)
    return model, np.linalg.norm(lab - model, axis=-1)


def _polynomial(height: int, width: int) -> Pixels:
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    powers = [(i, j) for i in range(_DEGREE + 1) for j in range(_DEGREE + 1 - i)]
    return np.stack([x**i * y**j for i, j in powers], -1).astype(np.float32)


def _from_border(near: Pixels) -> Pixels:
    _, labels = cv2.connectedComponents(near.astype(np.uint8), connectivity=4)
    rim = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    return np.isin(labels, rim[rim > 0])
