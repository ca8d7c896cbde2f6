"""Crops, turns and mirrors: which pixels stay, and where they go."""

import numpy as np
import pytest

from core.domain.image_tools import RATIOS, Crop, Flip, Rotate, Straighten, ratio_of
from core.imaging.canvas import Canvas
from core.imaging.crop import crop_box, cropped, flipped, straightened, straightened_size, turned


def grain(height: int, width: int, *, is_clear: bool = True) -> Canvas:
    chance = np.random.default_rng(2)
    rgb = chance.integers(0, 256, (height, width, 3), np.uint8)
    return Canvas(rgb, chance.integers(0, 256, (height, width), np.uint8) if is_clear else None)


class TestCropped:
    def test_keeps_the_pixels_in_the_box(self) -> None:
        canvas = grain(40, 60)

        result = cropped(canvas, Crop(0.25, 0.5, 0.5, 0.25))

        assert np.array_equal(result.rgb, canvas.rgb[20:30, 15:45])
        assert result.alpha is not None
        assert canvas.alpha is not None
        assert np.array_equal(result.alpha, canvas.alpha[20:30, 15:45])

    @pytest.mark.parametrize("ratio", [*RATIOS, "1.91:1"])
    @pytest.mark.parametrize("size", [(1000, 700), (701, 999)])
    def test_meets_the_ratio_to_half_a_pixel(self, ratio: str, size: tuple[int, int]) -> None:
        left, top, right, bottom = crop_box(Crop(0.1, 0.1, 0.8, 0.8, ratio), *size)

        wanted = ratio_of(ratio) or 0
        width, height = right - left, bottom - top
        assert min(abs(width - height * wanted), abs(height - width / wanted)) <= 0.5
        assert min(left, top, size[0] - right, size[1] - bottom) >= 0

    @pytest.mark.parametrize(
        "step", [Crop(0.999, 0.999, 0.001, 0.001), Crop(0, 0, 0.001, 0.001, "21:9")]
    )
    @pytest.mark.parametrize("size", [(1, 1), (3, 2), (500, 1)])
    def test_leaves_a_pixel(self, step: Crop, size: tuple[int, int]) -> None:
        left, top, right, bottom = crop_box(step, *size)

        assert 0 <= left < right <= size[0]
        assert 0 <= top < bottom <= size[1]


class TestTurned:
    @pytest.mark.parametrize("quarters", [0, 1, 2, 3])
    def test_loses_nothing(self, quarters: int) -> None:
        canvas = grain(40, 60)

        back = turned(turned(canvas, Rotate(quarters)), Rotate((4 - quarters) % 4))

        assert np.array_equal(back.rgb, canvas.rgb)

    def test_goes_clockwise(self) -> None:
        canvas = grain(4, 6)

        result = turned(canvas, Rotate(1))

        assert np.array_equal(result.rgb[0, -1], canvas.rgb[0, 0])


class TestFlipped:
    def test_swaps_left_and_right_or_top_and_bottom(self) -> None:
        canvas = grain(4, 6)

        assert np.array_equal(flipped(canvas, Flip()).rgb, canvas.rgb[:, ::-1])
        assert np.array_equal(flipped(canvas, Flip(is_horizontal=False)).rgb, canvas.rgb[::-1])


class TestStraightened:
    @pytest.mark.parametrize("degrees", [-45, -3.3, 0.1, 12, 45])
    def test_has_no_empty_corner(self, degrees: float) -> None:
        white = Canvas(np.full((300, 500, 3), 255, np.uint8), np.full((300, 500), 255, np.uint8))

        result = straightened(white, Straighten(degrees))

        assert result.rgb.min() == 255
        assert result.alpha is not None
        assert result.alpha.min() == 255

    @pytest.mark.parametrize("degrees", [-20, 5])
    def test_keeps_the_ratio(self, degrees: float) -> None:
        width, height = straightened_size(degrees, 3000, 2000)

        assert abs(width / height - 1.5) < 0.002

    def test_turns_clockwise_about_the_middle(self) -> None:
        rgb = np.zeros((401, 401, 3), np.uint8)
        rgb[198:203] = 255  # a level line

        result = straightened(Canvas(rgb), Straighten(10)).rgb[..., 0]

        middle = result.shape[1] // 2
        heights = [int(result[:, x].argmax()) for x in (middle - 100, middle, middle + 100)]
        assert heights[0] < heights[1] < heights[2]
        assert abs((heights[2] - heights[0]) / 200 - np.tan(np.radians(10))) < 0.02

    def test_in_bands_equals_one_piece(self) -> None:
        """A picture of several bands, turned back, is what it was: no band is out of place."""
        down = np.linspace(0, 255, 2400).astype(np.uint8)
        canvas = Canvas(np.repeat(np.repeat(down[:, None, None], 1000, 1), 3, 2))

        result = straightened(canvas, Straighten(3)).rgb[..., 0].astype(int)

        assert np.abs(np.diff(result, axis=0)).max() <= 1

    def test_colours_of_what_cannot_be_seen_stay_out(self) -> None:
        rgb = np.full((100, 100, 3), 255, np.uint8)
        alpha = np.zeros((100, 100), np.uint8)
        rgb[30:70, 30:70], alpha[30:70, 30:70] = 40, 255

        result = straightened(Canvas(rgb, alpha), Straighten(7))

        assert result.alpha is not None
        assert result.rgb[result.alpha > 30].max() <= 48
