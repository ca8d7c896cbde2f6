"""Which image models can be used."""

import subprocess
import sys

import pytest

from core.errors import InvalidInputError
from core.image_models.gemini_client import GeminiClient
from core.image_models.registry import ImageModels, image_models_from
from core.settings import Settings
from tests.core.image_models.asking import gemini, settings_for
from tests.fakes.gemini import FakeGemini

GEMINI = ["gemini-nano-banana-2.1", "gemini-3-pro-image", "gemini-3.1-flash-lite-image"]


def with_key(key: str) -> ImageModels:
    return image_models_from(Settings.model_validate({"gemini_api_key": key}))


def test_proposes_gemini_first_when_there_is_a_key() -> None:
    assert [spec.id for spec in with_key("some-key").specs] == [*GEMINI, "compositor"]


@pytest.mark.parametrize("key", ["", "  "])
def test_works_without_a_key(key: str) -> None:
    models = with_key(key)

    assert [spec.id for spec in models.specs] == ["compositor"]
    assert models.get("compositor").spec.price_micros["1K"] == 0
    models.close()


def test_every_model_can_be_got_by_its_id() -> None:
    models = with_key("some-key")

    assert [models.get(spec.id).spec for spec in models.specs] == list(models.specs)


@pytest.mark.parametrize("model_id", GEMINI)
def test_says_which_key_a_model_needs(model_id: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        with_key("").get(model_id)

    assert "GEMINI_API_KEY" in refused.value.user_message


def test_refuses_an_unknown_model_with_a_sentence() -> None:
    with pytest.raises(InvalidInputError) as refused:
        with_key("some-key").get("imagen-4.0")

    assert refused.value.user_message == (
        "This image model is not known. Please choose another one."
    )


def test_can_be_built_from_any_models(fake: FakeGemini) -> None:
    closed: list[str] = []
    client = GeminiClient(settings_for(fake))
    models = ImageModels([gemini(client)], on_close=lambda: closed.append("closed"))

    assert [spec.id for spec in models.specs] == GEMINI[:1]
    models.close()
    assert closed == ["closed"]


@pytest.mark.slow
def test_starts_without_the_heavy_libraries() -> None:
    code = (
        "import sys\n"
        "from core.settings import Settings\n"
        "from core.image_models.registry import image_models_from\n"
        "image_models_from(Settings.model_validate({'gemini_api_key': 'x'})).close()\n"
        "heavy = {'google.genai', 'httpx2', 'cv2', 'numpy', 'PIL'} & set(sys.modules)\n"
        "print(*heavy)\n"
    )

    run = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)

    assert (run.stdout, run.stderr) == ("\n", "")
