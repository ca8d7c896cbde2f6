"""Counting what is said to the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from core.bootstrap import Services


@contextmanager
def statements(services: Services) -> Iterator[list[str]]:
    """Yield a list that grows by each statement; many rows in one are one."""
    said: list[str] = []

    def listen(*args: object) -> None:
        said.append(str(args[2]))

    engine = services.parts.database._writing
    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", listen)
