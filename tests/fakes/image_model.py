"""An image model that answers as a test tells it to, and counts what it was asked."""

import io
import threading
import time
from collections.abc import Callable

from PIL import Image

from core.domain.generation import ASPECT_RATIOS, GeneratedImage, GenerationRequest
from core.image_models.base import ImageModelSpec, Progress

Answer = Callable[[GenerationRequest], GeneratedImage]


def spec(*, price_micros: int = 40_000) -> ImageModelSpec:
    """Return the spec of a paid model, called `fake`."""
    return ImageModelSpec(
        id="fake",
        label="Fake model",
        price_micros={"1K": price_micros, "2K": price_micros},
        reference_micros=0,
        aspect_ratios=ASPECT_RATIOS,
        max_references=3,
        seconds=(1, 2),
    )


def picture(request: GenerationRequest, *, side_px: int = 64) -> GeneratedImage:
    """Return a small picture that differs for each request."""
    colour = (40 * request.variant % 256, len(request.prompt) % 256, request.seed % 256)
    file = io.BytesIO()
    drawn = Image.new("RGB", (side_px, side_px), colour)
    drawn.paste((255, 255, 255), (side_px // 4, side_px // 4, side_px // 2, side_px // 2))
    drawn.save(file, "PNG")
    return GeneratedImage(
        data=file.getvalue(), mime_type="image/png", model_version="fake-1", cost_micros=39_000
    )


class FakeImageModel:
    """Answers with small pictures, or with what `answers` say in turn."""

    def __init__(self, *, price_micros: int = 40_000, delay_s: float = 0) -> None:
        self.spec = spec(price_micros=price_micros)
        self.requests: list[GenerationRequest] = []
        self.answers: list[Answer | Exception] = []
        self._delay_s = delay_s
        self._lock = threading.Lock()

    def prompt_note(self, prompt: str) -> str:
        """Return nothing: all of the prompt is read."""
        del prompt
        return ""

    def prepare(self) -> None:
        """Do nothing: it is ready."""

    def generate(self, request: GenerationRequest, *, on_progress: Progress) -> GeneratedImage:
        """Return or raise the next answer."""
        with self._lock:
            self.requests.append(request)
            answer = self.answers.pop(0) if self.answers else picture
        on_progress(50, "Drawing")
        time.sleep(self._delay_s)
        if isinstance(answer, Exception):
            raise answer
        return answer(request)
