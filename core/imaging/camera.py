"""The camera that looks at a room: from metres to pixels and back to the floor."""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from core.imaging.pixels import Pixels


class Point(NamedTuple):
    """A place in a picture, in pixels: to the right and down."""

    x: float
    y: float


@dataclass(frozen=True)
class Camera:
    """A pinhole camera in a world of metres: x right, y away from the viewer, z up, floor z = 0.

    `rotation` turns camera axes into world axes; the camera looks along its own -z, with y up.
    """

    position: Pixels
    rotation: Pixels
    focal_px: float
    centre: Point

    @classmethod
    def level(
        cls, *, height_m: float, distance_m: float, focal_px: float, centre: Point
    ) -> "Camera":
        """Return a camera that looks level from the front at the world's origin."""
        ahead = np.array([[1.0, 0, 0], [0, 0, -1.0], [0, 1.0, 0]])
        return cls(np.array([0.0, -distance_m, height_m]), ahead, focal_px, centre)

    def distance(self, x: float, y: float, z: float = 0.0) -> float:
        """Return how far a point is in front of the camera, in metres."""
        return -float(self._seen(x, y, z)[2])

    def project(self, x: float, y: float, z: float = 0.0) -> Point:
        """Return where a point appears in the picture."""
        seen = self._seen(x, y, z)
        scale = self.focal_px / -seen[2]
        return Point(self.centre.x + scale * seen[0], self.centre.y - scale * seen[1])

    def px_per_m(self, x: float, y: float) -> float:
        """Return how many pixels one metre is for what stands at a place on the floor."""
        return self.focal_px / self.distance(x, y)

    def pitch(self, x: float, y: float) -> float:
        """Return the angle, in radians, at which the camera looks down on a place on the floor."""
        away = np.hypot(x - self.position[0], y - self.position[1])
        return float(np.arctan2(self.position[2], away))

    def floor_to_picture(self) -> Pixels:
        """Return the homography from floor metres to pixels."""
        lens = np.array(
            [
                [self.focal_px, 0, -self.centre.x],
                [0, -self.focal_px, -self.centre.y],
                [0, 0, -1.0],
            ]
        )
        floor = np.column_stack([[1.0, 0, 0], [0, 1.0, 0], -self.position])
        matrix: Pixels = lens @ self.rotation.T @ floor
        return matrix

    def on_floor(self, points: Pixels) -> Pixels:
        """Return where on the floor these pixels lie; each below the horizon."""
        back = np.linalg.inv(self.floor_to_picture())
        seen = np.column_stack([points, np.ones(len(points))]) @ back.T
        floor: Pixels = seen[:, :2] / seen[:, 2:]
        return floor

    def zoomed(self, *, left: float, top: float, scale: float) -> "Camera":
        """Return the camera of the picture that is cut at left and top and then scaled."""
        centre = Point((self.centre.x - left) * scale, (self.centre.y - top) * scale)
        return replace(self, focal_px=self.focal_px * scale, centre=centre)

    def _seen(self, x: float, y: float, z: float) -> Pixels:
        seen: Pixels = self.rotation.T @ (np.array([x, y, z]) - self.position)
        return seen
