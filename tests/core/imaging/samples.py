"""The sample photos with their true masks and dimensions, for the tests of the imaging."""

import csv
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from core.domain.generation import (
    AspectRatio,
    Backdrop,
    Dimensions,
    GenerationRequest,
    ImageSize,
    ReferenceImage,
    ReferenceRole,
)
from core.imaging.compose import Composition, compose
from core.imaging.cutout import Cutout

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "core" / "samples"
MASKS = ROOT / "tests" / "fixtures" / "masks"
ROWS = list(csv.DictReader((SAMPLES / "catalogue.csv").read_text("utf-8").splitlines()))
PHOTOS = sorted(name for row in ROWS for name in (row["image"], row["extra_images"]) if name)
PRODUCTS = [row["image"] for row in ROWS]


def photo_bytes(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def true_mask(name: str) -> npt.NDArray[Any]:
    with Image.open(MASKS / f"{Path(name).stem}.png") as mask:
        return np.asarray(mask.convert("L"), np.float32) / 255


def true_dimensions(name: str) -> Dimensions:
    [row] = [row for row in ROWS if name in (row["image"], row["extra_images"])]
    return Dimensions(*(float(row[f"{side}_cm"]) for side in ("width", "depth", "height")))


@cache
def true_cutout(name: str) -> Cutout:
    """Return the cut-out that the true mask gives: quick, and not what is tested here."""
    alpha = true_mask(name)
    rows, columns = np.flatnonzero((alpha > 0.5).any(1)), np.flatnonzero((alpha > 0.5).any(0))
    area = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    with Image.open(SAMPLES / name) as image:
        rgb = np.asarray(image.convert("RGB"))
    touches = frozenset({"top"} if rows[0] == 0 else ())
    return Cutout(rgb[area], alpha[area], int(columns[0]), int(rows[0]), touches, "")


def request_for(
    name: str,
    backdrop: Backdrop,
    *,
    ratio: AspectRatio = "4:3",
    size: ImageSize = "1K",
    prompt: str = "",
    variant: int = 0,
) -> GenerationRequest:
    photo = ReferenceImage(ReferenceRole.PRODUCT, photo_bytes(name), "image/jpeg", name)
    return GenerationRequest(
        prompt=prompt,
        references=(photo,),
        backdrop=backdrop,
        aspect_ratio=ratio,
        size=size,
        image_model="compositor",
        seed=7,
        variant=variant,
        dimensions=true_dimensions(name),
    )


@lru_cache(maxsize=6)
def composed(request: GenerationRequest) -> Composition:
    """Compose with the true mask as the cut-out; the last few are kept for the next test."""
    return freshly_composed(request)


def freshly_composed(request: GenerationRequest) -> Composition:
    """Compose anew, as the next process would."""
    name = request.references[0].sha256
    return compose(request, true_cutout(name), on_progress=lambda _percent, _stage: None)
