"""The database's own errors, as services and screens know them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, create_engine

from core.errors import ConflictError, DatabaseUnavailableError
from core.settings import Settings
from core.unit_of_work import Database
from db.engine import build_engine


@pytest.fixture
def url(settings: Settings) -> str:
    return settings.sqlalchemy_url


@pytest.fixture
def narrow(url: str) -> Iterator[Engine]:
    """A pool of one connection, for which nobody waits long."""
    engine = create_engine(url, pool_size=1, max_overflow=0, pool_timeout=0.1)
    yield engine
    engine.dispose()


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database(build_engine(url))
    yield database
    database.dispose()


def test_no_free_connection_is_a_database_that_does_not_answer(narrow: Engine) -> None:
    database = Database(narrow)

    def look() -> bool:
        with database.read() as work:
            return work.accounts.has_users()

    with database.begin() as work:
        work.accounts.has_users()
        with pytest.raises(DatabaseUnavailableError):
            look()


def test_an_error_names_no_value_that_was_sent(database: Database) -> None:
    now = datetime.now(UTC)
    secret = {"email": "ann@example.com", "name": "Ann", "password_hash": "secret-hash"}

    def add_twice() -> None:
        with database.begin() as work:
            for _ in range(2):
                work.accounts.add_user(**secret, is_admin=False, now=now)

    with pytest.raises(ConflictError) as told:
        add_twice()

    assert told.value.__cause__ is not None
    assert "secret-hash" not in str(told.value.__cause__)


def test_now_is_what_the_databases_clock_says(database: Database) -> None:
    before = datetime.now(UTC) - timedelta(seconds=5)
    with database.read() as work:
        first, second = work.now(), work.now()

    assert before < first <= second < datetime.now(UTC) + timedelta(seconds=5)
