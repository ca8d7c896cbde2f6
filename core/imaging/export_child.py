"""The child process that makes pictures anew: `python -m core.imaging.export_child`.

It reads pictures as the gate's child does, within the same limits, and answers with the bytes of
one new file: the right way up, in sRGB, without anything that the old one said besides its pixels.
"""

import struct
from collections.abc import Mapping
from io import BytesIO
from typing import Any, BinaryIO, cast

from PIL import Image, ImageCms

from core.imaging import frames
from core.imaging.base import MAX_PIXELS
from core.imaging.colours import shrunk, to_srgb
from core.imaging.decode import serve
from core.imaging.reading import Picture, read_picture
from core.imaging.renditions import TURNS, fitted

CPU_S_PER_PICTURE = 60
"""A large WebP takes seconds, and a limit in bytes lets it be made several times."""

LOWEST_QUALITY = 30
"""Below it a picture is no longer fit to be handed out: a limit that needs less is refused."""

_MAX_WEBP_SIDE_PX = 16_383
_FINE_QUALITY = 90
_METHOD = 4
_OVER = 2
_NEW_YEAR = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)


def _srgb() -> bytes:
    """Return the sRGB profile without the moment of its making: the same picture, the same file."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile[:24] + _NEW_YEAR + profile[36:]


_SRGB = _srgb()


def main() -> None:
    """Answer until the parent closes the pipe."""
    serve(_answer, cpu_s=CPU_S_PER_PICTURE)


def _answer(answers: BinaryIO, data: bytes, header: Mapping[str, object]) -> None:
    wanted = cast("Mapping[str, Any]", header["wanted"])
    longest = int(wanted["longest_px"]) or MAX_PIXELS
    picture = read_picture(data, str(header["format"]), longest * _OVER)
    image = _image(picture, longest, str(wanted["format"]), str(wanted["background"]))
    if wanted["format"] == "WEBP" and max(image.size) > _MAX_WEBP_SIDE_PX:
        frames.send(answers, {"reason": "too_long_for_webp", "detail": ""})
        return
    made, quality = _within(image, wanted)
    limit = int(wanted["max_bytes"])
    if limit and len(made) > limit:
        frames.send(answers, {"reason": "over_limit", "detail": str(len(made))})
        return
    facts: dict[str, object] = {
        "width_px": image.width,
        "height_px": image.height,
        "quality": quality,
    }
    frames.send(answers, facts, made)


def _image(picture: Picture, longest: int, kind: str, background: str) -> Image.Image:
    factor = int(max(picture.pixels.size) / longest / _OVER) or 1
    image = to_srgb(fitted(shrunk(picture.pixels, factor), longest))
    turn = TURNS.get(picture.orientation)
    image = image if turn is None else image.transpose(turn)
    if image.mode != "RGBA":
        return image
    if image.getextrema()[-1] == (255, 255):
        return image.convert("RGB")
    if kind != "JPEG":
        return image
    flat = Image.new("RGB", image.size, background)
    flat.paste(image, mask=image.getchannel("A"))
    return flat


def _within(image: Image.Image, wanted: Mapping[str, Any]) -> tuple[bytes, int]:
    """Return the file with the highest quality that keeps the limit, or that of the lowest."""
    kind, quality, limit = str(wanted["format"]), int(wanted["quality"]), int(wanted["max_bytes"])
    made = _encoded(image, kind, quality)
    if not limit or kind == "PNG" or len(made) <= limit:
        return made, quality
    low, high = min(LOWEST_QUALITY, quality), quality
    best = _encoded(image, kind, low)
    if len(best) > limit:
        return best, low
    while high - low > 1:
        middle = (low + high) // 2
        made = _encoded(image, kind, middle)
        if len(made) <= limit:
            low, best = middle, made
        else:
            high = middle
    return best, low


def _encoded(image: Image.Image, kind: str, quality: int) -> bytes:
    target = BytesIO()
    if kind == "JPEG":
        # Thin coloured edges of products stay sharp only with all of their colour.
        subsampling = "4:4:4" if quality >= _FINE_QUALITY else "4:2:0"
        image.save(
            target, "JPEG", quality=quality, subsampling=subsampling, progressive=True,
            icc_profile=_SRGB,
        )  # fmt: skip
    elif kind == "WEBP":
        image.save(
            target, "WEBP", quality=quality, alpha_quality=100, method=_METHOD, icc_profile=_SRGB
        )
    else:
        image.save(target, "PNG", icc_profile=_SRGB)
    return target.getvalue()


if __name__ == "__main__":
    main()
