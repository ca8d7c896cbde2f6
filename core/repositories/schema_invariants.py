"""What must be true of the database itself: its schema is this version's, and it is sound."""

from collections.abc import Iterator

from sqlalchemy import Connection, ForeignKeyConstraint, Table, exists, inspect, select, text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.sql import sqltypes

from core.domain.upkeep import Finding, Severity
from db.base import Base
from db.schema import HEAD, SEARCH_INDEXES

_VERSION_TABLE = "alembic_version"
_LIMIT = 100

_POSTGRESQL_FAULTS = (
    (
        "index_invalid",
        "index",
        "PostgreSQL does not trust this index: REINDEX it.",
        (
            "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = current_schema() AND NOT (i.indisvalid AND i.indisready)"
        ),
    ),
    (
        "constraint_unproven",
        "constraint",
        "PostgreSQL never compared the rows with this constraint: VALIDATE it.",
        (
            "SELECT conname FROM pg_constraint JOIN pg_namespace n ON n.oid = connamespace"
            " WHERE n.nspname = current_schema() AND NOT convalidated"
        ),
    ),
    (
        "trigger_off",
        "table",
        "Its foreign keys are switched off: ENABLE TRIGGER ALL.",
        (
            "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = current_schema() AND t.tgisinternal AND t.tgenabled = 'D'"
        ),
    ),
    (
        "page_damaged",
        "database",
        "PostgreSQL found pages whose checksum is wrong: look at its log and its disk.",
        (
            "SELECT datname FROM pg_stat_database"
            " WHERE datname = current_database() AND checksum_failures > 0"
        ),
    ),
)


def schema_faults(connection: Connection) -> Iterator[Finding]:
    """Yield in what the schema differs from this version's."""
    inspector = inspect(connection)
    names = {name for name in inspector.get_table_names() if not name.startswith(SEARCH_INDEXES)}
    yield from _revision_faults(connection, has_table=_VERSION_TABLE in names)
    known = Base.metadata.tables
    for name in sorted(names - set(known) - {_VERSION_TABLE}):
        yield _fault("table_foreign", f"table {name}", "Epox does not know this table.")
    for name, table in sorted(known.items()):
        if name not in names:
            yield _fault("table_missing", f"table {name}", "The database lacks this table.")
            continue
        columns = {column["name"]: column["nullable"] for column in inspector.get_columns(name)}
        for column in table.columns:
            if column.name not in columns:
                yield _fault("column_missing", f"column {column}", "The table lacks this column.")
            elif columns[column.name] != column.nullable:
                sentence = f"It {'may not' if column.nullable else 'may'} be empty, unlike in Epox."
                yield _fault("column_differs", f"column {column}", sentence)
        for extra in sorted(columns.keys() - table.columns.keys()):
            yield _fault("column_foreign", f"column {name}.{extra}", "Epox does not know it.")
        yield from _missing_rules(
            table,
            {str(index["name"]) for index in inspector.get_indexes(name)}
            | {str(rule["name"]) for rule in inspector.get_unique_constraints(name)}
            | {str(rule["name"]) for rule in inspector.get_check_constraints(name)}
            | {str(key["name"]) for key in inspector.get_foreign_keys(name)},
        )


def engine_faults(connection: Connection) -> Iterator[Finding]:
    """Yield what is wrong with the database's files, as far as it can tell by itself."""
    if connection.dialect.name == "sqlite":
        yield from _sqlite_faults(connection)
        return
    for code, subject, sentence, query in _POSTGRESQL_FAULTS:
        for (name,) in connection.execute(text(query)):
            yield _fault(code, f"{subject} {name}", sentence)


def number_faults(connection: Connection) -> Iterator[Finding]:
    """Yield the tables whose next row would get a number that is taken or was."""
    for table, counter in counters(connection).items():
        highest = connection.scalar(
            select(Base.metadata.tables[table].c.id)
            .order_by(Base.metadata.tables[table].c.id.desc())
            .limit(1)
        )
        if highest is not None and counter < highest:
            sentence = f"It would count on from {counter}, but has a row {highest}."
            yield _fault("number_repeats", f"table {table}", sentence)


def counters(connection: Connection) -> dict[str, int]:
    """Return the last number that each table gave to a row; 0 before its first one."""
    tables = [table.name for table in Base.metadata.sorted_tables if _counts(table)]
    if connection.dialect.name == "sqlite":
        known = {
            str(name): int(number)
            for name, number in connection.execute(text("SELECT name, seq FROM sqlite_sequence"))
        }
        return {table: known.get(table, 0) for table in tables}
    found = {}
    for table in tables:
        sequence = connection.scalar(
            text("SELECT pg_get_serial_sequence(:table, 'id')"), {"table": table}
        )
        row = connection.execute(text(f"SELECT last_value, is_called FROM {sequence}")).one()  # noqa: S608 - named by the server
        found[table] = int(row[0]) if row[1] else 0
    return found


def rows_without_parent(connection: Connection) -> Iterator[Finding]:
    """Yield the rows that point to a row which is not there."""
    for table in Base.metadata.sorted_tables:
        for constraint in table.foreign_key_constraints:
            yield from _orphans(connection, table, constraint)


def _orphans(
    connection: Connection, table: Table, constraint: ForeignKeyConstraint
) -> Iterator[Finding]:
    [element] = constraint.elements
    parent = element.column.table.alias("parent")
    key = tuple(table.primary_key.columns)
    orphans = (
        select(*key, element.parent)
        .where(
            element.parent.is_not(None),
            ~exists().where(parent.c[element.column.name] == element.parent),
        )
        .limit(_LIMIT)
    )
    for row in connection.execute(orphans):
        number = "/".join(map(str, row[:-1]))
        sentence = (
            f"Its {element.parent.name} is {row[-1]}, which is not in {element.column.table}."
        )
        yield _fault("parent_missing", f"{table.name} {number}", sentence)


def _revision_faults(connection: Connection, *, has_table: bool) -> Iterator[Finding]:
    found: list[str] = []
    if has_table:
        rows = connection.execute(text(f"SELECT version_num FROM {_VERSION_TABLE}"))  # noqa: S608 - a constant
        found = [str(row[0]) for row in rows]
    if found != [HEAD]:
        sentence = f"The schema is {', '.join(found) or 'of no version'}, this Epox needs {HEAD}."
        yield _fault("schema_revision", "database", sentence)


def _missing_rules(table: Table, found: set[str]) -> Iterator[Finding]:
    wanted = {str(index.name) for index in table.indexes}
    for constraint in table.constraints:
        # What makes a primary key, and a yes or no, each database names in its own way.
        if constraint is table.primary_key or isinstance(
            getattr(constraint, "_type_bound", None), sqltypes.SchemaType
        ):
            continue
        wanted.add(str(constraint.name))
    for name in sorted(wanted - found):
        yield _fault("rule_missing", f"{table.name}.{name}", "This index or constraint is missing.")


def _sqlite_faults(connection: Connection) -> Iterator[Finding]:
    try:
        for (problem,) in connection.execute(text(f"PRAGMA integrity_check({_LIMIT})")):
            if problem != "ok":
                yield _fault("page_damaged", "database", f"SQLite says: {problem}.")
    except DatabaseError as error:
        if isinstance(error, OperationalError):
            raise
        yield _fault("page_damaged", "database", f"SQLite says: {error.orig}.")


def _counts(table: Table) -> bool:
    return "id" in table.c and table.c.id.autoincrement is True


def _fault(code: str, subject: str, sentence: str) -> Finding:
    return Finding(code, Severity.ERROR, subject, sentence)
