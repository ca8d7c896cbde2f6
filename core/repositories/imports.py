"""Imports and their lines."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from core.domain.imports import (
    Import,
    ImportLine,
    ImportStatus,
    LineOutcome,
    LineSubject,
    Mapped,
    PlannedLine,
)
from core.domain.paging import Cursor, Page
from core.domain.tasks import TaskStatus
from core.repositories.bulk_rows import add_rows
from core.repositories.import_rows import (
    LINE,
    import_of,
    imports_with_tasks,
    line_of,
    mapping_from_json,
    mapping_to_json,
)
from core.repositories.paging import Order, page_statements, read_page
from core.repositories.upserts import upsert
from db.catalogue_tables import TaskRow
from db.import_tables import ImportLineRow, ImportMappingRow, ImportRow
from db.tables import ProductRow

_NEEDS_FILE = (
    ImportStatus.NEW,
    ImportStatus.CHECKING,
    ImportStatus.CHECKED,
    ImportStatus.RUNNING,
)


class ImportRepository:
    """Imports and their lines.

    The row says what an import is or was busy with; whether that was cancelled or failed, its
    task says.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        workspace_id: int,
        now: datetime,
        **values: Any,  # noqa: ANN401 - the row's columns
    ) -> int:
        """Add an import whose file is stored, and return its id."""
        row = ImportRow(
            workspace_id=workspace_id,
            status=ImportStatus.NEW,
            options={},
            mapping={},
            counts={},
            created_at=now,
            **values,
        )
        self._session.add(row)
        self._session.flush()
        return row.id

    def find(self, workspace_id: int, import_id: int) -> Import | None:
        """Return an import with how its task stands."""
        found = self._session.execute(
            imports_with_tasks().where(
                ImportRow.workspace_id == workspace_id, ImportRow.id == import_id
            )
        ).one_or_none()
        return None if found is None else import_of(found)

    def find_reading(self, import_id: int) -> dict[str, Any]:
        """Return what the first lines of its file told."""
        found = select(ImportRow.reading).where(ImportRow.id == import_id)
        return self._session.scalar(found) or {}

    def lock(self, workspace_id: int, import_id: int) -> Import | None:
        """Return an import that nobody else changes until the transaction ends."""
        locked = (
            select(ImportRow.id)
            .where(ImportRow.workspace_id == workspace_id, ImportRow.id == import_id)
            .with_for_update()
        )
        if self._session.scalar(locked) is None:
            return None
        return self.find(workspace_id, import_id)

    def search(self, workspace_id: int, *, after: Cursor | None, limit: int) -> Page[Import]:
        """Return a page of imports, the newest first, in two statements."""
        statements = page_statements(
            imports_with_tasks(),
            ImportRow,
            [ImportRow.workspace_id == workspace_id],
            Order(ImportRow.created_at, ImportRow.id),
            is_later=after is not None,
        )
        return read_page(self._session, statements, import_of, {}, after=after, limit=limit)

    def change(
        self,
        import_id: int,
        **values: Any,  # noqa: ANN401 - the row's columns
    ) -> None:
        """Write columns of an import: `status`, `task_id`, `options` and the like."""
        self._session.execute(update(ImportRow).where(ImportRow.id == import_id).values(**values))

    def find_mapping(self, workspace_id: int, headers_hash: str) -> Mapped | None:
        """Return what was chosen the last time that a file had these headers."""
        stored = self._session.scalar(
            select(ImportMappingRow.mapping).where(
                ImportMappingRow.workspace_id == workspace_id,
                ImportMappingRow.headers_hash == headers_hash,
            )
        )
        return None if stored is None else mapping_from_json(stored)

    def remember_mapping(
        self, workspace_id: int, headers_hash: str, mapping: Mapped, now: datetime
    ) -> None:
        """Remember what was chosen for these headers."""
        values = {
            "workspace_id": workspace_id,
            "headers_hash": headers_hash,
            "mapping": mapping_to_json(mapping),
            "updated_at": now,
        }
        self._session.execute(upsert(self._session, ImportMappingRow, values))

    def add_lines(self, workspace_id: int, import_id: int, lines: Sequence[PlannedLine]) -> None:
        """Add lines of a check."""
        add_rows(
            self._session,
            ImportLineRow,
            [
                {
                    "workspace_id": workspace_id,
                    "import_id": import_id,
                    "line": line.line,
                    "subject": line.subject,
                    "outcome": line.outcome,
                    "sku": line.sku[:80],
                    "source": line.source,
                    "reason": line.reason,
                    "product_id": line.product_id,
                    "before": line.before,
                    "after": line.after,
                    "is_applied": False,
                }
                for line in lines
            ],
        )

    def forget_lines(self, import_id: int, *, limit: int) -> int:
        """Forget some lines of an earlier check and return how many there were."""
        some = select(ImportLineRow.id).where(ImportLineRow.import_id == import_id).limit(limit)
        gone = delete(ImportLineRow).where(ImportLineRow.id.in_(some)).returning(ImportLineRow.id)
        return len(self._session.scalars(gone).all())

    def remove(self, import_id: int) -> None:
        """Forget an import that has no lines any more."""
        self._session.execute(delete(ImportRow).where(ImportRow.id == import_id))

    def never_run(self, *, before: datetime, limit: int) -> list[tuple[int, int]]:
        """Return workspace and id of imports that were not run, nor checked since then."""
        rows = self._session.execute(
            select(ImportRow.workspace_id, ImportRow.id)
            .outerjoin(TaskRow, TaskRow.id == ImportRow.task_id)
            .where(*_never_run(before))
            .order_by(ImportRow.id)
            .limit(limit)
        )
        return [(workspace_id, import_id) for workspace_id, import_id in rows]

    def lines(
        self,
        workspace_id: int,
        import_id: int,
        *,
        outcome: LineOutcome | None = None,
        subject: LineSubject | None = None,
        after: Cursor | None = None,
        limit: int = 50,
    ) -> Page[ImportLine]:
        """Return a page of an import's lines in the order of the file, in two statements."""
        conditions = [
            ImportLineRow.workspace_id == workspace_id,
            ImportLineRow.import_id == import_id,
        ]
        if outcome is not None:
            conditions.append(ImportLineRow.outcome == outcome)
        if subject is not None:
            conditions.append(ImportLineRow.subject == subject)
        statements = page_statements(
            select(*LINE, ImportLineRow.line, ImportLineRow.id),
            ImportLineRow,
            conditions,
            Order(ImportLineRow.line, ImportLineRow.id, ascending=True),
            is_later=after is not None,
        )
        return read_page(self._session, statements, line_of, {}, after=after, limit=limit)

    def steps(
        self,
        import_id: int,
        *,
        outcome: LineOutcome,
        subject: LineSubject,
        is_applied: bool,
        after: tuple[int, int],
        limit: int,
    ) -> list[ImportLine]:
        """Return the next lines to do or to take back, after a line and its id."""
        line, line_id = after
        wanted = (
            select(*LINE)
            .where(
                ImportLineRow.import_id == import_id,
                ImportLineRow.outcome == outcome,
                ImportLineRow.line >= line,
                or_(
                    ImportLineRow.line > line,
                    and_(ImportLineRow.line == line, ImportLineRow.id > line_id),
                ),
                ImportLineRow.subject == subject,
                ImportLineRow.is_applied == is_applied,
            )
            .order_by(ImportLineRow.line, ImportLineRow.id)
            .limit(limit)
        )
        return [line_of(row) for row in self._session.execute(wanted)]

    def mark(self, ids: Sequence[int], *, is_applied: bool) -> None:
        """Note that lines are done, or are taken back."""
        if ids:
            self._session.execute(
                update(ImportLineRow)
                .where(ImportLineRow.id.in_(ids))
                .values(is_applied=is_applied)
                .execution_options(synchronize_session=False)
            )

    def mark_created(self, workspace_id: int, ids: Sequence[int]) -> None:
        """Note that lines are done, and which product each created: the one with its SKU."""
        if not ids:
            return
        product = (
            select(ProductRow.id)
            .where(
                ProductRow.workspace_id == workspace_id,
                ProductRow.sku == ImportLineRow.sku,
                ProductRow.trashed_at.is_(None),
            )
            .correlate(ImportLineRow)
            .scalar_subquery()
        )
        self._session.execute(
            update(ImportLineRow)
            .where(ImportLineRow.id.in_(ids))
            .values(is_applied=True, product_id=product)
            .execution_options(synchronize_session=False)
        )

    def settle(
        self,
        line_id: int,
        outcome: LineOutcome,
        reason: str = "",
        **values: Any,  # noqa: ANN401 - the row's columns
    ) -> None:
        """Write what came of a line, where that is not what the check expected."""
        self._session.execute(
            update(ImportLineRow)
            .where(ImportLineRow.id == line_id)
            .values(outcome=outcome, reason=reason, **values)
        )

    def known_photos(self, workspace_id: int, product_ids: Sequence[int]) -> set[tuple[int, str]]:
        """Return which photos imports brought to these products: product and address."""
        if not product_ids:
            return set()
        rows = self._session.execute(
            select(ImportLineRow.product_id, ImportLineRow.source).where(
                ImportLineRow.workspace_id == workspace_id,
                ImportLineRow.product_id.in_(product_ids),
                ImportLineRow.subject == LineSubject.PHOTO,
                ImportLineRow.is_applied,
            )
        )
        return {(product_id, source) for product_id, source in rows if product_id is not None}

    def photo_ids(self, import_id: int) -> list[int]:
        """Return the photos that the import brought."""
        details = self._session.scalars(
            select(ImportLineRow.after).where(
                ImportLineRow.import_id == import_id,
                ImportLineRow.outcome == LineOutcome.CREATE,
                ImportLineRow.subject == LineSubject.PHOTO,
                ImportLineRow.is_applied,
            )
        )
        return [detail["asset_id"] for detail in details if detail and "asset_id" in detail]

    def wanted_files(self, keys: Sequence[str]) -> set[str]:
        """Return those of the keys that are files of imports which are still to be run."""
        wanted = select(ImportRow.storage_key).where(
            ImportRow.storage_key.in_(keys), ImportRow.status.in_(_NEEDS_FILE)
        )
        return set(self._session.scalars(wanted))


def _never_run(before: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        ImportRow.status.in_((ImportStatus.NEW, ImportStatus.CHECKING, ImportStatus.CHECKED)),
        ImportRow.created_at < before,
        or_(
            TaskRow.id.is_(None),
            and_(
                TaskRow.created_at < before,
                TaskRow.status.not_in((TaskStatus.QUEUED, TaskStatus.RUNNING)),
            ),
        ),
    )
