"""How true the image tools are: against true masks, true pixels and their own promises.

Each figure is an error, so that less is better; its floor is what the bare library makes of it.
"""

from collections.abc import Iterator
from statistics import mean

import cv2
import numpy as np
from PIL import Image

from benchmarks.figures import Figure
from core.domain.image_tools import (
    Adjust,
    Crop,
    CutOut,
    FileFormat,
    Packshot,
    Straighten,
    ToolStep,
    Upscale,
    UpscaleMethod,
)
from core.imaging.canvas import Canvas, averaged, downscaled, encoded, read_canvas
from core.imaging.cutout_step import cut_out_step
from core.imaging.masks import as_mask_png, composite_outside
from core.imaging.pixels import Pixels
from core.imaging.saliency import find_subject
from core.imaging.tool_steps import apply_steps
from core.imaging.upscale import upscaled
from tests.support.environment import ROOT

_SAMPLES = ROOT / "core" / "samples"
_MASKS = ROOT / "tests" / "fixtures" / "masks"
_EDGE_PX = 2
_PART_PX = 320
_ALLOWED = 1.0
_JPEG_QUALITY = 85
"""As shops have their photos."""


def figures(*, is_quick: bool) -> Iterator[Figure]:
    """Measure on the sample photos; with `is_quick` on a few."""
    names = sorted(path.stem for path in _MASKS.glob("*.png"))[:: 4 if is_quick else 1]
    photos = {name: _photo(name) for name in names}
    yield from _cutouts(photos)
    yield from _packshots(photos)
    yield from _enlargements(photos)
    yield from _promises(next(iter(photos.values())))


def _cutouts(photos: dict[str, bytes]) -> Iterator[Figure]:
    ours, bare = [], []
    for name, data in photos.items():
        canvas = read_canvas(data)
        true = _true_alpha(name, canvas)
        alpha = cut_out_step(canvas, CutOut(), None)[0].alpha
        network = find_subject(canvas.rgb)
        if alpha is not None and network is not None:
            ours.append(_errors(alpha / 255, true))
            bare.append(_errors(network, true))
    count = len(photos)
    for number, what in enumerate(
        ("mean absolute error x 1000", "1 - IoU, percent", "1 - boundary F at 2 px, percent")
    ):
        value, floor = (mean(errors[number] for errors in rows) for rows in (ours, bare))
        yield Figure(
            f"cut-out of {count} photos: {what}", value, floor, "the bare network", 0.5, unit=""
        )


def _errors(alpha: Pixels, true: Pixels) -> tuple[float, float, float]:
    found, wanted = alpha > 0.5, true > 0.5  # noqa: PLR2004 - more solid than not
    overlap = (found & wanted).sum() / max(1, (found | wanted).sum())
    return (
        1000 * float(np.abs(alpha - true).mean()),
        100 * float(1 - overlap),
        100 * (1 - _boundary_f(found, wanted)),
    )


def _boundary_f(found: Pixels, wanted: Pixels) -> float:
    edges = [
        cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0
        for mask in (found, wanted)
    ]
    reach = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _EDGE_PX + 1,) * 2)
    near = [cv2.dilate(edge.astype(np.uint8), reach) > 0 for edge in edges]
    precision = float(near[1][edges[0]].mean()) if edges[0].any() else 0.0
    recall = float(near[0][edges[1]].mean()) if edges[1].any() else 0.0
    return 2 * precision * recall / max(precision + recall, 1e-9)


def _packshots(photos: dict[str, bytes]) -> Iterator[Figure]:
    fills, whites, jpegs, borders = [], [], [], []
    step = Packshot(fill=85, canvas_px=2000, shadow=40)
    for data in photos.values():
        shot = apply_steps(data, [step])
        measured = shot.steps[0]["figures"]
        fills.append(abs(measured["fill"] - step.fill))
        whites.append(1 - measured["white_share"])
        jpeg = apply_steps(data, [step], file_format=FileFormat.JPEG)
        jpegs.append(100 * (1 - jpeg.steps[0]["figures"]["white_share"]))
        for rgb in (read_canvas(shot.data).rgb, read_canvas(jpeg.data).rgb):
            rims = (rgb[:2], rgb[-2:], rgb[:, :2], rgb[:, -2:])
            borders.append(sum(int((rim != 255).sum()) for rim in rims))  # noqa: PLR2004
    count = len(photos)
    yield Figure.of_count(f"packshots of {count}: worst fill, percent off", max(fills), _ALLOWED)
    yield Figure.of_count("packshots: background that is not 255", max(whites), _ALLOWED)
    yield Figure.of_count("packshots as JPEG: worst percent not 255", max(jpegs), 2.0)
    yield Figure.of_count("packshots: border pixels not 255, PNG and JPEG", max(borders), _ALLOWED)


