"""Who did what, when."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, insert, literal, select
from sqlalchemy.orm import Session

from core.domain.accounts import Actor
from core.domain.history import AuditEvent, Change
from core.domain.paging import COUNT_CAP, Cursor, Page
from db.tables import AuditEventRow, UserRow


class AuditEventRepository:
    """Who did what, when."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        actor: Actor,
        action: str,
        subject: str,
        subject_id: int | None = None,
        **detail: Any,  # noqa: ANN401 - whatever is worth keeping as JSON
    ) -> None:
        """Note what the actor did, in the same transaction as the deed."""
        self._session.add(AuditEventRow(**_values(actor, action, subject, subject_id, detail)))

    def add_by_guest(
        self,
        workspace_id: int,
        guest: str,
        action: str,
        subject: str,
        subject_id: int,
        **detail: Any,  # noqa: ANN401 - likewise
    ) -> None:
        """Note what somebody without an account did, under the name that they gave."""
        self._session.add(
            AuditEventRow(
                workspace_id=workspace_id,
                actor_id=None,
                action=action,
                subject=subject,
                subject_id=subject_id,
                detail={**detail, "guest": guest},
                at=datetime.now(UTC),
            )
        )

    def add_many(
        self, actor: Actor, action: str, subject: str, details: Iterable[tuple[int, dict[str, Any]]]
    ) -> None:
        """Note the same deed of many things, each with its own detail."""
        rows = [_values(actor, action, subject, row_id, detail) for row_id, detail in details]
        if rows:
            self._session.execute(insert(AuditEventRow), rows)

    def history(
        self,
        workspace_id: int,
        subject: str,
        subject_id: int,
        *,
        after: Cursor | None = None,
        limit: int = 20,
    ) -> Page[AuditEvent]:
        """Return a page of a thing's history, the newest first, in two statements."""
        here = (
            AuditEventRow.workspace_id == workspace_id,
            AuditEventRow.subject == subject,
            AuditEventRow.subject_id == subject_id,
        )
        rows = (
            select(
                AuditEventRow.id,
                UserRow.name,
                AuditEventRow.action,
                AuditEventRow.at,
                AuditEventRow.detail,
            )
            .outerjoin(UserRow, UserRow.id == AuditEventRow.actor_id)
            .where(*here)
            .order_by(AuditEventRow.id.desc())
            .limit(limit + 1)
        )
        if after is not None:
            rows = rows.where(AuditEventRow.id < after.id)
        found = self._session.execute(rows).all()
        capped = select(literal(1)).select_from(AuditEventRow).where(*here).limit(COUNT_CAP)
        total = self._session.scalar(select(func.count()).select_from(capped.subquery())) or 0
        last = found[limit - 1] if len(found) > limit else None
        return Page(
            tuple(_event(*row) for row in found[:limit]),
            None if last is None else Cursor(last.at, last.id),
            total,
        )

    def who_last_changed(self, workspace_id: int, subject: str, subject_id: int) -> str | None:
        """Return the name of the person whose deed is the newest of a thing's history."""
        return self._session.scalar(
            select(UserRow.name)
            .join(AuditEventRow, AuditEventRow.actor_id == UserRow.id)
            .where(
                AuditEventRow.workspace_id == workspace_id,
                AuditEventRow.subject == subject,
                AuditEventRow.subject_id == subject_id,
            )
            .order_by(AuditEventRow.id.desc())
            .limit(1)
        )


def _values(
    actor: Actor, action: str, subject: str, subject_id: int | None, detail: dict[str, Any]
) -> dict[str, Any]:
    return {
        "workspace_id": actor.workspace_id,
        "actor_id": actor.user_id,
        "action": action,
        "subject": subject,
        "subject_id": subject_id,
        "detail": detail,
        "at": datetime.now(UTC),
    }


def _event(
    event_id: int, who: str | None, action: str, at: datetime, detail: dict[str, Any]
) -> AuditEvent:
    noted = dict(detail)
    changes: dict[str, Change] = {}
    found = noted.pop("changes", None)
    if isinstance(found, dict):
        for name, pair in found.items():
            before, after = pair
            changes[name] = (before, after)
    guest = noted.pop("guest", "")
    return AuditEvent(event_id, who or str(guest), action, at, changes, noted)
