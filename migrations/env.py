"""Alembic's environment: one history for SQLite and PostgreSQL."""

from typing import Literal

from alembic import context
from sqlalchemy import Connection, text

from core.settings import load_settings
from db import tables  # noqa: F401 - fills the metadata
from db.base import Base, Id, Json, UtcDateTime
from db.engine import build_engine

_LOCK = 7300  # any number that nothing else of Epox locks


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    # The job engine keeps its tables beside ours on SQLite; they are not ours to change.
    return kind != "table" or name in Base.metadata.tables


def _render(kind: str, item: object, _context: object) -> str | Literal[False]:
    # Migrations stand on their own: they do not import types that later versions may change.
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and item is Json:
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    if kind == "type" and item is Id:
        return 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")'
    return False


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=_is_ours,
        render_item=_render,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        context.run_migrations()


def _run() -> None:
    url = context.config.attributes.get("url") or load_settings().sqlalchemy_url
    engine = build_engine(url, pool_size=1)
    try:
        with engine.connect() as connection:
            _migrate(connection)
            connection.commit()
    finally:
        engine.dispose()


_run()
