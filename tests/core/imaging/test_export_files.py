"""Pictures made anew: in a child process, smaller, lighter, and with nothing but their pixels."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image, ImageCms

from core.errors import ImageRejectedError
from core.imaging.export_files import PictureMaker, Rendering
from tests.images import cutout_bytes, photo_bytes

PHOTO = photo_bytes(900, 600)


@pytest.fixture(scope="module")
def maker() -> Iterator[PictureMaker]:
    with PictureMaker() as opened:
        yield opened


def noise(side: int = 700) -> bytes:
    target = io.BytesIO()
    Image.effect_noise((side, side), 90).convert("RGB").save(target, "PNG")
    return target.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


class TestMake:
    @pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
    @pytest.mark.parametrize(
        ("longest", "size"), [(0, (900, 600)), (300, (300, 200)), (5000, (900, 600))]
    )
    def test_makes_each_format_in_a_size_and_never_larger(
        self, maker: PictureMaker, file_format: str, longest: int, size: tuple[int, int]
    ) -> None:
        made = maker.make(PHOTO, Rendering(file_format, longest_px=longest))

        image = opened(made.data)
        assert (image.format, image.size) == (file_format, size)
        assert (made.width_px, made.height_px) == size
        profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        assert "sRGB" in ImageCms.getProfileDescription(profile)
        assert dict(image.getexif()) == {}

    @pytest.mark.parametrize("file_format", ["JPEG", "WEBP"])
    def test_searches_the_best_quality_within_a_limit(
        self, maker: PictureMaker, file_format: str
    ) -> None:
        data = noise()
        free = maker.make(data, Rendering(file_format, quality=95))
        limit = len(free.data) * 4 // 5

        made = maker.make(data, Rendering(file_format, quality=95, max_bytes=limit))

        better = maker.make(data, Rendering(file_format, quality=made.quality + 1))
        assert len(made.data) <= limit < len(better.data)
        assert 30 <= made.quality < 95

    def test_says_when_no_quality_is_low_enough(self, maker: PictureMaker) -> None:
        with pytest.raises(ImageRejectedError, match="over the limit") as refused:
            maker.make(noise(), Rendering("JPEG", max_bytes=5000))

        assert "more than the 5 kB" in refused.value.user_message

    def test_puts_a_background_behind_what_is_transparent(self, maker: PictureMaker) -> None:
        flat = opened(maker.make(cutout_bytes(), Rendering("JPEG", background="#ff0000")).data)
        clear = opened(maker.make(cutout_bytes(), Rendering("PNG", background="#ff0000")).data)

        red, green, _ = flat.getpixel((1, 1))  # type: ignore[misc] # it is RGB
        assert (red > 240, green < 20) == (True, True)
        assert clear.mode == "RGBA"
        assert clear.getpixel((1, 1))[-1] == 0  # type: ignore[index] # it is RGBA

    def test_turns_pictures_upright_and_forgets_the_camera(self, maker: PictureMaker) -> None:
        exif = Image.Exif()
        exif[0x0112] = 6
        exif[0x010F] = "Camera"
        target = io.BytesIO()
        Image.new("RGB", (90, 40), "#204060").save(target, "JPEG", exif=exif)

        made = opened(maker.make(target.getvalue(), Rendering("JPEG")).data)

        assert made.size == (40, 90)
        assert b"Camera" not in target.getvalue()[-10:]
        assert dict(made.getexif()) == {}

    @pytest.mark.parametrize(
        "data", [b"", b"no picture", PHOTO[: len(PHOTO) // 2], b"\xff\xd8\xff" + b"\0" * 99]
    )
    def test_refuses_what_is_no_whole_picture_and_goes_on(
        self, maker: PictureMaker, data: bytes
    ) -> None:
        with pytest.raises(ImageRejectedError) as refused:
            maker.make(data, Rendering("JPEG"))

        assert refused.value.user_message.endswith(".")
        assert maker.make(PHOTO, Rendering("JPEG")).data

    def test_outlives_a_child_that_was_killed(self) -> None:
        with PictureMaker(timeout_s=0.001) as impatient:
            with pytest.raises(ImageRejectedError):
                impatient.make(noise(), Rendering("WEBP"))
            impatient._timeout_s = 60

            assert impatient.make(PHOTO, Rendering("WEBP")).data

    def test_refuses_a_webp_that_is_too_long(self, maker: PictureMaker) -> None:
        target = io.BytesIO()
        Image.new("RGB", (17_000, 40), "white").save(target, "PNG")

        with pytest.raises(ImageRejectedError) as refused:
            maker.make(target.getvalue(), Rendering("WEBP"))

        assert "16,383" in refused.value.user_message
