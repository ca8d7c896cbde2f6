"""The seam to image models: two real adapters stand behind it."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from core.domain.generation import AspectRatio, GeneratedImage, GenerationRequest, ImageSize

Progress = Callable[[int, str], None]
"""Told how far a call is: percent 0 to 100 and a short stage such as "Cutting out"."""

_MOST_CHARS_A_TOKEN = 6
"""Of English prose; other scripts need up to a token for each character."""


@dataclass(frozen=True)
class ImageModelSpec:
    """What one image model can do and costs.

    `price_micros` maps each size it offers to the price of a picture, `reference_micros` is the
    price of showing it one reference, `text_micros` that of the words it thinks and says beside
    a picture, low and high; millionths of a US dollar. `input_rate` is the price of a million
    tokens of the prompt, in US dollars. `seconds` is the usual time of one picture, low and high.
    A model that does not read sentences is given the person's own words instead of a written-out
    prompt.
    """

    id: str
    label: str
    price_micros: dict[ImageSize, int]
    reference_micros: int
    aspect_ratios: tuple[AspectRatio, ...]
    max_references: int
    seconds: tuple[int, int]
    reads_sentences: bool = True
    input_rate: Decimal = Decimal(0)
    text_micros: tuple[int, int] = (0, 0)

    def cost_range(self, size: ImageSize, references: int, prompt_chars: int) -> tuple[int, int]:
        """Return what one picture costs at least and at most, in millionths of a US dollar.

        The upper end is what is reserved for it.
        """
        fixed = self.price_micros[size] + references * self.reference_micros
        fewest = self.input_rate * (prompt_chars // _MOST_CHARS_A_TOKEN)
        most = self.input_rate * prompt_chars
        low, high = self.text_micros
        return fixed + math.floor(fewest) + low, fixed + math.ceil(most) + high


class ImageModel(Protocol):
    """A generative model behind one method."""

    @property
    def spec(self) -> ImageModelSpec:
        """Return what the model can do and costs."""
        ...

    def prompt_note(self, prompt: str) -> str:
        """Return a sentence on what the model makes of the prompt, or "" if it reads it all."""
        ...

    def prepare(self) -> None:
        """Open what the first call needs, so that a call leaves as soon as it is written down."""
        ...

    def generate(self, request: GenerationRequest, *, on_progress: Progress) -> GeneratedImage:
        """Return one picture, or raise an `ImageModelError`; safe to call from many threads."""
        ...
