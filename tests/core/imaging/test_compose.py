from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from core.domain.generation import (
    ASPECT_RATIOS,
    AspectRatio,
    Backdrop,
    GenerationRequest,
    ReferenceImage,
    ReferenceRole,
)
from core.errors import InvalidRequestError
from core.imaging.compose import GUESSED, Composition, draw, drawn_product
from core.imaging.light import light_on
from core.imaging.sizes import pixel_size
from tests.core.imaging.samples import (
    PRODUCTS,
    SAMPLES,
    composed,
    freshly_composed,
    request_for,
    true_cutout,
)

pytestmark = pytest.mark.slow

LIVING, WHITE = Backdrop("room", "living-room"), Backdrop("plain", "#ffffff")
CHAIR, SOFA, PENDANT = "lounge-chair.jpg", "sofa.webp", "pendant-lamp.jpg"
ROOM_PHOTO = SAMPLES.parent / "imaging" / "rooms" / "walnut-dining.jpg"


def difference(first: Composition, second: Composition) -> float:
    return float(np.abs(first.rgb.astype(float) - second.rgb.astype(float)).mean())


def middle(picture: Composition) -> float:
    return picture.product.left + picture.product.width / 2


def shadow_only(request: GenerationRequest) -> npt.NDArray[Any]:
    """Return how much darker the shadow makes each pixel outside the product's box."""
    picture = composed(request)
    backdrop = np.rint(picture.scene.backdrop * 255)
    darker = (backdrop - picture.rgb).mean(-1)
    box = picture.product
    darker[: int(box.bottom) + 1, int(box.left) : int(box.right) + 1] = 0
    dark: npt.NDArray[Any] = np.clip(darker, 0, None)
    return dark


class TestTheProduct:
    @pytest.mark.parametrize("backdrop", [LIVING, WHITE])
    def test_keeps_its_own_pixels_but_for_the_light(self, backdrop: Backdrop) -> None:
        picture = composed(request_for(CHAIR, backdrop))

        own, alpha = drawn_product(true_cutout(CHAIR), picture.product)
        expected = np.clip(own * light_on(picture.scene.light, *alpha.shape), 0, 1) * 255
        box = picture.product
        drawn = picture.rgb[int(box.top) : int(box.bottom), int(box.left) : int(box.right)]
        inside = alpha > 0.999
        assert inside.sum() > 50_000
        assert np.abs(drawn[inside] - expected[inside]).max() <= 1

    def test_keeps_its_colour_in_the_light_of_every_backdrop(self) -> None:
        for name in ("living-room", "evening-lounge", "studio-cove"):
            light = composed(request_for(CHAIR, Backdrop("room", name))).scene.light
            assert min(light.tint) > 0.75
            assert max(light.tint) <= 1.05

    def test_a_pendant_hangs_from_the_top_of_the_picture(self) -> None:
        picture = composed(request_for(PENDANT, LIVING))

        assert picture.product.top <= 0
        assert picture.product.bottom < 0.75 * picture.rgb.shape[0]
        cord = picture.rgb[2, int(picture.product.left) : int(picture.product.right)]
        assert cord.max(1).min() < 60


class TestTheShadow:
    def test_falls_on_the_far_side_of_the_window(self) -> None:
        request = request_for(CHAIR, LIVING)
        dark = shadow_only(request)

        right_of_it = dark[:, int(middle(composed(request))) :].sum()

        assert right_of_it > 2.5 * (dark.sum() - right_of_it)

    def test_changes_its_side_with_the_light_on_a_plain_backdrop(self) -> None:
        sums = {}
        for side in ("left", "right"):
            request = request_for(CHAIR, WHITE, prompt=f"light from the {side}")
            dark = shadow_only(request)
            column = int(middle(composed(request)))
            sums[side] = dark[:, column:].sum() - dark[:, :column].sum()

        assert sums["left"] > 0 > sums["right"]

    def test_is_darkest_where_the_legs_touch_the_floor(self) -> None:
        picture = composed(request_for(CHAIR, WHITE))

        box = picture.product
        below = picture.rgb[int(box.bottom) : int(box.bottom) + 3, :, 0]
        assert below.min() < 200
        assert picture.rgb[int(box.bottom) + 60 :, :, 0].min() > 225

    def test_is_left_out_when_nobody_wants_one(self) -> None:
        dark = shadow_only(request_for(CHAIR, WHITE, prompt="no shadow"))

        assert dark.max() == 0


