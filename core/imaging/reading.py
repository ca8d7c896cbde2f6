"""Inside the child: from bytes to a picture that decoded to its last pixel."""

import struct
import warnings
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import cast

from PIL import Image
from PIL.ExifTags import Base

from core.imaging.base import MAX_PIXELS, MAX_WEBP_PIXELS, MIN_SIDE_PX
from core.imaging.colours import DEEP_GREY, strips
from core.imaging.verdicts import Notice, Reason, RefusedPictureError

MIME_TYPES = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_TURNED_ON_ITS_SIDE = 5
_LAST_ORIENTATION = 8
_START_OF_SCAN = b"\xff\xda"
_MAX_SCANNED_PIXELS = 1_000_000_000
_MAX_SCANNED_CMYK_PIXELS = 40_000_000
# What Pillow raises for broken files. Anything else ends this process, which is safe too.
_UNREADABLE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    EOFError,
    struct.error,
    zlib.error,
)
Ranges = tuple[tuple[float, float], ...]
_SAMPLE_PX = 16
_MAX_TWICE_DECODED_PIXELS = 24_000_000
_BOMBS = (Image.DecompressionBombWarning, Image.DecompressionBombError)


@dataclass(frozen=True)
class Picture:
    """A decoded picture.

    `pixels` may be smaller than the picture, but not below `enough_px` at its longest side, and
    are not turned yet; `width_px` and `height_px` are as shown. In one that `is_blank` each pixel
    of the whole picture has the same colour, or none can be seen; of a JPEG above 24 megapixels
    that is never said.
    """

    pixels: Image.Image
    orientation: int
    mime_type: str
    width_px: int
    height_px: int
    notices: tuple[Notice, ...]
    is_blank: bool


def read_picture(data: bytes, file_format: str, enough_px: int) -> Picture:
    """Return the picture, or raise `RefusedPictureError`."""
    webp = file_format == "WEBP"
    # Pillow checks it before it decodes, and for WebP before it takes memory for the canvas.
    Image.MAX_IMAGE_PIXELS = MAX_WEBP_PIXELS if webp else MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        if file_format == "PNG":
            _verify_checksums(data)
        return _loaded(Image.open(BytesIO(data), formats=(file_format,)), data, enough_px)
    except _BOMBS as error:
        raise RefusedPictureError(Reason.TOO_MANY_PIXELS, str(error)) from error
    except _UNREADABLE as error:
        raise RefusedPictureError(_reason_of(error), f"{type(error).__name__}: {error}") from error


def _verify_checksums(data: bytes) -> None:
    # Decoding skips the checksums of pixel data, and does not miss what comes after them.
    with Image.open(BytesIO(data), formats=("PNG",)) as image:
        image.verify()


def _loaded(image: Image.Image, data: bytes, enough_px: int) -> Picture:
    width_px, height_px = image.size
    if min(image.size) < MIN_SIDE_PX:
        raise RefusedPictureError(Reason.TOO_SMALL, f"{width_px} x {height_px}")
    if MIME_TYPES[image.format or ""] == "image/jpeg":
        _refuse_heavy_jpeg(image, data)
    notices = (Notice.FIRST_FRAME,) if getattr(image, "n_frames", 1) > 1 else ()
    _halve_while_decoding(image, enough_px)
    image.load()
    is_blank = _is_blank(image, data, (width_px, height_px))
    orientation = _orientation(image)
    if orientation >= _TURNED_ON_ITS_SIDE:
        width_px, height_px = height_px, width_px
    mime_type = MIME_TYPES[image.format or ""]
    return Picture(image, orientation, mime_type, width_px, height_px, notices, is_blank)


def _is_blank(image: Image.Image, data: bytes, size: tuple[int, int]) -> bool:
    if not _is_flat(image):
        return False
    if image.size == size:
        return True
    # Halved while it was decoded: what is too fine for that has to be looked for once more.
    is_light = size[0] * size[1] <= _MAX_TWICE_DECODED_PIXELS
    return is_light and _is_flat(Image.open(BytesIO(data), formats=("JPEG",)))


def _is_flat(image: Image.Image) -> bool:
    # A few pixels tell nearly every picture apart from a blank one, at no cost.
    few = image.resize((_SAMPLE_PX, _SAMPLE_PX), Image.Resampling.NEAREST)
    few.info = dict(image.info)  # holds which colour is transparent
    colour = _only_colour(few)
    return colour is not None and all(_only_colour(strip) == colour for _, strip in strips(image))


def _only_colour(image: Image.Image) -> Ranges | None:
    """Return the one colour of all pixels, () if none can be seen, None if there are several."""
    if (image.mode not in DEEP_GREY and image.has_transparency_data) or image.mode == "P":
        image = image.convert("RGBA")
    found = image.getextrema()
    ranges = cast("Ranges", (found,) if len(image.getbands()) == 1 else found)
    if image.mode == "RGBA" and ranges[-1] == (0, 0):
        return ()
    return ranges if all(low == high for low, high in ranges) else None


def _refuse_heavy_jpeg(image: Image.Image, data: bytes) -> None:
    # Thumbnails inside the file are counted too, which no honest file comes near the limits by.
    scans = data.count(_START_OF_SCAN)
    pixels = image.width * image.height
    # Scans that refine each other are decoded as a whole, and once more for each of them.
    is_large_print = scans > 1 and image.mode == "CMYK" and pixels > _MAX_SCANNED_CMYK_PIXELS
    if is_large_print or scans * pixels > _MAX_SCANNED_PIXELS:
        raise RefusedPictureError(Reason.TOO_HEAVY, f"{scans} scans of {pixels} pixels")


def _halve_while_decoding(image: Image.Image, enough_px: int) -> None:
    """Let the JPEG decoder give a half, quarter or eighth of the size.

    It skips only the last step, from frequencies to pixels: every coded block is still read, so
    that a truncated file fails as it does in full size.
    """
    ratio = enough_px / max(image.size)
    if ratio < 1:
        image.draft(None, (round(image.width * ratio) or 1, round(image.height * ratio) or 1))


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(Base.Orientation, 1)
    except _UNREADABLE:
        return 1  # a broken note about a whole picture
    return value if isinstance(value, int) and 1 <= value <= _LAST_ORIENTATION else 1


def _reason_of(error: Exception) -> Reason:
    text = str(error)
    if isinstance(error, ValueError) and ("MAX_TEXT" in text or "Decompressed data" in text):
        return Reason.TOO_MUCH_TEXT
    return Reason.DAMAGED
