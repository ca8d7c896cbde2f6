"""Pixel lock: not one pixel of the product is changed by the scene that it is put into."""

import numpy as np
import pytest

from core.errors import InvalidRequestError
from core.imaging.compose import drawn_product
from core.imaging.photo import read_photo
from core.imaging.pixel_lock import WHOLLY_PRODUCT, as_png, place_locked
from tests.core.imaging.samples import SAMPLES, true_cutout, true_dimensions

ROOM = (SAMPLES.parent / "imaging" / "rooms" / "walnut-dining.jpg").read_bytes()
CHAIR, SOFA, PENDANT = "lounge-chair.jpg", "sofa.webp", "pendant-lamp.jpg"


@pytest.mark.slow
@pytest.mark.parametrize(("product", "words"), [(CHAIR, ""), (SOFA, "left"), (PENDANT, "pendant")])
def test_changes_no_pixel_of_the_product(product: str, words: str) -> None:
    cutout, dimensions = true_cutout(product), true_dimensions(product)

    rgb, box = place_locked(ROOM, cutout, dimensions=dimensions, words=words)

    colours, alpha = drawn_product(cutout, box)
    hidden = max(0, -int(box.top))  # the cord of a lamp may leave the picture
    colours, alpha = colours[hidden:], alpha[hidden:]
    drawn = rgb[int(box.top) + hidden : int(box.bottom), int(box.left) : int(box.right)]
    own = alpha >= WHOLLY_PRODUCT
    changed = np.any(drawn[own] != np.rint(colours[own] * 255), axis=-1)
    assert own.sum() > 10_000
    assert changed.sum() == 0


@pytest.mark.slow
def test_throws_a_shadow_and_leaves_the_rest_of_the_scene_alone() -> None:
    room = read_photo(ROOM, longest=3200).rgb.astype(float)

    rgb, box = place_locked(ROOM, true_cutout(CHAIR), dimensions=None, words="")

    assert rgb.shape == room.shape
    darker = (room - rgb).mean(-1)
    floor = darker[int(box.bottom) :, int(box.left) : int(box.right)]
    assert floor.max() > 3
    above = np.abs(room - rgb)[: int(box.top) // 2]
    assert above.max() <= 1


@pytest.mark.slow
def test_is_kept_without_loss() -> None:
    rgb, _ = place_locked(ROOM, true_cutout(CHAIR), dimensions=None, words="no shadow")

    assert np.array_equal(read_photo(as_png(rgb), longest=10_000).rgb, rgb)


def test_says_so_when_the_scene_is_no_picture() -> None:
    with pytest.raises(InvalidRequestError):
        place_locked(b"nothing", true_cutout(CHAIR), dimensions=None, words="")