def _enlargements(photos: dict[str, bytes]) -> Iterator[Figure]:
    for factor in (2, 4):
        ours: list[tuple[float, float]] = []
        plain: list[tuple[float, float]] = []
        for data in list(photos.values())[::3]:
            true = _middle(read_canvas(data))
            size = _PART_PX // factor, _PART_PX // factor
            jpeg = encoded(averaged(true, size), FileFormat.JPEG, jpeg_quality=_JPEG_QUALITY)
            small = read_canvas(jpeg)
            for method, kept in (
                (UpscaleMethod.SUPER_RESOLUTION, ours),
                (UpscaleMethod.LANCZOS, plain),
            ):
                larger, _ = upscaled(small, Upscale(factor, method), lambda _done, _total: None)
                kept.append((psnr(larger.rgb, true.rgb), ssim(larger.rgb, true.rgb)))
        values = [[mean(row[n] for row in rows) for rows in (ours, plain)] for n in (0, 1)]
        told = f"{values[0][0]:.1f} dB, Lanczos {values[0][1]:.1f} dB"
        errors = [10 ** (-decibels / 10) * 1e4 for decibels in values[0]]
        yield Figure(
            f"x{factor}: error ({told})", errors[0], errors[1], "Pillow's Lanczos", 1.0, unit=""
        )
        # The network takes grain out, which nobody misses and this measure does.
        unlike, floor = (100 * (1 - value) for value in values[1])
        yield Figure(
            f"x{factor}: 1 - SSIM, percent", unlike, floor, "Pillow's Lanczos", 1.05, unit=""
        )


def _promises(photo: bytes) -> Iterator[Figure]:
    steps: list[ToolStep] = [
        Adjust(exposure=15, clarity=30, sharpness=20),
        Straighten(3),
        Crop(0, 0, 0.9, 0.9),
    ]
    different = 0
    for file_format in (FileFormat.PNG, FileFormat.JPEG, FileFormat.WEBP):
        saved = read_canvas(apply_steps(photo, steps, file_format=file_format).data)
        shown = apply_steps(photo, steps, file_format=file_format, longest=700)
        different += int((downscaled(saved, 700).rgb != read_canvas(shown.data).rgb).sum())
    yield Figure.of_count("values by which a preview differs from its result", different, _ALLOWED)
    canvas = read_canvas(photo)
    mask = np.zeros(canvas.rgb.shape[:2], np.uint8)
    mask[200:700, 300:800] = 255
    edit = encoded(Canvas(255 - canvas.rgb), FileFormat.JPEG)
    made = composite_outside(photo, edit, as_mask_png(mask), feather_px=12)
    yield Figure.of_count("pixels outside a mask that changed", made.changed_outside, _ALLOWED)
    same = apply_steps(photo, [Adjust()], file_format=FileFormat.PNG)
    moved = int((read_canvas(same.data).rgb != canvas.rgb).sum())
    yield Figure.of_count("values that neutral adjustments change", moved, _ALLOWED)


def psnr(found: Pixels, true: Pixels) -> float:
    """Return how near two pictures are, in decibels."""
    error = float(((found.astype(np.float64) - true) ** 2).mean())
    return float(10 * np.log10(255**2 / max(error, 1e-9)))


def ssim(found: Pixels, true: Pixels) -> float:
    """Return how alike two pictures are in structure, 1 for the same (Wang et al., on luma)."""
    one, other = (cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float64) for rgb in (found, true))
    means = [_local(plane) for plane in (one, other)]
    spreads = [
        _local(plane**2) - middle**2 for plane, middle in zip((one, other), means, strict=True)
    ]
    joint = _local(one * other) - means[0] * means[1]
    low, high = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    above = (2 * means[0] * means[1] + low) * (2 * joint + high)
    below = (means[0] ** 2 + means[1] ** 2 + low) * (spreads[0] + spreads[1] + high)
    return float((above / below).mean())


def _local(plane: Pixels) -> Pixels:
    return cv2.GaussianBlur(plane, (11, 11), 1.5)


def _photo(name: str) -> bytes:
    [path] = [path for path in _SAMPLES.glob(f"{name}.*") if path.suffix in (".jpg", ".webp")]
    return path.read_bytes()


def _true_alpha(name: str, canvas: Canvas) -> Pixels:
    mask = Image.open(_MASKS / f"{name}.png").convert("L")
    resized = np.asarray(mask.resize((canvas.width_px, canvas.height_px)))
    true: Pixels = resized.astype(np.float32) / 255
    return true


def _middle(canvas: Canvas) -> Canvas:
    top, left = (canvas.height_px - _PART_PX) // 2, (canvas.width_px - _PART_PX) // 2
    part = canvas.rgb[top : top + _PART_PX, left : left + _PART_PX]
    return Canvas(np.ascontiguousarray(part))
