"""Measures a product photo: on this machine, for free, from its pixels."""

import cv2
import numpy as np

from core.domain.photo_checks import PhotoMeasures
from core.errors import InvalidRequestError
from core.imaging.cutout import ONE_AT_A_TIME, cut_out
from core.imaging.photo import read_photo
from core.imaging.pixels import Pixels, grown, shrunk

_WORK_PX = 1024
_HASH_PX, _HASH_BITS_A_SIDE = 32, 8
_SOLID, _CLEAR = 0.5, 0.02
_NEARLY_WHITE, _BURNT, _BLACK = 250, 254, 2
_FEW_PIXELS = 200


def measure_photo(data: bytes, *, width_px: int, height_px: int) -> PhotoMeasures:
    """Return what can be measured; the sizes are those of the original, upright.

    Raises `InvalidRequestError` if the bytes are no picture. Takes a second or two: the product
    has to be cut out first.
    """
    photo = read_photo(data, longest=_WORK_PX)
    rgb = photo.rgb
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    lightness = float(lab[..., 0].mean())
    phash = perceptual_hash(rgb)
    try:
        alpha, touches = _alpha(data, rgb)
    except InvalidRequestError:
        return PhotoMeasures(width_px, height_px, phash, lightness)
    product, backdrop = alpha > _SOLID, alpha < _CLEAR
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    rows, columns = np.flatnonzero(product.any(1)), np.flatnonzero(product.any(0))
    fill = max(np.ptp(columns) / rgb.shape[1], np.ptp(rows) / rgb.shape[0])
    inner = shrunk(product, 5)
    has_backdrop = photo.alpha is None and backdrop.sum() > _FEW_PIXELS
    return PhotoMeasures(
        width_px=width_px,
        height_px=height_px,
        phash=phash,
        lightness=lightness,
        sharpness=_sharpness(grey, product),
        contrast=_contrast(lab, product, backdrop) if has_backdrop else None,
        unevenness=float(lab[..., 0][_rim(backdrop)].std()) if has_backdrop else None,
        white_share=float((rgb[backdrop] >= _NEARLY_WHITE).all(1).mean()) if has_backdrop else None,
        fill_share=float(fill),
        # A saturated colour may well fill one channel; two full ones have lost it.
        bright_share=_share((rgb >= _BURNT).sum(2) > 1, inner),
        dark_share=_share(grey <= _BLACK, inner),
        touches=touches,
    )


def perceptual_hash(rgb: Pixels) -> int:
    """Return 64 bits that stay nearly the same when a picture is compressed or resized.

    The signs of the lowest frequencies of the small grey picture against their median.
    """
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (_HASH_PX, _HASH_PX), interpolation=cv2.INTER_AREA)
    low = cv2.dct(small.astype(np.float32))[:_HASH_BITS_A_SIDE, :_HASH_BITS_A_SIDE].ravel()
    bits = low > np.median(low[1:])  # the first is the mean brightness
    return int("".join("1" if bit else "0" for bit in bits), 2)


def _alpha(data: bytes, rgb: Pixels) -> tuple[Pixels, tuple[str, ...]]:
    """Return the product's alpha at the size of `rgb`, and the sides that it touches."""
    with ONE_AT_A_TIME:
        cutout = cut_out(data, longest=_WORK_PX)
    alpha = np.zeros(rgb.shape[:2], np.float32)
    bottom, right = cutout.top_px + cutout.height_px, cutout.left_px + cutout.width_px
    alpha[cutout.top_px : bottom, cutout.left_px : right] = cutout.alpha
    return alpha, tuple(sorted(cutout.touches))


def _sharpness(grey: Pixels, product: Pixels) -> float | None:
    """Return how much of the outline's detail a blur takes away: the re-blur ratio."""
    outline = grown(grown(product, 3) & ~shrunk(product, 3), 9)
    if outline.sum() < _FEW_PIXELS:
        return None
    fine, coarse = (
        cv2.Laplacian(cv2.GaussianBlur(grey.astype(np.float32), (0, 0), sigma), cv2.CV_32F)
        for sigma in (0.7, 2.0)
    )
    rest = float(coarse[outline].var())
    return float(fine[outline].var()) / rest if rest > 0 else None


def _contrast(lab: Pixels, product: Pixels, backdrop: Pixels) -> float | None:
    near = grown(grown(product, 3) & ~shrunk(product, 3), 9)
    inside, outside = near & product, near & backdrop
    if not inside.any() or not outside.any():
        return None
    return float(np.linalg.norm(lab[inside].mean(0) - lab[outside].mean(0)))


def _rim(backdrop: Pixels) -> Pixels:
    """Return the backdrop along the photo's edges, or all of it where there is too little."""
    width = max(2, backdrop.shape[1] // 12)
    rim = np.zeros_like(backdrop)
    rim[:width] = rim[-width:] = True
    rim[:, :width] = rim[:, -width:] = True
    found: Pixels = rim & backdrop
    return found if found.sum() > _FEW_PIXELS else backdrop


def _share(condition: Pixels, where: Pixels) -> float:
    return float(condition[where].mean()) if where.any() else 0.0
