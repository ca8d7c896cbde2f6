"""Finds what a photo shows, with a small network that ships with Epox."""

from functools import cache
from pathlib import Path

import cv2
import numpy as np

from core.imaging.pixels import Pixels, resized

_MODEL = Path(__file__).parent / "models" / "u2netp.onnx"
_SIDE = 320
_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
_DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)
_NOTHING = 0.5


def find_subject(rgb: Pixels) -> Pixels | None:
    """Return a soft mask of the photo's subject at the photo's size, or None if it shows none.

    The network is one object: never call this from two threads at once.
    """
    small = resized(rgb, _SIDE, _SIDE).astype(np.float32)
    planes = ((small / max(small.max(), 1) - _MEAN) / _DEVIATION).transpose(2, 0, 1)[None]
    network = _network()
    network.setInput(np.ascontiguousarray(planes, np.float32))
    answer = np.asarray(network.forward(network.getUnconnectedOutLayersNames()[0]))[0, 0]
    if answer.max() < _NOTHING:
        return None
    spread = (answer - answer.min()) / max(float(answer.max() - answer.min()), 1e-6)
    height, width = rgb.shape[:2]
    mask = cv2.resize(spread, (width, height), interpolation=cv2.INTER_CUBIC)
    soft: Pixels = np.clip(mask, 0, 1).astype(np.float32)
    return soft


@cache
def _network() -> cv2.dnn.Net:
    return cv2.dnn.readNetFromONNX(str(_MODEL))
