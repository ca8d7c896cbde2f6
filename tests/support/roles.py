"""Giving people another role in their workspace, as its owner would."""

from sqlalchemy import update

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from db.engine import build_engine
from db.tables import MembershipRow


def as_role(services: Services, actor: Actor, role: Role) -> None:
    """Change the role that the database knows; what a browser shows next depends on it."""
    engine = build_engine(services.parts.settings.sqlalchemy_url)
    with engine.begin() as connection:
        connection.execute(
            update(MembershipRow).where(MembershipRow.user_id == actor.user_id).values(role=role)
        )
    engine.dispose()
