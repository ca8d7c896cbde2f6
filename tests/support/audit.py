"""Reading what was noted about who did what."""

from typing import Any

from sqlalchemy import select

from core.bootstrap import Services
from core.domain.accounts import Actor
from db.tables import AuditEventRow


def actions_on(services: Services, actor: Actor, subject: str) -> list[tuple[str, dict[str, Any]]]:
    """Return what this person did to things of a kind, with its details, oldest first."""
    with services.parts.database.read() as work:
        rows = work._session.execute(
            select(AuditEventRow.action, AuditEventRow.detail)
            .where(AuditEventRow.actor_id == actor.user_id, AuditEventRow.subject == subject)
            .order_by(AuditEventRow.id)
        )
        return [(action, detail) for action, detail in rows]
