"""The local compositor: makes pictures on this machine, without a key and for nothing."""

import io
import threading
from functools import cached_property
from typing import TYPE_CHECKING

from core.domain.generation import (
    ASPECT_RATIOS,
    GeneratedImage,
    GenerationRequest,
    ReferenceImage,
    ReferenceRole,
)
from core.errors import InvalidRequestError
from core.image_models.base import ImageModelSpec, Progress
from core.imaging.words import note_on

if TYPE_CHECKING:
    from core.imaging.cutout import CutoutCache
    from core.imaging.pixels import Pixels

VERSION = "compositor-1"

_AT_ONCE = threading.BoundedSemaphore(2)
"""A picture takes half a gigabyte for a moment: this many are made at once in a process."""


def compositor_spec() -> ImageModelSpec:
    """Return what the local compositor can do: it costs nothing."""
    return ImageModelSpec(
        id="compositor",
        label="Local compositor",
        price_micros={"1K": 0, "2K": 0},
        reference_micros=0,
        aspect_ratios=ASPECT_RATIOS,
        max_references=2,
        seconds=(2, 12),
        reads_sentences=False,
    )


class CompositorModel:
    """Cuts the product out of its photo and places it, true to scale, before a backdrop.

    The same request gives the same bytes. Safe to call from many threads; photos that several
    variants share are cut out once.
    """

    def __init__(self, spec: ImageModelSpec) -> None:
        self._spec = spec

    @property
    def spec(self) -> ImageModelSpec:
        """Return what it can do and costs."""
        return self._spec

    def prompt_note(self, prompt: str) -> str:
        """Return a sentence on which words of the prompt it reads."""
        return note_on(prompt)

    def prepare(self) -> None:
        """Do nothing: what it needs is loaded with the first picture, and no provider waits."""

    def generate(self, request: GenerationRequest, *, on_progress: Progress) -> GeneratedImage:
        """Return one picture as PNG, or raise `InvalidRequestError`; nothing is ever charged."""
        from core.imaging.compose import compose  # noqa: PLC0415 - brings OpenCV: only when needed

        photo = _photo_in(request, at_most=self._spec.max_references)
        on_progress(2, "Cutting out")
        with _AT_ONCE:
            cutout = self._cutouts.get(photo.data, photo.sha256)
            picture = compose(request, cutout, on_progress=on_progress)
            on_progress(88, "Encoding")
            data = _png(picture.rgb)
        return GeneratedImage(
            data=data, mime_type="image/png", model_version=VERSION, cost_micros=0
        )

    @cached_property
    def _cutouts(self) -> "CutoutCache":
        from core.imaging.cutout import CutoutCache  # noqa: PLC0415 - brings OpenCV

        return CutoutCache()


def _photo_in(request: GenerationRequest, *, at_most: int) -> ReferenceImage:
    if len(request.references) > at_most:
        raise InvalidRequestError(
            f"{len(request.references)} references",
            user_message=f"The local compositor takes at most {at_most} pictures: the photo and "
            "a backdrop. Nothing was charged; send fewer.",
        )
    for reference in request.references:
        if reference.role is ReferenceRole.PRODUCT:
            return reference
    raise InvalidRequestError(
        "no product photo",
        user_message="The product has no photo. Nothing was charged; add a photo first.",
    )


def _png(rgb: "Pixels") -> bytes:
    """Return the pixels without loss: the product's own stay as they were composed."""
    from PIL import Image  # noqa: PLC0415 - only when needed

    out = io.BytesIO()
    Image.fromarray(rgb).save(out, "PNG", compress_level=4)
    return out.getvalue()
