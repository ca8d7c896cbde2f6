"""What can be seen in a picture without a model: its colours and its light, on this machine."""

from dataclasses import dataclass

import cv2
import numpy as np

from core.errors import InvalidRequestError
from core.imaging.cutout import ONE_AT_A_TIME, cut_out
from core.imaging.photo import read_photo
from core.imaging.pixels import Pixels

_WORK_PX = 512
_COLOURS, _SAMPLES = 6, 12_000
_MIN_SHARE = 0.03
_SAME_LAB = 9.0
SEEN_LAB = 22.0
"""A colour that somebody names is there if one in the picture is this near (CIE Lab, 1976).

Names are rough: of the sample photos, the colour of the same name in a list of 140 web colours is
6 to 18 away from the pixels, those of other products mostly 30 and more.
"""
_EVEN_SHARE = 0.012
_PLAIN_STD, _WHITE = 6.0, 245


@dataclass(frozen=True)
class PixelColour:
    """A colour of a picture, and which share of it is nearly so."""

    hex: str
    share: float


@dataclass(frozen=True)
class Seen:
    """What was measured.

    `colours` are the product's if it could be cut out, else the whole picture's, most first.
    `light` is where the brighter side is, `warmth` the tint of the bright parts, `contrast` the
    spread of lightness, 0 to 100. `background` is "white", "plain", "busy", or "" without one.
    """

    colours: tuple[PixelColour, ...]
    has_product: bool
    light: str
    warmth: str
    contrast: float
    background: str
    fill_share: float | None


def see(data: bytes, *, is_product: bool) -> Seen:
    """Return what can be measured in a picture, of its product or of the whole scene.

    Raises `InvalidRequestError` if the bytes are no picture.
    """
    photo = read_photo(data, longest=_WORK_PX)
    rgb = photo.rgb
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    product = _product(data, rgb.shape) if is_product else None
    where = np.ones(rgb.shape[:2], bool) if product is None else product
    if photo.alpha is not None:
        where &= photo.alpha > 0.5  # noqa: PLR2004 - what is more solid than not
    if not where.any():
        where = np.ones(rgb.shape[:2], bool)
    fill = None
    if product is not None:
        rows, columns = np.flatnonzero(product.any(1)), np.flatnonzero(product.any(0))
        fill = float(max(np.ptp(columns) / rgb.shape[1], np.ptp(rows) / rgb.shape[0]))
    return Seen(
        colours=_colours(lab[where]),
        has_product=product is not None,
        light=_light(lab[..., 0], where),
        warmth=_warmth(lab[where]),
        contrast=float(np.percentile(lab[..., 0], 95) - np.percentile(lab[..., 0], 5)),
        background="" if product is None else _background(rgb, product),
        fill_share=fill,
    )


def nearest(colours: tuple[PixelColour, ...], hex_colour: str) -> tuple[float, float]:
    """Return how far the nearest of these colours is (CIE Lab), and its share of the picture."""
    if not colours:
        return float("inf"), 0.0
    wanted = _lab_of(hex_colour)
    distances = [float(np.linalg.norm(_lab_of(each.hex) - wanted)) for each in colours]
    best = int(np.argmin(distances))
    return distances[best], colours[best].share


def _product(data: bytes, shape: tuple[int, ...]) -> Pixels | None:
    try:
        with ONE_AT_A_TIME:
            cutout = cut_out(data, longest=_WORK_PX)
    except InvalidRequestError:
        return None
    mask = np.zeros(shape[:2], bool)
    bottom, right = cutout.top_px + cutout.height_px, cutout.left_px + cutout.width_px
    mask[cutout.top_px : bottom, cutout.left_px : right] = cutout.alpha > 0.5  # noqa: PLR2004 - as above
    return mask if mask.any() else None


def _colours(lab: Pixels) -> tuple[PixelColour, ...]:
    """Return the main colours: k-means in Lab from fixed beginnings, near ones put together."""
    step = max(1, len(lab) // _SAMPLES)
    sample = np.ascontiguousarray(lab[::step], np.float32)
    count = min(_COLOURS, len(np.unique(np.round(sample), axis=0)))
    # The same picture always gives the same colours: OpenCV's generator is begun anew.
    cv2.setRNGSeed(7)
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 40, 0.2)
    _, labels, centres = cv2.kmeans(
        sample, count, np.empty((0, 1), np.int32), criteria, 3, cv2.KMEANS_PP_CENTERS
    )
    shares = np.bincount(labels.ravel(), minlength=count) / len(sample)
    merged: list[tuple[Pixels, float]] = []
    for at in np.argsort(-shares):
        near = next(
            (n for n, (c, _) in enumerate(merged) if np.linalg.norm(c - centres[at]) < _SAME_LAB),
            None,
        )
        if near is None:
            merged.append((centres[at], float(shares[at])))
        else:
            merged[near] = (merged[near][0], merged[near][1] + float(shares[at]))
    merged.sort(key=lambda each: -each[1])
    return tuple(
        PixelColour(_hex(centre), round(share, 3))
        for centre, share in merged
        if share >= _MIN_SHARE
    )


def _hex(lab: Pixels) -> str:
    rgb = cv2.cvtColor(lab.reshape(1, 1, 3).astype(np.float32), cv2.COLOR_Lab2RGB)[0, 0]
    red, green, blue = (np.clip(rgb, 0, 1) * 255).round().astype(int)
    return f"#{red:02x}{green:02x}{blue:02x}"


def _lab_of(hex_colour: str) -> Pixels:
    rgb = np.array([[[int(hex_colour[at : at + 2], 16) for at in (1, 3, 5)]]], np.float32) / 255
    lab: Pixels = cv2.cvtColor(rgb, cv2.COLOR_RGB2Lab)[0, 0]
    return lab


def _light(lightness: Pixels, where: Pixels) -> str:
    """Return the side that is brighter, by the slope of lightness over the area."""
    rows, columns = np.nonzero(where)
    values = lightness[where]
    if len(values) < 3:  # noqa: PLR2004 - a plane takes three points
        return "even"
    height, width = lightness.shape
    plane = np.stack([columns / width - 0.5, rows / height - 0.5, np.ones(len(values))], axis=1)
    (across, down, _), *_ = np.linalg.lstsq(plane, values / 100, rcond=None)
    if max(abs(across), abs(down)) < _EVEN_SHARE * 5:
        return "even"
    if abs(across) >= abs(down):
        return "right" if across > 0 else "left"
    return "above" if down < 0 else "front"


def _warmth(lab: Pixels) -> str:
    bright = lab[lab[:, 0] >= np.percentile(lab[:, 0], 70)]
    yellow = float(bright[:, 2].mean())
    return "warm" if yellow > 6 else "cool" if yellow < -3 else "neutral"  # noqa: PLR2004 - Lab's b


def _background(rgb: Pixels, product: Pixels) -> str:
    outside = rgb[~product]
    if not len(outside):
        return ""
    if (outside >= _WHITE).all(1).mean() > 0.9:  # noqa: PLR2004 - nearly all of it
        return "white"
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    edges = cv2.Laplacian(cv2.GaussianBlur(grey, (0, 0), 1.5), cv2.CV_32F)[~product]
    return "plain" if float(edges.std()) < _PLAIN_STD else "busy"
