"""Studio sessions: each is one person's own."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Text, bindparam, func, select, update
from sqlalchemy.orm import Session

from core.domain.paging import Cursor, Page
from core.domain.studio_sessions import StudioSession, StudioSessionSummary
from core.repositories.paging import (
    AnyRow,
    Order,
    PageStatements,
    page_statements,
    read_page,
    word_values,
)
from db.studio_tables import StudioSessionRow


class StudioSessionRepository:
    """Studio sessions: each is one person's own."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self, workspace_id: int, user_id: int, name: str, state: Mapping[str, Any], now: datetime
    ) -> int:
        """Add a session in its first version and return its id."""
        row = StudioSessionRow(
            workspace_id=workspace_id,
            created_by=user_id,
            name=name,
            state=dict(state),
            version=1,
            created_at=now,
            updated_at=now,
        )
        self._session.add(row)
        self._session.flush()
        return row.id

    def find(self, workspace_id: int, user_id: int, session_id: int) -> StudioSession | None:
        """Return one of the person's sessions, trashed or not."""
        row = self._session.scalar(
            select(StudioSessionRow).where(
                _own(workspace_id, user_id), StudioSessionRow.id == session_id
            )
        )
        return None if row is None else _to_session(row)

    def find_latest(self, workspace_id: int, user_id: int) -> StudioSession | None:
        """Return the session that the person saved last and that is not in the trash."""
        row = self._session.scalar(
            select(StudioSessionRow)
            .where(_own(workspace_id, user_id), StudioSessionRow.trashed_at.is_(None))
            .order_by(StudioSessionRow.updated_at.desc(), StudioSessionRow.id.desc())
            .limit(1)
        )
        return None if row is None else _to_session(row)

    def search(
        self, workspace_id: int, user_id: int, text: str, *, after: Cursor | None, limit: int
    ) -> Page[StudioSessionSummary]:
        """Return a page of the person's sessions whose names hold these words, in two statements.

        The last saved come first; those in the trash are left out.
        """
        words = word_values(text)
        values = {"workspace_id": workspace_id, "user_id": user_id, **words}
        return read_page(
            self._session,
            _page_statements(len(words), is_later=after is not None),
            _to_summary,
            values,
            after=after,
            limit=limit,
        )

    def save(
        self,
        workspace_id: int,
        user_id: int,
        session_id: int,
        state: Mapping[str, Any],
        *,
        version: int,
        now: datetime,
    ) -> int | None:
        """Replace the state and return the new version, or None if it has another by now."""
        return self._session.scalar(
            update(StudioSessionRow)
            .where(
                _own(workspace_id, user_id),
                StudioSessionRow.id == session_id,
                StudioSessionRow.version == version,
                StudioSessionRow.trashed_at.is_(None),
            )
            .values(state=dict(state), version=StudioSessionRow.version + 1, updated_at=now)
            .returning(StudioSessionRow.version)
        )

    def rename(self, workspace_id: int, user_id: int, session_id: int, name: str) -> bool:
        """Give a session another name; False when there is no such session."""
        return (
            self._session.scalar(
                update(StudioSessionRow)
                .where(_own(workspace_id, user_id), StudioSessionRow.id == session_id)
                .values(name=name)
                .returning(StudioSessionRow.id)
            )
            is not None
        )

    def set_trashed(
        self,
        workspace_id: int,
        user_id: int,
        session_ids: Sequence[int],
        trashed_at: datetime | None,
    ) -> list[int]:
        """Put sessions into the trash, or take them out; return those that were changed."""
        is_trashed = StudioSessionRow.trashed_at.is_not(None)
        return list(
            self._session.scalars(
                update(StudioSessionRow)
                .where(
                    _own(workspace_id, user_id),
                    StudioSessionRow.id.in_(session_ids),
                    is_trashed if trashed_at is None else ~is_trashed,
                )
                .values(trashed_at=trashed_at)
                .returning(StudioSessionRow.id)
            )
        )


def _own(workspace_id: int, user_id: int) -> ColumnElement[bool]:
    return (StudioSessionRow.workspace_id == workspace_id) & (
        StudioSessionRow.created_by == user_id
    )


@cache
def _page_statements(word_count: int, *, is_later: bool) -> PageStatements:
    name = func.lower(StudioSessionRow.name)
    conditions: list[ColumnElement[bool]] = [
        StudioSessionRow.workspace_id == bindparam("workspace_id"),
        StudioSessionRow.created_by == bindparam("user_id"),
        StudioSessionRow.trashed_at.is_(None),
        *(
            name.like(bindparam(f"word{number}", type_=Text), escape="\\")
            for number in range(word_count)
        ),
    ]
    rows = select(
        StudioSessionRow.name,
        StudioSessionRow.version,
        StudioSessionRow.created_at,
        StudioSessionRow.updated_at,
        StudioSessionRow.id,
    )
    order = Order(StudioSessionRow.updated_at, StudioSessionRow.id)
    return page_statements(rows, StudioSessionRow, conditions, order, is_later=is_later)


def _to_summary(row: AnyRow) -> StudioSessionSummary:
    name, version, created_at, updated_at, session_id = row
    return StudioSessionSummary(session_id, name, version, created_at, updated_at)


def _to_session(row: StudioSessionRow) -> StudioSession:
    return StudioSession(
        id=row.id,
        name=row.name,
        state=row.state,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        trashed_at=row.trashed_at,
    )
