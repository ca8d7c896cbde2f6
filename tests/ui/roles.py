"""Giving people roles in workspaces, which no screen does yet."""

from sqlalchemy import insert, update

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from db.tables import MembershipRow


def become(services: Services, actor: Actor, role: Role) -> None:
    """Give a person another role in their workspace."""
    with services.parts.database.begin() as work:
        work._session.execute(
            update(MembershipRow)
            .where(
                MembershipRow.workspace_id == actor.workspace_id,
                MembershipRow.user_id == actor.user_id,
            )
            .values(role=role)
        )


def join(services: Services, colleague: Actor) -> None:
    """Let a colleague, who acts in the workspace, be a member of it."""
    with services.parts.database.begin() as work:
        work._session.execute(
            insert(MembershipRow).values(
                workspace_id=colleague.workspace_id, user_id=colleague.user_id, role=colleague.role
            )
        )
