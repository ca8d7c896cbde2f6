"""One engine for SQLite and PostgreSQL, with what each needs to be safe."""

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

READ_ONLY = "epox_read_only"
"""Execution option of a connection that only reads: SQLite then takes no write lock."""

_NOTICES_A_DEAD_SERVER = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""A server whose machine vanished without a word ends a wait after some 20 seconds, not hours."""


def build_engine(url: str, *, pool_size: int = 10) -> Engine:
    """Return an engine for the URL; the caller disposes of it.

    Its errors do not show values: they can be prompts, e-mail addresses or hashes.
    """
    if url.startswith("sqlite"):
        engine = create_engine(url, pool_size=pool_size, max_overflow=20, hide_parameters=True)
        _make_sqlite_safe(engine)
        return engine
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=10,
        pool_pre_ping=True,
        pool_timeout=10,
        hide_parameters=True,
        connect_args={"connect_timeout": 5, "prepare_threshold": 5, **_NOTICES_A_DEAD_SERVER},
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
