"""What the fake Gemini holds an edit to, and how it edits a picture."""

import io
import re

from PIL import Image, ImageOps

_SOURCE = re.compile(r"^Image 1 is the picture\b", re.MULTILINE)
_MASK = re.compile(r"^Image (\d+) is the mask\b", re.MULTILINE)
_SHOWN = re.compile(r"^Image (\d+) (?:is|shows) ", re.MULTILINE)


def is_edit(prompt: str) -> bool:
    """Say whether the prompt asks for an edit of its first picture."""
    return _SOURCE.search(prompt) is not None


def check_edit(prompt: str, pictures: list[bytes]) -> None:
    """Raise `ValueError` unless the pictures are those that the prompt speaks of, in its order."""
    named = [int(number) for number in _SHOWN.findall(prompt)]
    if named != list(range(1, len(pictures) + 1)):
        raise ValueError(f"the prompt speaks of images {named}, and there are {len(pictures)}")
    masks = [int(number) for number in _MASK.findall(prompt)]
    if masks not in ([], [2]):
        raise ValueError("the mask must be the second image")
    if not masks:
        return
    with Image.open(io.BytesIO(pictures[0])) as source, Image.open(io.BytesIO(pictures[1])) as mask:
        if mask.format != "PNG" or mask.mode != "L":
            raise ValueError(f"the mask is a {mask.format} in {mask.mode}, not a grey PNG")
        if mask.size != source.size:
            raise ValueError(f"the mask is {mask.size}, its picture {source.size}")
        if mask.getextrema() != (0, 255):
            raise ValueError("the mask chooses nothing or everything")


def edited(source: bytes, size: tuple[int, int], mark: str) -> bytes:
    """Return the picture in other colours and of this size: every pixel of it is another one."""
    with Image.open(io.BytesIO(source)) as picture:
        upright = ImageOps.exif_transpose(picture).convert("RGB").resize(size)
    red, green, blue = upright.split()
    out = io.BytesIO()
    turned = Image.merge("RGB", [ImageOps.invert(channel) for channel in (blue, red, green)])
    turned.save(out, "JPEG", quality=90, comment=mark.encode()[:200])
    return out.getvalue()
