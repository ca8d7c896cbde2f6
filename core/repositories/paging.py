"""Keyset pages and text search, the same for every list."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    Text,
    bindparam,
    func,
    literal,
    select,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.domain.paging import COUNT_CAP, Cursor, Page, bad_cursor
from core.domain.products import fold
from db.base import Base, UtcDateTime

T = TypeVar("T")
MAX_SEARCH_CHARS = 200
MAX_TERMS = 8
Column = InstrumentedAttribute[Any]
AnySelect = Select[*tuple[Any, ...]]
AnyRow = Row[*tuple[Any, ...]]


def words_of(text: str) -> list[str]:
    """Return the words of a search in columns that are not folded, in small letters."""
    # No column of PostgreSQL can hold a null character or half a character, nor be asked for one.
    storable = text[:MAX_SEARCH_CHARS].replace("\0", " ").encode(errors="ignore").decode()
    return storable.lower().split()[:MAX_TERMS]


def term_values(text: str) -> dict[str, str]:
    """Return the words of a search as the values of `holds_terms`, each taken literally."""
    terms = fold(text[:MAX_SEARCH_CHARS]).split()[:MAX_TERMS]
    return {f"term{number}": f"%{escaped(term)}%" for number, term in enumerate(terms)}


def word_values(text: str) -> dict[str, str]:
    """Return the words of a search in an unfolded column as values, each taken literally."""
    return {f"word{number}": f"%{escaped(word)}%" for number, word in enumerate(words_of(text))}


def holds_terms(column: Column, count: int) -> list[ColumnElement[bool]]:
    """Return conditions under which a folded column holds each of so many words."""
    return [column.like(bindparam(f"term{n}", type_=Text), escape="\\") for n in range(count)]


@dataclass(frozen=True)
class Order:
    """What a list is ordered by, newest first unless ascending; the id settles ties."""

    at: Column
    row_id: Column
    ascending: bool = False


@dataclass(frozen=True)
class PageStatements:
    """The two statements of a page. Building them costs more than running them: keep them."""

    rows: AnySelect
    total: Select[int]


def page_statements(
    rows: AnySelect,
    table: type[Base],
    conditions: Sequence[ColumnElement[bool]],
    order: Order,
    *,
    is_later: bool,
) -> PageStatements:
    """Return the statements for a page of the rows that match, or for a later one.

    `rows` must select the order's two columns as its last two. The total is counted no further
    than `COUNT_CAP`.
    """
    some = select(literal(1)).select_from(table).where(*conditions).limit(COUNT_CAP).subquery()
    keys = (order.at, order.row_id)
    rows = rows.where(*conditions)
    rows = rows.order_by(*(keys if order.ascending else (key.desc() for key in keys)))
    if is_later:
        here = tuple_(*keys)
        there = tuple_(bindparam("after_at", type_=order.at.type), bindparam("after_id"))
        rows = rows.where(here > there if order.ascending else here < there)
    return PageStatements(
        rows.limit(bindparam("row_limit", type_=Integer)),
        select(func.count()).select_from(some),
    )


def read_page(
    session: Session,
    statements: PageStatements,
    convert: Callable[[AnyRow], T],
    values: Mapping[str, object],
    *,
    after: Cursor | None,
    limit: int,
) -> Page[T]:
    """Run the statements and return the page with its capped total and the next cursor."""
    keys = {} if after is None else {"after_at": after.at, "after_id": after.id}
    if after is not None and not _fits(statements, after):
        raise bad_cursor("of another list")
    found = session.execute(statements.rows, {**values, **keys, "row_limit": limit + 1}).all()
    shown = found[:limit]
    last = shown[-1] if len(found) > limit else None
    following = None if last is None else Cursor(last[-2], last[-1])
    if after is None and following is None:
        # All of them are here: there is nothing to count.
        return Page(tuple(convert(row) for row in shown), None, len(shown))
    total = session.scalar(statements.total, dict(values)) or 0
    return Page(tuple(convert(row) for row in shown), following, total)


def _fits(statements: PageStatements, after: Cursor) -> bool:
    """Say whether a cursor holds what the list is ordered by: an address may hold any."""
    ordered_by, _row_id = tuple(statements.rows.selected_columns)[-2:]
    kind = datetime if isinstance(ordered_by.type, UtcDateTime) else ordered_by.type.python_type
    return isinstance(after.at, kind) and not isinstance(after.at, bool)


def escaped(term: str) -> str:
    """Return the text as a part of a LIKE pattern that stands for itself."""
    return term.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
