"""Masks: which are refused, and that nothing outside of one ever changes."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from core.domain.image_tools import FileFormat
from core.imaging.canvas import Canvas, encoded, read_canvas
from core.imaging.masks import as_mask_png, composite_outside, feathered, inverted, read_mask
from core.imaging.pixels import Pixels
from core.imaging.tool_verdicts import Refusal, ToolRefusedError

SIZE = (80, 60)


def box() -> Pixels:
    mask = np.zeros((SIZE[1], SIZE[0]), np.uint8)
    mask[20:40, 30:60] = 255
    return mask


def saved(image: Image.Image, file_format: str = "PNG") -> bytes:
    target = BytesIO()
    image.save(target, file_format)
    return target.getvalue()


def grain(seed: int = 1, size: tuple[int, int] = SIZE) -> Canvas:
    chance = np.random.default_rng(seed)
    return Canvas(chance.integers(0, 256, (size[1], size[0], 3), np.uint8))


def refused(png: bytes, size: tuple[int, int] = SIZE) -> Refusal:
    with pytest.raises(ToolRefusedError) as caught:
        read_mask(png, size)
    assert caught.value.user_message.endswith(".")
    return caught.value.refusal


class TestReadMask:
    def test_returns_what_was_painted(self) -> None:
        assert np.array_equal(read_mask(as_mask_png(box()), SIZE), box())

    def test_takes_the_opacity_of_a_painted_layer(self) -> None:
        layer = Image.new("RGBA", SIZE, (255, 0, 80, 0))
        layer.paste((255, 0, 80, 255), (30, 20, 60, 40))

        assert np.array_equal(read_mask(saved(layer), SIZE), box())

    @pytest.mark.parametrize("mode", ["RGB", "L", "1", "P", "RGBA", "I;16"])
    def test_takes_the_lightness_of_any_other(self, mode: str) -> None:
        if mode == "I;16":
            image = Image.fromarray(box().astype(np.uint16) * 257)
        else:
            image = Image.fromarray(box()).convert(mode)

        assert np.array_equal(read_mask(saved(image), SIZE), box())

    def test_of_another_size_is_refused(self) -> None:
        assert refused(as_mask_png(box()), (81, 60)) is Refusal.MASK_OTHER_SIZE

    def test_that_chooses_nothing_or_everything_is_refused(self) -> None:
        assert refused(as_mask_png(np.zeros_like(box()))) is Refusal.MASK_EMPTY
        assert refused(as_mask_png(np.full_like(box(), 100))) is Refusal.MASK_EMPTY
        assert refused(as_mask_png(np.full_like(box(), 255))) is Refusal.MASK_FULL

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"no picture",
            as_mask_png(box())[:60],
            as_mask_png(box())[:-30],
            saved(Image.new("L", SIZE), "JPEG"),
            saved(Image.new("L", SIZE), "GIF"),
        ],
    )
    def test_that_is_no_png_is_refused(self, data: bytes) -> None:
        assert refused(data) is Refusal.MASK_UNREADABLE

    def test_keeps_the_same_mask_as_the_same_bytes(self) -> None:
        layer = Image.new("RGBA", SIZE, (0, 0, 0, 0))
        layer.paste((9, 9, 9, 255), (30, 20, 60, 40))

        assert as_mask_png(read_mask(saved(layer), SIZE)) == as_mask_png(box())


class TestFeathered:
    def test_fades_inwards_only(self) -> None:
        soft = feathered(box(), 6)

        assert (soft[box() == 0] == 0).all()
        assert 0 < soft[20, 45] < soft[23, 45] < soft[28, 45] <= 255
        assert feathered(box(), 0) is not None
        assert np.array_equal(feathered(box(), 0), box())

    def test_does_not_fade_at_the_pictures_border(self) -> None:
        mask = np.zeros((40, 40), np.uint8)
        mask[:, :20] = 255

        soft = feathered(mask, 5)

        assert (soft[:, 0] == 255).all()

    def test_inverted_chooses_the_rest(self) -> None:
        assert np.array_equal(inverted(inverted(box())), box())
        assert inverted(box())[0, 0] == 255


class TestCompositeOutside:
    @pytest.mark.parametrize("file_format", [FileFormat.PNG, FileFormat.WEBP, FileFormat.JPEG])
    @pytest.mark.parametrize("source", [FileFormat.PNG, FileFormat.JPEG, FileFormat.WEBP])
    def test_changes_nothing_outside(self, source: FileFormat, file_format: FileFormat) -> None:
        original, edited = encoded(grain(), source), encoded(grain(2), FileFormat.JPEG)

        made = composite_outside(
            original, edited, as_mask_png(box()), feather_px=3, file_format=file_format
        )

        assert made.changed_outside == 0
        assert made.changed_inside > 300
        before, after = read_canvas(original).rgb, read_canvas(made.data).rgb
        assert np.array_equal(before[box() == 0], after[box() == 0])

    def test_takes_the_edit_inside(self) -> None:
        original, edited = encoded(grain(), FileFormat.PNG), encoded(grain(2), FileFormat.PNG)

        made = composite_outside(original, edited, as_mask_png(box()))

        after = read_canvas(made.data).rgb
        assert np.array_equal(after[box() == 255], grain(2).rgb[box() == 255])

    def test_keeps_a_true_alpha(self) -> None:
        alpha = np.full((SIZE[1], SIZE[0]), 90, np.uint8)
        original = encoded(Canvas(grain().rgb, alpha), FileFormat.PNG)

        made = composite_outside(original, encoded(grain(2), FileFormat.PNG), as_mask_png(box()))

        after = read_canvas(made.data)
        assert made.changed_outside == 0
        assert after.alpha is not None
        assert (after.alpha[box() == 0] == 90).all()
        assert (after.alpha[box() == 255] == 255).all()

    def test_scales_an_edit_of_the_same_shape(self) -> None:
        edited = encoded(grain(2, (160, 120)), FileFormat.PNG)

        made = composite_outside(encoded(grain(), FileFormat.PNG), edited, as_mask_png(box()))

        assert (made.width_px, made.height_px) == SIZE
        assert made.changed_outside == 0

    def test_refuses_an_edit_of_another_shape(self) -> None:
        edited = encoded(grain(2, (120, 120)), FileFormat.PNG)

        with pytest.raises(ToolRefusedError, match="shapes differ"):
            composite_outside(encoded(grain(), FileFormat.PNG), edited, as_mask_png(box()))
