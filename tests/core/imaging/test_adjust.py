"""Adjustments: neutral at 0, one way only, and sane at both ends."""

from dataclasses import fields

import numpy as np
import pytest

from core.domain.image_tools import Adjust
from core.imaging.adjust import adjusted
from core.imaging.canvas import BAND_PIXELS, Canvas
from core.imaging.pixels import Pixels
from core.imaging.tones import luma_of, toned

SLIDERS = tuple(field.name for field in fields(Adjust))
LIGHT = ("exposure", "contrast", "highlights", "shadows", "whites", "blacks")
ENDS = (-100, -50, -10, 0, 10, 50, 100)


def grain(height: int = 40, width: int = 60) -> Canvas:
    return Canvas(np.random.default_rng(3).integers(0, 256, (height, width, 3), np.uint8))


def ramp() -> Canvas:
    """Return all greys, and all strengths of a few hues."""
    steps = np.arange(256, dtype=np.uint8)
    rows = [np.stack([steps * share for share in hue], -1) for hue in
            ((1, 1, 1), (1, 0.5, 0.2), (0.2, 0.6, 1), (0, 1, 0), (0.9, 0.8, 1))]  # fmt: skip
    return Canvas(np.stack(rows).astype(np.uint8))


def mean_light(canvas: Canvas) -> float:
    return float(luma_of((canvas.rgb / 255).astype(np.float32)).mean())


def chroma(canvas: Canvas) -> Pixels:
    rgb = canvas.rgb.astype(int)
    spread: Pixels = rgb.max(-1) - rgb.min(-1)
    return spread


def values(name: str) -> list[int]:
    return [value for value in ENDS if value >= 0 or name != "sharpness"]


