"""Cuts a product out of its photo."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

import cv2
import numpy as np

from core.errors import InvalidRequestError
from core.imaging import doubts
from core.imaging import studio as studios
from core.imaging.doubts import CUT_OFF
from core.imaging.matting import sharpened, unmixed_edge, without_backdrop
from core.imaging.photo import read_photo
from core.imaging.pixels import Pixels, blurred, fitted, grown, resized, shrunk
from core.imaging.saliency import find_subject

LONGEST_PX = 2400
"""A photo is read at most this large: a 2K picture shows no more of it."""

_WORK_PX = 1100
_KEPT = 4
_AROUND_PX = 48
_FEWEST_SHARE, _MOST_SHARE = 0.002, 0.97
ONE_AT_A_TIME = threading.Lock()
"""Who cuts out holds it: the network is one object, and each takes half a gigabyte."""

_SIDES = ("left", "top", "right", "bottom")


@dataclass(frozen=True)
class Cutout:
    """A product without its backdrop, cropped to itself.

    `rgb` holds 8-bit colours free of the old backdrop, `alpha` goes from 0 to 1; both have the
    photo's resolution. `left_px` and `top_px` say where in the photo the crop began. `touches`
    names the sides of the photo that the product touches. `doubt` is a sentence for the person,
    or "" when the cut-out looks sure.
    """

    rgb: Pixels
    alpha: Pixels
    left_px: int
    top_px: int
    touches: frozenset[str]
    doubt: str

    @property
    def width_px(self) -> int:
        """Return the product's width in the photo."""
        return int(self.alpha.shape[1])

    @property
    def height_px(self) -> int:
        """Return the product's height in the photo."""
        return int(self.alpha.shape[0])


class CutoutCache:
    """Cuts out each photo once and keeps the last few; one at a time, safe from many threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Cutout] = OrderedDict()

    def get(self, data: bytes, sha256: str) -> Cutout:
        """Return the photo's cut-out; raises `InvalidRequestError` if it shows no product."""
        with ONE_AT_A_TIME:
            found = self._kept.get(sha256)
            if found is None:
                found = self._kept[sha256] = cut_out(data)
            self._kept.move_to_end(sha256)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return found


def cut_out(data: bytes, *, longest: int = LONGEST_PX) -> Cutout:
    """Return the product of a photo, read at most so large.

    Raises `InvalidRequestError` if it shows none.
    """
    photo = read_photo(data, longest=longest)
    if photo.alpha is not None:  # someone cut it out already
        return _cropped(photo.rgb, photo.alpha, doubt="", is_clean=True)
    found = find_alpha(photo.rgb)
    if found is None:
        raise _no_product("the network sees nothing")
    alpha, doubt = found
    return _cropped(photo.rgb, alpha, doubt=doubt, is_clean=False)


def find_alpha(rgb: Pixels) -> tuple[Pixels, str] | None:
    """Return a photo's alpha from 0 to 1 and what is doubtful about it; None if it shows nothing.

    The network says where the product is, the photo's colours say where its edge is. Hold
    `ONE_AT_A_TIME` where threads may call it.
    """
    subject = find_subject(rgb)
    if subject is None:
        return None
    small = fitted(rgb, _WORK_PX)
    rough = resized(subject, small.shape[1], small.shape[0])
    studio = studios.read_studio(small, rough)
    height, width = rgb.shape[:2]
    if studio.is_even() and studio.separates(rough):
        mask = _studio_mask(small, rough, studio)
        alpha = sharpened(rgb, resized(mask, width, height))
        alpha = unmixed_edge(alpha, studios.hue_distance(studio, rgb))
    else:
        mask = _edge_mask(small, rough)
        alpha = blurred(sharpened(rgb, resized(mask, width, height)), 0.8)
    return _without_specks(alpha), _doubt(studio, rough, mask)


def _edge_mask(rgb: Pixels, rough: Pixels) -> Pixels:
    """Let colours decide only in the narrow band where the network is unsure."""
    trimap = np.where(rough > 0.5, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)  # noqa: PLR2004
    trimap[_sure_product(rough)] = cv2.GC_FGD
    trimap[_sure_backdrop(rough)] = cv2.GC_BGD
    mask: Pixels = 0.5 * _decided(rgb, trimap) + 0.5 * rough
    return mask


