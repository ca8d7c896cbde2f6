"""Pictures as the image tools hold them: 8-bit sRGB, upright, with a straight alpha or none."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO

import cv2
import numpy as np
from PIL import Image, ImageCms

from core.domain.image_tools import FileFormat
from core.imaging.base import MIN_SIDE_PX
from core.imaging.colours import shrunk, strips, to_srgb
from core.imaging.pixels import Pixels
from core.imaging.reading import Picture, read_picture
from core.imaging.signatures import accepted_format
from core.imaging.tool_verdicts import Refusal, ToolRefusedError
from core.imaging.verdicts import Reason, RefusedPictureError

BAND_PIXELS = 1_000_000
MIME_TYPES = {
    FileFormat.PNG: "image/png",
    FileFormat.JPEG: "image/jpeg",
    FileFormat.WEBP: "image/webp",
}
JPEG_QUALITY = 95
EVEN_JPEG_QUALITY = 98
"""For what stands on plain white: fewer of the white pixels beside an edge are changed."""

_WHOLE = 1_000_000
_TURNS = {3: 2, 4: 2, 5: 3, 6: 3, 7: 1, 8: 1}
_MIRRORED = (2, 4, 5, 7)
_PROFILE_DATE = slice(24, 36)


@dataclass(frozen=True)
class Canvas:
    """A picture between two steps. `alpha` is None where every pixel is opaque.

    Arrays are never changed in place: a step that changes nothing hands on the same ones.
    """

    rgb: Pixels
    alpha: Pixels | None = None

    @property
    def width_px(self) -> int:
        """Return how wide it is."""
        return int(self.rgb.shape[1])

    @property
    def height_px(self) -> int:
        """Return how high it is."""
        return int(self.rgb.shape[0])

    @property
    def size_bytes(self) -> int:
        """Return how much memory it takes."""
        return self.rgb.nbytes + (0 if self.alpha is None else self.alpha.nbytes)


def read_canvas(data: bytes) -> Canvas:
    """Return a picture in its full size, or raise `ToolRefusedError` if it cannot be read.

    Orientation, colour profile, 16 bits, palettes and CMYK are all dealt with here, once.
    """
    file_format = accepted_format(data)
    if file_format is None:
        raise ToolRefusedError(Refusal.UNREADABLE)
    try:
        picture = read_picture(data, file_format, _WHOLE)
    except RefusedPictureError as error:
        raise _refusal_of(error.reason) from error
    return _canvas_of(picture)


def _refusal_of(reason: Reason) -> ToolRefusedError:
    if reason is Reason.TOO_SMALL:
        return ToolRefusedError(Refusal.TOO_SMALL, (MIN_SIDE_PX,))
    is_heavy = reason in (Reason.TOO_HEAVY, Reason.TOO_MANY_PIXELS)
    return ToolRefusedError(Refusal.TOO_HEAVY if is_heavy else Refusal.UNREADABLE)


def _canvas_of(picture: Picture) -> Canvas:
    image = picture.pixels
    is_clear = image.has_transparency_data
    pixels = np.empty((image.height, image.width, 4 if is_clear else 3), np.uint8)
    for top, strip in strips(image):
        # Strip by strip, so that a large picture is in memory only once as it was decoded.
        plain = to_srgb(shrunk(strip, 1)).convert("RGBA" if is_clear else "RGB")
        pixels[top : top + strip.height] = np.asarray(plain)
    pixels = _upright(pixels, picture.orientation)
    if not is_clear:
        return Canvas(np.ascontiguousarray(pixels))
    alpha = np.ascontiguousarray(pixels[..., 3])
    rgb = np.ascontiguousarray(pixels[..., :3])
    return Canvas(rgb, None if int(alpha.min()) == 255 else alpha)  # noqa: PLR2004 - opaque


def _upright(pixels: Pixels, orientation: int) -> Pixels:
    """Return the pixels as the camera meant them (EXIF orientation 1 to 8)."""
    turned = np.rot90(pixels, _TURNS.get(orientation, 0))
    return turned[:, ::-1] if orientation in _MIRRORED else turned


def bands(height_px: int, width_px: int) -> Iterator[slice]:
    """Yield slices of rows of about a megapixel each."""
    rows = max(1, BAND_PIXELS // max(1, width_px))
    for top in range(0, height_px, rows):
        yield slice(top, min(top + rows, height_px))


def downscaled(canvas: Canvas, longest_px: int) -> Canvas:
    """Return the picture with its longer side at most this long; smaller ones stay as they are."""
    ratio = longest_px / max(canvas.width_px, canvas.height_px)
    if ratio >= 1:
        return canvas
    size = max(1, round(canvas.width_px * ratio)), max(1, round(canvas.height_px * ratio))
    return averaged(canvas, size)


def averaged(canvas: Canvas, size: tuple[int, int]) -> Canvas:
    """Return the picture at a smaller size, each pixel the mean of those that it covers.

    What is see-through counts as little for the colour as it can be seen.
    """
    if canvas.alpha is None:
        return Canvas(cv2.resize(canvas.rgb, size, interpolation=cv2.INTER_AREA))
    # In 16 bits, which hold the product of two 8-bit numbers in half the memory of floats.
    weighted = np.multiply(canvas.rgb, canvas.alpha[..., None], dtype=np.uint16)
    colours = cv2.resize(weighted, size, interpolation=cv2.INTER_AREA)
    share = cv2.resize(canvas.alpha * np.uint16(257), size, interpolation=cv2.INTER_AREA)
    return unpremultiplied(colours.astype(np.float32) / 255, share.astype(np.float32) / 65535)


def unpremultiplied(colours: Pixels, share: Pixels) -> Canvas:
    """Return the picture from colours (0 to 255) already multiplied by their alpha (0 to 1)."""
    share = np.clip(share, 0, 1)
    seen = share > 1 / 1024
    divided = colours / np.where(seen, share, 1)[..., None]
    rgb = np.where(seen[..., None], np.rint(np.clip(divided, 0, 255)), 255).astype(np.uint8)
    return Canvas(rgb, np.rint(share * 255).astype(np.uint8))


def encoded(canvas: Canvas, file_format: FileFormat, *, jpeg_quality: int = JPEG_QUALITY) -> bytes:
    """Return the picture as a file without any metadata but its colour space.

    PNG and WebP are without loss; JPEG is of high quality, with full colour resolution, and shows
    white where the picture is see-through.
    """
    target = BytesIO()
    if file_format is FileFormat.JPEG:
        image = Image.fromarray(on_white(canvas).rgb)
        image.save(target, "JPEG", quality=jpeg_quality, subsampling=0, icc_profile=_srgb())
    elif file_format is FileFormat.WEBP:
        # Level 1 of 6: the others take several times as long to save a few percent.
        _image(canvas).save(target, "WEBP", lossless=True, exact=True, quality=30, method=1)
    else:
        _image(canvas).save(target, "PNG", compress_level=3, icc_profile=_srgb())
    return target.getvalue()


def on_white(canvas: Canvas) -> Canvas:
    """Return the picture without transparency, on exact white."""
    if canvas.alpha is None:
        return canvas
    rgb = np.empty_like(canvas.rgb)
    for rows in bands(canvas.height_px, canvas.width_px):
        share = canvas.alpha[rows][..., None].astype(np.float32) / 255
        rgb[rows] = np.rint(canvas.rgb[rows] * share + 255 * (1 - share))
    return Canvas(rgb)


def _image(canvas: Canvas) -> Image.Image:
    if canvas.alpha is None:
        return Image.fromarray(canvas.rgb)
    return Image.fromarray(np.dstack([canvas.rgb, canvas.alpha]))


@cache
def _srgb() -> bytes:
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    # It tells when it was made, and the same picture has to give the same bytes at any time.
    profile[_PROFILE_DATE] = bytes(_PROFILE_DATE.stop - _PROFILE_DATE.start)
    return bytes(profile)
