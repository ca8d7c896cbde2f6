"""One fake Gemini and one client for the tests of a file."""

from collections.abc import Iterator

import pytest

from core.image_models.gemini import GeminiModel
from core.image_models.gemini_client import GeminiClient
from tests.core.image_models.asking import gemini, settings_for
from tests.fakes.gemini import FakeGemini


@pytest.fixture(scope="module")
def running_fake() -> Iterator[FakeGemini]:
    with FakeGemini() as fake:
        yield fake


@pytest.fixture
def fake(running_fake: FakeGemini) -> Iterator[FakeGemini]:
    """Give the fake without memory; what it complained of was our mistake."""
    running_fake.forget()
    yield running_fake
    assert running_fake.complaints == []


@pytest.fixture(scope="module")
def client(running_fake: FakeGemini) -> Iterator[GeminiClient]:
    client = GeminiClient(settings_for(running_fake))
    yield client
    client.close()


@pytest.fixture
def model(fake: FakeGemini, client: GeminiClient) -> GeminiModel:
    del fake  # only so that it forgets first
    return gemini(client)
