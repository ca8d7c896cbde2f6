"""Shadows on the floor: tight where the product touches it, soft away from the light."""

from dataclasses import dataclass

import cv2
import numpy as np

from core.imaging.camera import Camera
from core.imaging.light import Light
from core.imaging.pixels import Pixels, blurred
from core.imaging.placement import Box, Placement
from core.imaging.pose import Pose

_CELLS = 420
_SLICES = 18
_SOLID = 0.5
_FAINT = 0.008
_LOW_M = 0.85


@dataclass(frozen=True)
class Contacts:
    """Where the drawn product touches the floor: columns and rows in the picture.

    `clearance_m` is how far above the floor its underside is, between what it stands on;
    `density` is how much of the space above there it fills, from 0 to 1.
    """

    columns: Pixels
    rows: Pixels
    clearance_m: float
    density: float


def find_contacts(alpha: Pixels, box: Box, *, px_per_m: float, pose: Pose) -> Contacts:
    """Return where a product stands: the low tips of its outline."""
    columns = np.flatnonzero((alpha > _SOLID).any(0))
    rows = alpha.shape[0] - 1 - np.argmax(alpha[::-1, columns] > _SOLID, axis=0)
    hull = _lower_hull(columns, rows)
    bottom = int(rows.max())
    rise = 1.25 * pose.depth_m * px_per_m * np.sin(pose.pitch) + 0.02 * alpha.shape[0]
    slack = max(1.5, 0.012 * alpha.shape[0])
    low = (hull - rows <= slack) & (rows >= bottom - rise)
    low |= _is_tip(rows, least=0.04 * alpha.shape[0]) & (rows >= bottom - rise)
    end = 0.015 * alpha.shape[1]
    is_end = (columns < end) | (columns > alpha.shape[1] - 1 - end)
    low &= ~is_end | (rows >= bottom - 0.4 * rise)
    gap = float(np.clip(hull - rows, 0, None)[~low].mean()) if (~low).any() else 0.0
    return Contacts(
        columns=box.left + columns[low],
        rows=box.top + rows[low] + 0.5,
        clearance_m=min(0.6, gap / px_per_m),
        density=_density(alpha, columns[low], high=round(_LOW_M * px_per_m)),
    )


def floor_shadow(
    alpha: Pixels, placement: Placement, pose: Pose, light: Light, *, size: tuple[int, int]
) -> Pixels:
    """Return how dark the shadow is at each pixel of the picture, from 0 to 1."""
    box = placement.box(pose)
    px_per_m = placement.camera.px_per_m(*placement.spot[:2]) * placement.scale
    contacts = find_contacts(alpha, box, px_per_m=px_per_m, pose=pose)
    plan = _Plan.under(placement, contacts, pose, light)
    cast = plan.cast(alpha, px_per_m, pose, light)
    light_left = 1 - plan.in_picture(cast * light.strength, placement.camera, size)
    if not pose.hangs:
        under = plan.underside(contacts, light)
        light_left *= 1 - plan.in_picture(under, placement.camera, size)
        light_left *= 1 - _touching(contacts, placement, px_per_m, light, size)
    # The faint end of a blur would grey a pure white backdrop all over.
    dark: Pixels = np.clip((1 - light_left - _FAINT) / (1 - _FAINT), 0, 0.9)
    return dark


