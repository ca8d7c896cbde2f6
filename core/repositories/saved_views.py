"""Saved views of pages."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from core.domain.saved_views import SavedView
from db.catalogue_tables import SavedViewRow
from db.tables import UserRow

MAX_LISTED = 200


class SavedViewRepository:
    """Saved views of pages: a person's own, and those that others share in the workspace."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(self, workspace_id: int, user_id: int, page: str) -> tuple[SavedView, ...]:
        """Return the views of a page that a person may see, by name."""
        rows = self._session.execute(
            select(SavedViewRow, UserRow.name)
            .join(UserRow, UserRow.id == SavedViewRow.created_by)
            .where(
                SavedViewRow.workspace_id == workspace_id,
                SavedViewRow.page == page,
                or_(SavedViewRow.created_by == user_id, SavedViewRow.is_shared),
            )
            .order_by(SavedViewRow.name, SavedViewRow.id)
            .limit(MAX_LISTED)
        )
        return tuple(_to_view(row, who, user_id) for row, who in rows)

    def count(self, workspace_id: int, user_id: int) -> int:
        """Return how many views a person has saved."""
        mine = select(func.count()).where(
            SavedViewRow.workspace_id == workspace_id, SavedViewRow.created_by == user_id
        )
        return self._session.scalar(mine) or 0

    def id_of_name(self, workspace_id: int, user_id: int, page: str, name: str) -> int | None:
        """Return a person's view of this name."""
        return self._session.scalar(
            select(SavedViewRow.id).where(
                SavedViewRow.workspace_id == workspace_id,
                SavedViewRow.created_by == user_id,
                SavedViewRow.page == page,
                SavedViewRow.name == name,
            )
        )

    def add(
        self,
        workspace_id: int,
        user_id: int,
        page: str,
        name: str,
        query: Mapping[str, str],
        *,
        is_shared: bool,
        now: datetime,
    ) -> int:
        """Add a view and return its id."""
        added = insert(SavedViewRow).values(
            workspace_id=workspace_id,
            created_by=user_id,
            page=page,
            name=name,
            query=dict(query),
            is_shared=is_shared,
            created_at=now,
        )
        return self._session.scalars(added.returning(SavedViewRow.id)).one()

    def replace(
        self, workspace_id: int, view_id: int, query: Mapping[str, str], *, is_shared: bool
    ) -> None:
        """Let a view show something else."""
        self._session.execute(
            update(SavedViewRow)
            .where(SavedViewRow.workspace_id == workspace_id, SavedViewRow.id == view_id)
            .values(query=dict(query), is_shared=is_shared)
        )

    def rename(self, workspace_id: int, user_id: int, view_id: int, name: str) -> bool:
        """Rename a person's own view; False when there is none."""
        renamed = (
            update(SavedViewRow)
            .where(*_own(workspace_id, user_id, view_id))
            .values(name=name)
            .returning(SavedViewRow.id)
        )
        return self._session.scalar(renamed) is not None

    def page_of(self, workspace_id: int, user_id: int, view_id: int) -> str | None:
        """Return the page of a person's own view."""
        return self._session.scalar(
            select(SavedViewRow.page).where(*_own(workspace_id, user_id, view_id))
        )

    def delete(self, workspace_id: int, user_id: int, view_id: int) -> bool:
        """Delete a person's own view; False when there is none."""
        deleted = delete(SavedViewRow).where(*_own(workspace_id, user_id, view_id))
        return self._session.scalar(deleted.returning(SavedViewRow.id)) is not None


def _own(workspace_id: int, user_id: int, view_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        SavedViewRow.workspace_id == workspace_id,
        SavedViewRow.created_by == user_id,
        SavedViewRow.id == view_id,
    )


def _to_view(row: SavedViewRow, who: str, user_id: int) -> SavedView:
    return SavedView(
        id=row.id,
        page=row.page,
        name=row.name,
        query=row.query,
        is_shared=row.is_shared,
        is_mine=row.created_by == user_id,
        created_by=who,
        created_at=row.created_at,
    )
