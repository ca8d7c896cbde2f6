"""Exports of pictures: what was asked for, which pictures, where the file is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from core.domain.paging import Cursor, Page
from core.domain.picture_exports import (
    KEPT_DAYS,
    ExportItem,
    ExportOptions,
    ExportReport,
    PictureExport,
)
from core.domain.tasks import Task, TaskStatus
from core.repositories.paging import AnyRow, AnySelect, Order, page_statements, read_page
from db.catalogue_tables import TaskRow
from db.gallery_tables import PictureExportItemRow, PictureExportRow
from db.tables import AssetRow, UserRow

_Asker = aliased(UserRow)


@dataclass(frozen=True)
class ExportFile:
    """Where the file of a finished export is, and how large it must be."""

    export_id: int
    storage_key: str
    size_bytes: int


class PictureExportRepository:
    """Exports of pictures of all workspaces; people see only those of theirs."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        workspace_id: int,
        *,
        created_by: int,
        title: str,
        options: ExportOptions,
        file_name: str,
        asset_ids: Sequence[int],
        now: datetime,
    ) -> int:
        """Add an export of these pictures in this order and return its id."""
        row = PictureExportRow(
            workspace_id=workspace_id,
            created_by=created_by,
            title=title,
            options=options.to_query(),
            picture_count=len(asset_ids),
            file_name=file_name,
            report={},
            created_at=now,
        )
        self._session.add(row)
        self._session.flush()
        items = [
            {"export_id": row.id, "position": position, "asset_id": asset_id, "name": ""}
            for position, asset_id in enumerate(asset_ids)
        ]
        self._session.execute(insert(PictureExportItemRow), items)
        return row.id

    def change(self, export_id: int, **values: Any) -> None:  # noqa: ANN401 - columns
        """Write these columns of an export."""
        self._session.execute(
            update(PictureExportRow).where(PictureExportRow.id == export_id).values(**values)
        )

    def find(self, workspace_id: int, export_id: int) -> PictureExport | None:
        """Return an export."""
        row = self._session.execute(_exports().where(*_one(workspace_id, export_id))).one_or_none()
        return None if row is None else _to_export(row)

    def lock(self, workspace_id: int, export_id: int) -> bool:
        """Keep others from changing an export until the transaction ends; False if it is gone."""
        locked = select(PictureExportRow.id).where(*_one(workspace_id, export_id)).with_for_update()
        return self._session.scalar(locked) is not None

    def search(
        self, workspace_id: int, *, after: Cursor | None = None, limit: int = 20
    ) -> Page[PictureExport]:
        """Return a page of exports, the newest first, in two statements."""
        statements = page_statements(
            _exports(),
            PictureExportRow,
            [PictureExportRow.workspace_id == workspace_id],
            Order(PictureExportRow.created_at, PictureExportRow.id),
            is_later=after is not None,
        )
        return read_page(self._session, statements, _to_export, {}, after=after, limit=limit)

    def last_options(self, workspace_id: int, user_id: int) -> ExportOptions | None:
        """Return with which options a person last exported, if they ever did."""
        options = self._session.scalar(
            select(PictureExportRow.options)
            .where(
                PictureExportRow.workspace_id == workspace_id,
                PictureExportRow.created_by == user_id,
            )
            .order_by(PictureExportRow.created_at.desc(), PictureExportRow.id.desc())
            .limit(1)
        )
        return None if options is None else ExportOptions.from_query(options)

    def items(self, export_id: int, *, after: int = -1, limit: int) -> list[ExportItem]:
        """Return the pictures of an export that come after this position, in order."""
        rows = self._session.execute(
            select(
                PictureExportItemRow.position,
                PictureExportItemRow.asset_id,
                PictureExportItemRow.name,
            )
            .where(
                PictureExportItemRow.export_id == export_id, PictureExportItemRow.position > after
            )
            .order_by(PictureExportItemRow.position)
            .limit(limit)
        )
        return [ExportItem(*row) for row in rows]

    def lost(self, export_id: int) -> frozenset[int]:
        """Return the positions of the pictures that were deleted for good."""
        lost = (
            select(PictureExportItemRow.position)
            .outerjoin(AssetRow, AssetRow.id == PictureExportItemRow.asset_id)
            .where(
                PictureExportItemRow.export_id == export_id,
                or_(AssetRow.id.is_(None), AssetRow.purged_at.is_not(None)),
            )
        )
        return frozenset(self._session.scalars(lost))

    def set_names(self, export_id: int, names: Mapping[int, str]) -> None:
        """Write the names of pictures by their positions."""
        if names:
            self._session.execute(
                update(PictureExportItemRow),
                [
                    {"export_id": export_id, "position": position, "name": name}
                    for position, name in names.items()
                ],
            )

    def remove(self, export_id: int) -> None:
        """Forget an export and its list of pictures."""
        one = PictureExportRow.id == export_id
        self._session.execute(select(PictureExportRow.id).where(one).with_for_update())
        self._session.execute(
            delete(PictureExportItemRow).where(PictureExportItemRow.export_id == export_id)
        )
        self._session.execute(delete(PictureExportRow).where(one))

    def expired(self, now: datetime, *, limit: int) -> list[ExportFile]:
        """Return exports whose time is over."""
        rows = self._session.execute(
            _files()
            .where(PictureExportRow.expires_at <= now)
            .order_by(PictureExportRow.expires_at, PictureExportRow.id)
            .limit(limit)
        )
        return [ExportFile(*row) for row in rows]

    def expire(self, export_id: int, now: datetime) -> None:
        """Let an export of which nothing was made stay a while to be seen, then be over."""
        self.change(export_id, expires_at=now + timedelta(days=KEPT_DAYS))

    def expire_all(self, now: datetime) -> None:
        """Let all finished exports of all workspaces be over: their files are not there."""
        finished = PictureExportRow.finished_at.is_not(None)
        self._session.execute(update(PictureExportRow).where(finished).values(expires_at=now))

    def wanted_files(self, keys: Sequence[str]) -> frozenset[str]:
        """Return those of the keys that an export leads to."""
        known = select(PictureExportRow.storage_key).where(PictureExportRow.storage_key.in_(keys))
        return frozenset(key for key in self._session.scalars(known) if key is not None)

    def files_after(self, export_id: int, now: datetime, *, limit: int) -> list[ExportFile]:
        """Return the files of the next exports that can be downloaded, by their ids."""
        rows = self._session.execute(
            _files()
            .where(
                PictureExportRow.id > export_id,
                PictureExportRow.finished_at.is_not(None),
                PictureExportRow.expires_at > now,
            )
            .order_by(PictureExportRow.id)
            .limit(limit)
        )
        return [ExportFile(*row) for row in rows]

    def busy_among(self, export_ids: Sequence[int]) -> frozenset[int]:
        """Return those that are being made, or wait for it."""
        found = (
            select(PictureExportRow.id)
            .join(TaskRow, TaskRow.id == PictureExportRow.task_id)
            .where(
                PictureExportRow.id.in_(export_ids),
                TaskRow.status.in_([TaskStatus.QUEUED, TaskStatus.RUNNING]),
            )
        )
        return frozenset(self._session.scalars(found))


