"""Integrity: whether everything is as it must be, row by row and file by file."""

from datetime import timedelta

from core.domain.upkeep import Finding
from core.imaging.base import ImageGate
from core.repositories.invariants import INVARIANTS
from core.services.file_checks import FileChecks, OnProgress
from core.services.strays import GRACE
from core.storage.base import AssetStorage
from core.storage.spool import Spool
from core.unit_of_work import Database

CANNOT_BE_ASKED = frozenset({"table_missing", "column_missing", "query_failed"})
"""Findings after which nothing else can be asked of the database."""


class IntegrityService:
    """Looks for what must never be. It changes nothing and keeps nobody waiting."""

    def __init__(
        self,
        database: Database,
        storage: AssetStorage,
        spool: Spool,
        *,
        repeat_unknown: int = 0,
        gate: ImageGate | None = None,
    ) -> None:
        self._database = database
        self._storage = storage
        self._spool = spool
        self._repeat_unknown = repeat_unknown
        self._gate = gate

    def check(
        self,
        *,
        files: bool = True,
        decode: bool = False,
        grace: timedelta = GRACE,
        on_progress: OnProgress = lambda _seen, _total: None,
    ) -> tuple[Finding, ...]:
        """Return all that is wrong, nothing when all is well.

        With `files` every byte of every asset is read, with `decode` every rendition is decoded
        too. Files without a row are found once they are older than `grace`. Raises
        `DatabaseUnavailableError` when the rows cannot be asked.
        """
        found = list(self._rows())
        if files and not any(finding.code in CANNOT_BE_ASKED for finding in found):
            gate = self._gate if decode else None
            checks = FileChecks(self._database, self._storage, self._spool, grace=grace, gate=gate)
            found += checks.run(on_progress)
        return tuple(found)

    def _rows(self) -> list[Finding]:
        with self._database.read() as work:
            found = [*work.invariants.schema_faults()]
        if any(finding.code in CANNOT_BE_ASKED for finding in found):
            return found
        # Each question is a transaction of its own, so that none is open for long.
        with self._database.read() as work:
            found += work.invariants.engine_faults()
        for invariant in INVARIANTS:
            with self._database.read() as work:
                found += work.invariants.broken(
                    invariant, now=work.now(), repeat_unknown=self._repeat_unknown
                )
        return found
