"""Assets: uploaded and generated image files."""

from sqlalchemy.orm import Session


class AssetRepository:
    """Assets: uploaded and generated image files."""

    def __init__(self, session: Session) -> None:
        self._session = session