class TestAdjusted:
    def test_by_nothing_is_the_same_to_the_bit(self) -> None:
        canvas = grain()

        assert adjusted(canvas, Adjust()) is canvas

    @pytest.mark.parametrize("name", SLIDERS)
    def test_by_next_to_nothing_hardly_changes(self, name: str) -> None:
        canvas = ramp()

        result = adjusted(canvas, Adjust(**{name: 0.01}))

        assert np.abs(result.rgb.astype(int) - canvas.rgb).max() <= 1

    @pytest.mark.parametrize("name", SLIDERS)
    def test_changes_the_picture_at_both_ends(self, name: str) -> None:
        canvas = grain()

        for value in (values(name)[0], 100):
            if value:
                assert (adjusted(canvas, Adjust(**{name: value})).rgb != canvas.rgb).any()

    @pytest.mark.parametrize("name", ["exposure", "highlights", "shadows", "whites", "blacks"])
    def test_gets_lighter_the_further_a_slider_goes(self, name: str) -> None:
        means = [mean_light(adjusted(ramp(), Adjust(**{name: value}))) for value in ENDS]

        assert means == sorted(means)
        assert means[-1] - means[0] > 0.01

    @pytest.mark.parametrize("name", LIGHT)
    @pytest.mark.parametrize("value", [-100, 100])
    def test_keeps_lighter_greys_lighter(self, name: str, value: int) -> None:
        greys = adjusted(ramp(), Adjust(**{name: value})).rgb[0].astype(int)

        assert (np.diff(greys, axis=0) >= 0).all()

    def test_all_curves_together_still_rise(self) -> None:
        light = np.linspace(0, 1, 4096, dtype=np.float32)[None]
        chance = np.random.default_rng(5)

        for _ in range(200):
            sliders = dict(zip(LIGHT, chance.integers(-100, 101, len(LIGHT)), strict=True))
            step = Adjust(**{name: int(value) for name, value in sliders.items()})
            curve = toned(light, step)[0]
            assert (np.diff(curve) >= -1e-6).all()
            assert curve.min() >= 0
            assert curve.max() <= 1

    def test_by_light_keeps_greys_grey(self) -> None:
        sliders = dict.fromkeys((*LIGHT, "saturation", "vibrance", "clarity", "texture"), 60)

        assert chroma(adjusted(ramp(), Adjust(**sliders)))[0].max() == 0

    @pytest.mark.parametrize("name", ["saturation", "vibrance"])
    def test_gets_more_colourful_the_further_a_slider_goes(self, name: str) -> None:
        means = [float(chroma(adjusted(ramp(), Adjust(**{name: v}))).mean()) for v in ENDS]

        assert means == sorted(means)

    def test_without_saturation_is_grey(self) -> None:
        assert chroma(adjusted(ramp(), Adjust(saturation=-100))).max() <= 1

    def test_vibrance_spares_what_is_strong(self) -> None:
        pale, strong = (150, 140, 130), (250, 30, 20)
        canvas = Canvas(np.array([[pale, strong]], np.uint8))

        before, after = chroma(canvas), chroma(adjusted(canvas, Adjust(vibrance=60)))

        gained = (after - before) / before
        assert gained[0, 0] > 0.3
        assert gained[0, 1] < 0.05

    def test_saturation_keeps_the_lightness(self) -> None:
        canvas = ramp()

        for value in (-100, 100):
            result = adjusted(canvas, Adjust(saturation=value))
            assert abs(mean_light(result) - mean_light(canvas)) < 0.005

    def test_temperature_warms_and_cools(self) -> None:
        grey = Canvas(np.full((4, 4, 3), 128, np.uint8))

        warm = adjusted(grey, Adjust(temperature=50)).rgb[0, 0].astype(int)
        cool = adjusted(grey, Adjust(temperature=-50)).rgb[0, 0].astype(int)

        assert warm[0] > 128 > warm[2]
        assert cool[0] < 128 < cool[2]

    def test_tint_goes_from_green_to_magenta(self) -> None:
        grey = Canvas(np.full((4, 4, 3), 128, np.uint8))

        magenta = adjusted(grey, Adjust(tint=50)).rgb[0, 0].astype(int)

        assert magenta[1] < min(magenta[0], magenta[2])

    def test_exposure_doubles_the_light_at_50(self) -> None:
        grey = Canvas(np.full((4, 4, 3), 100, np.uint8))

        result = int(adjusted(grey, Adjust(exposure=50)).rgb[0, 0, 0])

        light = [((value / 255 + 0.055) / 1.055) ** 2.4 for value in (100, result)]
        assert abs(light[1] / light[0] - 2) < 0.02

    @pytest.mark.parametrize("name", ["clarity", "texture", "sharpness"])
    def test_detail_makes_edges_stronger_and_flat_areas_not(self, name: str) -> None:
        rgb = np.full((60, 120, 3), 110, np.uint8)
        rgb[:, 60:] = 140
        spread = []
        for value in (0, 50, 100):
            result = adjusted(Canvas(rgb), Adjust(**{name: value})).rgb[..., 0].astype(int)
            spread.append(result.max() - result.min())
            assert np.abs(result[:, :3] - 110).max() <= (12 if name == "clarity" else 0)

        assert spread == sorted(set(spread))

    @pytest.mark.parametrize("name", ["clarity", "texture"])
    def test_less_detail_is_softer(self, name: str) -> None:
        canvas = grain()

        assert adjusted(canvas, Adjust(**{name: -100})).rgb.std() < canvas.rgb.std()

    def test_keeps_the_alpha(self) -> None:
        alpha = np.random.default_rng(1).integers(0, 256, (40, 60), np.uint8)
        canvas = Canvas(grain().rgb, alpha)

        result = adjusted(canvas, Adjust(**dict.fromkeys(SLIDERS, 40)))

        assert result.alpha is alpha

    def test_what_cannot_be_seen_does_not_shine_into_the_product(self) -> None:
        rgb = np.full((60, 60, 3), 255, np.uint8)
        alpha = np.zeros((60, 60), np.uint8)
        rgb[20:40, 20:40] = 90
        alpha[20:40, 20:40] = 255
        sliders = {"clarity": 100, "texture": 100, "sharpness": 100}

        result = adjusted(Canvas(rgb, alpha), Adjust(**sliders))

        assert np.abs(result.rgb[20:40, 20:40].astype(int) - 90).max() <= 1

    @pytest.mark.parametrize("value", [-100, 100])
    def test_with_all_at_an_end_gives_a_picture(self, value: int) -> None:
        sliders = {name: max(value, 0) if name == "sharpness" else value for name in SLIDERS}

        result = adjusted(grain(), Adjust(**sliders))

        assert result.rgb.shape == (40, 60, 3)

    @pytest.mark.parametrize("size", [(1, 1), (1, 50), (50, 1)])
    def test_works_on_the_smallest_pictures(self, size: tuple[int, int]) -> None:
        result = adjusted(grain(*size), Adjust(**dict.fromkeys(SLIDERS, 30)))

        assert result.rgb.shape == (*size, 3)

    def test_shows_no_seam_between_bands(self) -> None:
        width = 600
        height = BAND_PIXELS // width + 60
        column = np.linspace(20, 230, width).astype(np.uint8)
        canvas = Canvas(np.repeat(np.repeat(column[None, :, None], height, 0), 3, 2))

        result = adjusted(canvas, Adjust(texture=80, sharpness=80, clarity=50, contrast=20)).rgb

        # Every row is the same, so every row of the result is.
        assert np.abs(result.astype(int) - result[height // 2].astype(int)).max() <= 1