def take_out_of_exports(session: Session, asset_ids: Sequence[int], now: datetime) -> None:
    """Let no export lead to these pictures; files that were made with them are over at once."""
    held = select(PictureExportItemRow.export_id).where(
        PictureExportItemRow.asset_id.in_(asset_ids)
    )
    # Locked, and in one order: one that is being finished is over too, or sees what is gone.
    locked = select(PictureExportRow.id).where(PictureExportRow.id.in_(held))
    export_ids = session.scalars(locked.order_by(PictureExportRow.id).with_for_update()).all()
    if not export_ids:
        return
    session.execute(
        update(PictureExportItemRow)
        .where(PictureExportItemRow.asset_id.in_(asset_ids))
        .values(asset_id=None)
    )
    session.execute(
        update(PictureExportRow)
        .where(
            PictureExportRow.id.in_(export_ids),
            PictureExportRow.finished_at.is_not(None),
            PictureExportRow.expires_at > now,
        )
        .values(expires_at=now)
    )


def _one(workspace_id: int, export_id: int) -> tuple[ColumnElement[bool], ...]:
    return PictureExportRow.workspace_id == workspace_id, PictureExportRow.id == export_id


def _files() -> AnySelect:
    return select(
        PictureExportRow.id,
        func.coalesce(PictureExportRow.storage_key, ""),
        PictureExportRow.size_bytes,
    )


def _exports() -> AnySelect:
    return (
        select(
            PictureExportRow.title,
            PictureExportRow.options,
            PictureExportRow.picture_count,
            PictureExportRow.file_name,
            func.coalesce(PictureExportRow.storage_key, "").label("storage_key"),
            PictureExportRow.size_bytes,
            PictureExportRow.report,
            func.coalesce(_Asker.name, "").label("asker"),
            PictureExportRow.finished_at,
            PictureExportRow.expires_at,
            TaskRow.id.label("task_id"),
            TaskRow.kind.label("kind"),
            TaskRow.title.label("task_title"),
            TaskRow.payload,
            TaskRow.status,
            TaskRow.stage,
            TaskRow.done,
            TaskRow.total,
            TaskRow.result,
            TaskRow.failure,
            TaskRow.created_at.label("task_created_at"),
            TaskRow.started_at.label("task_started_at"),
            TaskRow.finished_at.label("task_finished_at"),
            TaskRow.cancel_asked_at,
            PictureExportRow.created_at,
            PictureExportRow.id,
        )
        .outerjoin(_Asker, _Asker.id == PictureExportRow.created_by)
        .outerjoin(TaskRow, TaskRow.id == PictureExportRow.task_id)
    )


def _to_export(row: AnyRow) -> PictureExport:
    return PictureExport(
        id=row.id,
        title=row.title,
        options=ExportOptions.from_query(row.options),
        picture_count=row.picture_count,
        file_name=row.file_name,
        storage_key=row.storage_key,
        size_bytes=row.size_bytes,
        report=ExportReport.from_json(row.report),
        created_by=row.asker,
        created_at=row.created_at,
        finished_at=row.finished_at,
        expires_at=row.expires_at,
        task=None if row.task_id is None else _to_task(row),
    )


def _to_task(row: AnyRow) -> Task:
    return Task(
        id=row.task_id,
        kind=row.kind,
        title=row.task_title,
        payload=row.payload,
        status=TaskStatus(row.status),
        stage=row.stage,
        done=row.done,
        total=row.total,
        result=row.result,
        failure=row.failure,
        created_by=row.asker,
        created_at=row.task_created_at,
        started_at=row.task_started_at,
        finished_at=row.task_finished_at,
        cancel_asked_at=row.cancel_asked_at,
    )
