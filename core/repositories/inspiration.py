"""What Unsplash was asked and answered: for all workspaces, since the key's limit is one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from core.repositories.upserts import upsert
from db.studio_tables import UnsplashAnswerRow, UnsplashCallRow
from db.tables import AssetRow

_LOCK = 7302  # any number that nothing else of Epox locks


class InspirationRepository:
    """Answers of Unsplash for a while, and the moments at which it was asked."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lock_calls(self) -> None:
        """Let one at a time count the calls and add its own."""
        # SQLite has one writer at a time anyway.
        if self._session.get_bind().dialect.name == "postgresql":
            self._session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})

    def calls_since(self, moment: datetime) -> tuple[int, datetime | None]:
        """Return how often Unsplash was asked since then, and when for the first time."""
        counted = select(func.count(), func.min(UnsplashCallRow.at)).where(
            UnsplashCallRow.at > moment
        )
        row = self._session.execute(counted).one()
        return row[0], row[1]

    def add_call(self, now: datetime, *, forget_before: datetime) -> None:
        """Note that Unsplash is asked now."""
        self._session.execute(delete(UnsplashCallRow).where(UnsplashCallRow.at <= forget_before))
        self._session.add(UnsplashCallRow(at=now))

    def find_answer(self, key: str, not_before: datetime) -> Mapping[str, Any] | None:
        """Return an answer that is young enough."""
        return self._session.scalar(
            select(UnsplashAnswerRow.answer).where(
                UnsplashAnswerRow.key == key, UnsplashAnswerRow.at > not_before
            )
        )

    def keep_answer(
        self, key: str, answer: Mapping[str, Any], now: datetime, *, forget_before: datetime
    ) -> None:
        """Keep an answer, and drop those that are too old."""
        self._session.execute(
            delete(UnsplashAnswerRow).where(UnsplashAnswerRow.at <= forget_before)
        )
        values = {"key": key, "answer": dict(answer), "at": now}
        self._session.execute(upsert(self._session, UnsplashAnswerRow, values))

    def find_same(self, workspace_id: int, sha256: str) -> int | None:
        """Return the inspiration image of the workspace that has these bytes already."""
        return self._session.scalar(
            select(AssetRow.id)
            .where(
                AssetRow.workspace_id == workspace_id,
                AssetRow.origin == "inspiration",
                AssetRow.sha256 == sha256,
                AssetRow.trashed_at.is_(None),
            )
            .limit(1)
        )
