"""Who did what, when."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from core.domain.accounts import Actor
from db.tables import AuditEventRow


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
        self._session.add(
            AuditEventRow(
                workspace_id=actor.workspace_id,
                actor_id=actor.user_id,
                action=action,
                subject=subject,
                subject_id=subject_id,
                detail=detail,
                at=datetime.now(UTC),
            )
        )
