"""The seam to image models: two real adapters stand behind it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from core.domain.generation import (
    AspectRatio,
    GeneratedImage,
    GenerationRequest,
    ImageSize,
)

Progress = Callable[[int, str], None]
"""Told how far a call is: percent 0 to 100 and a short stage such as "Cutting out"."""


@dataclass(frozen=True)
class ImageModelSpec:
    """What one image model can do and costs.

    `price_micros` maps each size it offers to the price of a picture, `reference_micros` is the
    price of showing it one reference; millionths of a US dollar. `seconds` is the usual time of
    one picture, low and high. A model that does not read sentences is given the person's own words
    instead of a written-out prompt.
    """

    id: str
    label: str
    price_micros: dict[ImageSize, int]
    reference_micros: int
    aspect_ratios: tuple[AspectRatio, ...]
    max_references: int
    seconds: tuple[int, int]
    reads_sentences: bool = True


class ImageModel(Protocol):
    """A generative model behind one method."""

    @property
    def spec(self) -> ImageModelSpec:
        """Return what the model can do and costs."""
        ...

    def prompt_note(self, prompt: str) -> str:
        """Return a sentence on what the model makes of the prompt, or "" if it reads it all."""
        ...

    def generate(self, request: GenerationRequest, *, on_progress: Progress) -> GeneratedImage:
        """Return one picture, or raise an `ImageModelError`; safe to call from many threads."""
        ...
