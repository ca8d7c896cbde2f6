"""Small pictures and hostile ones, made when they are needed."""

import struct
import zlib
from io import BytesIO

from PIL import Image, ImageCms

QUADRANTS = ("red", "lime", "blue", "yellow")


def encoded(image: Image.Image, file_format: str = "PNG", **options: object) -> bytes:
    """Return the picture as a file."""
    target = BytesIO()
    image.save(target, file_format, **options)
    return target.getvalue()


def decoded(data: bytes) -> Image.Image:
    """Return the picture in the file."""
    image = Image.open(BytesIO(data))
    image.load()
    return image


def quadrants(width_px: int = 96, height_px: int = 64) -> Image.Image:
    """Return a picture that looks different however it is turned."""
    small = Image.new("RGB", (2, 2))
    for place, colour in zip(((0, 0), (1, 0), (0, 1), (1, 1)), QUADRANTS, strict=True):
        small.paste(colour, (*place, place[0] + 1, place[1] + 1))
    return small.resize((width_px, height_px), Image.Resampling.NEAREST)


def noise(width_px: int, height_px: int, mode: str = "RGB") -> Image.Image:
    """Return what compresses worst."""
    bands = [Image.effect_noise((width_px, height_px), 120) for _ in mode]
    return Image.merge(mode, bands)


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return one chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(
    width_px: int, height_px: int, *chunks: bytes, colour_type: int = 0, rows: int | None = None
) -> bytes:
    """Return an all black PNG, with other chunks before its pixels, and perhaps too few rows."""
    header = struct.pack(">IIBBBBB", width_px, height_px, 8, colour_type, 0, 0, 0)
    row = bytes(1 + width_px * {0: 1, 2: 3, 6: 4}[colour_type])
    deflate = zlib.compressobj(1)
    pixels = (
        b"".join(deflate.compress(row) for _ in range(height_px if rows is None else rows))
        + deflate.flush()
    )
    parts = (chunk(b"IHDR", header), *chunks, chunk(b"IDAT", pixels), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def webp_that_claims(width_px: int, height_px: int) -> bytes:
    """Return a small lossless WebP whose header says another size."""
    data = bytearray(encoded(Image.new("RGB", (40, 40)), "WEBP", lossless=True))
    at = data.index(b"VP8L") + 9
    flags = int.from_bytes(data[at : at + 4], "little") >> 28
    size = (width_px - 1) | (height_px - 1) << 14 | flags << 28
    data[at : at + 4] = size.to_bytes(4, "little")
    return bytes(data)


def jpeg_that_claims(width_px: int, height_px: int) -> bytes:
    """Return a small JPEG whose header says another size."""
    data = bytearray(encoded(Image.new("RGB", (40, 40)), "JPEG"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height_px, width_px)
    return bytes(data)


def jpeg_of_many_scans(width_px: int, height_px: int, *, scans: int) -> bytes:
    """Return a JPEG that says the same again and again, each time for all its pixels."""
    data = encoded(Image.new("L", (width_px, height_px), 90), "JPEG", progressive=True)
    last_scan = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last_scan * scans + data[-2:]


def profile_that_swaps_red_and_blue() -> bytes:
    """Return a colour profile that shows at once whether it was obeyed."""
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swaps = ((b"rXYZ", b"temp"), (b"bXYZ", b"rXYZ"), (b"temp", b"bXYZ"))
    for old, new in swaps:
        plain = plain.replace(old, new, 1)
    return plain
