"""Backdrops as scenes: what is behind the product, the camera, and the light."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from PIL import Image

from core.imaging.camera import Camera, Point
from core.imaging.light import Light, graded, grain, vignette
from core.imaging.looks import Look
from core.imaging.pixels import Pixels, blurred, smoothstep
from core.imaging.placement import Frame, Placement, Spot, largest_frame, place_in_room
from core.imaging.pose import Pose
from core.imaging.rooms import RoomFacts

_SHADOWS = {
    "soft window": (0.40, 0.24),
    "warm evening window": (0.52, 0.18),
    "large softbox": (0.34, 0.34),
}
"""How dark shadows are, and how fast they soften with height, for each softness of a room."""

_TINTS = {
    "living-room": (0.985, 0.960, 0.925),
    "evening-lounge": (0.900, 0.855, 0.800),
    "sage-bedroom": (0.970, 0.972, 0.950),
    "walnut-dining": (0.945, 0.925, 0.900),
    "studio-cove": (0.965, 0.965, 0.962),
}
_GRAIN = 0.0055


@dataclass(frozen=True)
class Scene:
    """A backdrop at the finished picture's size, ready for a product.

    `backdrop` holds colours from 0 to 1. `shade` says how much of each colour a shadow takes.
    """

    backdrop: Pixels
    placement: Placement
    light: Light
    shade: tuple[float, float, float] = (1.0, 1.0, 1.0)

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height in pixels."""
        return int(self.backdrop.shape[1]), int(self.backdrop.shape[0])


def room_scene(room: RoomFacts, pose: Pose, look: Look, *, size: tuple[int, int]) -> Scene:
    """Return an empty room, framed for the product."""
    placement, frame = place_in_room(room, pose, look, size=size)
    picture = _cut(room.picture(), frame, size)
    picture = _with_depth(picture, placement, room, frame)
    picture = graded(picture, look) * vignette(
        size[1], size[0], 0.06 - 0.2 * min(0, look.brightness)
    )
    strength, penumbra = _SHADOWS[room.softness]
    light = Light(
        azimuth_deg=room.azimuth_deg,
        elevation_deg=room.elevation_deg,
        strength=strength,
        penumbra=penumbra,
        tint=_TINTS[room.name],
    )
    backdrop = np.clip(picture + grain(size[1], size[0], _GRAIN), 0, 1)
    return Scene(backdrop, placement, light.turned(look), shade=(0.97, 1.0, 1.0))


def sweep_scene(
    colours: tuple[str, ...], pose: Pose, look: Look, *, size: tuple[int, int]
) -> Scene:
    """Return a seamless sweep in one colour, or from the first at the top to the second below."""
    placement = _on_sweep(pose, look, size)
    light = Light(
        azimuth_deg=52.0 * look.light_side,
        elevation_deg=55,
        strength=0.27,
        penumbra=0.28,
        tint=(1.0, 1.0, 1.0),
    )
    backdrop = _sweep(colours, placement, pose, size)
    return Scene(backdrop, placement, light.turned(look))


def picture_scene(picture: Pixels, pose: Pose, look: Look, *, size: tuple[int, int]) -> Scene:
    """Return a person's own picture; its floor is taken to fill the lower half."""
    height, width = picture.shape[:2]
    frame = largest_frame(width, height, size[0] / size[1])
    frame = frame._replace(top=(height - frame.height) * 0.75)
    backdrop = _cut(picture, frame, size)
    placement = _in_picture(pose, look, size)
    light = _light_in(backdrop)
    backdrop = np.clip(graded(backdrop, look), 0, 1)
    return Scene(backdrop, placement, light.turned(look))


def _cut(picture: Pixels, frame: Frame, size: tuple[int, int]) -> Pixels:
    height, width = picture.shape[:2]
    left, top = max(0.0, frame.left), max(0.0, frame.top)
    box = (left, top, min(left + frame.width, width), min(top + frame.height, height))
    cut = Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS, box=box)
    return np.asarray(cut, np.float32) / 255


def _with_depth(picture: Pixels, placement: Placement, room: RoomFacts, frame: Frame) -> Pixels:
    """Blur what is far behind or before the product, as a lens does; more so from close by."""
    camera, spot = placement.camera, placement.spot
    rows = np.arange(picture.shape[0], dtype=float)
    depth = _depth_of_rows(camera, rows, room.wall_y)
    zoom = 2 * room.camera.centre.x / frame.width
    aperture = 0.0012 + 0.0035 * min(1.0, max(0.0, zoom - 1.6) / 2)
    sharp_at = camera.distance(*spot[:2])
    sigma = aperture * camera.focal_px * np.abs(1 / depth - 1 / sharp_at)
    return _blurred_by_row(picture, sigma)


def _depth_of_rows(camera: Camera, rows: Pixels, wall_y: float) -> Pixels:
    """Return how far away the floor or the back wall is at each row of the picture."""
    floor = camera.on_floor(np.column_stack([np.full(len(rows), camera.centre.x), rows]))
    horizon = camera.project(0, 1000).y
    wall = wall_y - camera.position[1]
    away = np.where(rows > horizon, floor[:, 1] - camera.position[1], wall)
    depth: Pixels = np.clip(np.where(away > 0, away, wall), 0.4, wall)
    return depth


