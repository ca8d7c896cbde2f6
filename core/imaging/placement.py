"""Where the product stands, and which part of the backdrop the picture shows."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from core.imaging.camera import Camera
from core.imaging.looks import Look
from core.imaging.pixels import Pixels
from core.imaging.pose import Pose
from core.imaging.rooms import RoomFacts

HANG_M = 1.5
"""A hanging lamp's lower edge is this high above the floor."""

_CEILING_M = 2.62
_FROM_WALL_M = 0.3
_USUAL_Y = 0.45
_MARGIN = 0.03
_LAMP_IN_MIDDLE = frozenset({"walnut-dining"})
"""Rooms where a lamp hangs already: a second one hangs beside it."""


class Spot(NamedTuple):
    """A place on the floor, in metres; `z` is the height of the product's lower edge."""

    x: float
    y: float
    z: float = 0.0


class Box(NamedTuple):
    """Where in the picture the product is drawn, in pixels."""

    left: float
    top: float
    width: float
    height: float

    @property
    def bottom(self) -> float:
        """Return the lower edge."""
        return self.top + self.height

    @property
    def right(self) -> float:
        """Return the right edge."""
        return self.left + self.width


class Frame(NamedTuple):
    """The part of a backdrop that the picture shows, in the backdrop's pixels."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Placement:
    """A product's place in a picture.

    `camera` looks in the finished picture's pixels. `scale` is 1 for true to scale, less where a
    narrow frame would cut off the product.
    """

    camera: Camera
    spot: Spot
    scale: float = 1.0

    def box(self, pose: Pose) -> Box:
        """Return where the product is drawn: its near corner stands on the floor."""
        px_per_m = self.camera.px_per_m(self.spot.x, self.spot.y) * self.scale
        middle = self.camera.project(*self.spot)
        width, height = pose.width_m * px_per_m, pose.height_m * px_per_m
        near = self.spot.y if pose.hangs else self.spot.y - pose.depth_m / 2
        bottom = self.camera.project(self.spot.x, near, self.spot.z).y
        return Box(middle.x - width / 2, bottom - height, width, height)


def largest_frame(width: float, height: float, aspect: float) -> Frame:
    """Return the largest middle part of a backdrop that has this aspect ratio."""
    wide = min(width, height * aspect)
    high = wide / aspect
    return Frame((width - wide) / 2, (height - high) / 2, wide, high)


def place_in_room(
    room: RoomFacts, pose: Pose, look: Look, *, size: tuple[int, int]
) -> tuple[Placement, Frame]:
    """Return the product's place in a room and the part of the room to show.

    The product is true to scale, stands on the free floor before the back wall, and is whole in
    the frame; what is small is looked at from closer by.
    """
    full_width, full_height = 2 * room.camera.centre.x, 2 * room.camera.centre.y
    window = largest_frame(full_width, full_height, size[0] / size[1])
    y = _distance(room, pose, look, window)
    spot = _spot(room, pose, look, y)
    zoom = _wanted_zoom(room.camera, spot, pose, look, window)
    zoom = float(np.clip(zoom, 1, most_zoom(pose) * max(1.0, look.zoom)))
    frame = _frame(Placement(room.camera, spot).box(pose), pose, look, window, zoom)
    if pose.hangs:
        frame = _below_ceiling(frame, room.camera.project(spot.x, spot.y, _CEILING_M).y)
    frame = _inside(frame, full_width, full_height)
    camera = room.camera.zoomed(left=frame.left, top=frame.top, scale=size[0] / frame.width)
    return _whole(Placement(camera, spot), pose, size), frame


def most_zoom(pose: Pose) -> float:
    """Return how close a camera may come: closer to what is small."""
    largest = max(pose.width_m, pose.top_m)
    return float(np.interp(largest, [0.3, 0.6, 1.2, 2.0], [6.0, 3.6, 2.4, 1.9]))


def _reach(room: RoomFacts, pose: Pose) -> tuple[float, float]:
    """Return how near and how far from the viewer the product's middle may stand."""
    half = pose.depth_m / 2
    near = float(room.floor[:, 1].min()) + half
    far = min(float(room.floor[:, 1].max()), room.wall_y - _FROM_WALL_M) - half
    return (near, far) if near < far else ((near + far) / 2,) * 2


