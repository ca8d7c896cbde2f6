"""Live worker processes."""

from sqlalchemy.orm import Session


class WorkerRepository:
    """Live worker processes."""

    def __init__(self, session: Session) -> None:
        self._session = session