def _studio_mask(rgb: Pixels, rough: Pixels, studio: studios.StudioPhoto) -> Pixels:
    """Use the even backdrop: add thin parts the network missed, open what is see-through."""
    extra = studios.thin_parts(studio, rough)
    holes = studios.openings(studio)
    backdrop = studios.bare_backdrop(studio, rough) | holes
    rough = np.where(holes, 0, rough)
    trimap = np.where((rough > 0.5) | extra, cv2.GC_PR_FGD, cv2.GC_PR_BGD)  # noqa: PLR2004
    trimap = trimap.astype(np.uint8)
    coloured = (extra | (rough > 0.3)) & (studio.chroma > 20)  # noqa: PLR2004 - no shadow is so
    trimap[_sure_product(rough) | (extra & shrunk(extra, 3)) | coloured] = cv2.GC_FGD
    trimap[(_sure_backdrop(rough) & ~grown(extra, 5)) | backdrop] = cv2.GC_BGD
    decided = _without_specks(_decided(rgb, trimap))
    mask: Pixels = np.where(extra | coloured, decided, 0.6 * decided + 0.4 * rough)
    return mask


def _sure_product(rough: Pixels) -> Pixels:
    return shrunk(rough > 0.92, 5)  # noqa: PLR2004


def _sure_backdrop(rough: Pixels) -> Pixels:
    return shrunk(rough < 0.04, 5)  # noqa: PLR2004


def _decided(rgb: Pixels, trimap: Pixels) -> Pixels:
    """Decide the open pixels of a trimap by colour, the same way each time."""
    few = 50
    if (trimap == cv2.GC_FGD).sum() > few and (trimap == cv2.GC_BGD).sum() > few:
        cv2.setRNGSeed(1)
        bgr = cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)
        back, front = np.zeros((1, 65)), np.zeros((1, 65))
        cv2.grabCut(bgr, trimap, (0, 0, 0, 0), back, front, 2, cv2.GC_INIT_WITH_MASK)
    return np.isin(trimap, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.float32)


def _without_specks(alpha: Pixels) -> Pixels:
    """Return the alpha without crumbs that lie apart from the product."""
    solid = (alpha > 0.3).astype(np.uint8)  # noqa: PLR2004
    count, labels, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=8)
    if count <= 1:
        return alpha
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    crumbs = areas < max(40, 0.001 * areas.max())
    crumbs[0] = False
    return np.where(grown(crumbs[labels], 3) & ~grown(~crumbs[labels] & (solid > 0), 3), 0, alpha)


def _cropped(rgb: Pixels, alpha: Pixels, *, doubt: str, is_clean: bool) -> Cutout:
    solid = alpha > 0.5  # noqa: PLR2004
    if not _FEWEST_SHARE < solid.mean() < _MOST_SHARE:
        raise _no_product(f"a share of {solid.mean():.3f} is product")
    rows, columns = np.flatnonzero(solid.any(1)), np.flatnonzero(solid.any(0))
    top, bottom, left, right = (
        int(n) for n in (rows[0], rows[-1] + 1, columns[0], columns[-1] + 1)
    )
    rims = (solid[:, :2], solid[:2], solid[:, -2:], solid[-2:])
    touches = frozenset(side for side, rim in zip(_SIDES, rims, strict=True) if rim.any())
    area = np.s_[top:bottom, left:right]
    return Cutout(
        rgb=np.ascontiguousarray(rgb[area]) if is_clean else _cleaned(rgb, alpha, area),
        alpha=np.ascontiguousarray(alpha[area], np.float32),
        left_px=left,
        top_px=top,
        touches=touches,
        doubt=doubt or (CUT_OFF if touches - {"top"} else ""),
    )


def _cleaned(rgb: Pixels, alpha: Pixels, area: tuple[slice, slice]) -> Pixels:
    """Return the colours of an area without the backdrop; some of it around the area is needed."""
    rows, columns = area
    top, left = max(0, rows.start - _AROUND_PX), max(0, columns.start - _AROUND_PX)
    wide = np.s_[top : rows.stop + _AROUND_PX, left : columns.stop + _AROUND_PX]
    clean = without_backdrop(rgb[wide], alpha[wide])
    inner = clean[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    return np.ascontiguousarray(inner)


def _doubt(studio: studios.StudioPhoto, rough: Pixels, mask: Pixels) -> str:
    area = max(1, int((mask > 0.5).sum()))  # noqa: PLR2004
    unsure = ((mask > 0.1) & (mask < 0.9)).sum() / area  # noqa: PLR2004
    changed = ((mask > 0.5) != (rough > 0.5)).sum() / area  # noqa: PLR2004
    if not studio.separates(rough):
        return doubts.HARDLY_DIFFERS
    if unsure > 0.25:  # noqa: PLR2004
        return doubts.UNCLEAR
    if changed > 0.12 and not studio.is_even():  # noqa: PLR2004
        return doubts.BUSY
    return ""


def _no_product(detail: str) -> InvalidRequestError:
    return InvalidRequestError(
        f"no product found: {detail}",
        user_message="No product can be found in this photo. Nothing was charged; "
        "choose a photo that shows one product before a plain backdrop.",
    )
