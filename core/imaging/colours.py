"""Inside the child: from any kind of pixels to 8-bit sRGB."""

from collections.abc import Iterator
from io import BytesIO

from PIL import Image, ImageCms

_ROWS_PX = 4_000_000
DEEP_GREY = {"I", "I;16", "I;16B", "I;16L", "I;16N"}
_PLAIN = {"L", "RGB", "RGBA", "CMYK"}
_MODE_OF_PROFILE = {"GRAY": "L", "RGB": "RGB", "CMYK": "CMYK"}
_SRGB = ImageCms.createProfile("sRGB")


def shrunk(image: Image.Image, factor: int) -> Image.Image:
    """Return the picture with 8 bits a channel, its sides divided by the factor.

    It goes strip by strip, so that a large picture is never in memory a second time.
    """
    mode = _plain_mode(image)
    if factor == 1 and image.mode == mode:
        return image
    result = Image.new(mode, (-(-image.width // factor), -(-image.height // factor)))
    for top, strip in strips(image, factor):
        plain = _plain(strip, mode)
        result.paste(plain.reduce(factor) if factor > 1 else plain, (0, top // factor))
    result.info = {"icc_profile": image.info.get("icc_profile")}
    return result


def to_srgb(image: Image.Image) -> Image.Image:
    """Return the picture as RGB or RGBA in sRGB; a profile that does not fit it is ignored."""
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    colours = _converted(image.convert("RGB") if alpha else image, image.info.get("icc_profile"))
    if alpha:
        colours.putalpha(alpha)
    colours.info = {}
    return colours


def _plain_mode(image: Image.Image) -> str:
    if image.has_transparency_data:
        return "RGBA"
    if image.mode in DEEP_GREY or image.mode in {"1", "L"}:
        return "L"
    return image.mode if image.mode in _PLAIN else "RGB"


def strips(image: Image.Image, factor: int = 1) -> Iterator[tuple[int, Image.Image]]:
    """Yield the picture in strips of some megapixels, each with where it begins.

    Their heights are multiples of the factor.
    """
    rows = max(1, _ROWS_PX // image.width // factor) * factor
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        strip.info = dict(image.info)  # holds which colour is transparent
        yield top, strip


def _plain(strip: Image.Image, mode: str) -> Image.Image:
    if strip.mode in DEEP_GREY:
        # Converting clips everything above 255 to white, so the range is brought down first.
        return strip.point(lambda value: value * (1 / 257) + 0.5).convert("L").convert(mode)
    return strip if strip.mode == mode else strip.convert(mode)


def _converted(image: Image.Image, profile_bytes: bytes | None) -> Image.Image:
    if profile_bytes:
        try:
            profile = ImageCms.ImageCmsProfile(BytesIO(profile_bytes))
            return _through(profile, image)
        except (ImageCms.PyCMSError, OSError, ValueError, KeyError):
            pass
    return image.convert("RGB")


def _through(profile: ImageCms.ImageCmsProfile, image: Image.Image) -> Image.Image:
    mode = _MODE_OF_PROFILE[profile.profile.xcolor_space.strip()]
    if image.mode != mode and (image.mode, mode) != ("L", "RGB"):
        raise ValueError("a profile of other colours than the picture's")
    converted = ImageCms.profileToProfile(image.convert(mode), profile, _SRGB, outputMode="RGB")
    return converted or image.convert("RGB")
