"""Pixel lock: the model makes the place, and the product is put into it on this machine."""

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from core.domain.generation import GeneratedImage
from core.domain.jobs import SlotWork
from core.services.references import ReferenceReader

if TYPE_CHECKING:
    from core.imaging.cutout import CutoutCache

VERSION = "pixel-lock-1"

_AT_ONCE = threading.BoundedSemaphore(2)
"""A picture takes half a gigabyte for a moment: this many are made at once in a process."""


class PixelLocks:
    """Puts products into the places that an image model made for them.

    Both steps may run twice: they ask nothing of a model and give the same again.
    """

    def __init__(self, references: ReferenceReader) -> None:
        self._references = references
        self._cutouts: CutoutCache | None = None
        self._lock = threading.Lock()

    def check(self, todo: SlotWork) -> None:
        """Raise `InvalidRequestError` if no product can be cut out of the photo.

        Asked before the model is: a photo that cannot be used costs nothing.
        """
        if todo.settings.is_pixel_locked:
            photo = self._references.photo_for(todo)
            with _AT_ONCE:
                self._cache().get(photo.data, photo.sha256)

    def placed(self, todo: SlotWork, scene: GeneratedImage) -> GeneratedImage:
        """Return the model's answer with the product in it; without a lock as it is.

        Raises `InvalidRequestError` if the photo or the answer cannot be used.
        """
        if not todo.settings.is_pixel_locked:
            return scene
        from core.imaging.pixel_lock import (  # noqa: PLC0415 - brings OpenCV: only when needed
            as_png,
            place_locked,
        )

        photo = self._references.photo_for(todo)
        with _AT_ONCE:
            rgb, _ = place_locked(
                scene.data,
                self._cache().get(photo.data, photo.sha256),
                dimensions=todo.dimensions,
                words=todo.settings.prompt,
            )
            data = as_png(rgb)
        return replace(
            scene,
            data=data,
            mime_type="image/png",
            model_version=f"{scene.model_version}+{VERSION}",
        )

    def _cache(self) -> "CutoutCache":
        from core.imaging.cutout import CutoutCache  # noqa: PLC0415 - brings OpenCV

        with self._lock:
            if self._cutouts is None:
                self._cutouts = CutoutCache()
            return self._cutouts
