"""Masks: what a person painted on a picture, as grey of the picture's size; white is chosen."""

from io import BytesIO

import cv2
import numpy as np
from PIL import Image

from core.domain.image_tools import FileFormat
from core.imaging.base import MAX_WEBP_PIXELS, MIN_SIDE_PX
from core.imaging.canvas import MIME_TYPES, Canvas, bands, encoded, read_canvas
from core.imaging.pixels import Pixels
from core.imaging.reading import read_picture
from core.imaging.rendered import Composite
from core.imaging.signatures import accepted_format
from core.imaging.tool_verdicts import Refusal, ToolRefusedError
from core.imaging.verdicts import RefusedPictureError

MAX_MASK_BYTES = 8 * 1024 * 1024
_CHOSEN = 128
_WHITE = 255
_ALIKE = 0.03
"""By how much the shapes of two pictures may differ that are taken for the same frame."""


def read_mask(png: bytes, size: tuple[int, int]) -> Pixels:
    """Return a mask for a picture of this width and height: 0 where nothing is chosen, to 255.

    Of a mask with transparency its opacity counts, else its lightness. Raises `ToolRefusedError`
    for a file that is no picture, of another size, or with nothing or everything chosen.
    """
    file_format = accepted_format(png)
    if file_format not in ("PNG", "WEBP") or len(png) > MAX_MASK_BYTES:
        raise ToolRefusedError(Refusal.MASK_UNREADABLE)
    _require_size(png, file_format, size)
    if min(size) < MIN_SIDE_PX:
        raise ToolRefusedError(Refusal.MASK_UNREADABLE)
    try:
        image = read_picture(png, file_format, max(size)).pixels
    except RefusedPictureError as error:
        raise ToolRefusedError(Refusal.MASK_UNREADABLE) from error
    mask = _chosen(image)
    if int(mask.max()) < _CHOSEN:
        raise ToolRefusedError(Refusal.MASK_EMPTY)
    if int(mask.min()) >= _CHOSEN:
        raise ToolRefusedError(Refusal.MASK_FULL)
    return mask


def as_mask_png(mask: Pixels) -> bytes:
    """Return a mask as the grey PNG that is kept of it; the same mask gives the same bytes."""
    target = BytesIO()
    Image.fromarray(mask).save(target, "PNG", compress_level=6)
    return target.getvalue()


def inverted(mask: Pixels) -> Pixels:
    """Return the mask that chooses everything else."""
    other: Pixels = _WHITE - mask
    return other


