"""Google's Gemini image models, as one of the adapters behind the image model seam."""

from typing import TYPE_CHECKING

from core.domain.generation import GeneratedImage, GenerationRequest
from core.errors import InvalidRequestError, UnknownOutcomeError
from core.image_models.base import ImageModelSpec, Progress
from core.image_models.gemini_client import GeminiClient
from core.image_models.prices import PriceRow

if TYPE_CHECKING:
    from google.genai import types

_ACCEPTED = ("image/jpeg", "image/png", "image/webp")
_MAX_REFERENCE_BYTES = 70 * 1024 * 1024
"""Google takes 100 MB a request, and a picture grows by a third on its way."""


class GeminiModel:
    """One Gemini image model; several share the client."""

    def __init__(self, row: PriceRow, client: GeminiClient) -> None:
        self._row = row
        self._spec = row.spec
        self._client = client

    @property
    def spec(self) -> ImageModelSpec:
        """Return what the model can do and costs."""
        return self._spec

    def prompt_note(self, prompt: str) -> str:
        """Return "": the model reads the whole prompt."""
        del prompt
        return ""

    def prepare(self) -> None:
        """Load Google's SDK and make its client; a wrong address raises `InvalidRequestError`."""
        self._client.prepare()

    def generate(self, request: GenerationRequest, *, on_progress: Progress) -> GeneratedImage:
        """Return one picture, or raise an `ImageModelError`; safe to call from many threads."""
        self._check(request)
        # Nothing is reported later: once the answer is here, it is paid and must reach the caller.
        on_progress(10, "Waiting for Gemini")
        body = self._client.generate_content(
            self._row.id, _parts(request), _config(self._row, request)
        )
        # The models of the answer take a tenth of a second to build, at every start.
        from core.image_models.answers import read_answer  # noqa: PLC0415

        image = read_answer(body, self._row, request)
        if not self._client.is_first(image.response_id):
            # Somebody between us and Google mixed them up, and where ours went nobody knows.
            raise UnknownOutcomeError(f"an earlier request has the answer {image.response_id}")
        return image

    def _check(self, request: GenerationRequest) -> None:
        """Refuse here, for free, what the model would refuse or silently change."""
        references = request.references
        if request.size not in self._spec.price_micros:
            raise _unfit(f"This image model makes no pictures of size {request.size}.")
        if request.aspect_ratio not in self._spec.aspect_ratios:
            raise _unfit(f"This image model makes no pictures of shape {request.aspect_ratio}.")
        if len(references) > self._spec.max_references:
            raise _unfit(f"This image model takes {self._spec.max_references} photos at most.")
        if any(reference.mime_type not in _ACCEPTED for reference in references):
            raise _unfit("This image model takes photos in JPEG, PNG or WebP.")
        if sum(len(reference.data) for reference in references) > _MAX_REFERENCE_BYTES:
            raise _unfit("The photos are too large for this image model. Use smaller ones.")


def _unfit(sentence: str) -> InvalidRequestError:
    return InvalidRequestError(user_message=sentence)


def _parts(request: GenerationRequest) -> "list[types.Part]":
    """Return the references in their order, then the text: what the model expects."""
    from google.genai import types  # noqa: PLC0415 - heavy, and the web process starts without it

    pictures = [
        types.Part.from_bytes(data=reference.data, mime_type=reference.mime_type)
        for reference in request.references
    ]
    return [*pictures, types.Part.from_text(text=request.prompt)]


def _config(row: PriceRow, request: GenerationRequest) -> "types.GenerateContentConfig":
    from google.genai import types  # noqa: PLC0415 - heavy, and the web process starts without it

    level = types.ThinkingLevel(row.thinking_level) if row.thinking_level else None
    return types.GenerateContentConfig(
        response_modalities=["IMAGE"],
        image_config=types.ImageConfig(aspect_ratio=request.aspect_ratio, image_size=request.size),
        thinking_config=types.ThinkingConfig(thinking_level=level) if level else None,
        store=False,  # Google would keep prompts and photos otherwise
        should_return_http_response=True,  # the answer is read by `answers`, and says why
        automatic_continuation=False,  # it would send further requests, each paid
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
    )
