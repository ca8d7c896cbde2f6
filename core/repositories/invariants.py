"""Every invariant as a query on the tables: what it returns must not be there."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session

from core.domain.upkeep import Finding, Severity
from core.repositories.analysis_invariants import ANALYSIS_INVARIANTS
from core.repositories.asset_invariants import ASSET_INVARIANTS
from core.repositories.catalogue_invariants import CATALOGUE_INVARIANTS
from core.repositories.comment_invariants import COMMENT_INVARIANTS
from core.repositories.history_invariants import HISTORY_INVARIANTS
from core.repositories.invariant import Invariant
from core.repositories.job_invariants import JOB_INVARIANTS
from core.repositories.mask_invariants import MASK_INVARIANTS
from core.repositories.money_invariants import MONEY_INVARIANTS
from core.repositories.owner_invariants import OWNER_INVARIANTS
from core.repositories.picture_export_invariants import PICTURE_EXPORT_INVARIANTS
from core.repositories.schema_invariants import (
    engine_faults,
    number_faults,
    rows_without_parent,
    schema_faults,
)
from core.repositories.share_invariants import SHARE_INVARIANTS

INVARIANTS = (
    *JOB_INVARIANTS,
    *HISTORY_INVARIANTS,
    *MONEY_INVARIANTS,
    *OWNER_INVARIANTS,
    *CATALOGUE_INVARIANTS,
    *ASSET_INVARIANTS,
    *MASK_INVARIANTS,
    *ANALYSIS_INVARIANTS,
    *COMMENT_INVARIANTS,
    *SHARE_INVARIANTS,
    *PICTURE_EXPORT_INVARIANTS,
)
MAX_FINDINGS = 1000
"""Of one kind: what went wrong so often is told by fewer lines too."""

_DEAD_FOR = timedelta(seconds=35)
_LOST_FOR = timedelta(minutes=20)
_Look = Callable[[Connection], Iterator[Finding]]


class InvariantRepository:
    """The invariants, over all workspaces. It only reads."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def schema_faults(self) -> tuple[Finding, ...]:
        """Return in what the schema differs from this version's; nothing else can be asked then."""
        return self._look(schema_faults)

    def engine_faults(self) -> tuple[Finding, ...]:
        """Return what is wrong with the database below the rows."""
        return (
            *self._look(engine_faults),
            *self._look(rows_without_parent),
            *self._look(number_faults),
        )

    def broken(
        self, invariant: Invariant, *, now: datetime, repeat_unknown: int
    ) -> tuple[Finding, ...]:
        """Return what breaks the invariant, at most `MAX_FINDINGS`."""
        parameters = {
            "now": now,
            "long_dead": now - _DEAD_FOR,
            "a_minute_ago": now - timedelta(minutes=1),
            "just_now": now - timedelta(minutes=2),
            "lost_since": now - _LOST_FOR,
            "repeat_unknown": repeat_unknown,
        }

        def look(connection: Connection) -> Iterator[Finding]:
            rows = connection.execute(invariant.broken.limit(MAX_FINDINGS), parameters)
            for row in rows.mappings():
                subject = f"{invariant.subject} {next(iter(row.values()))}"
                sentence = invariant.sentence.format_map(row)
                yield Finding(invariant.code, invariant.severity, subject, sentence)

        return self._look(look)

    def _look(self, look: _Look) -> tuple[Finding, ...]:
        found: list[Finding] = []
        try:
            found.extend(look(self._session.connection()))
        except DatabaseError as error:
            # A file that is torn answers some questions and not others: that is a finding too.
            if isinstance(error, OperationalError):
                raise
            sentence = f"The database could not answer: {error.orig}."
            found.append(Finding("query_failed", Severity.ERROR, "database", sentence))
        return tuple(found)
