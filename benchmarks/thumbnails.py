"""Checking a photo of 12 megapixels and making its renditions, against bare Pillow."""

from collections.abc import Iterator
from io import BytesIO

from PIL import Image

from benchmarks.figures import Figure, interleaved
from core.imaging.base import RENDITION_WIDTHS
from core.imaging.gate import SubprocessImageGate
from tests.support.environment import ROOT

_FIRST_PX = (1600, 1200)


def figures(*, is_quick: bool) -> Iterator[Figure]:
    """Measure the gate with all that it checks; the floor trusts the file and its own process."""
    photo = _photo()
    gate = SubprocessImageGate(children=1)
    try:
        medians = interleaved(
            {"gate": lambda: gate.check(photo), "pillow": lambda: _bare(photo)},
            rounds=5 if is_quick else 15,
        )
    finally:
        gate.close()
    yield Figure(
        "renditions of a 12 MP JPEG, checked", medians["gate"], medians["pillow"],
        "Pillow with draft, same four files", 1.15,
    )  # fmt: skip


def _photo() -> bytes:
    with Image.open(ROOT / "core" / "samples" / "lounge-chair.jpg") as sample:
        large = sample.convert("RGB").resize((4000, 3000), Image.Resampling.BICUBIC)
    target = BytesIO()
    large.save(target, "JPEG", quality=90)
    return target.getvalue()


def _bare(data: bytes) -> list[bytes]:
    files = []
    widths = sorted(RENDITION_WIDTHS.values(), reverse=True)
    with Image.open(BytesIO(data)) as image:
        image.draft("RGB", _FIRST_PX)  # the JPEG is decoded at half its size, as the gate does
        for width in widths:
            image.thumbnail((width, width), Image.Resampling.LANCZOS)
            target = BytesIO()
            image.save(target, "WEBP", quality=80, method=4)
            files.append(target.getvalue())
    return files
