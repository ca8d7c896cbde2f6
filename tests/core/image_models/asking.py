"""What the tests of the image models ask for, and the real adapter on the fake Gemini."""

import hashlib
import io
from dataclasses import replace
from typing import TypedDict, Unpack

from PIL import Image

from core.domain.generation import (
    AspectRatio,
    Backdrop,
    GeneratedImage,
    GenerationRequest,
    ImageSize,
    ReferenceImage,
    ReferenceRole,
)
from core.errors import ImageModelError
from core.image_models.base import ImageModel
from core.image_models.gemini import GeminiModel
from core.image_models.gemini_client import GeminiClient
from core.image_models.prices import gemini_rows
from core.settings import Settings
from tests.fakes.gemini import FakeGemini

NANO_BANANA = "gemini-nano-banana-2.1"


class Changes(TypedDict, total=False):
    """What a test asks for otherwise."""

    prompt: str
    references: tuple[ReferenceImage, ...]
    aspect_ratio: AspectRatio
    size: ImageSize


def settings_for(fake: FakeGemini, **changes: object) -> Settings:
    """Return settings that lead to the fake."""
    return Settings.model_validate(
        {"gemini_api_key": fake.key, "gemini_base_url": fake.url, "gemini_timeout_s": 5, **changes}
    )


def gemini(client: GeminiClient, model_id: str = NANO_BANANA) -> GeminiModel:
    """Return the adapter for a model."""
    return GeminiModel(next(row for row in gemini_rows() if row.id == model_id), client)


def photo(
    colour: str = "red", file_format: str = "JPEG", role: ReferenceRole = ReferenceRole.PRODUCT
) -> ReferenceImage:
    """Return a small real picture of a thing on white."""
    picture = Image.new("RGB", (96, 96), "white")
    picture.paste(colour, (24, 24, 72, 88))
    file = io.BytesIO()
    picture.save(file, file_format)
    data = file.getvalue()
    mime_type = f"image/{file_format.lower()}"
    return ReferenceImage(role, data, mime_type, hashlib.sha256(data).hexdigest())


def request_for(model_id: str = NANO_BANANA, **changes: Unpack[Changes]) -> GenerationRequest:
    """Return a request for a picture of one photo."""
    asked = GenerationRequest(
        prompt="A red armchair in a bright room",
        references=(photo(),),
        backdrop=Backdrop("plain", "#f4f1ec"),
        aspect_ratio="4:5",
        size="1K",
        image_model=model_id,
        seed=7,
        variant=0,
    )
    return replace(asked, **changes)


def ask(model: ImageModel, **changes: Unpack[Changes]) -> GeneratedImage:
    """Ask for a picture."""
    return model.generate(
        request_for(model.spec.id, **changes), on_progress=lambda _percent, _stage: None
    )


def failure_of(model: ImageModel, **changes: Unpack[Changes]) -> ImageModelError:
    """Ask for a picture and return why there is none."""
    try:
        image = ask(model, **changes)
    except ImageModelError as failure:
        return failure
    raise AssertionError(f"there was a picture: {image.mime_type}")
