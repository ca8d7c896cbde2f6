"""Generation jobs, their slots and the money ledger."""

from sqlalchemy.orm import Session


class GenerationJobRepository:
    """Generation jobs, their slots and the money ledger."""

    def __init__(self, session: Session) -> None:
        self._session = session
