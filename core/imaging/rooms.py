"""The empty rooms that ship with Epox, with their cameras."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from core.domain.generation import ROOMS
from core.errors import InvalidRequestError
from core.imaging.camera import Camera, Point
from core.imaging.pixels import Pixels

_FOLDER = Path(__file__).parent / "rooms"
_ENLARGED = 2
"""The pictures are this much larger than the size that the figures in the JSON files are for."""


@dataclass(frozen=True)
class RoomFacts:
    """What is known of a room: its camera, free floor and light.

    `camera` fits the picture as `picture()` returns it. `floor` holds the corners of the free
    floor in metres. The light comes from `azimuth_deg`, counted from the viewer's side with the
    left negative, and from `elevation_deg` above the floor.
    """

    name: str
    camera: Camera
    floor: Pixels
    wall_y: float
    azimuth_deg: float
    elevation_deg: float
    softness: str
    check_points: tuple[tuple[tuple[float, float, float], Point], ...]

    def picture(self) -> Pixels:
        """Return the room's colours, 8 bits each."""
        with Image.open(_FOLDER / f"{self.name}.jpg") as image:
            return np.asarray(image.convert("RGB"))


@lru_cache(maxsize=len(ROOMS))
def room_facts(name: str) -> RoomFacts:
    """Return what is known of a room; raises `InvalidRequestError` if there is no such room."""
    if name not in {room.name for room in ROOMS}:
        raise InvalidRequestError(
            f"no room {name!r}",
            user_message="This room does not exist. Nothing was charged; choose another room.",
        )
    facts = json.loads((_FOLDER / f"{name}.json").read_text("utf-8"))
    light = facts["light"]
    return RoomFacts(
        name=name,
        camera=_camera(facts["camera"]),
        floor=np.array(facts["floor_m"], float),
        wall_y=float(facts["back_wall_y_m"]),
        azimuth_deg=float(light["from_azimuth_deg"]),
        elevation_deg=float(light["elevation_deg"]),
        softness=str(light["softness"]),
        check_points=tuple(
            (tuple(point["world_m"]), Point(*(_ENLARGED * value for value in point["px"])))
            for point in facts["check_points"]
        ),
    )


def _camera(facts: dict[str, Any]) -> Camera:
    x, y = facts["principal_point_px"]
    return Camera(
        position=np.array(facts["position_m"], float),
        rotation=np.array(facts["rotation_world_from_camera"], float),
        focal_px=float(facts["focal_px"]) * _ENLARGED,
        centre=Point(float(x) * _ENLARGED, float(y) * _ENLARGED),
    )
