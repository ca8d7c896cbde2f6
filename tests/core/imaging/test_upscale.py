"""Enlarging: true sizes, no seams, better than Lanczos, and a limit."""

import numpy as np
import pytest

from core.domain.image_tools import Upscale, UpscaleMethod
from core.imaging.canvas import Canvas, averaged, read_canvas
from core.imaging.pixels import Pixels
from core.imaging.tool_verdicts import Refusal, ToolRefusedError
from core.imaging.upscale import MAX_SIDE_PX, TILE_PX, tile_count, upscaled
from tests.core.imaging.samples import SAMPLES

LANCZOS = UpscaleMethod.LANCZOS


def nothing(_done: int, _total: int) -> None:
    """Hear of progress and do nothing."""


def psnr(one: Pixels, other: Pixels) -> float:
    error = float(((one.astype(float) - other) ** 2).mean())
    return float(10 * np.log10(255**2 / max(error, 1e-9)))


def detail(side: int = 320) -> Canvas:
    """Return a part of a photo that has edges and pattern."""
    return Canvas(read_canvas((SAMPLES / "sofa.webp").read_bytes()).rgb[400:, 300:][:side, :side])


class TestLanczos:
    @pytest.mark.parametrize("factor", [2, 4])
    @pytest.mark.parametrize("is_clear", [False, True])
    def test_makes_so_many_pixels(self, factor: int, is_clear: bool) -> None:  # noqa: FBT001
        alpha = np.full((30, 50), 200, np.uint8) if is_clear else None
        canvas = Canvas(np.full((30, 50, 3), 90, np.uint8), alpha)

        result, figures = upscaled(canvas, Upscale(factor, LANCZOS), nothing)

        assert result.rgb.shape == (30 * factor, 50 * factor, 3)
        assert (result.rgb == 90).all()
        assert (result.alpha is not None) is is_clear
        assert figures == {"from_px": [50, 30], "to_px": [50 * factor, 30 * factor]}

    def test_sees_no_colour_that_cannot_be_seen(self) -> None:
        rgb, alpha = np.full((40, 40, 3), 255, np.uint8), np.zeros((40, 40), np.uint8)
        rgb[:, :20], alpha[:, :20] = 30, 255

        result, _ = upscaled(Canvas(rgb, alpha), Upscale(2, LANCZOS), nothing)

        assert result.alpha is not None
        assert result.rgb[result.alpha > 40].max() < 50


class TestLimit:
    @pytest.mark.parametrize("size", [(10, MAX_SIDE_PX // 2 + 1), (4000, 3000)])
    def test_is_said_with_the_size_that_it_would_have(self, size: tuple[int, int]) -> None:
        canvas = Canvas(np.zeros((size[1], size[0], 3), np.uint8))

        with pytest.raises(ToolRefusedError, match=f"{2 * size[0]} x {2 * size[1]}") as caught:
            upscaled(canvas, Upscale(2, LANCZOS), nothing)
        assert caught.value.refusal is Refusal.RESULT_TOO_LARGE


@pytest.mark.slow
class TestSuperResolution:
    def test_is_nearer_to_the_truth_than_lanczos(self) -> None:
        true = detail()
        small = averaged(true, (160, 160))

        learned, _ = upscaled(small, Upscale(2), nothing)
        plain, _ = upscaled(small, Upscale(2, LANCZOS), nothing)

        assert psnr(learned.rgb, true.rgb) > psnr(plain.rgb, true.rgb) + 0.5

    def test_has_no_seam_between_tiles(self) -> None:
        """The part around a seam equals the same part, enlarged with no seam in it."""
        wide = detail(320)
        middle = Canvas(np.ascontiguousarray(wide.rgb[TILE_PX - 40 : TILE_PX + 40, :80]))

        whole, _ = upscaled(wide, Upscale(2), nothing)
        apart, _ = upscaled(middle, Upscale(2), nothing)

        seam = whole.rgb[2 * TILE_PX - 40 : 2 * TILE_PX + 40, :100].astype(int)
        assert np.abs(seam - apart.rgb[40:120, :100]).max() <= 1

    def test_tells_of_every_tile(self) -> None:
        told: list[tuple[int, int]] = []

        upscaled(detail(60), Upscale(4), lambda done, total: told.append((done, total)))

        assert told == [(0, 2), (1, 2), (2, 2)]
        assert tile_count(600, 300, 2) == 6

    def test_keeps_the_colours(self) -> None:
        flat = Canvas(np.full((64, 64, 3), (180, 90, 40), np.uint8))

        result, _ = upscaled(flat, Upscale(2), nothing)

        assert np.abs(result.rgb.astype(int) - (180, 90, 40)).max() <= 2

    def test_keeps_the_alpha_and_lets_no_white_in(self) -> None:
        rgb, alpha = np.full((64, 64, 3), 255, np.uint8), np.zeros((64, 64), np.uint8)
        rgb[16:48, 16:48], alpha[16:48, 16:48] = 30, 255

        result, _ = upscaled(Canvas(rgb, alpha), Upscale(2), nothing)

        assert result.alpha is not None
        assert (result.alpha[64, 64], result.alpha[10, 10]) == (255, 0)
        assert result.rgb[result.alpha > 100].max() < 60
