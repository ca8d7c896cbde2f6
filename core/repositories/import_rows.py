"""Imports and their lines as values: what their repository selects, and what becomes of it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, select

from core.domain.imports import (
    Import,
    ImportCounts,
    ImportField,
    ImportKind,
    ImportLine,
    ImportOptions,
    ImportStatus,
    LineOutcome,
    LineSubject,
    Mapped,
)
from core.domain.tasks import TaskStatus
from core.repositories.paging import AnyRow
from db.catalogue_tables import TaskRow
from db.import_tables import ImportLineRow, ImportRow
from db.tables import UserRow

_ENDED = {TaskStatus.FAILED: ImportStatus.FAILED, TaskStatus.CANCELLED: ImportStatus.CANCELLED}
_BUSY = (ImportStatus.CHECKING, ImportStatus.RUNNING, ImportStatus.UNDOING)
_SUBJECTS = {subject.value: subject for subject in LineSubject}
_OUTCOMES = {outcome.value: outcome for outcome in LineOutcome}
LINE = (
    ImportLineRow.id,
    ImportLineRow.line,
    ImportLineRow.subject,
    ImportLineRow.outcome,
    ImportLineRow.sku,
    ImportLineRow.source,
    ImportLineRow.reason,
    ImportLineRow.product_id,
    ImportLineRow.before,
    ImportLineRow.after,
    ImportLineRow.is_applied,
)


def mapping_to_json(mapping: Mapped) -> dict[str, str]:
    """Return a mapping as JSON, whose keys are texts."""
    return {str(column): str(field) for column, field in mapping.items()}


def mapping_from_json(stored: Mapping[str, Any]) -> Mapped:
    """Return a stored mapping; fields that are not known any more are left out."""
    known = set(ImportField)
    return {int(column): ImportField(field) for column, field in stored.items() if field in known}


def imports_with_tasks() -> Select[*tuple[Any, ...]]:
    """Return what `import_of` reads."""
    return (
        select(ImportRow, TaskRow.status, TaskRow.failure, UserRow.name, *_KEYS)
        .outerjoin(TaskRow, TaskRow.id == ImportRow.task_id)
        .outerjoin(UserRow, UserRow.id == ImportRow.created_by)
    )


_KEYS = (ImportRow.created_at, ImportRow.id)


def import_of(found: AnyRow) -> Import:
    """Return an import with how its task stands."""
    row, task_status, failure, created_by = found[:4]
    stage = ImportStatus(row.status)
    ended = _ENDED.get(task_status) if stage in _BUSY and task_status else None
    return Import(
        id=row.id,
        workspace_id=row.workspace_id,
        kind=ImportKind(row.kind),
        status=ended or stage,
        stage=stage,
        file_name=row.file_name,
        size_bytes=row.size_bytes,
        task_id=row.task_id,
        failure=failure if ended is ImportStatus.FAILED else None,
        options=ImportOptions.from_json(row.options),
        mapping=mapping_from_json(row.mapping),
        counts=ImportCounts.from_json(row.counts),
        created_by=created_by,
        created_at=row.created_at,
        finished_at=row.finished_at,
        undone_at=row.undone_at,
        storage_key=row.storage_key,
    )


def line_of(row: AnyRow) -> ImportLine:
    """Return a line, selected as `LINE`."""
    return ImportLine(
        id=row[0],
        line=row[1],
        subject=_SUBJECTS[row[2]],
        outcome=_OUTCOMES[row[3]],
        sku=row[4],
        source=row[5],
        reason=row[6],
        product_id=row[7],
        before=row[8] or {},
        after=row[9] or {},
        is_applied=row[10],
    )
