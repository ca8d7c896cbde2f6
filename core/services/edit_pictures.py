"""The pictures of an edit: what a model is shown, and what is kept of its answer."""

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.domain.edit_settings import EditSettings
from core.domain.edits import Frame, frame_of, is_alike
from core.domain.generation import (
    AspectRatio,
    GeneratedImage,
    GenerationSettings,
    ReferenceImage,
    ReferenceRole,
)
from core.imaging.bench import ToolBench

VERSION = "edit-1"
LARGE_BYTES = 12 * 1024 * 1024
"""A file from this size on is not sent untouched: several would be more than a request may hold."""

_AT_ONCE = threading.BoundedSemaphore(2)
"""A picture takes half a gigabyte for a moment: this many are made at once in a process."""


@dataclass(frozen=True)
class Kept:
    """What is kept of an answer, and the numbers that say how it was put together."""

    image: GeneratedImage
    figures: Mapping[str, Any]


def frame_for(settings_ratio: AspectRatio, edit: EditSettings) -> Frame:
    """Return the canvas on which the picture of an edit is shown; often it is the picture."""
    size = edit.width_px, edit.height_px
    if edit.mode != "expand" and is_alike(*size, settings_ratio):
        return Frame(*size, 0, 0, *size)
    return frame_of(*size, settings_ratio, across=edit.across, down=edit.down)


def sent_pictures(
    settings: GenerationSettings,
    edit: EditSettings,
    source: ReferenceImage,
    mask: bytes | None,
) -> tuple[ReferenceImage, ...]:
    """Return the picture as it is sent, and its mask if parts of it are kept.

    Without a mask the picture's own file is sent, unless it is too large for that. The hashes are
    those of the picture and of the mask as they are kept. Raises `InvalidInputError` if one of
    them cannot be read.
    """
    if not edit.keeps_outside and len(source.data) <= LARGE_BYTES:
        return (source,)
    # They bring OpenCV and NumPy: only when needed.
    from core.imaging import edit_frames  # noqa: PLC0415 - brings OpenCV

    size = edit.width_px, edit.height_px
    frame = Frame(*size, 0, 0, *size)
    if edit.keeps_outside:
        frame = frame_for(settings.aspect_ratio, edit)
    with _AT_ONCE:
        shown = edit_frames.sent_picture(source.data, frame)
        if mask is not None:
            white = edit_frames.sent_mask(mask, frame)
        elif edit.keeps_outside:
            white = edit_frames.sent_border(frame)
        else:
            white = b""
    picture = replace(source, data=shown, mime_type="image/png")
    if not white:
        return (picture,)
    sha256 = edit.mask_sha256 or hashlib.sha256(white).hexdigest()
    return picture, ReferenceImage(ReferenceRole.MASK, white, "image/png", sha256, label="Mask")


def kept_of(
    settings: GenerationSettings,
    edit: EditSettings,
    answer: GeneratedImage,
    *,
    source: bytes,
    mask: bytes | None,
    bench: ToolBench,
) -> Kept:
    """Return the answer inside the mask, and the picture's own pixels outside of it.

    Both may be asked for twice and give the same bytes again. Raises `InvalidInputError` if the
    picture, the mask or the answer cannot be used.
    """
    from core.imaging import edit_frames  # noqa: PLC0415 - brings OpenCV and NumPy

    frame = frame_for(settings.aspect_ratio, edit)
    is_expansion = edit.mode == "expand"
    with _AT_ONCE:
        fitted, lost = edit_frames.fitted_answer(answer.data, frame, keeps_border=is_expansion)
        under = edit_frames.on_canvas(source, frame) if is_expansion else source
        white = mask if mask is not None else edit_frames.border_mask(frame)
        inside = edit_frames.chosen_pixels(white)
    made = bench.composite(under, fitted, white, feather_px=float(edit.feather_px))
    figures = {
        "changed_outside": made.changed_outside,
        "changed_inside": made.changed_inside,
        "inside": inside,
        "changed_inside_share": round(made.changed_inside / inside, 4) if inside else 0.0,
        "cut_off_share": lost,
    }
    image = replace(
        answer,
        data=made.data,
        mime_type=made.mime_type,
        model_version=f"{answer.model_version}+{VERSION}",
    )
    return Kept(image, figures)
