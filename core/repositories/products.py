"""Products, their categories and photos."""

from sqlalchemy.orm import Session


class ProductRepository:
    """Products, their categories and photos."""

    def __init__(self, session: Session) -> None:
        self._session = session
