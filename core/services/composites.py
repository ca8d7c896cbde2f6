"""What becomes of a model's answer before it is kept: put together with pixels that must stay."""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.domain.answers import ANSWER, WHOLE_ANSWER, KeptAnswer
from core.domain.edit_settings import EditSettings
from core.domain.generation import GeneratedImage
from core.domain.image_tools import FIGURES
from core.domain.jobs import SlotWork
from core.errors import InvalidInputError, InvalidRequestError
from core.imaging.base import CheckedImage
from core.imaging.bench import ToolBench
from core.imaging.tool_verdicts import ToolRefusedError
from core.services.asset_keys import answer_key
from core.services.assets import SUFFIXES
from core.services.edit_pictures import kept_of
from core.services.pixel_locks import PixelLocks
from core.services.references import ReferenceReader
from core.storage.base import AssetStorage

log = logging.getLogger(__name__)

Step = Mapping[str, Any]


@dataclass(frozen=True)
class Composed:
    """The picture to keep, the steps that made it of the answer, and whether those changed it."""

    image: GeneratedImage
    steps: tuple[Step, ...] = ()
    is_changed: bool = False


class Composites:
    """Puts answers together with the pixels of photos and of pictures that were edited.

    Each step may run twice: it asks nothing of a model and gives the same again.
    """

    def __init__(
        self, references: ReferenceReader, storage: AssetStorage, bench: ToolBench
    ) -> None:
        self._references = references
        self._storage = storage
        self._bench = bench
        self._pixel_locks = PixelLocks(references)

    def check(self, todo: SlotWork) -> None:
        """Raise `InvalidRequestError` if the answer could not be used: before it is paid."""
        self._pixel_locks.check(todo)

    def composed(self, todo: SlotWork, answer: GeneratedImage) -> Composed:
        """Return what is kept of an answer.

        An edit whose parts can never be put together, because the mask or the picture was deleted
        meanwhile, is kept as the model gave it, and its step says so: it is paid. Raises
        `ToolRefusedError` if putting them together failed but may do another time, and
        `InvalidRequestError` if a locked product cannot be placed.
        """
        if todo.settings.is_pixel_locked:
            placed = self._pixel_locks.placed(todo, answer)
            return Composed(placed, ({"tool": "pixel_lock"},), is_changed=True)
        edit = todo.settings.edit
        return Composed(answer) if edit is None else self._edited(todo, edit, answer)

    def keep_answer(
        self, workspace_id: int, folder: str, answer: GeneratedImage, checked: CheckedImage
    ) -> KeptAnswer:
        """Store the model's untouched bytes beside the picture that is made of them."""
        name = f"answer.{SUFFIXES[checked.mime_type]}"
        key = answer_key(f"w{workspace_id}/{folder}/original", name)
        self._storage.put(key, answer.data, mime_type=checked.mime_type)
        return KeptAnswer(
            name=name,
            sha256=hashlib.sha256(answer.data).hexdigest(),
            size_bytes=len(answer.data),
            width_px=checked.width_px,
            height_px=checked.height_px,
        )

    def _edited(self, todo: SlotWork, edit: EditSettings, answer: GeneratedImage) -> Composed:
        step: dict[str, Any] = {
            "tool": edit.mode,
            "instruction": todo.settings.prompt,
            "mask_id": edit.mask_id,
            "mask_sha256": edit.mask_sha256,
            "feather_px": edit.feather_px,
        }
        if not edit.keeps_outside:
            return Composed(answer, (step,))
        try:
            kept = kept_of(
                todo.settings,
                edit,
                answer,
                source=self._references.photo_for(todo).data,
                mask=self._references.mask_for(todo, edit),
                bench=self._bench,
            )
        except (InvalidInputError, InvalidRequestError) as error:
            if isinstance(error, ToolRefusedError) and error.may_pass:
                raise
            log.warning("slot %s keeps the whole answer: %s", todo.slot_id, error)
            return Composed(answer, ({**step, WHOLE_ANSWER: True, "why": error.user_message},))
        return Composed(kept.image, ({**step, FIGURES: dict(kept.figures)},), is_changed=True)


def with_answer(steps: tuple[Step, ...], answer: KeptAnswer) -> tuple[Step, ...]:
    """Return the steps, the last of which says which answer it was made from."""
    *before, last = steps
    return *before, {**last, ANSWER: answer.to_json()}
