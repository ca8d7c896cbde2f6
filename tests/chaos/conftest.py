"""What the tests that break things share: a provider that takes a moment, and workers to kill."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.settings import Settings
from tests.fakes.gemini import FakeGemini
from tests.fakes.gemini_answers import Answer
from tests.support.nursery import Nursery, nursery
from tests.support.shop import Shop


@pytest.fixture
def gemini() -> Iterator[FakeGemini]:
    with FakeGemini(answer=Answer(delay_s=0.1)) as fake:
        yield fake


@pytest.fixture
def settings(settings: Settings, gemini: FakeGemini) -> Settings:
    """Give the test settings with a key for the fake, and workers that make one picture a time."""
    return settings.model_copy(
        update={
            "gemini_api_key": SecretStr(gemini.key),
            "gemini_base_url": gemini.url,
            "worker_threads": 1,
        }
    )


@pytest.fixture(scope="module")
def _opened() -> Iterator[Nursery]:
    with nursery() as opened:
        yield opened


@pytest.fixture
def shop(services: Services, actor: Actor, gemini: FakeGemini, _opened: Nursery) -> Iterator[Shop]:
    """Give the test a shop, and kill what still lives of its workers at its end."""
    yield Shop(services, actor, gemini, _opened)
    for worker in _opened.alive:
        worker.kill()
