"""Bringing a database to the schema of this version."""

from pathlib import Path

from sqlalchemy import inspect, text

from db.engine import build_engine

HEAD = "0004"
"""The newest migration; a test holds it against the files in `migrations/versions`."""

SEARCH_INDEXES = ("products_search", "assets_search")
"""The search indexes, and how their tables on SQLite begin; only migrations make them."""

ROOT = Path(__file__).resolve().parent.parent


def current_revision(url: str) -> str | None:
    """Return the database's revision, or None when it was never migrated."""
    engine = build_engine(url, pool_size=1)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            found = connection.scalar(text("SELECT version_num FROM alembic_version"))
            return None if found is None else str(found)
    finally:
        engine.dispose()


def upgrade(url: str, revision: str = "head") -> None:
    """Migrate the database to the revision; one at a time, from any earlier state."""
    # Alembic is imported here because only this needs its second of import time.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["url"] = url
    command.upgrade(config, revision)
