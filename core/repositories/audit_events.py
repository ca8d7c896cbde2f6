"""Who did what, when."""

from sqlalchemy.orm import Session


class AuditEventRepository:
    """Who did what, when."""

    def __init__(self, session: Session) -> None:
        self._session = session
