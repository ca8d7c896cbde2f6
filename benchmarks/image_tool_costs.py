"""What image tools cost: time of the processors and memory, each in a process of its own.

The floors do the same with the bare library, without what makes the result right for every input.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from benchmarks.figures import Figure
from tests.support.environment import ROOT

_MEGAPIXELS = (12, 50)
_MOST_MB = 1024


def figures(*, is_quick: bool) -> Iterator[Figure]:
    """Measure at 12 and 50 megapixels; with `is_quick` at 2."""
    with tempfile.TemporaryDirectory() as folder:
        for megapixels in (2,) if is_quick else _MEGAPIXELS:
            photo = Path(folder) / f"{megapixels}.jpg"
            side = round((megapixels * 1e6) ** 0.5)
            with Image.open(ROOT / "core" / "samples" / "lounge-chair.jpg") as sample:
                sample.convert("RGB").resize((side, side)).save(photo, quality=90)
            for what in ("adjust", "straighten", "cutout", "packshot"):
                yield from _costs(what, photo, megapixels)


def _costs(what: str, photo: Path, megapixels: int) -> Iterator[Figure]:
    cpu_ms, memory_mb = _measured(what, photo)
    bare_ms, _ = _measured(f"bare_{what}", photo)
    name = f"{what} at {megapixels} MP"
    yield Figure(
        f"{name}: CPU per MP", cpu_ms / megapixels, bare_ms / megapixels, "the bare library"
    )
    yield Figure(f"{name}: peak memory", memory_mb, _MOST_MB, "a gigabyte", 1.0, unit="MB")


def _measured(what: str, photo: Path) -> tuple[float, float]:
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "benchmarks.image_tool_child", what, str(photo)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    cpu_ms, memory_mb = json.loads(done.stdout)
    return float(cpu_ms), float(memory_mb)
