"""One process that does one thing to one photo and prints its CPU time in ms and its peak in MB."""

import json
import resource
import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance

from core.domain.image_tools import Adjust, CutOut, Packshot, Straighten, ToolStep
from core.imaging.saliency import find_subject
from core.imaging.tool_steps import apply_steps

_STEPS: dict[str, ToolStep] = {
    "adjust": Adjust(exposure=20, contrast=20, saturation=20, clarity=20, sharpness=20),
    "straighten": Straighten(3),
    "cutout": CutOut(),
    "packshot": Packshot(),
}


def _bare(change: Callable[[Image.Image], Image.Image], file_format: str) -> Callable[[bytes], int]:
    def run(data: bytes) -> int:
        target = BytesIO()
        change(Image.open(BytesIO(data))).save(target, file_format, quality=95, compress_level=3)
        return target.tell()

    return run


def _enhanced(image: Image.Image) -> Image.Image:
    for kind in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        image = kind(image).enhance(1.2)
    return ImageEnhance.Sharpness(image).enhance(1.2)


def _network_only(image: Image.Image) -> Image.Image:
    mask = find_subject(np.asarray(image))
    if mask is not None:
        image.putalpha(Image.fromarray((mask * 255).astype(np.uint8)))
    return image


_BARE = {
    "bare_adjust": _bare(_enhanced, "JPEG"),
    "bare_straighten": _bare(lambda image: image.rotate(-3, Image.Resampling.BICUBIC), "JPEG"),
    "bare_cutout": _bare(_network_only, "PNG"),
    "bare_packshot": _bare(_network_only, "PNG"),
}


def main() -> None:
    """Do it and print what it took, the start of the process left out."""
    what, path = sys.argv[1:]
    data = Path(path).read_bytes()
    begun_s = time.process_time()
    if what in _BARE:
        _BARE[what](data)
    else:
        apply_steps(data, [_STEPS[what]])
    cpu_ms = 1000 * (time.process_time() - begun_s)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([cpu_ms, peak_mb]))


if __name__ == "__main__":
    main()