def _blurred_by_row(picture: Pixels, sigma: Pixels) -> Pixels:
    """Blend a few evenly blurred copies, so that each row has its own blur."""
    levels = np.linspace(0, max(float(sigma.max()), 0.4), 4)
    out = np.zeros_like(picture)
    step = levels[1]
    for level in levels:
        weight = np.clip(1 - np.abs(sigma - level) / step, 0, 1).astype(np.float32)
        out += weight[:, None, None] * blurred(picture, float(level))
    return out


def _on_sweep(pose: Pose, look: Look, size: tuple[int, int]) -> Placement:
    """Stand the product in the middle of a sweep, filling most of the picture."""
    width, height = size
    high = pose.top_m if pose.hangs else pose.height_m
    wide_share, high_share = (0.58, 0.52) if pose.hangs else (0.78, 0.76)
    zoom = float(np.clip(look.zoom, 0.82, 1.1))
    px_per_m = min(zoom * wide_share * width / pose.width_m, zoom * high_share * height / high)
    away = 3.4 * max(pose.width_m, high)
    pitch = float(np.clip(pose.pitch, np.radians(7), np.radians(24)))
    eye = away * float(np.tan(pitch))
    bottom = height * (0.64 if pose.hangs else 0.535) + (0 if pose.hangs else high * px_per_m / 2)
    across = width / 2 + look.side * 0.3 * (width * 0.92 - pose.width_m * px_per_m) / 2
    near = away if pose.hangs else away - pose.depth_m / 2
    lift = 1.2 * high if pose.hangs else 0.0
    horizon = bottom - px_per_m * away * (eye - lift) / near
    camera = Camera.level(
        height_m=eye,
        distance_m=away,
        focal_px=px_per_m * away,
        centre=Point(across, horizon),
    )
    return Placement(camera, Spot(0, 0, lift))


def _in_picture(pose: Pose, look: Look, size: tuple[int, int]) -> Placement:
    """Stand the product on the lower third, as if seen by a standing person."""
    width, height = size
    focal, horizon, eye = 0.82 * max(size), 0.42 * height, 1.4
    camera = Camera.level(
        height_m=eye, distance_m=0, focal_px=focal, centre=Point(width / 2, horizon)
    )
    high = pose.top_m if pose.hangs else pose.height_m
    usual = focal * eye / (0.48 * height) / look.zoom + pose.depth_m / 2
    fits = max(pose.width_m / (0.86 * width), high / (0.8 * height)) * focal
    away = max(usual, fits)
    if high < 1.0:
        away = min(away, max(fits, focal * high / (0.3 * height)))  # what is small comes closer
    spot = Spot(look.side * 0.16 * width * away / focal, away, 1.35 if pose.hangs else 0.0)
    placement = Placement(camera, spot)
    return _within(placement, pose, size)


def _within(placement: Placement, pose: Pose, size: tuple[int, int]) -> Placement:
    """Raise the horizon or move sideways until the whole product is in the picture."""
    box = placement.box(pose)
    width, height = size
    over = min(0.0, box.left - 0.03 * width) + max(0.0, box.right - 0.97 * width)
    too_low = max(0.0, box.bottom - 0.95 * height)
    camera = placement.camera
    centre = Point(camera.centre.x - over, camera.centre.y - too_low)
    return replace(placement, camera=replace(camera, centre=centre))


def _sweep(
    colours: tuple[str, ...], placement: Placement, pose: Pose, size: tuple[int, int]
) -> Pixels:
    """Paint the sweep: floor, a soft bend, wall. Pure white stays pure white."""
    width, height = size
    top, bottom = (_colour(each) for each in (colours[0], colours[-1]))
    rows = np.linspace(0, 1, height)[:, None, None]
    base = top + (bottom - top) * smoothstep(0.08, 0.95, rows)
    bend = placement.camera.project(0, pose.depth_m / 2 + 0.9 * max(pose.width_m, 0.4)).y / height
    bend = 0.7 if pose.hangs else float(np.clip(bend, 0.3, 0.92))
    wall = 1 - smoothstep(bend - 0.16, bend + 0.05, rows)
    crease = np.exp(-(((rows - bend) / 0.09) ** 2))
    columns = np.linspace(-1, 1, width)[None, :, None]
    pool = np.exp(-(columns**2) / 0.9)
    shading = 1 - 0.03 * wall - 0.03 * crease - 0.025 * (1 - pool)
    shading = shading * vignette(height, width, 0.06)
    room_for_it = np.clip((1 - np.maximum(top, bottom).min()) / 0.06, 0, 1)
    shaded = base * (1 - room_for_it * (1 - shading)) + room_for_it * grain(height, width, 0.003)
    painted: Pixels = np.clip(shaded, 0, 1).astype(np.float32)
    return painted


def _colour(text: str) -> Pixels:
    return np.array([int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)])


def _light_in(picture: Pixels) -> Light:
    """Guess a picture's light: from its brighter side, as bright and warm as its bright parts."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    half = grey.shape[1] // 2
    left, right = float(grey[:, :half].mean()), float(grey[:, half:].mean())
    bright = picture[grey >= np.percentile(grey, 75)].mean(0)
    tint = 1 + 0.35 * (bright / max(float(bright.mean()), 1e-3) - 1)
    exposure = float(np.clip((np.median(grey) / 0.55) ** 0.3, 0.78, 1.0))
    red, green, blue = (float(gain) for gain in np.clip(tint, 0.9, 1.06) * exposure)
    return Light(
        azimuth_deg=60.0 if right > left * 1.04 else -60.0,
        elevation_deg=44,
        strength=0.42,
        penumbra=0.26,
        tint=(red, green, blue),
    )
