"""Photos that are good, and the same photos spoiled in one way each."""

import io
from collections.abc import Callable

import pytest
from PIL import Image, ImageEnhance, ImageFilter

from core.domain.photo_checks import (
    SAME_PHOTO_BITS,
    FindingCode,
    PhotoMeasures,
    Verdict,
    bits_apart,
    judge,
)
from core.errors import InvalidRequestError
from core.imaging.photo_measures import measure_photo
from core.services.samples import sample_products

PHOTOS = {
    upload.file_name: upload.data for _draft, uploads in sample_products() for upload in uploads
}
Spoil = Callable[[Image.Image], Image.Image]


def measured(image: Image.Image) -> PhotoMeasures:
    file = io.BytesIO()
    image.convert("RGB").save(file, "JPEG", quality=92)
    return measure_photo(file.getvalue(), width_px=image.width, height_px=image.height)


def opened(name: str) -> Image.Image:
    return Image.open(io.BytesIO(PHOTOS[name])).convert("RGB")


def codes(measures: PhotoMeasures) -> set[FindingCode]:
    return {finding.code for finding in judge(measures)[1]}


def _far(image: Image.Image) -> Image.Image:
    wide = Image.new("RGB", image.size, image.getpixel((5, 5)))
    wide.paste(image.resize((image.width // 4, image.height // 4)), (300, 300))
    return wide


SPOILED: dict[str, tuple[Spoil, FindingCode, Verdict]] = {
    "blurred": (
        lambda image: image.filter(ImageFilter.GaussianBlur(3)),
        FindingCode.BLURRED,
        Verdict.POOR,
    ),
    "cut off": (
        lambda image: image.crop((image.width * 35 // 100, 0, image.width, image.height)),
        FindingCode.CUT_OFF,
        Verdict.POOR,
    ),
    "dark": (
        lambda image: ImageEnhance.Brightness(image).enhance(0.12),
        FindingCode.TOO_DARK,
        Verdict.POOR,
    ),
    "tiny": (
        lambda image: image.resize((image.width // 4, image.height // 4)),
        FindingCode.TOO_SMALL,
        Verdict.POOR,
    ),
    "far away": (_far, FindingCode.FAR_AWAY, Verdict.USABLE),
}


@pytest.mark.slow
class TestMeasurePhoto:
    @pytest.mark.parametrize(
        "name", ["sofa.webp", "lounge-chair.jpg", "dining-table.jpg", "vase-eucalyptus.webp"]
    )
    def test_finds_nothing_wrong_with_a_good_photo(self, name: str) -> None:
        assert judge(measured(opened(name))) == (Verdict.GOOD, ())

    @pytest.mark.parametrize("how", SPOILED)
    def test_finds_what_is_wrong(self, how: str) -> None:
        spoil, code, verdict = SPOILED[how]

        measures = measured(spoil(opened("lounge-chair.jpg")))

        assert code in codes(measures)
        assert judge(measures)[0] is verdict

    def test_finds_burnt_out_parts(self) -> None:
        measures = measured(ImageEnhance.Brightness(opened("sofa.webp")).enhance(2.2))

        assert FindingCode.TOO_BRIGHT in codes(measures)

    def test_lets_a_lamp_hang_from_the_top(self) -> None:
        verdict, findings = judge(measured(opened("pendant-lamp.jpg")))

        assert verdict is Verdict.USABLE
        assert [finding.code for finding in findings] == [FindingCode.CUT_OFF]

    def test_says_that_there_is_no_product(self) -> None:
        measures = measured(Image.new("RGB", (1200, 1200), "#d0d0d0"))

        assert codes(measures) == {FindingCode.NO_PRODUCT}

    def test_knows_a_photo_that_was_resized(self) -> None:
        image = opened("sofa.webp")
        small = image.resize((image.width // 3, image.height // 3))

        same = bits_apart(measured(image).phash, measured(small).phash)
        other = bits_apart(measured(image).phash, measured(opened("bed.jpg")).phash)

        assert same <= SAME_PHOTO_BITS < other

    def test_refuses_what_is_no_picture(self) -> None:
        with pytest.raises(InvalidRequestError):
            measure_photo(b"no picture", width_px=1, height_px=1)
