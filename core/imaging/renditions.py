"""Inside the child: the smaller WebP copies of a picture, without its metadata."""

from io import BytesIO

from PIL import Image

from core.imaging.base import MAX_THUMBNAIL_BYTES, RENDITION_WIDTHS
from core.imaging.colours import shrunk, to_srgb
from core.imaging.reading import Picture

LARGEST_PX = max(RENDITION_WIDTHS.values())
_METHOD = 4
_QUALITY = 80
_THUMBNAIL_PX = 320
_LOWER_QUALITIES = (60, 40, 20, 5, 0)
# Above it a plain mean over whole pixels comes before the finer filter, which sees no difference.
_REDUCING_GAP = 1.5
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def renditions_of(picture: Picture) -> dict[str, bytes]:
    """Return the bytes of each rendition, the right way up and in sRGB.

    Each is made from the next larger one, so that the whole picture is gone through only once.
    """
    image = _base(picture)
    made: dict[tuple[int, int], bytes] = {}
    renditions = {}
    for name, side in sorted(RENDITION_WIDTHS.items(), key=lambda pair: -pair[1]):
        image = fitted(image, side)
        if image.size not in made:
            made[image.size] = _encoded(image, is_thumbnail=side <= _THUMBNAIL_PX)
        renditions[name] = made[image.size]
    return renditions


def _base(picture: Picture) -> Image.Image:
    factor = int(max(picture.pixels.size) / LARGEST_PX / _REDUCING_GAP) or 1
    image = to_srgb(fitted(shrunk(picture.pixels, factor), LARGEST_PX))
    turn = TURNS.get(picture.orientation)
    return image if turn is None else image.transpose(turn)


def fitted(image: Image.Image, side: int) -> Image.Image:
    """Return the picture with the longer side at most `side`; it is never enlarged."""
    ratio = side / max(image.size)
    if ratio >= 1:
        return image
    size = (max(1, round(image.width * ratio)), max(1, round(image.height * ratio)))
    fitted = image.resize(size, Image.Resampling.LANCZOS)
    fitted.info = dict(image.info)
    return fitted


def _encoded(image: Image.Image, *, is_thumbnail: bool) -> bytes:
    data = _webp(image, _QUALITY, alpha_quality=100)
    if is_thumbnail:
        # Only noise gets so far: a page of thumbnails has to stay light whatever they show.
        for quality in _LOWER_QUALITIES:
            if len(data) < MAX_THUMBNAIL_BYTES:
                break
            data = _webp(image, quality, alpha_quality=quality)
    return data


def _webp(image: Image.Image, quality: int, *, alpha_quality: int) -> bytes:
    target = BytesIO()
    image.save(target, "WEBP", quality=quality, alpha_quality=alpha_quality, method=_METHOD)
    return target.getvalue()
