"""Collections and their products."""

from sqlalchemy.orm import Session


class CollectionRepository:
    """Collections and their products."""

    def __init__(self, session: Session) -> None:
        self._session = session