@dataclass(frozen=True)
class _Plan:
    """A floor plan around the product: `right` and `ahead` are its axes as the viewer sees them.

    It is `reach` metres wide to each side of `middle`; `footprint` holds the corners of what the
    product stands on, in plan metres, and `depth_m` how deep the product is here.
    """

    middle: Pixels
    right: Pixels
    ahead: Pixels
    reach: float
    footprint: Pixels
    depth_m: float
    lift: float

    @classmethod
    def under(cls, placement: Placement, contacts: Contacts, pose: Pose, light: Light) -> "_Plan":
        camera, spot = placement.camera, placement.spot
        right = camera.rotation[:2, 0] / np.linalg.norm(camera.rotation[:2, 0])
        ahead = np.array([-right[1], right[0]])
        middle = np.array([spot.x, spot.y])
        if pose.hangs:
            half = pose.width_m / 2
            corners = np.array([[-half, -half], [half, -half], [half, half], [-half, half]])
        else:
            points = camera.on_floor(np.column_stack([contacts.columns, contacts.rows])) - middle
            corners = _deepened(np.column_stack([points @ right, points @ ahead]), pose)
        depth = float(np.ptp(corners[:, 1]))
        centre = np.array([0.0, corners[:, 1].min() + depth / 2])
        length = min(2.6, light.shadow_length * (pose.top_m + spot.z))
        return cls(
            middle=middle + centre[1] * ahead,
            right=right,
            ahead=ahead,
            reach=0.75 * max(pose.width_m, depth) + length + 0.3,
            footprint=(corners - centre).astype(np.float32),
            depth_m=depth,
            lift=spot.z,
        )

    @property
    def cell(self) -> float:
        """Return the metres of one cell."""
        return 2 * self.reach / _CELLS

    def in_picture(self, plan: Pixels, camera: Camera, size: tuple[int, int]) -> Pixels:
        """Return the plan as the camera sees it on the floor."""
        to_floor = np.eye(3)
        to_floor[:2, 0] = self.right * self.cell
        to_floor[:2, 1] = -self.ahead * self.cell
        to_floor[:2, 2] = self.middle - self.reach * self.right + self.reach * self.ahead
        matrix = camera.floor_to_picture() @ to_floor
        seen = cv2.warpPerspective(plan.astype(np.float32), matrix, size, flags=cv2.INTER_LINEAR)
        horizon = camera.project(self.middle[0], self.middle[1] + 60).y
        seen[: max(0, int(horizon) + 2)] = 0  # behind the camera the floor would appear again
        return seen

    def underside(self, contacts: Contacts, light: Light) -> Pixels:
        """Return the dusk below the product: the darker, the closer its underside is."""
        plan = np.zeros((_CELLS, _CELLS), np.float32)
        cells = np.rint(self._cells(self.footprint) * 16).astype(np.int32)
        cv2.fillConvexPoly(plan, cv2.convexHull(cells), 1.0, cv2.LINE_AA, 4)
        near = blurred(plan, (0.03 + 0.10 * contacts.clearance_m) / self.cell)
        far = blurred(plan, (0.10 + 0.30 * contacts.clearance_m) / self.cell)
        openness = 0.22 + 0.5 * np.exp(-contacts.clearance_m / 0.3)
        filled = min(1.0, max(0.12, 2.4 * contacts.density))
        strength = openness * filled * min(1.0, light.strength * 3.2)
        dusk: Pixels = strength * (0.55 * near + 0.45 * far)
        return dusk

    def cast(self, alpha: Pixels, px_per_m: float, pose: Pose, light: Light) -> Pixels:
        """Return the cast shadow: slices of the product, moved away from the light."""
        height = pose.top_m
        step = height / _SLICES
        shadow = np.zeros((_CELLS, _CELLS), np.float32)
        rise = 0 if pose.hangs else 0.5 * self.depth_m * px_per_m * np.sin(pose.pitch)
        for number in range(_SLICES):
            low = number * step
            rows = alpha.shape[0] - rise - np.array([low + step, low]) * px_per_m
            first, last = np.clip(np.rint(rows), 0, alpha.shape[0]).astype(int)
            if last > first:
                profile = alpha[first:last].mean(0)
                middle = self.lift + low + step / 2
                np.maximum(shadow, self._slice(profile, px_per_m, middle, light), out=shadow)
        return shadow

    def _slice(self, profile: Pixels, px_per_m: float, z: float, light: Light) -> Pixels:
        """Return the shadow of what is at one height."""
        wide = max(1, round(len(profile) / px_per_m / self.cell))
        cells = cv2.resize(
            profile[None].astype(np.float32), (wide, 1), interpolation=cv2.INTER_AREA
        )
        span = float((profile > 0.3).sum()) / px_per_m  # noqa: PLR2004 - what is thin is thin in depth, too
        deep = max(1, round(min(self.depth_m, max(0.03, span)) * 0.85 / self.cell))
        patch = np.repeat(cells, deep, axis=0)
        away = z * light.shadow_length
        x, y = (away * part for part in self._turned(light.shadow_direction))
        plan = self._pasted(patch, x, y)
        return blurred(plan, (0.02 + light.penumbra * z) / self.cell)

    def _turned(self, direction: tuple[float, float]) -> tuple[float, float]:
        """Return a direction of the world along the plan's axes."""
        world = np.array(direction)
        return float(world @ self.right), float(world @ self.ahead)

    def _pasted(self, patch: Pixels, x: float, y: float) -> Pixels:
        """Return an empty plan with a patch around a place in metres."""
        plan = np.zeros((_CELLS, _CELLS), np.float32)
        high, wide = patch.shape
        left = round((x + self.reach) / self.cell - wide / 2)
        top = round((self.reach - y) / self.cell - high / 2)
        x0, y0 = max(0, left), max(0, top)
        x1, y1 = min(_CELLS, left + wide), min(_CELLS, top + high)
        if x1 > x0 and y1 > y0:
            plan[y0:y1, x0:x1] = patch[y0 - top : y1 - top, x0 - left : x1 - left]
        return plan

    def _cells(self, points: Pixels) -> Pixels:
        flipped: Pixels = np.column_stack([points[:, 0], -points[:, 1]])
        return (flipped + self.reach) / self.cell


