"""Packshots and backgrounds: white to the bit, fill, middle and shadow, measured in the result."""

import numpy as np
import pytest

from core.domain.image_tools import RATIOS, Background, BackgroundKind, FileFormat, Packshot
from core.imaging.backgrounds import with_background
from core.imaging.canvas import Canvas, encoded, read_canvas
from core.imaging.packshot import canvas_size, packshot
from core.imaging.pixels import Pixels
from core.imaging.tool_steps import apply_steps
from core.imaging.tool_verdicts import ToolRefusedError

RED = (180, 40, 30)


def product(width: int = 120, height: int = 80, *, at: tuple[int, int] = (30, 50)) -> Canvas:
    """Return a red box with a soft edge on a clear ground."""
    rgb = np.full((240, 300, 3), 255, np.uint8)
    alpha = np.zeros((240, 300), np.uint8)
    left, top = at
    rgb[top - 1 : top + height + 1, left - 1 : left + width + 1] = RED
    alpha[top - 1 : top + height + 1, left - 1 : left + width + 1] = 60
    alpha[top : top + height, left : left + width] = 255
    return Canvas(rgb, alpha)


def reds(rgb: Pixels) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of what is clearly the product."""
    is_red = (rgb[..., 0].astype(int) - rgb[..., 1] > 70) & (rgb[..., 1] < 150)
    rows, columns = np.flatnonzero(is_red.any(1)), np.flatnonzero(is_red.any(0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


class TestPackshot:
    @pytest.mark.parametrize("fill", [30, 60, 85, 95, 100])
    @pytest.mark.parametrize("ratio", ["1:1", "4:5", "21:9"])
    def test_meets_the_fill_within_one_percent(self, fill: float, ratio: str) -> None:
        step = Packshot(fill=fill, canvas_px=800, ratio=ratio)

        result, figures = packshot(product(), step)

        left, top, right, bottom = reds(result.rgb)
        width, height = canvas_size(step)
        assert abs(100 * max((right - left) / width, (bottom - top) / height) - fill) < 1
        assert abs(figures["fill"] - fill) < 1

    @pytest.mark.parametrize("shape", [(120, 80), (20, 150), (200, 9)])
    def test_stands_in_the_middle(self, shape: tuple[int, int]) -> None:
        result, figures = packshot(product(*shape), Packshot(canvas_px=700, fill=70))

        left, top, right, bottom = reds(result.rgb)
        assert abs(left + right - 700) <= 2
        assert abs(top + bottom - 700) <= 2
        assert figures["off_centre_px"] <= 0.5

    @pytest.mark.parametrize("ratio", [*RATIOS, "1.91:1"])
    def test_has_the_canvas_that_was_asked_for(self, ratio: str) -> None:
        step = Packshot(canvas_px=600, ratio=ratio)

        result, _ = packshot(product(), step)

        assert (result.width_px, result.height_px) == canvas_size(step)
        assert max(result.width_px, result.height_px) == 600

    def test_is_white_to_the_bit_around_the_product(self) -> None:
        result, figures = packshot(product(), Packshot(canvas_px=800, fill=60))

        left, top, right, bottom = reds(result.rgb)
        around = result.rgb.copy()
        around[top - 9 : bottom + 9, left - 9 : right + 9] = 255
        assert around.min() == 255
        assert figures["white_share"] == 1
        assert result.alpha is None

    def test_stays_white_as_jpeg(self) -> None:
        data = encoded(product(), FileFormat.PNG)

        result = apply_steps(data, [Packshot(canvas_px=800)], file_format=FileFormat.JPEG)

        figures = result.steps[0]["figures"]
        rgb = read_canvas(result.data).rgb
        assert figures["white_share"] > 0.97
        assert figures["near_white_share"] > 0.9999
        for border in (rgb[:2], rgb[-2:], rgb[:, :2], rgb[:, -2:]):
            assert border.min() == 255

    def test_keeps_a_margin(self) -> None:
        result, _ = packshot(product(), Packshot(canvas_px=800, fill=80, margin=10))

        left, top, right, bottom = reds(result.rgb)
        assert min(left, top, 800 - right, 800 - bottom) >= 79

    def test_keeps_the_products_colour(self) -> None:
        result, _ = packshot(product(), Packshot(canvas_px=800))

        assert tuple(result.rgb[400, 400]) == RED

    @pytest.mark.parametrize("shadow", [20, 100])
    def test_throws_a_shadow_that_leaves_the_border_white(self, shadow: float) -> None:
        plain, _ = packshot(product(), Packshot(canvas_px=800, fill=85))
        result, figures = packshot(product(), Packshot(canvas_px=800, fill=85, shadow=shadow))

        *_, bottom = reds(plain.rgb)
        assert result.rgb[bottom + 4, 400].max() < 250
        for border in (result.rgb[:8], result.rgb[-8:], result.rgb[:, :8], result.rgb[:, -8:]):
            assert border.min() == 255
        assert figures["shadow_share"] > 0
        assert figures["white_share"] == 1  # beside product and shadow

    def test_a_stronger_shadow_is_darker(self) -> None:
        sums = [
            int(packshot(product(), Packshot(canvas_px=400, shadow=s))[0].rgb.astype(int).sum())
            for s in (0, 30, 60, 100)
        ]

        assert sums == sorted(sums, reverse=True)
        assert len(set(sums)) == 4

    def test_of_a_product_at_the_pictures_border_is_whole(self) -> None:
        result, _ = packshot(product(at=(1, 1)), Packshot(canvas_px=400, fill=80))

        left, _, right, _ = reds(result.rgb)
        assert abs((right - left) - 320) <= 3

    def test_of_a_few_pixels_fills_the_canvas(self) -> None:
        rgb, alpha = np.zeros((40, 40, 3), np.uint8), np.zeros((40, 40), np.uint8)
        alpha[20:26, 20:26] = 255

        result, figures = packshot(Canvas(rgb, alpha), Packshot(canvas_px=256, fill=50))

        assert result.rgb.shape == (256, 256, 3)
        assert abs(figures["fill"] - 50) < 1

    def test_of_nothing_is_refused(self) -> None:
        clear = Canvas(np.zeros((40, 40, 3), np.uint8), np.zeros((40, 40), np.uint8))

        with pytest.raises(ToolRefusedError, match="No product"):
            packshot(clear, Packshot())


class TestBackground:
    @pytest.mark.parametrize(
        ("step", "wanted"),
        [
            (Background(BackgroundKind.WHITE), (255, 255, 255)),
            (Background(BackgroundKind.COLOUR, "#102030"), (16, 32, 48)),
        ],
    )
    def test_of_one_colour_is_that_colour_to_the_bit(
        self, step: Background, wanted: tuple[int, int, int]
    ) -> None:
        canvas = product()

        result, _ = with_background(canvas, step, None)

        assert canvas.alpha is not None
        assert (result.rgb[canvas.alpha == 0] == wanted).all()
        assert (result.rgb[canvas.alpha == 255] == RED).all()
        assert result.alpha is None

    @pytest.mark.parametrize(
        ("degrees", "light", "dark"),
        [
            (0, (0, 5), (239, 5)),
            (180, (239, 5), (0, 5)),
            (90, (5, 299), (5, 0)),
            (-90, (5, 0), (5, 299)),
        ],
    )
    def test_gradient_goes_the_way_it_is_told(
        self, degrees: float, light: tuple[int, int], dark: tuple[int, int]
    ) -> None:
        step = Background(BackgroundKind.GRADIENT, "#ffffff", "#000000", degrees)

        result, _ = with_background(product(), step, None)

        assert result.rgb[light].min() > 245
        assert result.rgb[dark].max() < 10

    def test_picture_covers_everything(self) -> None:
        half = np.zeros((50, 400, 3), np.uint8)
        half[:, 200:] = (0, 200, 0)
        picture = encoded(Canvas(half), FileFormat.PNG)
        step = Background(BackgroundKind.PICTURE, asset_id=1)

        result, _ = with_background(product(), step, picture)

        assert tuple(result.rgb[5, 5]) == (0, 0, 0)
        assert tuple(result.rgb[235, 295]) == (0, 200, 0)
        assert result.rgb.shape == (240, 300, 3)

    def test_transparent_changes_nothing_more(self) -> None:
        canvas = product()

        assert with_background(canvas, Background(BackgroundKind.TRANSPARENT), None)[0] is canvas
