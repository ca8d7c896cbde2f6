"""The brand kits of workspaces."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.brand_kits import NO_BRAND, BrandKit
from core.repositories.upserts import upsert
from db.studio_tables import BrandKitRow


class BrandKitRepository:
    """The brand kits of workspaces: one each."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, workspace_id: int) -> BrandKit:
        """Return the workspace's brand kit; an empty one if nobody wrote one."""
        row = self._session.scalar(
            select(BrandKitRow).where(BrandKitRow.workspace_id == workspace_id)
        )
        return NO_BRAND if row is None else to_brand_kit(row)

    def set(self, workspace_id: int, kit: BrandKit, *, updated_by: int, now: datetime) -> None:
        """Replace the workspace's brand kit."""
        values = {
            "workspace_id": workspace_id,
            "palette": list(kit.palette),
            "words": list(kit.words),
            "banned": list(kit.banned),
            "notes": kit.notes,
            "logo_asset_id": kit.logo_asset_id,
            "updated_by": updated_by,
            "updated_at": now,
        }
        self._session.execute(upsert(self._session, BrandKitRow, values))


def to_brand_kit(row: BrandKitRow) -> BrandKit:
    """Return a brand kit as the rest of Epox sees it."""
    return BrandKit(
        palette=tuple(row.palette),
        words=tuple(row.words),
        banned=tuple(row.banned),
        notes=row.notes,
        logo_asset_id=row.logo_asset_id,
    )