def _touching(
    contacts: Contacts, placement: Placement, px_per_m: float, light: Light, size: tuple[int, int]
) -> Pixels:
    """Return the dark line where the product touches the floor."""
    line = np.zeros((size[1], size[0]), np.float32)
    flat = float(np.sin(placement.camera.pitch(*placement.spot[:2])))
    tall = max(1, round(0.012 * px_per_m * max(flat, 0.25)))
    for column, row in zip(np.rint(contacts.columns), np.rint(contacts.rows), strict=True):
        x, y = int(column), int(row)
        if 0 <= x < size[0]:
            line[max(0, y - tall) : max(0, y + tall), x] = 1
    tight, wide = 0.010 * px_per_m, 0.035 * px_per_m
    dark = 0.8 * np.minimum(1, 2.0 * blurred(line, tight, max(0.6, tight * flat)))
    soft = 0.5 * np.minimum(1, 3.2 * blurred(line, wide, max(0.8, wide * flat)))
    touching: Pixels = np.maximum(dark, soft) * min(1.0, light.strength * 3.2)
    return touching


def _density(alpha: Pixels, columns: Pixels, *, high: int) -> float:
    above = alpha[-max(1, high) :, int(columns.min()) : int(columns.max()) + 1]
    return float(above.mean())


def _deepened(points: Pixels, pose: Pose) -> Pixels:
    """Add the far side of a footprint of which only the near edge is seen."""
    width, depth = np.ptp(points, axis=0)
    wanted = 0.8 * min(float(width), pose.depth_m)
    if depth >= 0.4 * wanted:
        return points
    back = points + np.array([0, wanted - depth])
    return np.concatenate([points, back])


def _lower_hull(columns: Pixels, rows: Pixels) -> Pixels:
    """Return the row of the tightest cord drawn below the outline, at each column."""
    chain: list[tuple[int, int]] = []
    for x, y in zip(columns.tolist(), rows.tolist(), strict=True):
        while len(chain) > 1 and _is_above(chain[-2], chain[-1], (x, y)):
            chain.pop()
        chain.append((x, y))
    return np.interp(columns, [x for x, _ in chain], [y for _, y in chain])


def _is_above(first: tuple[int, int], middle: tuple[int, int], last: tuple[int, int]) -> bool:
    return (middle[0] - first[0]) * (last[1] - first[1]) >= (last[0] - first[0]) * (
        middle[1] - first[1]
    )


def _is_tip(rows: Pixels, *, least: float) -> Pixels:
    """Say for each column whether it is the end of a leg: narrow, and lower than both its sides."""
    outline = rows.astype(np.float32)[None]
    window = np.ones((1, max(5, round(0.14 * len(rows)))), np.uint8)
    without_legs = cv2.morphologyEx(
        outline, cv2.MORPH_OPEN, window, borderType=cv2.BORDER_REPLICATE
    )
    ends = cv2.dilate(outline, window, borderType=cv2.BORDER_REPLICATE)
    tips: Pixels = (outline - without_legs >= least) & (outline >= ends - max(1.5, 0.3 * least))
    at_columns: Pixels = tips[0]
    return at_columns