class TestTheBackdrop:
    def test_pure_white_stays_pure_white_away_from_the_shadow(self) -> None:
        picture = composed(request_for(CHAIR, WHITE, ratio="1:1"))

        assert (picture.rgb[:80] == 255).all()
        assert (picture.rgb[:700, :40] == 255).all()
        assert (picture.rgb[-30:] == 255).all()

    def test_a_plain_colour_is_that_colour(self) -> None:
        picture = composed(request_for(CHAIR, Backdrop("plain", "#336699")))

        corner = picture.rgb[60:200, 60:200].reshape(-1, 3).mean(0)
        assert corner == pytest.approx([0x33, 0x66, 0x99], abs=14)

    def test_a_gradient_goes_from_its_first_colour_to_its_second(self) -> None:
        picture = composed(request_for(CHAIR, Backdrop("gradient", "#203040,#e0d0c0")))

        top, bottom = picture.rgb[5, 600], picture.rgb[-5, 600]
        assert top.astype(int) == pytest.approx([0x20, 0x30, 0x40], abs=10)
        assert bottom.astype(int) == pytest.approx([0xE0, 0xD0, 0xC0], abs=18)

    def test_fills_a_good_share_of_a_plain_backdrop(self) -> None:
        for product in PRODUCTS:
            picture = composed(request_for(product, WHITE, ratio="1:1"))
            share = max(picture.product.width, picture.product.height) / 1024
            assert 0.55 < share <= 0.86

    def test_an_uploaded_picture_is_used_and_the_product_stands_low_in_it(self) -> None:
        picture = composed(with_picture(request_for(CHAIR, Backdrop("picture", "5"))))

        height, width = picture.rgb.shape[:2]
        assert 0.7 * height < picture.product.bottom < height
        assert 0 <= picture.product.left < picture.product.right <= width

    def test_says_so_when_the_picture_is_missing(self) -> None:
        with pytest.raises(InvalidRequestError, match="without its picture"):
            composed(request_for(CHAIR, Backdrop("picture", "5")))


class TestARequest:
    def test_gives_the_same_pixels_again(self) -> None:
        first, second = (freshly_composed(request_for(SOFA, LIVING, variant=2)) for _ in range(2))

        assert np.array_equal(first.rgb, second.rgb)

    @pytest.mark.parametrize("backdrop", [LIVING, Backdrop("plain", "#f4f1ec")])
    def test_gives_variants_that_really_differ(self, backdrop: Backdrop) -> None:
        pictures = [composed(request_for(CHAIR, backdrop, variant=v)) for v in range(4)]

        pairs = [(a, b) for i, a in enumerate(pictures) for b in pictures[:i]]
        assert min(difference(a, b) for a, b in pairs) > 1.5

    @pytest.mark.parametrize("ratio", ASPECT_RATIOS)
    def test_has_exactly_the_pixels_of_its_shape(self, ratio: AspectRatio) -> None:
        picture = composed(request_for(CHAIR, WHITE, ratio=ratio))

        assert picture.rgb.shape[1::-1] == pixel_size(ratio, "1K")

    def test_at_2k_is_twice_as_large(self) -> None:
        assert pixel_size("16:9", "2K") == (2752, 1536)

    def test_at_4k_is_refused(self) -> None:
        with pytest.raises(InvalidRequestError) as caught:
            composed(request_for(CHAIR, WHITE, size="4K"))

        assert "1K or 2K" in caught.value.user_message

    def test_says_when_the_size_is_a_guess(self) -> None:
        request = request_for(CHAIR, WHITE)
        guessed = GenerationRequest(**{**vars(request), "dimensions": None})

        assert composed(request).notices == ()
        assert composed(guessed).notices == (GUESSED,)


class TestWordsInThePrompt:
    def test_left_and_right_move_the_product(self) -> None:
        left, right = (
            middle(composed(request_for(CHAIR, LIVING, prompt=f"on the {side}")))
            for side in ("left", "right")
        )

        assert left < 560
        assert right > 640

    def test_close_up_and_wide_change_its_size(self) -> None:
        close, plain, wide = (
            composed(request_for(CHAIR, LIVING, prompt=prompt)).product.height
            for prompt in ("close-up", "", "wide shot")
        )

        assert close > 1.2 * plain > 1.4 * wide

    def test_warm_and_cool_change_the_colour_of_the_room(self) -> None:
        warm, cool = (
            composed(request_for(CHAIR, LIVING, prompt=prompt)).rgb[:200].mean((0, 1))
            for prompt in ("warm", "cool")
        )

        assert warm[0] / warm[2] > 1.1 * cool[0] / cool[2]

    def test_moody_is_darker_than_bright(self) -> None:
        moody, bright = (
            composed(request_for(CHAIR, LIVING, prompt=prompt)).rgb.mean()
            for prompt in ("moody", "bright")
        )

        assert moody < 0.85 * bright


def with_picture(request: GenerationRequest) -> GenerationRequest:
    data = ROOM_PHOTO.read_bytes()
    picture = ReferenceImage(ReferenceRole.BACKDROP, data, "image/jpeg", "room")
    return GenerationRequest(**{**vars(request), "references": (*request.references, picture)})


@pytest.mark.parametrize("product", PRODUCTS)
def test_every_product_goes_before_every_kind_of_backdrop(product: str) -> None:
    backdrops = (
        LIVING,
        Backdrop("room", "walnut-dining"),
        Backdrop("plain", "#ffffff"),
        Backdrop("gradient", "#ffffff,#20242a"),
        Backdrop("picture", "5"),
    )
    shapes: tuple[AspectRatio, ...] = ("9:16", "4:5", "21:9")
    for number, ratio in enumerate(shapes):
        for backdrop in backdrops:
            request = request_for(product, backdrop, ratio=ratio, variant=number)
            picture = composed(with_picture(request))
            height, width = picture.rgb.shape[:2]
            assert (width, height) == pixel_size(ratio, "1K")
            assert picture.product.left >= 0
            assert picture.product.right <= width
            assert picture.pose.hangs or picture.product.top >= 0
            assert picture.product.top < picture.product.bottom <= height


def test_drawing_does_not_change_the_scene() -> None:
    picture = composed(request_for(CHAIR, WHITE))
    before = picture.scene.backdrop.copy()

    draw(picture.scene, true_cutout(CHAIR), picture.pose)

    assert np.array_equal(before, picture.scene.backdrop)
