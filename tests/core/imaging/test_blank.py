"""A picture without anything in it is told apart from one with almost nothing in it."""

from collections.abc import Iterator

import pytest
from PIL import Image

from core.errors import ImageRejectedError
from core.imaging.answers import checked_image
from core.imaging.gate import SubprocessImageGate
from core.imaging.verdicts import SENTENCES, Reason
from tests.core.imaging.pictures import encoded, noise

WHITE = Image.new("RGB", (640, 480), "white")


@pytest.fixture(scope="module")
def gate() -> Iterator[SubprocessImageGate]:
    gate = SubprocessImageGate(children=1)
    yield gate
    gate.close()


def with_dot(picture: Image.Image, colour: object, side_px: int = 1) -> Image.Image:
    """Return a copy with a dot beside its middle."""
    copy = picture.copy()
    left, top = picture.width // 2 + 3, picture.height // 2 + 5
    copy.paste(colour, (left, top, left + side_px, top + side_px))  # type: ignore[arg-type] # any mode's colour
    return copy


def unseen_noise() -> Image.Image:
    picture = noise(300, 200)
    picture.putalpha(0)
    return picture


def one_colour_twice(index: int) -> Image.Image:
    """Return a picture of two palette entries that look the same, or of two that do not."""
    picture = Image.new("P", (200, 200), 1)
    picture.putpalette([9, 9, 9, 9, 9, 9, 200, 9, 9])
    return with_dot(picture, index)


BLANK = {
    "white JPEG": encoded(WHITE, "JPEG"),
    "grey PNG": encoded(Image.new("L", (640, 480), 128)),
    "WebP": encoded(Image.new("RGB", (640, 480), (12, 200, 40)), "WEBP", lossless=True),
    "black print": encoded(Image.new("CMYK", (640, 480), (0, 0, 0, 255)), "JPEG"),
    "deep grey": encoded(Image.new("I;16", (64, 64), 40_000)),
    "black and white": encoded(Image.new("1", (64, 64), 1)),
    "nothing to be seen": encoded(unseen_noise()),
    "nothing to be seen in WebP": encoded(Image.new("RGBA", (64, 64), (9, 9, 9, 0)), "WEBP"),
    "half transparent": encoded(Image.new("LA", (64, 64), (7, 128))),
    "a transparent colour": encoded(Image.new("RGB", (64, 64), (7, 7, 7)), transparency=(7, 7, 7)),
    "a palette": encoded(one_colour_twice(0)),
}
NOT_BLANK = {
    "one pixel hardly darker": encoded(with_dot(WHITE, (254, 255, 255))),
    "a faint thing in a JPEG": encoded(with_dot(WHITE, (250, 250, 250), 8), "JPEG", quality=95),
    "a thing of one pixel's width": encoded(with_dot(Image.new("RGBA", WHITE.size), "#000f")),
    "a black shape on nothing": encoded(with_dot(Image.new("RGBA", WHITE.size), "#000f", 40)),
    "a lighter shade of black": encoded(with_dot(Image.new("LA", (64, 64), (7, 128)), (7, 129))),
    "deep grey": encoded(with_dot(Image.new("I;16", (64, 64), 40_000), 40_001)),
    "a palette": encoded(one_colour_twice(2)),
    "print": encoded(with_dot(Image.new("CMYK", (640, 480)), (0, 0, 0, 60), 32), "JPEG"),
}


@pytest.mark.parametrize("data", BLANK.values(), ids=BLANK)
def test_is_blank(gate: SubprocessImageGate, data: bytes) -> None:
    assert gate.check(data).is_blank is True


@pytest.mark.parametrize("data", NOT_BLANK.values(), ids=NOT_BLANK)
def test_is_not_blank(gate: SubprocessImageGate, data: bytes) -> None:
    assert gate.check(data).is_blank is False


def test_counts_what_a_smaller_copy_would_lose(gate: SubprocessImageGate) -> None:
    large = Image.new("RGB", (4000, 3000), "white")
    chequer = Image.new("L", (16, 16))
    chequer.putdata([(x + y) % 2 * 255 for y in range(16) for x in range(16)])
    large.paste((215, 215, 215), (2000, 1504), chequer)

    assert not gate.check(encoded(large, "JPEG", quality=95)).is_blank
    assert gate.check(encoded(large.crop((0, 0, 1900, 1400)), "JPEG")).is_blank


def test_believes_nothing_else_of_a_child() -> None:
    header = {
        "mime_type": "image/png",
        "width_px": 64,
        "height_px": 64,
        "notices": [],
        "renditions": {"w160": 1, "w320": 1, "w640": 1, "w1600": 1},
        "is_blank": "no",
    }

    with pytest.raises(ImageRejectedError) as caught:
        checked_image(b"picture", header, b"1234")

    assert caught.value.user_message == SENTENCES[Reason.CRASHED]
