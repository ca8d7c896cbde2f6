"""Runs image tools: the one function behind a preview and a saved result."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.domain.image_tools import (
    FIGURES,
    Adjust,
    Background,
    Crop,
    CutOut,
    FileFormat,
    Flip,
    Packshot,
    Rotate,
    Straighten,
    ToolStep,
    Upscale,
    UpscaleMethod,
    some_steps,
    step_to_json,
)
from core.imaging.adjust import adjusted
from core.imaging.backgrounds import with_background
from core.imaging.base import MAX_WEBP_PIXELS, MIN_SIDE_PX
from core.imaging.canvas import (
    EVEN_JPEG_QUALITY,
    JPEG_QUALITY,
    MIME_TYPES,
    Canvas,
    downscaled,
    encoded,
    read_canvas,
)
from core.imaging.crop import cropped, flipped, straightened, turned
from core.imaging.cutout_step import cut_out_step
from core.imaging.frames import MAX_BODY_BYTES
from core.imaging.kept_canvases import Figures, KeptCanvases
from core.imaging.packshot import packshot, white_after
from core.imaging.rendered import Rendered, Supplies
from core.imaging.signatures import accepted_format
from core.imaging.tool_verdicts import Refusal, ToolRefusedError
from core.imaging.upscale import Progress, upscaled

MAX_RESULT_BYTES = MAX_BODY_BYTES
CLOSE_LOOK_PX = {UpscaleMethod.SUPER_RESOLUTION: 256, UpscaleMethod.LANCZOS: 512}
"""Side of a square of so many pixels as a preview enlarges; the editor shows 220 x 220."""
_WEBP_SIDE_PX = 16_383


def apply_steps(
    data: bytes,
    steps: Sequence[ToolStep],
    *,
    longest: int | None = None,
    file_format: FileFormat = FileFormat.AUTO,
    supplies: Supplies | None = None,
    on_progress: Progress = lambda _done, _total: None,
    kept: KeptCanvases | None = None,
) -> Rendered:
    """Return the picture after the steps, as a file without metadata.

    With `longest` it is a preview: a PNG of the very same result, as it would be read from the
    saved file, scaled down by averaging. Nothing in it is computed in another way, so that its
    pixels are those of the saved result scaled down, to the bit. Enlarging takes long, so a
    preview does it on small parts alone. Raises `ToolRefusedError` with a sentence.
    """
    steps = some_steps(steps)
    work = _Work(supplies or Supplies(), on_progress, is_preview=longest is not None)
    canvas, figures = _through(data, steps, work, kept or KeptCanvases(0))
    if min(canvas.width_px, canvas.height_px) < MIN_SIDE_PX:
        numbers = (canvas.width_px, canvas.height_px, MIN_SIDE_PX)
        raise ToolRefusedError(Refusal.RESULT_TOO_SMALL, numbers)
    is_packshot = bool(steps) and isinstance(steps[-1], Packshot)
    # JPEG would change white pixels beside the product's edge: it has to be asked for.
    is_jpeg = accepted_format(data) == "JPEG" and not is_packshot
    wanted = _format_for(file_format, canvas, is_jpeg=is_jpeg)
    saved = None
    if longest is None or wanted is FileFormat.JPEG:
        quality = EVEN_JPEG_QUALITY if is_packshot else JPEG_QUALITY
        saved = encoded(canvas, wanted, jpeg_quality=quality)
        if len(saved) > MAX_RESULT_BYTES:
            megabytes = len(saved) // 2**20, MAX_RESULT_BYTES // 2**20
            raise ToolRefusedError(Refusal.FILE_TOO_LARGE, megabytes)
        if is_packshot and wanted is FileFormat.JPEG:
            figures = [*figures[:-1], figures[-1] | white_after(canvas, read_canvas(saved))]
    written = tuple(
        step_to_json(step) | ({FIGURES: measured} if measured else {})
        for step, measured in zip(steps, figures, strict=True)
    )
    if saved is not None and longest is None:
        return _rendered(saved, wanted, canvas, canvas, written)
    if saved is not None:
        canvas = read_canvas(saved)  # JPEG changes pixels a little: shown as they will be
    shown = downscaled(canvas, longest or 1)
    return _rendered(encoded(shown, FileFormat.PNG), FileFormat.PNG, shown, canvas, written)


@dataclass(frozen=True)
class _Work:
    supplies: Supplies
    on_progress: Progress
    is_preview: bool


def _through(
    data: bytes, steps: tuple[ToolStep, ...], work: _Work, kept: KeptCanvases
) -> tuple[Canvas, Figures]:
    keys = _keys(data, steps)
    begin, found = 0, None
    for number in range(len(steps), -1, -1):
        found = kept.find(keys[number])
        if found is not None:
            begin = number
            break
    if found is None:
        found = read_canvas(data), []
        kept.keep(keys[0], *found)
    canvas, figures = found
    del found  # a large picture is not held longer than it is needed
    for number in range(begin, len(steps)):
        canvas, measured = _after(canvas, steps[number], work)
        figures = [*figures, measured]
        kept.keep(keys[number + 1], canvas, figures)
    return canvas, figures


def _keys(data: bytes, steps: tuple[ToolStep, ...]) -> list[str]:
    """Return a key for the picture itself and after each step."""
    key = hashlib.sha256(data)
    keys = [key.hexdigest()]
    for step in steps:
        key.update(json.dumps(step_to_json(step)).encode())
        keys.append(key.hexdigest())
    return keys


def _after(canvas: Canvas, step: ToolStep, work: _Work) -> tuple[Canvas, dict[str, Any]]:
    """Return the picture after one step, and what was measured of it."""
    match step:
        case CutOut():
            mask = None if step.mask_id is None else work.supplies.mask(step.mask_id)
            return cut_out_step(canvas, step, mask)
        case Background():
            picture = None if step.asset_id is None else work.supplies.picture(step.asset_id)
            return with_background(canvas, step, picture)
        case Packshot():
            return packshot(canvas, step)
        case Upscale():
            side_px = CLOSE_LOOK_PX[step.method]
            if work.is_preview and canvas.width_px * canvas.height_px > side_px**2:
                raise ToolRefusedError(Refusal.PREVIEW_TOO_LARGE, (side_px,))
            return upscaled(canvas, step, work.on_progress)
        case _:
            return _simply(canvas, step), {}


def _simply(canvas: Canvas, step: Crop | Rotate | Straighten | Flip | Adjust) -> Canvas:
    match step:
        case Crop():
            return cropped(canvas, step)
        case Rotate():
            return turned(canvas, step)
        case Straighten():
            return straightened(canvas, step)
        case Flip():
            return flipped(canvas, step)
        case Adjust():
            return adjusted(canvas, step)


def _format_for(wanted: FileFormat, canvas: Canvas, *, is_jpeg: bool) -> FileFormat:
    if wanted is FileFormat.AUTO:
        return FileFormat.JPEG if is_jpeg and canvas.alpha is None else FileFormat.PNG
    pixels, longest = canvas.width_px * canvas.height_px, max(canvas.width_px, canvas.height_px)
    if wanted is FileFormat.WEBP and (pixels > MAX_WEBP_PIXELS or longest > _WEBP_SIDE_PX):
        return FileFormat.PNG  # a WebP file of so many pixels could not be read again
    return wanted


def _rendered(
    data: bytes,
    file_format: FileFormat,
    shown: Canvas,
    full: Canvas,
    steps: tuple[dict[str, Any], ...],
) -> Rendered:
    return Rendered(
        data=data,
        mime_type=MIME_TYPES[file_format],
        width_px=shown.width_px,
        height_px=shown.height_px,
        full_width_px=full.width_px,
        full_height_px=full.height_px,
        steps=steps,
    )
