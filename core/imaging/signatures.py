"""What kind of file the first bytes show, whatever its name says."""

_HEAD_BYTES = 1024
_ACCEPTED = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"))
_FOREIGN = (
    (b"GIF87a", "a GIF"),
    (b"GIF89a", "a GIF"),
    (b"II*\0", "a TIFF"),
    (b"MM\0*", "a TIFF"),
    (b"II+\0", "a TIFF"),
    (b"MM\0+", "a TIFF"),
    (b"%PDF-", "a PDF"),
    (b"8BPS", "a Photoshop"),
    (b"\xff\x0a", "a JPEG XL"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000"),
)
_AVIF_BRANDS = {b"avif", b"avis"}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_MARKUP_BEFORE_SVG = (b"<?xml", b"<!doctype svg", b"<!--", b"<svg")


def accepted_format(data: bytes) -> str | None:
    """Return JPEG, PNG or WEBP, or None for any other file."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return next((name for magic, name in _ACCEPTED if data.startswith(magic)), None)


def foreign_format(data: bytes) -> str | None:
    """Return the article and name of a picture format that is known but not kept, or None."""
    named = next((name for magic, name in _FOREIGN if data.startswith(magic)), None)
    return named or _iso_media(data) or _markup(data)


def _iso_media(data: bytes) -> str | None:
    if data[4:8] != b"ftyp":
        return None
    length = min(int.from_bytes(data[:4]), 256)
    brands = {data[start : start + 4] for start in range(8, length, 4)}
    if brands & _AVIF_BRANDS:
        return "an AVIF"
    return "a HEIC" if brands & _HEIC_BRANDS else None


def _markup(data: bytes) -> str | None:
    head = data[:_HEAD_BYTES].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return "an SVG" if head.startswith(_MARKUP_BEFORE_SVG) and b"<svg" in head else None
