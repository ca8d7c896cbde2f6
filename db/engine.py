"""One engine for SQLite and PostgreSQL, with what each needs to be safe."""

import sqlite3
import time
from contextlib import suppress
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


FROZEN_AFTER_MS = 15_000
_SWITCHES = 100
_SWITCH_EVERY_S = 0.1


def build_engine(url: str, *, pool_size: int = 10) -> Engine:
    """Return an engine for the URL; the caller disposes of it.

    Its errors do not show values: they can be prompts, e-mail addresses or hashes.
    """
    if url.startswith("sqlite"):
        engine = create_engine(url, pool_size=pool_size, max_overflow=20, hide_parameters=True)
        _make_sqlite_safe(engine)
        return engine
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=10,
        pool_pre_ping=True,
        pool_timeout=10,
        hide_parameters=True,
        connect_args={"connect_timeout": 5, "prepare_threshold": 5, **_NOTICES_A_DEAD_SERVER},
    )
    _end_frozen_transactions(engine)
    return engine


def _end_frozen_transactions(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own type
        # A process that stands still inside a transaction would hold its locks for ever, and with
        # them all other workers. No transaction of ours waits for anything but the database.
        connection.autocommit = True
        connection.execute(f"SET idle_in_transaction_session_timeout = {FROZEN_AFTER_MS}")
        connection.autocommit = False


def _switch_to_wal(connection: Any) -> None:  # noqa: ANN401 - the driver's own type
    # Only the first process of a new database switches, and for that one statement SQLite does not
    # wait for the others by itself.
    for _ in range(_SWITCHES - 1):
        with suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA journal_mode=WAL")
            return
        time.sleep(_SWITCH_EVERY_S)
    connection.execute("PRAGMA journal_mode=WAL")


def _make_sqlite_safe(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own type
        # SQLAlchemy, not the driver, begins transactions: else DDL is not rolled back.
        connection.isolation_level = None
        for pragma in ("busy_timeout=30000", "synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        _switch_to_wal(connection)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A deferred transaction that turns into a writer fails at once, whatever the timeout.
        reads_only = connection.get_execution_options().get(READ_ONLY, False)
        connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")
