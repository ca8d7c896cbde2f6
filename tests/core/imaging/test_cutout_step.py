"""The cut-out as a step: its alpha against the true one, and what people correct by hand."""

import numpy as np
import pytest
from PIL import Image

from core.domain.brushes import Stroke, StrokeKind
from core.domain.image_tools import CutOut
from core.imaging.canvas import Canvas, read_canvas
from core.imaging.cutout_step import cut_out_step
from core.imaging.masks import as_mask_png
from core.imaging.pixels import Pixels
from core.imaging.tool_verdicts import Refusal, ToolRefusedError
from tests.core.imaging.samples import MASKS, SAMPLES

SIDE = 200


def square() -> Canvas:
    """Return a dark square that somebody cut out, in the middle."""
    rgb = np.full((SIDE, SIDE, 3), 255, np.uint8)
    alpha = np.zeros((SIDE, SIDE), np.uint8)
    rgb[60:140, 60:140], alpha[60:140, 60:140] = 50, 255
    return Canvas(rgb, alpha)


def alpha_of(canvas: Canvas, step: CutOut, mask: bytes | None = None) -> Pixels:
    cut, _ = cut_out_step(canvas, step, mask)
    assert cut.alpha is not None
    return cut.alpha


class TestStrokes:
    def test_erase_what_they_cover(self) -> None:
        line = Stroke(StrokeKind.ERASE, ((0.3, 0.5), (0.7, 0.5)), 0.05)

        alpha = alpha_of(square(), CutOut(strokes=(line,)))

        assert alpha[100, 100] == 0
        assert alpha[80, 100] == 255

    def test_restore_what_they_cover(self) -> None:
        dot = Stroke(StrokeKind.RESTORE, ((0.1, 0.1),), 0.05)

        alpha = alpha_of(square(), CutOut(strokes=(dot,)))

        assert alpha[20, 20] == 255
        assert alpha[20, 40] == 0

    def test_work_in_the_order_in_which_they_were_drawn(self) -> None:
        erase = Stroke(StrokeKind.ERASE, ((0.5, 0.5),), 0.1)
        restore = Stroke(StrokeKind.RESTORE, ((0.5, 0.5),), 0.05)

        assert alpha_of(square(), CutOut(strokes=(erase, restore)))[100, 100] == 255
        assert alpha_of(square(), CutOut(strokes=(restore, erase)))[100, 100] == 0

    def test_have_soft_edges(self) -> None:
        dot = Stroke(StrokeKind.ERASE, ((0.5, 0.5),), 0.1)

        alpha = alpha_of(square(), CutOut(strokes=(dot,)))

        assert len(np.unique(alpha)) > 5

    def test_that_erase_everything_are_refused(self) -> None:
        all_of_it = Stroke(StrokeKind.ERASE, ((0.5, 0.5),), 0.5)

        with pytest.raises(ToolRefusedError) as caught:
            cut_out_step(square(), CutOut(strokes=(all_of_it,)), None)
        assert caught.value.refusal is Refusal.NO_PRODUCT


class TestMask:
    def test_says_what_the_product_is(self) -> None:
        photo = Canvas(np.full((SIDE, SIDE, 3), 90, np.uint8))
        mask = np.zeros((SIDE, SIDE), np.uint8)
        mask[50:100, 40:90] = 255

        assert np.array_equal(alpha_of(photo, CutOut(mask_id=1), as_mask_png(mask)), mask)

    def test_of_another_size_is_refused(self) -> None:
        photo = Canvas(np.full((SIDE, SIDE, 3), 90, np.uint8))
        mask = np.zeros((SIDE, SIDE + 1), np.uint8)
        mask[5:50, 5:50] = 255

        with pytest.raises(ToolRefusedError, match="201 x 200 pixels and the picture 200 x 200"):
            cut_out_step(photo, CutOut(mask_id=1), as_mask_png(mask))

    def test_with_a_feather_fades_inwards(self) -> None:
        alpha = alpha_of(square(), CutOut(feather_px=10))

        assert 0 < alpha[100, 62] < alpha[100, 66] < alpha[100, 100] == 255
        assert alpha[100, 58] == 0


class TestColours:
    def test_of_what_is_opaque_are_the_photos_own(self) -> None:
        chance = np.random.default_rng(4)
        photo = Canvas(chance.integers(0, 256, (SIDE, SIDE, 3), np.uint8))
        mask = np.zeros((SIDE, SIDE), np.uint8)
        mask[50:150, 50:150] = 255

        cut, _ = cut_out_step(photo, CutOut(mask_id=1), as_mask_png(mask))

        assert np.array_equal(cut.rgb[60:140, 60:140], photo.rgb[60:140, 60:140])

    def test_of_the_edge_are_freed_of_the_backdrop(self) -> None:
        """A dark disc on green, seen softly: its edge must not stay green."""
        across = np.arange(SIDE) - SIDE / 2
        distance = np.hypot(across[:, None], across[None])
        share = np.clip((60 - distance) / 4 + 0.5, 0, 1)[..., None]
        photo = np.rint(np.array((60, 40, 40)) * share + np.array((40, 220, 60)) * (1 - share))
        mask = np.rint(share[..., 0] * 255).astype(np.uint8)

        cut, _ = cut_out_step(Canvas(photo.astype(np.uint8)), CutOut(mask_id=1), as_mask_png(mask))

        edge = (mask > 100) & (mask < 255)
        assert photo[edge][:, 1].mean() > 75
        assert cut.rgb[edge][:, 1].mean() < 50

    def test_of_what_cannot_be_seen_are_white(self) -> None:
        cut, _ = cut_out_step(square(), CutOut(), None)

        assert cut.alpha is not None
        assert cut.rgb[cut.alpha == 0].min() == 255


@pytest.mark.slow
class TestFound:
    @pytest.mark.parametrize(
        ("name", "least"), [("sofa.webp", 0.99), ("floor-lamp.jpg", 0.97), ("bed.jpg", 0.99)]
    )
    def test_is_the_true_product(self, name: str, least: float) -> None:
        canvas = read_canvas((SAMPLES / name).read_bytes())
        true = np.asarray(Image.open(MASKS / f"{name.partition('.')[0]}.png").convert("L"))
        size = canvas.width_px, canvas.height_px
        true = np.asarray(Image.fromarray(true).resize(size))

        cut, figures = cut_out_step(canvas, CutOut(), None)

        assert cut.alpha is not None
        found, wanted = cut.alpha >= 128, true >= 128
        assert (found & wanted).sum() / (found | wanted).sum() > least
        assert np.abs(cut.alpha.astype(int) - true).mean() / 255 < 0.006
        assert abs(figures["product_share"] - wanted.mean()) < 0.01

    def test_is_nothing_in_an_empty_picture(self) -> None:
        with pytest.raises(ToolRefusedError) as caught:
            cut_out_step(Canvas(np.full((300, 300, 3), 240, np.uint8)), CutOut(), None)
        assert caught.value.refusal is Refusal.NO_PRODUCT
