"""The curves of light: each rises with its input, is nothing at 0 and moves one way."""

import cv2
import numpy as np

from core.domain.image_tools import Adjust
from core.imaging.pixels import Pixels

_LUMA = np.array([[0.2126, 0.7152, 0.0722]], np.float32)
_STOPS = 2.0
_WARM_STOPS = 0.4
_TINT_STOPS = 0.25
_BUMP = 27 / 4 * 0.14
_ENDS = 0.2
_FLATTER = 0.5


def luma_of(colours: Pixels) -> Pixels:
    """Return the lightness of colours from 0 to 1."""
    return cv2.transform(colours, _LUMA).reshape(colours.shape[:2])


def to_linear(values: Pixels) -> Pixels:
    """Return sRGB values from 0 to 1 as amounts of light."""
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004 - the standard's numbers


def to_encoded(light: Pixels) -> Pixels:
    """Return amounts of light as sRGB values."""
    low = light <= 0.0031308  # noqa: PLR2004 - the standard's number
    encoded: Pixels = np.where(
        low, light * 12.92, 1.055 * np.maximum(light, 0) ** (1 / 2.4) - 0.055
    )
    return encoded


def exposure_table(step: Adjust) -> Pixels:
    """Return, for each of 256 values and each channel, its value from 0 to 1 in the new light.

    Exposure multiplies the light, by 4 at 100. Temperature and tint weigh the channels, so that
    the luminance of grey stays.
    """
    values = np.arange(256) / 255
    if not (step.exposure or step.temperature or step.tint):
        table = np.repeat(values[:, None], 3, axis=1)
    else:
        warm = _WARM_STOPS * step.temperature / 100
        gains = np.exp2([warm, -_TINT_STOPS * step.tint / 100, -warm])
        gains *= 2 ** (_STOPS * step.exposure / 100) / float(_LUMA[0] @ gains)
        table = to_encoded(np.clip(to_linear(values)[:, None] * gains, 0, 1))
    return table[None].astype(np.float32)


def toned(light: Pixels, step: Adjust) -> Pixels:
    """Return the lightness through the curves, one after the other, from 0 to 1."""
    curved = light
    if step.contrast:
        curved = _contrasted(curved, step.contrast / 100)
    if step.highlights:
        curved = curved + _BUMP * step.highlights / 100 * curved**2 * (1 - curved)
    if step.shadows:
        curved = curved + _BUMP * step.shadows / 100 * curved * (1 - curved) ** 2
    if step.whites:
        curved = curved + _ENDS * step.whites / 100 * curved**3
    if step.blacks:
        curved = curved + _ENDS * step.blacks / 100 * (1 - np.minimum(curved, 1)) ** 3
    return curved if curved is light else np.clip(curved, 0, 1).astype(np.float32)


def _contrasted(light: Pixels, strength: float) -> Pixels:
    """Return an S-curve around the middle, or for less contrast a flatter line through it."""
    if strength < 0:
        flat: Pixels = 0.5 + (light - 0.5) * (1 + _FLATTER * strength)
        return flat
    end = np.minimum(light, 1 - light)
    curve = 0.5 * (2 * np.maximum(end, 0)) ** np.float32(2**strength)
    curved: Pixels = np.where(light < 0.5, curve, 1 - curve)  # noqa: PLR2004 - the middle
    return curved
