"""Signed-in browsers and wrong passwords of late."""

from sqlalchemy.orm import Session


class SessionRepository:
    """Signed-in browsers and wrong passwords of late."""

    def __init__(self, session: Session) -> None:
        self._session = session
