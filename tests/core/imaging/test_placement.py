import numpy as np
import pytest

from core.domain.generation import ASPECT_RATIOS, ROOMS, AspectRatio
from core.errors import InvalidRequestError
from core.imaging.looks import Look
from core.imaging.placement import place_in_room
from core.imaging.pose import pose_of
from core.imaging.rooms import room_facts
from core.imaging.sizes import pixel_size
from core.imaging.words import Wishes, fitting_room
from tests.core.imaging.samples import PRODUCTS, true_cutout, true_dimensions

NAMES = [room.name for room in ROOMS]
LAMP, SOFA, PENDANT = "floor-lamp.jpg", "sofa.webp", "pendant-lamp.jpg"


class TestRooms:
    @pytest.mark.parametrize("name", NAMES)
    def test_the_camera_projects_the_check_points_within_a_pixel(self, name: str) -> None:
        room = room_facts(name)

        for world, pixel in room.check_points:
            seen = room.camera.project(*world)
            assert abs(seen.x - pixel.x) < 1
            assert abs(seen.y - pixel.y) < 1

    @pytest.mark.parametrize("name", NAMES)
    def test_the_floor_is_found_again_from_its_pixels(self, name: str) -> None:
        camera = room_facts(name).camera

        [[x, y]] = camera.on_floor(np.array([camera.project(0.7, 1.1)]))

        assert (x, y) == pytest.approx((0.7, 1.1))

    def test_refuses_a_room_that_does_not_exist(self) -> None:
        with pytest.raises(InvalidRequestError) as caught:
            room_facts("../secrets")

        assert "Nothing was charged" in caught.value.user_message

    @pytest.mark.parametrize(
        ("prompt", "room"),
        [
            ("a calm bedroom", "sage-bedroom"),
            ("for the dining table", "walnut-dining"),
            ("", NAMES[0]),
        ],
    )
    def test_a_prompt_finds_a_fitting_room(self, prompt: str, room: str) -> None:
        assert fitting_room(prompt) == room


class TestScale:
    @pytest.mark.parametrize("name", NAMES)
    def test_a_lamp_is_as_tall_as_its_true_height_projects_to(self, name: str) -> None:
        pose = pose_of(true_cutout(LAMP), true_dimensions(LAMP), Wishes())

        placement, _ = place_in_room(room_facts(name), pose, Look(), size=(1200, 896))

        x, y, _ = placement.spot
        true_px = placement.camera.project(x, y).y - placement.camera.project(x, y, 1.52).y
        assert placement.box(pose).height == pytest.approx(true_px, rel=0.03)

    def test_a_lamp_is_half_again_as_tall_as_a_sofa(self) -> None:
        lamp, sofa = (
            pose_of(true_cutout(name), true_dimensions(name), Wishes()) for name in (LAMP, SOFA)
        )

        assert sofa.width_m == pytest.approx(2.3, abs=0.15)
        assert lamp.height_m / sofa.height_m == pytest.approx(1.52 / 1.13, rel=0.08)

    def test_what_stands_farther_away_is_smaller(self) -> None:
        pose = pose_of(true_cutout(SOFA), true_dimensions(SOFA), Wishes())
        camera = room_facts("living-room").camera

        near, far = (camera.px_per_m(0, y) * pose.width_m for y in (0.0, 1.5))

        assert far / near == pytest.approx(camera.distance(0, 0) / camera.distance(0, 1.5))

    def test_without_dimensions_a_sensible_size_is_guessed(self) -> None:
        pose = pose_of(true_cutout(SOFA), None, Wishes())

        assert pose.is_guessed
        assert 1.2 < pose.width_m < 2.6

    def test_a_lamp_whose_cord_leaves_its_photo_hangs_and_a_floor_lamp_stands(self) -> None:
        pendant, lamp = (
            pose_of(true_cutout(name), true_dimensions(name), Wishes()) for name in (PENDANT, LAMP)
        )

        assert pendant.hangs
        assert pendant.width_m == pytest.approx(0.47)
        assert not lamp.hangs


class TestFrame:
    @pytest.mark.parametrize("product", PRODUCTS)
    def test_the_whole_product_is_in_every_room_and_shape(self, product: str) -> None:
        pose = pose_of(true_cutout(product), true_dimensions(product), Wishes())

        for name in NAMES:
            for ratio in ASPECT_RATIOS:
                self._check(name, ratio, product, pose_hangs=pose.hangs)

    @staticmethod
    def _check(name: str, ratio: AspectRatio, product: str, *, pose_hangs: bool) -> None:
        pose = pose_of(true_cutout(product), true_dimensions(product), Wishes())
        width, height = pixel_size(ratio, "1K")
        for look in (Look(), Look(side=-1, zoom=0.8, step_m=0.6), Look(side=1, zoom=1.9)):
            room = room_facts(name)
            placement, frame = place_in_room(room, pose, look, size=(width, height))
            box = placement.box(pose)
            assert box.left >= 0
            assert box.right <= width
            assert box.bottom <= height
            assert pose_hangs or box.top >= 0
            assert placement.spot.y + pose.depth_m / 2 <= room.wall_y
            assert frame.width / frame.height == pytest.approx(width / height)
            assert placement.scale >= 0.7

    def test_a_vase_is_looked_at_from_closer_by_than_a_bed(self) -> None:
        room = room_facts("sage-bedroom")

        shares = []
        for product in ("vase-eucalyptus.webp", "bed.jpg"):
            pose = pose_of(true_cutout(product), true_dimensions(product), Wishes())
            placement, frame = place_in_room(room, pose, Look(), size=(1200, 896))
            shares.append((frame.width, placement.box(pose).height / 896))

        assert shares[0][0] < shares[1][0]
        assert shares[0][1] > 0.4
