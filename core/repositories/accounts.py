"""Users, workspaces and memberships."""

from sqlalchemy.orm import Session


class AccountRepository:
    """Users, workspaces and memberships."""

    def __init__(self, session: Session) -> None:
        self._session = session
