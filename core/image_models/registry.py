"""The image models that can be used now."""

from collections.abc import Callable, Iterable, Mapping

from core.errors import InvalidInputError
from core.image_models.base import ImageModel, ImageModelSpec
from core.image_models.compositor import CompositorModel, compositor_spec
from core.image_models.gemini import GeminiModel
from core.image_models.gemini_client import GeminiClient
from core.image_models.prices import gemini_rows
from core.settings import Settings


def _nothing() -> None:
    """Close nothing: the models hold nothing open."""


class ImageModels:
    """The image models by their id, the one to propose first.

    `unusable` says in a sentence why a known model cannot be used now.
    """

    def __init__(
        self,
        models: Iterable[ImageModel],
        *,
        unusable: Mapping[str, str] | None = None,
        on_close: Callable[[], None] = _nothing,
    ) -> None:
        self._models = {model.spec.id: model for model in models}
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
        [*(GeminiModel(row, client) for row in gemini_rows()), compositor], on_close=client.close
    )
