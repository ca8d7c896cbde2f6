"""What makes one variant differ from the next: place, framing and light."""

from dataclasses import dataclass

import numpy as np

from core.imaging.words import Wishes


@dataclass(frozen=True)
class Look:
    """How one picture is taken.

    `side` from -1 (left) to 1 (right), `zoom` a factor on how large the product is, `step_m` how
    much farther away it stands, `warmth` and `brightness` around 0, `light_turn_deg` turns the
    light, `light_side` is the side it comes from where the backdrop leaves that open,
    `softness` a factor on the shadow's blur, `shadow` one on its strength, `lift_deg` raises the
    light.
    """

    side: float = 0.0
    zoom: float = 1.0
    step_m: float = 0.0
    warmth: float = 0.0
    brightness: float = 0.0
    light_turn_deg: float = 0.0
    light_side: int = -1
    softness: float = 1.0
    shadow: float = 1.0
    lift_deg: float = 0.0


_VARIANTS = (
    Look(),
    Look(side=-0.8, zoom=0.84, step_m=0.35, warmth=0.35, light_turn_deg=10, softness=0.8),
    Look(side=0.8, zoom=1.16, step_m=-0.3, warmth=-0.3, light_turn_deg=-12, light_side=1),
    Look(side=0.35, zoom=1.3, step_m=-0.1, warmth=0.2, brightness=0.25, softness=1.35),
    Look(side=-0.45, zoom=0.76, step_m=0.6, brightness=-0.25, light_side=1, softness=1.2),
    Look(side=0.75, zoom=0.92, step_m=0.2, warmth=0.5, brightness=-0.15, softness=0.65),
)


def look_for(*, seed: int, variant: int, wishes: Wishes) -> Look:
    """Return the look of a variant: always the same for the same seed, variant and words."""
    base = _VARIANTS[variant % len(_VARIANTS)]
    chance = np.random.default_rng([abs(seed), variant])
    nudge = chance.uniform(-1, 1, 6) * (0.35 if variant == 0 else 1.0)
    return Look(
        side=_side(base.side + 0.12 * nudge[0], wishes.side),
        zoom=base.zoom * (1 + 0.05 * nudge[1]) * 1.45**wishes.zoom,
        step_m=base.step_m + 0.12 * nudge[2] - 0.5 * wishes.zoom,
        warmth=base.warmth * (0.4 if wishes.warmth else 1) + 0.08 * nudge[3] + wishes.warmth,
        brightness=base.brightness + 0.05 * nudge[4] + wishes.brightness,
        light_turn_deg=base.light_turn_deg + 3 * nudge[5],
        light_side=wishes.light_side or base.light_side,
        softness=base.softness * 0.4 ** max(0, wishes.hardness) * 1.7 ** max(0, -wishes.hardness),
        shadow=_shadow(wishes),
        lift_deg=-14.0 if wishes.is_low_sun else 0.0,
    )


def _side(side: float, wished: int | None) -> float:
    """Keep a wished side in every variant, only more or less so."""
    if wished is None:
        return float(np.clip(side, -1, 1))
    if wished == 0:
        return 0.12 * side
    return wished * (0.8 + 0.2 * abs(side))


def _shadow(wishes: Wishes) -> float:
    if not wishes.has_shadow:
        return 0.0
    return {-1: 0.85, 0: 1.0, 1: 1.45}[wishes.hardness]
