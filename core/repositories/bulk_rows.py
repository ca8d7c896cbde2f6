"""Adding thousands of rows as fast as each database can."""

import json
from collections.abc import Sequence
from typing import Any, cast

import psycopg
from sqlalchemy import JSON, Table, insert, text
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from db.base import Base
from db.metadata import metadata

Row = dict[str, Any]


def add_rows(session: Session, kind: type[Base], rows: Sequence[Row]) -> None:
    """Add rows, all with the same columns; a taken key raises `IntegrityError`.

    What no column can hold raises `DataError`, as from every other statement.
    """
    if not rows:
        return
    table = metadata.tables[kind.__tablename__]
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.execute(insert(table), list(rows))
        return
    defaults = _defaults(table, rows[0])
    names = [name for name in {**defaults, **rows[0]} if name in table.c]
    given = [(name, name in rows[0], defaults.get(name)) for name in names]
    as_json = [at for at, name in enumerate(names) if isinstance(table.c[name].type, JSON)]
    # PostgreSQL reads a copy several times as fast as it is told rows, and the driver need not
    # take a statement with thousands of values apart.
    listed = ", ".join(f'"{name}"' for name in names)
    statement = f'COPY "{table.name}" ({listed}) FROM STDIN'
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                values = [row[name] if is_given else other for name, is_given, other in given]
                for at in as_json:
                    if values[at] is not None:
                        values[at] = json.dumps(values[at])
                copy.write_row(values)
    except psycopg.errors.UniqueViolation as error:
        raise IntegrityError(statement, None, error) from error
    except psycopg.DataError as error:
        raise DataError(statement, None, error) from error


def next_ids(session: Session, row: type[Base], count: int) -> list[int] | None:
    """Return ids for rows that are added next; None where the database gives them itself."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        return None
    ids = connection.execute(
        text(
            "SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)"
        ),
        {"table": row.__tablename__, "count": count},
    )
    return [number for (number,) in ids]


def _defaults(table: Table, row: Row) -> Row:
    """Return what columns hold that a row does not name, as the mapper would say."""
    found: Row = {}
    for column in table.columns:
        default: Any = None if column.name in row else column.default
        if default is not None and default.is_scalar:
            found[column.name] = default.arg
        elif default is not None and default.is_callable:
            found[column.name] = default.arg(None)
    return found
