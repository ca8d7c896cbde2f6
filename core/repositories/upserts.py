"""Adding a row or changing the one that is there, in one statement on both databases."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Executable, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.base import Base


def upsert(session: Session, table: type[Base], values: dict[str, Any]) -> Executable:
    """Return a statement that adds the row, or changes the one with the same primary key.

    Two who do it at once do not clash: the second changes what the first added.
    """
    key = [column.name for column in inspect(table).primary_key]
    changes = {name: value for name, value in values.items() if name not in key}
    return _insert(session, table, values).on_conflict_do_update(index_elements=key, set_=changes)


def insert_if_missing(session: Session, table: type[Base], values: dict[str, Any]) -> Executable:
    """Return a statement that adds the row unless there is one with the same primary key."""
    return _insert(session, table, values).on_conflict_do_nothing()


def insert_those_missing(
    session: Session, table: type[Base], rows: Sequence[dict[str, Any]]
) -> Executable:
    """Return a statement that adds the rows but those of which any unique key is taken."""
    return _insert(session, table, rows).on_conflict_do_nothing()


def _insert(
    session: Session, table: type[Base], values: dict[str, Any] | Sequence[dict[str, Any]]
) -> postgresql.Insert | sqlite.Insert:
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table).values(values)
    return postgresql.insert(table).values(values)
