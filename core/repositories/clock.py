"""The database's clock: the one that all workers agree on."""

from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

_POSTGRESQL = text("SELECT clock_timestamp()")
_SQLITE = text("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')")


def database_now(session: Session) -> datetime:
    """Return what the database's clock says, in UTC."""
    if session.get_bind().dialect.name == "sqlite":
        return datetime.fromisoformat(str(session.scalar(_SQLITE))).replace(tzinfo=UTC)
    moment = session.scalar(_POSTGRESQL)
    assert isinstance(moment, datetime)  # noqa: S101 - it is the server's own type
    return moment.astimezone(UTC)
