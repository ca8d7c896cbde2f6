from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from core.settings import Settings
from db.engine import build_engine


@pytest.fixture
def url(database_url: str) -> str:
    """Return the migrated database's URL, with the driver that Epox uses."""
    return Settings.model_validate({"database_url": database_url}).sqlalchemy_url


@pytest.fixture
def empty_url(empty_database_url: str) -> str:
    """Return the empty database's URL, with the driver that Epox uses."""
    return Settings.model_validate({"database_url": empty_database_url}).sqlalchemy_url


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """Build an engine on the migrated database."""
    built = build_engine(url)
    yield built
    built.dispose()
