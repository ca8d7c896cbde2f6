"""The image models that can be used now."""

from collections.abc import Callable, Iterable, Mapping

from core.errors import InvalidInputError
from core.image_models.base import ImageModel, ImageModelSpec
from core.image_models.compositor import CompositorModel, compositor_spec
from core.image_models.gemini import GeminiModel
from core.image_models.gemini_client import GeminiClient
from core.image_models.gemini_vision import GeminiVisionModel
from core.image_models.prices import gemini_rows
from core.image_models.vision import VisionModel, vision_rows
from core.settings import Settings


def _nothing() -> None:
    """Close nothing: the models hold nothing open."""


class ImageModels:
    """The image models by their id, the one to propose first, and the vision models.

    `unusable` says in a sentence why a known model cannot be used now.
    """

    def __init__(
        self,
        models: Iterable[ImageModel],
        *,
        vision: Iterable[VisionModel] = (),
        unusable: Mapping[str, str] | None = None,
        on_close: Callable[[], None] = _nothing,
    ) -> None:
        self._models = {model.spec.id: model for model in models}
        self._vision = {model.row.id: model for model in vision}
        self._unusable = dict(unusable or {})
        self._on_close = on_close

    @property
    def specs(self) -> tuple[ImageModelSpec, ...]:
        """Return what can be used now, the one to propose first."""
        return tuple(model.spec for model in self._models.values())

    @property
    def known_ids(self) -> tuple[str, ...]:
        """Return the ids of all models that Epox knows, usable now or not."""
        return (*self._models, *self._unusable)

    @property
    def vision(self) -> tuple[VisionModel, ...]:
        """Return the vision models that can be asked now, the one to propose first."""
        return tuple(self._vision.values())

    def find_vision(self, model_id: str) -> VisionModel | None:
        """Return a vision model that can be asked now, or None."""
        return self._vision.get(model_id)

    def get(self, model_id: str) -> ImageModel:
        """Return a model, or raise `InvalidInputError` with the reason why it cannot be used."""
        if model := self._models.get(model_id):
            return model
        why = self._unusable.get(model_id, "This image model is not known.")
        raise InvalidInputError(
            f"image model {model_id!r}", user_message=f"{why} Please choose another one."
        )

    def close(self) -> None:
        """End what the models hold open."""
        self._on_close()


def image_models_from(settings: Settings) -> ImageModels:
    """Return the models for these settings; nothing is opened before the first picture."""
    compositor = CompositorModel(compositor_spec())
    if not settings.gemini_api_key.get_secret_value().strip():
        return ImageModels(
            [compositor],
            unusable={
                row.id: f"{row.label} needs a key: an administrator has to set GEMINI_API_KEY."
                for row in gemini_rows()
            },
        )
    client = GeminiClient(settings)
    return ImageModels(
        [*(GeminiModel(row, client) for row in gemini_rows()), compositor],
        vision=[GeminiVisionModel(row, client) for row in vision_rows()],
        on_close=client.close,
    )
