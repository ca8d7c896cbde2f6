"""The frame of a WebP file says how large its picture is, or that it is none."""

from io import BytesIO

import pytest
from PIL import Image

from core.imaging.webp import webp_size
from tests.images import cutout_bytes, photo_bytes


def webp(image: Image.Image, **options: object) -> bytes:
    target = BytesIO()
    image.save(target, "WEBP", **options)
    return target.getvalue()


LOSSY = webp(Image.new("RGB", (161, 97), "red"), quality=80)
LOSSLESS = webp(Image.new("RGB", (161, 97), "red"), lossless=True)
WITH_ALPHA = webp(Image.new("RGBA", (161, 97), (9, 9, 9, 99)), quality=80)
WITH_PROFILE = webp(Image.new("RGB", (161, 97), "red"), icc_profile=b"x" * 101)
KINDS = [LOSSY, LOSSLESS, WITH_ALPHA, WITH_PROFILE]


@pytest.mark.parametrize("data", KINDS)
def test_says_how_large_a_whole_picture_is(data: bytes) -> None:
    assert webp_size(data) == (161, 97)


@pytest.mark.parametrize("data", KINDS)
def test_no_other_length_is_whole(data: bytes) -> None:
    assert [end for end in range(len(data)) if webp_size(data[:end])] == []
    assert webp_size(data + b"\0") is None


@pytest.mark.parametrize(
    "data",
    [
        photo_bytes(),
        cutout_bytes(),
        b"RIFF\x04\0\0\0WEBP",
        b"RIFF\x0c\0\0\0WEBPVP8 \xff\xff\xff\xff",
        b"RIFF\x0c\0\0\0WEBPVP8L\0\0\0\0",
        b"RIFF\x16\0\0\0WEBPVP8 \x0a\0\0\0" + bytes(10),
        b"RIFF\x16\0\0\0WEBPVP8 \x0a\0\0\0\0\0\0\x9d\x01\x2a\0\0\0\0",
    ],
)
def test_anything_else_is_no_picture(data: bytes) -> None:
    assert webp_size(data) is None
