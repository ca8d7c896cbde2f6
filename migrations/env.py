"""Alembic's environment: one history for SQLite and PostgreSQL."""

from typing import Literal

from alembic import context
from sqlalchemy import Connection, text

from core.settings import load_settings
from db.base import Id, Json, UtcDateTime
from db.engine import build_engine
from db.metadata import metadata
from db.schema import SEARCH_INDEXES

_LOCK = 7300  # any number that nothing else of Epox locks


def _render(kind: str, item: object, _context: object) -> str | Literal[False]:
    # Migrations stand on their own: they do not import types that later versions may change.
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and item is Json:
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    if kind == "type" and item is Id:
        return 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")'
    return False


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    # The search index stands in a migration only; SQLite shows it as tables.
    return kind not in ("table", "index") or not (name or "").startswith(SEARCH_INDEXES)


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_item=_render,
        include_name=_is_ours,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        context.run_migrations()


def _trust_foreign_keys(connection: Connection) -> None:
    # SQLite changes a table by making it anew: with the keys on, dropping the old one would
    # delete the rows that point to it. Inside a transaction it cannot be switched.
    driver = connection.connection.driver_connection
    if driver is not None:
        driver.execute("PRAGMA foreign_keys=OFF")


def _run() -> None:
    url = context.config.attributes.get("url") or load_settings().sqlalchemy_url
    engine = build_engine(url, pool_size=1)
    try:
        with engine.connect() as connection:
            is_sqlite = connection.dialect.name == "sqlite"
            if is_sqlite:
                _trust_foreign_keys(connection)
            _migrate(connection)
            if is_sqlite and connection.execute(text("PRAGMA foreign_key_check")).first():
                raise RuntimeError("the migration would leave rows that point to nothing")
            connection.commit()
    finally:
        engine.dispose()


_run()
