"""How large a product is in its photo, from its true dimensions and its outline."""

from dataclasses import dataclass

import numpy as np

from core.domain.generation import Dimensions
from core.imaging.cutout import Cutout
from core.imaging.pixels import Pixels
from core.imaging.words import Wishes

_USUAL_PITCH_DEG = 11.0
_ROUND = 1.12  # width and depth this alike: the outline is that of something round
_TALL = 1.6
_CORD_SHARE = 0.15


@dataclass(frozen=True)
class Pose:
    """How a product stands in its photo.

    `px_per_m` is the photo's scale at the product; `width_m` and `height_m` are the size of its
    outline there, `depth_m` how deep it is along the view and `top_m` its own height.
    `pitch` is the angle in radians at which the photo looks down on it. `is_guessed` says that
    no dimensions were known.
    """

    px_per_m: float
    width_m: float
    height_m: float
    depth_m: float
    top_m: float
    pitch: float
    hangs: bool
    is_guessed: bool


def pose_of(cutout: Cutout, dimensions: Dimensions | None, wishes: Wishes) -> Pose:
    """Return the pose in which a box of these dimensions has the product's outline."""
    hangs = is_hanging(cutout, wishes)
    known = dimensions or guessed_dimensions(cutout, wishes)
    box = (known.width_cm / 100, known.depth_cm / 100, known.height_cm / 100)
    pitch, width_m, height_m, depth_m = _fit(box, cutout.width_px / cutout.height_px)
    by_width, by_height = cutout.width_px / width_m, cutout.height_px / height_m
    if hangs:
        scale = cutout.width_px / max(box[0], box[1])  # its height in the photo is mostly cord
    elif box[2] > _TALL * max(box[0], box[1]):
        scale = cutout.height_px / box[2]
    else:
        scale = float(np.sqrt(by_width * by_height))
    return Pose(
        px_per_m=scale,
        width_m=cutout.width_px / scale,
        height_m=cutout.height_px / scale,
        depth_m=depth_m,
        top_m=box[2],
        pitch=pitch,
        hangs=hangs,
        is_guessed=dimensions is None,
    )


def is_hanging(cutout: Cutout, wishes: Wishes) -> bool:
    """Say whether it hangs: a thin cord leaves its photo at the top, or the words say so."""
    if "top" not in cutout.touches or "bottom" in cutout.touches:
        return wishes.hangs
    top = cutout.alpha[: max(2, cutout.height_px // 100)].max(0) > 0.5  # noqa: PLR2004
    return wishes.hangs or float(top.mean()) < _CORD_SHARE


def guessed_dimensions(cutout: Cutout, wishes: Wishes) -> Dimensions:
    """Return a sensible size for a product of this shape, when nobody gave its dimensions."""
    shape = cutout.width_px / cutout.height_px
    if is_hanging(cutout, wishes):
        return Dimensions(45, 45, 35)
    height = wishes.height_m or _usual_height(shape)
    width = min(2.4, max(0.08, height * shape * 1.05))
    return Dimensions(100 * width, 100 * min(width, 0.9), 100 * height)


def _usual_height(shape: float) -> float:
    if shape < 0.55:  # noqa: PLR2004 - a floor lamp
        return 1.5
    if shape > 1.45:  # noqa: PLR2004 - a sofa or a table
        return 0.8
    return 0.85


def _fit(box: tuple[float, float, float], shape: float) -> tuple[float, float, float, float]:
    """Find pitch and turn of the box with this shape of outline, near the usual pitch."""
    width, depth, height = box
    pitch = np.radians(np.arange(4, 31, 1.0))[:, None]
    turn = np.radians(np.arange(0, 90, 2.0))[None, :]
    across = width * np.cos(turn) + depth * np.sin(turn)
    along = width * np.sin(turn) + depth * np.cos(turn)
    seen_depth = along
    if max(width, depth) < _ROUND * min(width, depth):
        across, along = np.full_like(turn, width), np.full_like(turn, depth)
        seen_depth = along * 0.5  # the far rim of something round is lower than its box
    upright = height * np.cos(pitch) + seen_depth * np.sin(pitch)
    misfit = np.log(across / upright / shape)
    cost = (misfit / 0.03) ** 2 + ((np.degrees(pitch) - _USUAL_PITCH_DEG) / 6) ** 2
    row, column = _least(cost + 0 * turn)
    return (
        float(pitch[row, 0]),
        float(across[0, column]),
        float(upright[row, column]),
        float(along[0, column]),
    )


def _least(cost: Pixels) -> tuple[int, int]:
    row, column = np.unravel_index(int(cost.argmin()), cost.shape)
    return int(row), int(column)
