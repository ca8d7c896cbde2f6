"""Small pictures that look a little like product photos, made on the spot."""

from io import BytesIO
from typing import Literal

from PIL import Image, ImageChops, ImageDraw

ImageFormat = Literal["JPEG", "PNG", "WEBP"]


def photo(width: int = 320, height: int = 320, *, colour: str = "#8a5a2b") -> Image.Image:
    """Return a chair-like shape of the colour before a white wall."""
    image = Image.new("RGB", (width, height), "#ffffff")
    draw = ImageDraw.Draw(image)

    def box(left: float, top: float, right: float, bottom: float) -> None:
        draw.rectangle(
            (left * width, top * height, right * width - 1, bottom * height - 1), fill=colour
        )

    box(0.30, 0.15, 0.38, 0.85)  # the back and the hind leg
    box(0.30, 0.50, 0.70, 0.58)  # the seat
    box(0.62, 0.58, 0.70, 0.85)  # the front leg
    return image


def photo_bytes(
    width: int = 320,
    height: int = 320,
    *,
    image_format: ImageFormat = "JPEG",
    colour: str = "#8a5a2b",
    exif: Image.Exif | None = None,
) -> bytes:
    """Return such a photo as a file; another colour makes another file."""
    buffer = BytesIO()
    extra = {} if exif is None else {"exif": exif}
    photo(width, height, colour=colour).save(buffer, image_format, **extra)
    return buffer.getvalue()


def cutout_bytes(width: int = 320, height: int = 320, *, colour: str = "#8a5a2b") -> bytes:
    """Return the same shape on a transparent ground, as a PNG."""
    image = photo(width, height, colour=colour).convert("RGBA")
    white = Image.new("RGBA", image.size, "#ffffff")
    alpha = Image.new("L", image.size, 255)
    alpha.paste(0, mask=_equal(image, white))
    image.putalpha(alpha)
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _equal(image: Image.Image, other: Image.Image) -> Image.Image:
    return ImageChops.difference(image, other).convert("L").point(lambda value: 255 * (value == 0))
