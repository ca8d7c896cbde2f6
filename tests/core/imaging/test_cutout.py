import io
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from core.errors import InvalidRequestError
from core.imaging.cutout import Cutout, CutoutCache, cut_out
from tests.core.imaging.samples import PHOTOS, photo_bytes, true_mask


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def overlap(cutout: Cutout, name: str) -> float:
    true = true_mask(name) > 0.5
    found = np.zeros(true.shape, bool)
    area = np.s_[
        cutout.top_px : cutout.top_px + cutout.height_px,
        cutout.left_px : cutout.left_px + cutout.width_px,
    ]
    found[area] = cutout.alpha > 0.5
    return float((found & true).sum() / (found | true).sum())


class TestCutOut:
    @pytest.mark.slow
    def test_finds_what_the_true_masks_say(self) -> None:
        overlaps = [overlap(cut_out(photo_bytes(name)), name) for name in PHOTOS]

        assert len(overlaps) == 12
        assert np.mean(overlaps) >= 0.985
        assert min(overlaps) >= 0.96

    @pytest.mark.slow
    def test_opens_the_gap_below_a_seat(self) -> None:
        cutout = cut_out(photo_bytes("lounge-chair-angle2.jpg"))

        assert cutout.alpha[cutout.height_px * 71 // 100, cutout.width_px * 44 // 100] < 0.05

    @pytest.mark.slow
    def test_leaves_no_backdrop_along_the_edge(self) -> None:
        cutout = cut_out(photo_bytes("lounge-chair.jpg"))

        edge = (cutout.alpha > 0.3) & (cutout.alpha < 0.7)
        backdrop_grey = (cutout.rgb[edge].min(1) > 190).mean()
        assert backdrop_grey < 0.02

    @pytest.mark.slow
    def test_says_when_a_white_chair_hardly_differs_from_its_backdrop(self) -> None:
        cutout = cut_out(photo_bytes("armchair-boucle-angle2.jpg"))

        assert "hardly differs" in cutout.doubt

    @pytest.mark.slow
    def test_says_when_the_product_is_cut_off(self) -> None:
        with Image.open(io.BytesIO(photo_bytes("lounge-chair.jpg"))) as photo:
            cutout = cut_out(png(photo.crop((400, 0, 1280, 1280))))

        assert "left" in cutout.touches
        assert "touches the edge" in cutout.doubt

    def test_takes_the_transparency_that_a_photo_already_has(self) -> None:
        image = Image.new("RGBA", (200, 100), (255, 255, 255, 0))
        image.paste((200, 30, 30, 255), (50, 20, 150, 80))

        cutout = cut_out(png(image))

        assert (cutout.left_px, cutout.top_px) == (50, 20)
        assert (cutout.width_px, cutout.height_px) == (100, 60)
        assert cutout.alpha.min() == 1

    @pytest.mark.parametrize("colour", ["white", "#404040"])
    def test_refuses_a_photo_that_shows_nothing_and_says_that_nothing_was_charged(
        self, colour: str
    ) -> None:
        with pytest.raises(InvalidRequestError) as caught:
            cut_out(png(Image.new("RGB", (300, 300), colour)))

        assert not caught.value.is_billed
        assert "Nothing was charged" in caught.value.user_message

    def test_refuses_bytes_that_are_no_picture(self) -> None:
        with pytest.raises(InvalidRequestError, match="no picture"):
            cut_out(b"GIF89a, but not really")


@pytest.mark.slow
class TestCutoutCache:
    def test_cuts_out_once_for_all_variants_even_from_many_threads(self) -> None:
        cache = CutoutCache()
        with Image.open(io.BytesIO(photo_bytes("sofa.webp"))) as photo:
            data = png(photo.resize((400, 400)))

        with ThreadPoolExecutor(4) as threads:
            found = list(threads.map(lambda _: cache.get(data, "sofa"), range(4)))

        assert all(each is found[0] for each in found)