def _distance(room: RoomFacts, pose: Pose, look: Look, window: Frame) -> float:
    """Choose how far away it stands: near the usual place, as large as the look wants."""
    near, far = _reach(room, pose)
    usual = (-0.5 if pose.hangs else _USUAL_Y) + look.step_m
    choices = np.linspace(near, far, 25)
    most = most_zoom(pose)

    def cost(y: float) -> float:
        zoom = _wanted_zoom(room.camera, Spot(0, y), pose, look, window)
        missed = np.log(zoom / np.clip(zoom, 1, most))
        return float(((y - usual) / 0.9) ** 2 + (missed / 0.15) ** 2)

    return float(min(choices, key=cost))


def _wanted_zoom(camera: Camera, spot: Spot, pose: Pose, look: Look, window: Frame) -> float:
    """Return the zoom at which the product has its share of the frame."""
    px_per_m = camera.px_per_m(spot.x, spot.y)
    height = pose.top_m if pose.hangs else pose.height_m
    wide, high = (0.22, 0.25) if pose.hangs else (0.56, 0.56)
    by_width = min(0.88, wide * look.zoom) * window.width / (pose.width_m * px_per_m)
    by_height = min(0.8, high * look.zoom) * window.height / (height * px_per_m)
    return min(by_width, by_height)


def _spot(room: RoomFacts, pose: Pose, look: Look, y: float) -> Spot:
    """Stand it left or right of the picture's middle, with its whole footprint on the floor."""
    camera = room.camera
    px_per_m = camera.px_per_m(0, y)
    middle = (camera.centre.x - camera.project(0, y).x) / px_per_m
    left, right = _floor_between(room.floor, y)
    half = pose.width_m / 2
    side = look.side
    if pose.hangs and room.name in _LAMP_IN_MIDDLE:
        side = 1.3 if look.side > 0.5 else -1.2 + 0.2 * look.side  # noqa: PLR2004 - well beside it
    x = middle + side * 0.13 * 2 * camera.centre.x / px_per_m
    x = (
        float(np.clip(x, left + half, right - half))
        if right - left > 2 * half
        else (left + right) / 2
    )
    return Spot(x, y, HANG_M if pose.hangs else 0.0)


def _floor_between(floor: Pixels, y: float) -> tuple[float, float]:
    """Return where the free floor begins and ends at a depth; corners go round from front left."""
    front_left, front_right, back_right, back_left = floor
    left = np.interp(y, [front_left[1], back_left[1]], [front_left[0], back_left[0]])
    right = np.interp(y, [front_right[1], back_right[1]], [front_right[0], back_right[0]])
    return float(left), float(right)


def _frame(box: Box, pose: Pose, look: Look, window: Frame, zoom: float) -> Frame:
    """Cut so that the product has its place in the picture: a little low, left or right."""
    width, height = window.width / zoom, window.height / zoom
    across = 0.5 + 0.1 * look.side * max(0.0, 1 - box.width / width) * 2
    left = box.left + box.width / 2 - across * width
    share = box.height / height
    low = 0.42 if pose.hangs else min(0.9, 0.56 + share / 2)
    return Frame(left, box.bottom - low * height, width, height)


def _below_ceiling(frame: Frame, ceiling: float) -> Frame:
    """Keep the place where a cord meets the ceiling out of the picture."""
    return frame if ceiling < frame.top else frame._replace(top=ceiling + 0.02 * frame.height)


def _inside(frame: Frame, full_width: float, full_height: float) -> Frame:
    left = min(max(0.0, frame.left), full_width - frame.width)
    top = min(max(0.0, frame.top), full_height - frame.height)
    return frame._replace(left=left, top=top)


def _whole(placement: Placement, pose: Pose, size: tuple[int, int]) -> Placement:
    """Bring the whole product into the frame: move it, and only then make it smaller."""
    width, height = size
    box = placement.box(pose)
    room_wide = (1 - 2 * _MARGIN) * width
    room_high = box.bottom - _MARGIN * height
    needs = [room_wide / box.width] + ([] if pose.hangs else [room_high / box.height])
    placement = Placement(placement.camera, placement.spot, min(1.0, *needs))
    box = placement.box(pose)
    over = min(0.0, box.left - _MARGIN * width) + max(0.0, box.right - (1 - _MARGIN) * width)
    metres = over / placement.camera.px_per_m(*placement.spot[:2])
    spot = placement.spot._replace(x=placement.spot.x - metres)
    return Placement(placement.camera, spot, placement.scale)
