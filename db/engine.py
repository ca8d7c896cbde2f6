"""One engine for SQLite and PostgreSQL, with what each needs to be safe."""

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

READ_ONLY = "epox_read_only"
"""Execution option of a connection that only reads: SQLite then takes no write lock."""


def build_engine(url: str, *, pool_size: int = 10) -> Engine:
    """Return an engine for the URL; the caller disposes of it."""
    if url.startswith("sqlite"):
        engine = create_engine(url, pool_size=pool_size, max_overflow=20)
        _make_sqlite_safe(engine)
        return engine
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=10,
        pool_pre_ping=True,
        pool_timeout=10,
        connect_args={"connect_timeout": 5, "prepare_threshold": 5},
    )


def _make_sqlite_safe(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own type
        # SQLAlchemy, not the driver, begins transactions: else DDL is not rolled back.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "busy_timeout=30000",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A deferred transaction that turns into a writer fails at once, whatever the timeout.
        reads_only = connection.get_execution_options().get(READ_ONLY, False)
        connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")
