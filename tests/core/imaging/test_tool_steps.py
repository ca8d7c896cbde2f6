"""The one function behind preview and saved result: every kind of input, the same pixels."""

from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from core.domain.image_tools import (
    FIGURES,
    Adjust,
    Background,
    BackgroundKind,
    Crop,
    CutOut,
    FileFormat,
    Flip,
    Packshot,
    Rotate,
    Straighten,
    ToolStep,
    Upscale,
    UpscaleMethod,
)
from core.imaging.canvas import Canvas, downscaled, encoded, read_canvas
from core.imaging.kept_canvases import KeptCanvases
from core.imaging.tool_steps import apply_steps
from core.imaging.tool_verdicts import Refusal, ToolRefusedError
from tests.core.imaging import pictures
from tests.images import cutout_bytes, photo_bytes

ALL: tuple[ToolStep, ...] = (
    Adjust(exposure=20, contrast=15, clarity=30, texture=20, sharpness=20, vibrance=30),
    Crop(0.1, 0.1, 0.7, 0.8, "4:5"),
    Straighten(4),
    Flip(),
    Rotate(1),
)
GRADIENT = Background(BackgroundKind.GRADIENT, "#ffffff", "#203040", 30)


def turned_by_exif(data: bytes, orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return pictures.encoded(pictures.decoded(data), "PNG", exif=exif)


class TestPreview:
    @pytest.mark.parametrize("longest", [50, 137, 200, 5000])
    @pytest.mark.parametrize("file_format", [FileFormat.PNG, FileFormat.JPEG, FileFormat.WEBP])
    @pytest.mark.parametrize("source", [photo_bytes(301, 207), cutout_bytes(300, 260)])
    def test_is_the_saved_result_scaled_down(
        self, source: bytes, file_format: FileFormat, longest: int
    ) -> None:
        saved = apply_steps(source, ALL, file_format=file_format)
        shown = apply_steps(source, ALL, file_format=file_format, longest=longest)

        wanted = downscaled(read_canvas(saved.data), longest)
        found = read_canvas(shown.data)
        assert np.array_equal(found.rgb, wanted.rgb)
        assert (found.alpha is None) == (wanted.alpha is None)
        if found.alpha is not None and wanted.alpha is not None:
            assert np.array_equal(found.alpha, wanted.alpha)
        assert shown.mime_type == "image/png"
        assert (shown.full_width_px, shown.full_height_px) == (saved.width_px, saved.height_px)

    @pytest.mark.parametrize("step", [Packshot(canvas_px=300, shadow=50), GRADIENT])
    def test_of_a_new_background_too(self, step: ToolStep) -> None:
        saved = apply_steps(cutout_bytes(), [step])
        shown = apply_steps(cutout_bytes(), [step], longest=100)

        wanted = downscaled(read_canvas(saved.data), 100)
        assert np.array_equal(read_canvas(shown.data).rgb, wanted.rgb)

    def test_from_kept_pictures_is_the_same(self) -> None:
        kept = KeptCanvases(10_000_000)
        data = photo_bytes(300, 200)

        apply_steps(data, ALL[:2], longest=100, kept=kept)
        again = apply_steps(data, ALL, longest=100, kept=kept)

        assert again == apply_steps(data, ALL, longest=100)

    def test_keeps_no_more_than_it_may(self) -> None:
        kept = KeptCanvases(100)
        apply_steps(photo_bytes(), [Rotate()], kept=kept)

        assert apply_steps(photo_bytes(), [Rotate()], kept=kept).width_px == 320


class TestSaved:
    def test_is_the_same_bytes_each_time(self) -> None:
        data = cutout_bytes()
        steps = [*ALL, Packshot(canvas_px=300, shadow=40)]

        assert apply_steps(data, steps).data == apply_steps(data, steps).data

    def test_without_steps_keeps_every_pixel(self) -> None:
        data = photo_bytes(image_format="PNG")

        result = apply_steps(data, [])

        assert np.array_equal(read_canvas(result.data).rgb, read_canvas(data).rgb)

    @pytest.mark.parametrize(
        ("data", "steps", "mime_type"),
        [
            (photo_bytes(), [Rotate()], "image/jpeg"),
            (photo_bytes(image_format="PNG"), [Rotate()], "image/png"),
            (photo_bytes(image_format="WEBP"), [Rotate()], "image/png"),
            (cutout_bytes(), [Rotate()], "image/png"),
            (cutout_bytes(), [Packshot(canvas_px=300)], "image/png"),
        ],
    )
    def test_by_itself_loses_nothing_that_is_not_lost_yet(
        self, data: bytes, steps: list[ToolStep], mime_type: str
    ) -> None:
        assert apply_steps(data, steps).mime_type == mime_type

    def test_as_jpeg_shows_white_where_it_is_clear(self) -> None:
        result = apply_steps(cutout_bytes(), [Rotate()], file_format=FileFormat.JPEG)

        assert tuple(read_canvas(result.data).rgb[0, 0]) == (255, 255, 255)

    @pytest.mark.parametrize("file_format", [FileFormat.PNG, FileFormat.JPEG, FileFormat.WEBP])
    def test_holds_no_metadata(self, file_format: FileFormat) -> None:
        exif = Image.Exif()
        exif[0x010E] = "secret"
        data = photo_bytes(exif=exif)

        result = apply_steps(data, [Rotate()], file_format=file_format)

        assert b"secret" not in result.data
        assert not Image.open(BytesIO(result.data)).getexif()

    def test_that_would_be_too_small_is_refused(self) -> None:
        with pytest.raises(ToolRefusedError, match="at least 32") as caught:
            apply_steps(photo_bytes(), [Crop(0, 0, 0.05, 1)])
        assert caught.value.refusal is Refusal.RESULT_TOO_SMALL

    def test_keeps_the_steps_with_their_figures(self) -> None:
        result = apply_steps(photo_bytes(), [Rotate(2), Upscale(2, UpscaleMethod.LANCZOS)])

        assert result.steps[0] == {"tool": "rotate", "quarters": 2}
        assert result.steps[1][FIGURES] == {"from_px": [320, 320], "to_px": [640, 640]}


class TestInputs:
    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_are_turned_upright_once(self, orientation: int) -> None:
        data = turned_by_exif(pictures.encoded(pictures.quadrants(96, 64)), orientation)

        first = apply_steps(data, [Adjust(exposure=1)], file_format=FileFormat.PNG)
        second = apply_steps(first.data, [Flip(), Flip()])

        from PIL import ImageOps  # noqa: PLC0415 - what it is measured against

        wanted = np.asarray(ImageOps.exif_transpose(Image.open(BytesIO(data))))
        found = read_canvas(second.data).rgb
        assert found.shape == wanted.shape
        assert np.abs(found.astype(int) - wanted).max() < 12

    @pytest.mark.parametrize(
        "change",
        [
            lambda image: image.convert("RGBA"),
            lambda image: image.convert("P", palette=Image.Palette.ADAPTIVE),
            lambda image: image.quantize(8),
        ],
    )
    def test_of_other_modes_have_the_same_colours(
        self, change: Callable[[Image.Image], Image.Image]
    ) -> None:
        plain = pictures.quadrants(96, 64)

        result = read_canvas(pictures.encoded(change(plain)))

        assert np.abs(result.rgb.astype(int) - np.asarray(plain)).max() <= 2
        assert result.alpha is None

    def test_in_cmyk_are_brought_to_srgb(self) -> None:
        plain = pictures.quadrants(96, 64)

        result = read_canvas(pictures.encoded(plain.convert("CMYK"), "JPEG", quality=98))

        assert np.abs(result.rgb.astype(int) - np.asarray(plain)).mean() < 20

    def test_of_16_bits_are_not_clipped_to_white(self) -> None:
        ramp = np.tile(np.linspace(0, 65535, 64).astype(np.uint16), (64, 1))

        result = read_canvas(pictures.encoded(Image.fromarray(ramp))).rgb

        assert abs(int(result[0, 32, 0]) - 130) < 3
        assert len(np.unique(result)) > 50

    def test_with_a_profile_are_shown_as_it_says(self) -> None:
        red = Image.new("RGB", (64, 64), (200, 20, 20))
        profile = pictures.profile_that_swaps_red_and_blue()

        result = read_canvas(pictures.encoded(red, icc_profile=profile)).rgb

        assert result[0, 0, 2] > 150 > result[0, 0, 0]

    def test_with_a_transparent_colour_have_an_alpha(self) -> None:
        image = pictures.quadrants(64, 64).quantize(4)
        data = pictures.encoded(image, transparency=image.getpixel((0, 0)))

        result = read_canvas(data)

        assert result.alpha is not None
        assert (result.alpha[0, 0], result.alpha[-1, -1]) == (0, 255)

    def test_in_grey_with_alpha_keep_both(self) -> None:
        image = Image.merge("LA", (Image.new("L", (40, 40), 90), Image.new("L", (40, 40), 128)))

        result = read_canvas(pictures.encoded(image))

        assert result.alpha is not None
        assert tuple(result.rgb[0, 0]) == (90, 90, 90)
        assert result.alpha[0, 0] == 128

    @pytest.mark.parametrize(
        ("data", "refusal"),
        [
            (b"", Refusal.UNREADABLE),
            (b"no picture at all", Refusal.UNREADABLE),
            (photo_bytes()[:2000], Refusal.UNREADABLE),
            (photo_bytes(image_format="PNG")[:-40], Refusal.UNREADABLE),
            (pictures.webp_that_claims(16_000, 16_000), Refusal.TOO_HEAVY),
            (pictures.jpeg_that_claims(60_000, 60_000), Refusal.TOO_HEAVY),
            (pictures.encoded(Image.new("RGB", (1, 1))), Refusal.TOO_SMALL),
            (pictures.encoded(Image.new("RGB", (40, 40)), "GIF"), Refusal.UNREADABLE),
        ],
    )
    def test_that_cannot_be_used_are_refused(self, data: bytes, refusal: Refusal) -> None:
        with pytest.raises(ToolRefusedError) as caught:
            apply_steps(data, [Rotate()])
        assert caught.value.refusal is refusal


class TestSupplies:
    def test_that_are_missing_are_named(self) -> None:
        with pytest.raises(ToolRefusedError, match="mask is not there"):
            apply_steps(photo_bytes(), [CutOut(mask_id=1)])
        with pytest.raises(ToolRefusedError, match="background picture is not there"):
            apply_steps(cutout_bytes(), [Background(BackgroundKind.PICTURE, asset_id=1)])


class TestDownscaled:
    def test_sees_no_colour_that_cannot_be_seen(self) -> None:
        rgb = np.full((100, 100, 3), 255, np.uint8)
        alpha = np.zeros((100, 100), np.uint8)
        rgb[:, :51], alpha[:, :51] = 30, 255

        small = downscaled(Canvas(rgb, alpha), 50)

        assert small.alpha is not None
        assert small.rgb[small.alpha > 0].max() == 30

    def test_leaves_a_smaller_picture_alone(self) -> None:
        canvas = read_canvas(encoded(Canvas(np.zeros((40, 40, 3), np.uint8)), FileFormat.PNG))

        assert downscaled(canvas, 40) is canvas
