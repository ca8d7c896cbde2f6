"""Light: where it comes from, what it does to the product and to the whole picture."""

from dataclasses import dataclass, replace

import numpy as np

from core.imaging.looks import Look
from core.imaging.pixels import Pixels, smoothstep

WARM = np.array([0.055, 0.005, -0.085])
"""How one step of warmth changes red, green and blue."""


@dataclass(frozen=True)
class Light:
    """The light of a backdrop.

    It comes from `azimuth_deg`, counted from the viewer's side with the left negative, and from
    `elevation_deg` above the floor. `strength` is how dark its shadow is, `penumbra` how many
    metres the shadow's edge widens for each metre of height. `tint` is its colour on the product.
    """

    azimuth_deg: float
    elevation_deg: float
    strength: float
    penumbra: float
    tint: tuple[float, float, float]

    @property
    def shadow_direction(self) -> tuple[float, float]:
        """Return where shadows fall on the floor: to the right and away from the viewer."""
        azimuth = np.radians(self.azimuth_deg)
        return float(-np.sin(azimuth)), float(np.cos(azimuth))

    @property
    def shadow_length(self) -> float:
        """Return the metres of shadow for each metre of height."""
        return float(1 / np.tan(np.radians(self.elevation_deg)))

    def turned(self, look: Look) -> "Light":
        """Return this light as a look wants it, as far as the backdrop allows."""
        return replace(
            self,
            azimuth_deg=self.azimuth_deg + look.light_turn_deg,
            elevation_deg=max(16.0, self.elevation_deg + look.lift_deg),
            strength=min(0.75, self.strength * look.shadow),
            penumbra=self.penumbra * look.softness,
            tint=_tinted(self.tint, look),
        )


def light_on(light: Light, height: int, width: int) -> Pixels:
    """Return what the product's colours are multiplied by: height x width x 3.

    A little brighter on the side of the light, a little darker towards the floor, the light's
    tint everywhere. This is all that happens to the product's own pixels.
    """
    toward = np.sin(np.radians(light.azimuth_deg))
    across = 1 + 0.045 * toward * np.linspace(-1, 1, width)[None, :, None]
    rows = np.linspace(0, 1, height)[:, None, None]
    down = 1 - 0.07 * smoothstep(0.72, 1.0, rows)
    gain: Pixels = (across * down * np.array(light.tint)).astype(np.float32)
    return gain


def graded(picture: Pixels, look: Look) -> Pixels:
    """Return a room or picture in the warmth and brightness of a look."""
    gains = 1 + WARM * look.warmth
    bright = picture ** (1 - 0.22 * look.brightness if look.brightness > 0 else 1)
    exposure = 1 + 0.24 * min(0.0, look.brightness)
    graded_picture: Pixels = (bright * gains * exposure).astype(np.float32)
    return np.clip(graded_picture, 0, 1)


def vignette(height: int, width: int, strength: float) -> Pixels:
    """Return a soft darkening towards the corners, as factors."""
    y = np.linspace(-1, 1, height)[:, None, None]
    x = np.linspace(-1, 1, width)[None, :, None]
    factors: Pixels = (1 - strength * smoothstep(0.35, 1.6, np.hypot(x, y))).astype(np.float32)
    return factors


def grain(height: int, width: int, strength: float) -> Pixels:
    """Return sensor grain around 0, the same each time."""
    chance = np.random.default_rng(20_26)
    noise: Pixels = chance.standard_normal((height, width, 1), np.float32) * np.float32(strength)
    return noise


def _tinted(tint: tuple[float, float, float], look: Look) -> tuple[float, float, float]:
    """Let half of the warmth and brightness reach the product: its colour stays true."""
    gains = np.array(tint) * (1 + 0.5 * WARM * look.warmth)
    gains *= 1 + (0.13 if look.brightness < 0 else 0.03) * look.brightness
    red, green, blue = (float(gain) for gain in gains)
    return red, green, blue