def feathered(mask: Pixels, feather_px: float) -> Pixels:
    """Return the mask fading towards its edge over so many pixels, inwards only.

    What was not chosen stays not chosen, so that nothing outside a mask is ever touched.
    """
    if feather_px <= 0:
        return mask
    # What is chosen at the picture's own border does not fade there: no black is beyond it.
    inside = cv2.distanceTransform((mask > 0).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    share = np.clip(inside / np.float32(feather_px + 1), 0, 1)
    soft = share * share * (3 - 2 * share)
    faded: Pixels = np.rint(mask * soft).astype(np.uint8)
    return faded


def composite_outside(
    original: bytes,
    edited: bytes,
    mask: bytes,
    *,
    feather_px: float = 0.0,
    file_format: FileFormat = FileFormat.PNG,
) -> Composite:
    """Return the edit where the mask is white and the original's own pixels where it is black.

    The edit is scaled to the original's size. The result is without loss (PNG, or WebP). Raises
    `ToolRefusedError` if one of the three cannot be used.
    """
    kept = read_canvas(original)
    chosen = read_mask(mask, (kept.width_px, kept.height_px))
    other = _of_size(read_canvas(edited), kept)
    merged = blended(kept, other, feathered(chosen, feather_px))
    # A WebP file of more pixels would not be read again.
    is_webp = file_format is FileFormat.WEBP and chosen.size <= MAX_WEBP_PIXELS
    lossless = FileFormat.WEBP if is_webp else FileFormat.PNG
    data = encoded(merged, lossless)
    outside, inside = changed_pixels(kept, read_canvas(data), chosen)
    return Composite(
        data=data,
        mime_type=MIME_TYPES[lossless],
        width_px=kept.width_px,
        height_px=kept.height_px,
        changed_outside=outside,
        changed_inside=inside,
    )


def blended(kept: Canvas, other: Canvas, mask: Pixels) -> Canvas:
    """Return `other` where the mask is 255, `kept` to the bit where it is 0, a mix between."""
    is_clear = kept.alpha is not None or other.alpha is not None
    alphas = [_opaque(canvas) if is_clear else None for canvas in (kept, other)]
    rgb = kept.rgb.copy()
    alpha = None if alphas[0] is None else alphas[0].copy()
    for rows in bands(kept.height_px, kept.width_px):
        share = mask[rows].astype(np.float32) / _WHITE
        touched = mask[rows] > 0
        mixed = _mixed(kept.rgb[rows], other.rgb[rows], share[..., None])
        rgb[rows][touched] = mixed[touched]
        if alpha is not None and alphas[1] is not None:
            alpha[rows][touched] = _mixed(alpha[rows], alphas[1][rows], share)[touched]
    return Canvas(rgb, alpha)


def changed_pixels(before: Canvas, after: Canvas, mask: Pixels) -> tuple[int, int]:
    """Return how many pixels differ where the mask is black, and how many where it is not."""
    outside = inside = 0
    for rows in bands(before.height_px, before.width_px):
        differs = (before.rgb[rows] != after.rgb[rows]).any(axis=-1)
        if before.alpha is not None or after.alpha is not None:
            differs |= _opaque(before)[rows] != _opaque(after)[rows]
        black = mask[rows] == 0
        outside += int((differs & black).sum())
        inside += int((differs & ~black).sum())
    return outside, inside


def _require_size(png: bytes, file_format: str, size: tuple[int, int]) -> None:
    try:
        with Image.open(BytesIO(png), formats=(file_format,)) as image:
            found = image.size
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ToolRefusedError(Refusal.MASK_UNREADABLE) from error
    if found != size:
        raise ToolRefusedError(Refusal.MASK_OTHER_SIZE, (*found, *size))


def _chosen(image: Image.Image) -> Pixels:
    if image.has_transparency_data:
        alpha = np.asarray(image.convert("RGBA").getchannel("A"))
        if int(alpha.min()) < _WHITE:
            return alpha
    if image.mode.startswith("I"):
        return np.rint(np.asarray(image).astype(np.float32) / 257).clip(0, 255).astype(np.uint8)
    return np.array(image.convert("L"))


def _of_size(edited: Canvas, kept: Canvas) -> Canvas:
    """Return an edit at the size of its original."""
    sizes = edited.width_px, edited.height_px, kept.width_px, kept.height_px
    if sizes[:2] == sizes[2:]:
        return edited
    wanted = sizes[2:]
    if abs(sizes[0] / sizes[1] / (wanted[0] / wanted[1]) - 1) > _ALIKE:
        raise ToolRefusedError(Refusal.OTHER_SHAPE, sizes)
    is_smaller = wanted[0] < sizes[0]
    how = cv2.INTER_AREA if is_smaller else cv2.INTER_CUBIC
    alpha = None if edited.alpha is None else cv2.resize(edited.alpha, wanted, interpolation=how)
    return Canvas(cv2.resize(edited.rgb, wanted, interpolation=how), alpha)


def _opaque(canvas: Canvas) -> Pixels:
    if canvas.alpha is not None:
        return canvas.alpha
    return np.full(canvas.rgb.shape[:2], _WHITE, np.uint8)


def _mixed(kept: Pixels, other: Pixels, share: Pixels) -> Pixels:
    mixed: Pixels = np.rint(kept * (1 - share) + other * share).astype(np.uint8)
    return mixed
