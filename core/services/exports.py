"""Exports of products: what a list shows or a person chose, as a file that import reads back."""

from collections.abc import Iterable, Iterator, Sequence

from core.domain.accounts import Actor
from core.domain.exports import PRODUCT_HEADERS, ExportFormat, ExportRow
from core.domain.products import ALL, ProductFilter, ProductSort
from core.services.access import some_ids
from core.services.batches import in_batches
from core.services.product_files import PIECE_ROWS, csv_pieces, json_pieces
from core.services.xlsx import xlsx_pieces
from core.unit_of_work import Database


class ExportService:
    """Writes products to files; every member of the workspace may."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def products(
        self,
        actor: Actor,
        file_format: ExportFormat,
        wanted: ProductFilter = ALL,
        *,
        sort: ProductSort = ProductSort.UPDATED,
    ) -> Iterator[bytes]:
        """Yield a file with the products that are meant, in pieces of bounded size.

        It holds those that match when it begins, as they are when their turn comes. No
        transaction is open between two pieces: whoever reads slowly holds nothing up.
        """
        return _file(file_format, self._rows(actor, self._ids(actor, wanted, sort)))

    def chosen(
        self, actor: Actor, file_format: ExportFormat, product_ids: Sequence[int]
    ) -> Iterator[bytes]:
        """Yield a file with these products, in this order; ids that nobody has are left out.

        More than `MAX_IDS` raise `InvalidInputError`.
        """
        return _file(file_format, self._rows(actor, some_ids(product_ids)))

    def _ids(self, actor: Actor, wanted: ProductFilter, sort: ProductSort) -> Iterator[int]:
        with self._database.read() as work:
            first = work.products.ids(actor.workspace_id, wanted, sort, limit=PIECE_ROWS)
        yield from first
        if len(first) < PIECE_ROWS:
            return
        # The first piece is on its way before all others are looked up: of a million, that is a
        # matter of seconds.
        with self._database.read() as work:
            every = work.products.ids(actor.workspace_id, wanted, sort, limit=None)
        sent = frozenset(first)
        yield from (product_id for product_id in every if product_id not in sent)

    def _rows(self, actor: Actor, product_ids: Iterable[int]) -> Iterator[ExportRow]:
        for some in in_batches(product_ids, PIECE_ROWS):
            with self._database.read() as work:
                rows = work.product_exports.rows(actor.workspace_id, some)
            yield from rows


def _file(file_format: ExportFormat, rows: Iterator[ExportRow]) -> Iterator[bytes]:
    if file_format is ExportFormat.CSV:
        return csv_pieces(rows)
    if file_format is ExportFormat.JSON:
        return json_pieces(rows)
    return xlsx_pieces(PRODUCT_HEADERS, rows, title="Products")
