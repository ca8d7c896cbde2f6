"""The same statements on the bare driver: the floor of whatever speaks to the database."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, cast

import psycopg
from sqlalchemy import Engine, event, text

from core.bootstrap import Services
from core.settings import Settings
from db.engine import build_engine


@dataclass(frozen=True)
class Statement:
    """What was sent to the database, and how often the driver was told to repeat it."""

    text: str
    parameters: Any
    is_many: bool


class RawConnection(Protocol):
    """What both drivers have."""

    def execute(self, statement: str, parameters: Any = ..., /) -> Any:  # noqa: ANN401 - the drivers' own
        """Send one statement."""
        ...

    def cursor(self) -> Any:  # noqa: ANN401 - likewise
        """Return what can send a statement with many rows."""
        ...


@contextmanager
def recorded() -> Iterator[list[Statement]]:
    """Yield a list that grows by each statement of any engine, the beginnings left out."""
    found: list[Statement] = []

    def note(*arguments: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own
        _connection, _cursor, sql, parameters, _context, is_many = arguments
        if not sql.startswith("BEGIN"):
            found.append(Statement(sql, parameters, is_many))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@contextmanager
def counted_transactions() -> Iterator[list[str]]:
    """Yield a list that grows by each transaction that any engine begins."""
    found: list[str] = []

    def note(_connection: object) -> None:
        found.append("begin")

    event.listen(Engine, "begin", note)
    try:
        yield found
    finally:
        event.remove(Engine, "begin", note)


def rows(services: Services, sql: str, **values: object) -> Sequence[Any]:
    """Return what a query finds, on a connection of its own."""
    engine = build_engine(services.parts.settings.sqlalchemy_url, pool_size=1)
    try:
        with engine.connect() as connection:
            return connection.execute(text(sql), values).all()
    finally:
        engine.dispose()


@contextmanager
def raw_connection(settings: Settings) -> Iterator[RawConnection]:
    """Yield a connection of the driver itself that begins no transaction by itself."""
    url = settings.sqlalchemy_url
    if settings.is_sqlite:
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        connection.execute("PRAGMA synchronous=NORMAL")
        yield cast("RawConnection", connection)
        connection.close()
        return
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as server:
        yield cast("RawConnection", server)


def replay(
    connection: RawConnection, statements: Sequence[Statement], *, end: str = "COMMIT"
) -> None:
    """Send the statements in one transaction, and read what they return."""
    connection.execute("BEGIN")
    for statement in statements:
        if statement.is_many:
            connection.cursor().executemany(statement.text, statement.parameters)
            continue
        cursor = connection.execute(statement.text, statement.parameters)
        if cursor.description is not None:
            cursor.fetchall()
    connection.execute(end)
