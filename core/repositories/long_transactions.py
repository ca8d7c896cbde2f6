"""Transactions that wait for files in between, which the others must not."""

from sqlalchemy import text
from sqlalchemy.orm import Session


def is_postgresql(session: Session) -> bool:
    """Say whether the session is on PostgreSQL."""
    return session.get_bind().dialect.name == "postgresql"


def allow_pauses(session: Session) -> None:
    """Let this transaction of PostgreSQL be idle for as long as a disk or a store takes."""
    session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
