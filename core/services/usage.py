"""Usage: what the workspace's pictures cost, in sums, line by line, and as a file."""

from collections.abc import Iterator
from datetime import date

from core.domain.accounts import Actor
from core.domain.paging import Cursor, Page
from core.domain.usage import LedgerLine, UsageBy, UsageFilter, UsageRow
from core.services.ledger_csv import csv_lines, heading
from core.unit_of_work import Database

BATCH = 1000
"""So many lines of an export are in memory at once."""


class UsageService:
    """Reads the money ledger of the actor's workspace; every member may."""

    def __init__(self, database: Database, *, batch: int = BATCH) -> None:
        self._database = database
        self._batch_size = batch

    def first_day(self, actor: Actor) -> date | None:
        """Return the day (UTC) of the workspace's first call, or None before it."""
        with self._database.read() as work:
            return work.usage.first_day(actor.workspace_id)

    def total(self, actor: Actor, wanted: UsageFilter) -> UsageRow:
        """Return the sum over all lines that are meant."""
        with self._database.read() as work:
            return work.usage.total(actor.workspace_id, wanted)

    def of_product(self, actor: Actor, product_id: int) -> UsageRow:
        """Return the sum over all lines of a product, whenever they were written."""
        with self._database.read() as work:
            return work.usage.of_product(actor.workspace_id, product_id)

    def rows(self, actor: Actor, by: UsageBy, wanted: UsageFilter) -> tuple[UsageRow, ...]:
        """Return the sums of a grouping: days in their order, all else the dearest first.

        After the first `TOP_ROWS` comes the sum of all others, so the rows add up to the total.
        Only collections do not: a product counts in each that holds it now, and what none holds
        is a row of its own.
        """
        with self._database.read() as work:
            if by == "day":
                return work.usage.days(actor.workspace_id, wanted)
            return work.usage.groups(actor.workspace_id, by, wanted)

    def lines(
        self, actor: Actor, wanted: UsageFilter, *, after: Cursor | None = None, limit: int = 50
    ) -> Page[LedgerLine]:
        """Return a page of the ledger, the newest line first."""
        with self._database.read() as work:
            return work.usage.lines(actor.workspace_id, wanted, after=after, limit=limit)

    def export(self, actor: Actor, wanted: UsageFilter) -> Iterator[bytes]:
        """Yield the ledger's lines as CSV, the oldest first, in pieces of bounded size.

        No transaction is open between two pieces: whoever reads slowly holds nothing up. The first
        piece is read before it is yielded, so that a database that is away is known by then.
        """
        lines = self._next(actor, wanted, None)
        yield heading() + csv_lines(lines)
        while len(lines) == self._batch_size:
            lines = self._next(actor, wanted, lines[-1])
            if lines:
                yield csv_lines(lines)

    def _next(
        self, actor: Actor, wanted: UsageFilter, last: LedgerLine | None
    ) -> tuple[LedgerLine, ...]:
        after = None if last is None else (last.at, last.id)
        with self._database.read() as work:
            return work.usage.batch(actor.workspace_id, wanted, after=after, limit=self._batch_size)
